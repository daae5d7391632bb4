//! What members may do, by role: a table, so that it reads as one.
use crier_schema::text_enum;

text_enum! {
    /// What a member is in a brand.
    pub enum Role {
        /// Everything, and who else is in.
        Owner = "owner",
        /// Writes and sends: broadcasts, menus, audiences.
        Marketer = "marketer",
        /// Writes what the accounts say; others send it.
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
    /// See that accounts are there.
    Accounts,
    /// See figures: followers, messages, what was read.
    Figures,
    /// Read conversations and reply.
    Inbox,
    /// Write: articles, broadcasts to be sent by others.
    Drafts,
    /// Send and publish, now or later, and approve what others would send.
    Send,
    /// See what was published.
    Articles,
    /// Feature, answer and remove comments.
    Comments,
    /// What accounts answer by themselves.
    AutoReplies,
    /// See who follows, find them, give them remarks and tags.
    Followers,
    /// Make tags, segments and codes, and see what came of them.
    Audience,
    /// What the menu offers, and to whom.
    Menu,
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
    /// Make accounts and ask for their verification.
    CreateAccount,
    /// An account's name, words, time zone and rules.
    AccountSettings,
    /// Take out or delete what is stored about one person.
    Privacy,
    /// Read who did what.
    Activity,
    /// The brand itself: its name, sign-in rules, how long things are kept, whose it is.
    Brand,
}

/// Rows: permission, then whether (owner, marketer, editor, agent, developer) has it. Developers see
/// conversations only as deliveries of their own backend.
const TABLE: &[(Permission, [bool; 5])] = &[
    (Permission::Accounts, [true, true, true, true, true]),
    (Permission::Figures, [true, true, true, false, true]),
    (Permission::Inbox, [true, true, true, true, false]),
    (Permission::Drafts, [true, true, true, false, false]),
    (Permission::Send, [true, true, false, false, false]),
    (Permission::Articles, [true, true, true, false, false]),
    (Permission::Comments, [true, true, true, true, false]),
    (Permission::AutoReplies, [true, true, true, false, false]),
    (Permission::Followers, [true, true, true, true, false]),
    (Permission::Audience, [true, true, false, false, false]),
    (Permission::Menu, [true, true, false, false, false]),
    (Permission::Developer, [true, false, false, false, true]),
    (Permission::Deliveries, [true, false, false, false, true]),
    (Permission::Team, [true, true, true, true, true]),
    (Permission::Invite, [true, false, false, false, false]),
    (Permission::Agents, [true, true, true, false, false]),
    (Permission::CreateAccount, [true, false, false, false, false]),
    (Permission::AccountSettings, [true, false, false, false, false]),
    (Permission::Privacy, [true, false, false, false, false]),
    (Permission::Activity, [true, false, false, false, false]),
    (Permission::Brand, [true, false, false, false, false]),
];

/// Every permission, in the order people read them.
pub fn permissions() -> impl Iterator<Item = Permission> {
    TABLE.iter().map(|(permission, _)| *permission)
}

/// Whether the role gives the permission.
pub fn allows(role: Role, permission: Permission) -> bool {
    let column = match role {
        Role::Owner => 0,
        Role::Marketer => 1,
        Role::Editor => 2,
        Role::Agent => 3,
        Role::Developer => 4,
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
        assert!(allows(Role::Editor, Permission::Drafts));
        assert!(!allows(Role::Editor, Permission::Send));
        assert!(allows(Role::Agent, Permission::Inbox));
        assert!(!allows(Role::Agent, Permission::Developer));
        assert!(allows(Role::Developer, Permission::Deliveries));
        assert!(!allows(Role::Developer, Permission::Inbox));
        for role in [Role::Marketer, Role::Editor, Role::Agent, Role::Developer] {
            assert!(!allows(role, Permission::Invite) && !allows(role, Permission::CreateAccount));
        }
    }
}
