//! What members may do, by role: a table, so that it reads as one.
use crier_schema::text_enum;

text_enum! {
    /// What a member is in a brand.
    pub enum Role {
        /// Everything, and who else is in.
        Owner = "owner",
        /// What the accounts say.
        Editor = "editor",
        /// Talks with followers.
        Agent = "agent",
        /// Connects operator backends.
        Developer = "developer",
    }
}

/// Something a member may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// See that accounts are there, and their figures.
    Accounts,
    /// Read conversations and reply.
    Inbox,
    /// See what was published, and take it back.
    Articles,
    /// Feature, answer and remove comments.
    Comments,
    /// What accounts answer by themselves.
    AutoReplies,
    /// App id, secret and webhook.
    Developer,
    /// Read the delivery log and send again.
    Deliveries,
    /// See who else is in the brand.
    Team,
    /// Invite members, change their roles, take them out.
    Invite,
    /// Decide who answers followers as whom.
    Agents,
    /// Make accounts.
    CreateAccount,
}

/// Rows: permission, then whether (owner, editor, agent, developer) has it. Developers see
/// conversations only as deliveries of their own backend.
const TABLE: &[(Permission, [bool; 4])] = &[
    (Permission::Accounts, [true, true, true, true]),
    (Permission::Inbox, [true, true, true, false]),
    (Permission::Articles, [true, true, false, false]),
    (Permission::Comments, [true, true, true, false]),
    (Permission::AutoReplies, [true, true, false, false]),
    (Permission::Developer, [true, false, false, true]),
    (Permission::Deliveries, [true, false, false, true]),
    (Permission::Team, [true, true, true, true]),
    (Permission::Invite, [true, false, false, false]),
    (Permission::Agents, [true, true, false, false]),
    (Permission::CreateAccount, [true, false, false, false]),
];

/// Whether the role gives the permission.
pub fn allows(role: Role, permission: Permission) -> bool {
    let column = match role {
        Role::Owner => 0,
        Role::Editor => 1,
        Role::Agent => 2,
        Role::Developer => 3,
    };
    TABLE.iter().any(|(row, columns)| *row == permission && columns[column])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_everything() {
        assert!(TABLE.iter().all(|(permission, _)| allows(Role::Owner, *permission)));
    }

    #[test]
    fn each_role_keeps_to_its_own() {
        assert!(allows(Role::Agent, Permission::Inbox));
        assert!(!allows(Role::Agent, Permission::Developer));
        assert!(allows(Role::Developer, Permission::Deliveries));
        assert!(!allows(Role::Developer, Permission::Inbox));
        for role in [Role::Editor, Role::Agent, Role::Developer] {
            assert!(!allows(role, Permission::Invite) && !allows(role, Permission::CreateAccount));
        }
    }
}
