//! The navigation's table: which pages there are, for whom, in which order. What the navigation,
//! the breadcrumbs, the command palette and the keyboard know of pages they know from here.
use crier_core::members::Permission;
use crier_core::rights::Right;

/// Icons of 24 by 24, as paths.
pub mod icons {
    pub const ACCOUNTS: &str = "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z";
    pub const OVERVIEW: &str = "M4 20V11M10 20V4M16 20v-6M22 20H2";
    pub const MENTIONS: &str =
        "M16 8v5a3 3 0 0 0 5 1.5A9.5 9.5 0 1 0 17 20M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z";
    pub const QUEUES: &str = "M4 5h16M4 5v4h16V5M4 12h11M4 12v4h11v-4M4 19h7";
    pub const CANNED: &str = "M5 4h14v16H5zM9 8h6M9 12h6M13 17l-3-1";
    pub const INBOX: &str = "M4 5h16v11H9l-5 4z";
    pub const ARTICLES: &str = "M5 3h14v18H5zM8.5 8h7M8.5 12h7M8.5 16h4";
    pub const DRAFTS: &str = "M4 20h4L19 9l-4-4L4 16zM13 7l4 4M14 20h6";
    pub const BROADCASTS: &str = "M4 10v4h3l8 5V5L7 10zM18 9c1.3 1.6 1.3 4.4 0 6";
    pub const CALENDAR: &str = "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4";
    pub const SEGMENTS: &str = "M12 4a8 8 0 1 0 8 8h-8zM15.5 4.3a8 8 0 0 1 4.2 4.2h-4.2z";
    pub const COMMENTS: &str = "M12 4c5 0 9 3.1 9 7s-4 7-9 7c-1 0-2-.1-2.9-.4L4 20l1.4-4C3.9 14.7 3 13 3 11c0-3.9 4-7 9-7z";
    pub const AUTO_REPLIES: &str = "M4 5h16v11H9l-5 4zM8 9h8M8 12h5";
    pub const DELIVERIES: &str = "M21 4 3 11l6 3 3 6zM9 14l12-10";
    pub const DEVELOPER: &str = "m8 7-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14";
    pub const EXPLORER: &str = "M3 5h18v14H3zM7 10l3 2.5L7 15M12 15h5";
    pub const TESTER: &str =
        "M10 3h4M11 3v6l-6 9.5a1.5 1.5 0 0 0 1.3 2.5h11.4a1.5 1.5 0 0 0 1.3-2.5L13 9V3M8 15h8";
    pub const ERRORS: &str = "M12 4 2.5 20h19zM12 10v4.5M12 17.2v.3";
    pub const AGENTS: &str = "M4 13v-2a8 8 0 0 1 16 0v2M4 13h3v6H5a1 1 0 0 1-1-1zM20 13h-3v6h2a1 1 0 0 0 1-1zM17 19\
        c0 2-2 3-5 3";
    pub const TEMPLATES: &str =
        "M5 3.5h14v17l-2.3-1.6L14.3 20.5 12 18.9l-2.3 1.6-2.4-1.6L5 20.5zM8.5 8.5h7M8.5 12.5h5";
    pub const FOLLOWERS: &str = "M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 20a7 7 0 0 1 14 0";
    pub const TAGS: &str = "M3.5 3.5h8L21 13l-8 8-9.5-9.5zM7.5 7.5h.01";
    pub const CODES: &str = "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v2h-2zM14 18h2v2h-2zM18 18h2v2h-2z";
    pub const MENU: &str = "M4 4h16v16H4zM4 15h16M9.5 15v5M14.5 15v5";
    pub const TEAM: &str = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5\
        a3.5 3.5 0 0 1 0 6M18.5 14.5a6.5 6.5 0 0 1 3 5.5";
    pub const SIGN_IN_RULES: &str =
        "M12 3 4.5 6v5.5c0 4.5 3.2 8 7.5 9.5 4.3-1.5 7.5-5 7.5-9.5V6zM9 12l2.2 2.2L15.2 10";
    pub const PROFILE: &str =
        "M4 4h16v16H4zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM7.5 17a4.5 4.5 0 0 1 9 0";
    pub const VERIFICATION: &str =
        "M12 3l7 3v5c0 5-3 8.5-7 10-4-1.5-7-5-7-10V6zM8.5 12l2.5 2.5 4.5-5";
    pub const PRIVACY: &str = "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2";
    pub const BRAND: &str = "M4 20V5l8-2 8 2v15M8 9h8M8 13h8M10 20v-3h4v3";
    pub const PLATFORM: &str = "M3 21h18M5 21V8l7-5 7 5v13M9 21v-6h6v6";
    pub const ACTIVITY: &str = "M8 5h12M8 12h12M8 19h12M4 5h.01M4 12h.01M4 19h.01";
    pub const SETTINGS: &str = "M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5";
    pub const NEW: &str = "M12 5v14M5 12h14";
}

/// One page, as the navigation has it.
pub struct Row {
    /// Who sees it.
    pub permission: Permission,
    /// What the account must be allowed, if anything.
    pub right: Option<Right>,
    /// Its address beneath the account's or the console's; its name is `nav` and this.
    pub beneath: &'static str,
    /// Its icon, as a path.
    pub icon: &'static str,
    /// The letter that leads there after `g`; empty for none.
    pub letter: &'static str,
    /// Other addresses whose pages belong to it; empty for none.
    pub also: &'static str,
}

const fn row(permission: Permission, beneath: &'static str, icon: &'static str) -> Row {
    Row { permission, right: None, beneath, icon, letter: "", also: "" }
}

const fn row_with(
    right: Right,
    permission: Permission,
    beneath: &'static str,
    icon: &'static str,
) -> Row {
    Row { right: Some(right), ..row(permission, beneath, icon) }
}

impl Row {
    /// With a letter of its own.
    const fn at(self, letter: &'static str) -> Self {
        Self { letter, ..self }
    }

    /// With pages that lie elsewhere.
    const fn and(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// The message that names it.
    pub fn label(&self) -> String {
        format!("nav-{}", self.beneath.trim_start_matches('/').replace('/', "-"))
    }
}

/// Where the member comes in.
pub const HOME: Row = Row { letter: "h", ..row(Permission::Accounts, "", icons::ACCOUNTS) };

/// An account's first page.
pub const OVERVIEW: Row = Row { letter: "o", ..row(Permission::Accounts, "", icons::OVERVIEW) };

/// The parts of an account: the message that names the part, and its pages.
pub const ACCOUNT: &[(&str, &[Row])] = &[
    (
        "nav-talk",
        &[
            row(Permission::Inbox, "/inbox", icons::INBOX).at("i").and("/search"),
            row(Permission::Inbox, "/mentions", icons::MENTIONS).at("n"),
            row(Permission::Inbox, "/canned", icons::CANNED).at("k").and("/desk"),
            row(Permission::Agents, "/queues", icons::QUEUES),
            row_with(Right::Agents, Permission::Inbox, "/agents", icons::AGENTS).at("w"),
            row(Permission::AutoReplies, "/auto-replies", icons::AUTO_REPLIES).at("r"),
            row(Permission::Comments, "/comments", icons::COMMENTS).at("c"),
        ],
    ),
    (
        "nav-publish",
        &[
            row_with(Right::Articles, Permission::Drafts, "/drafts", icons::DRAFTS).at("e"),
            row(Permission::Articles, "/articles", icons::ARTICLES).at("p"),
            row(Permission::Drafts, "/broadcasts", icons::BROADCASTS).at("b"),
            row(Permission::Drafts, "/calendar", icons::CALENDAR),
            row(Permission::Menu, "/menu", icons::MENU).at("m"),
            row_with(Right::Templates, Permission::Developer, "/templates", icons::TEMPLATES)
                .at("t"),
        ],
    ),
    (
        "nav-audience-part",
        &[
            row(Permission::Followers, "/followers", icons::FOLLOWERS).at("f"),
            row(Permission::Followers, "/tags", icons::TAGS),
            row(Permission::Audience, "/segments", icons::SEGMENTS),
            row_with(Right::SceneCodes, Permission::Audience, "/codes", icons::CODES),
        ],
    ),
    (
        "nav-build",
        &[
            row(Permission::Developer, "/developer", icons::DEVELOPER).at("d").and("/endpoints"),
            row(Permission::Deliveries, "/deliveries", icons::DELIVERIES).at("l"),
            row(Permission::Developer, "/explorer", icons::EXPLORER).at("x"),
            row(Permission::Developer, "/tester", icons::TESTER),
            row(Permission::Developer, "/errors", icons::ERRORS).at("v"),
        ],
    ),
    (
        "nav-account-part",
        &[
            row(Permission::AccountSettings, "/profile", icons::PROFILE).and("/close"),
            row(Permission::CreateAccount, "/verification", icons::VERIFICATION),
            row(Permission::Privacy, "/privacy", icons::PRIVACY),
        ],
    ),
];

/// The parts of the brand.
pub const BRAND: &[Row] = &[
    row(Permission::Team, "/team", icons::TEAM),
    row(Permission::Brand, "/sign-in-rules", icons::SIGN_IN_RULES),
    row(Permission::Activity, "/activity", icons::ACTIVITY),
    row(Permission::Brand, "/brand/settings", icons::BRAND),
];

/// The pages of those who look after the installation.
pub const PLATFORM: &[Row] = &[row(Permission::Accounts, "/platform", icons::PLATFORM)];

/// The member's own pages.
pub const OWN: &[Row] = &[row(Permission::Accounts, "/settings", icons::SETTINGS)];

/// Pages where something of an account's is begun, for the palette alone.
pub const BEGIN: &[Row] = &[
    row_with(Right::Articles, Permission::Drafts, "/drafts/new", icons::NEW),
    row(Permission::Drafts, "/broadcasts/new", icons::NEW),
    row(Permission::AutoReplies, "/auto-replies/new", icons::NEW),
    row(Permission::Developer, "/endpoints/new", icons::NEW),
];

/// The same of the brand's.
pub const BEGIN_BRAND: &[Row] = &[row(Permission::CreateAccount, "/accounts/new", icons::NEW)];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use crier_core::mails::Language;

    use super::*;
    use crate::words::{Speech, Words};

    fn rows() -> impl Iterator<Item = &'static Row> {
        let parts = ACCOUNT.iter().flat_map(|(_, rows)| rows.iter());
        parts.chain(BRAND).chain(OWN).chain(BEGIN).chain(BEGIN_BRAND)
    }

    #[test]
    fn every_page_has_a_name() {
        let speech = Speech::new(Arc::new(Words::load()), Language::English);
        for key in rows().map(Row::label).chain(ACCOUNT.iter().map(|(key, _)| (*key).to_owned())) {
            assert!(speech.find(&key, None).is_some(), "{key}");
        }
    }

    #[test]
    fn a_letter_leads_to_one_page() {
        let letters: Vec<&str> = rows()
            .chain([&HOME, &OVERVIEW])
            .map(|row| row.letter)
            .filter(|letter| !letter.is_empty())
            .collect();
        assert_eq!(letters.iter().collect::<BTreeSet<_>>().len(), letters.len(), "{letters:?}");
        // `g g` would be cut short by a letter that begins a sequence.
        assert!(letters.iter().all(|letter| letter.len() == 1 && *letter != "g"));
    }
}
