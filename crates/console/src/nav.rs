//! The navigation: which pages there are, for whom, in which order.
use crier_core::members::Permission;
use crier_core::rights::Right;

use crate::fields::Choice;
use crate::gate::{Desk, Staff};
use crate::visits::Visit;

/// Icons of 24 by 24, as paths.
mod icons {
    pub const ACCOUNTS: &str = "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z";
    pub const OVERVIEW: &str = "M4 20V11M10 20V4M16 20v-6M22 20H2";
    pub const INBOX: &str = "M4 5h16v11H9l-5 4z";
    pub const ARTICLES: &str = "M5 3h14v18H5zM8.5 8h7M8.5 12h7M8.5 16h4";
    pub const COMMENTS: &str = "M12 4c5 0 9 3.1 9 7s-4 7-9 7c-1 0-2-.1-2.9-.4L4 20l1.4-4C3.9 14.7 3 13 3 11c0-3.9 4-7 9-7z";
    pub const AUTO_REPLIES: &str = "M4 5h16v11H9l-5 4zM8 9h8M8 12h5";
    pub const DELIVERIES: &str = "M21 4 3 11l6 3 3 6zM9 14l12-10";
    pub const DEVELOPER: &str = "m8 7-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14";
    pub const AGENTS: &str = "M4 13v-2a8 8 0 0 1 16 0v2M4 13h3v6H5a1 1 0 0 1-1-1zM20 13h-3v6h2a1 1 0 0 0 1-1zM17 19\
        c0 2-2 3-5 3";
    pub const TEMPLATES: &str =
        "M5 3.5h14v17l-2.3-1.6L14.3 20.5 12 18.9l-2.3 1.6-2.4-1.6L5 20.5zM8.5 8.5h7M8.5 12.5h5";
    pub const TEAM: &str = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5\
        a3.5 3.5 0 0 1 0 6M18.5 14.5a6.5 6.5 0 0 1 3 5.5";
    pub const SETTINGS: &str = "M4 7h10M18 7h2M4 17h2M10 17h10M16 4.5v5M8 14.5v5";
}

/// One page of an account, as the navigation has it.
struct Row {
    /// Who sees it.
    permission: Permission,
    /// What the account must be allowed, if anything.
    right: Option<Right>,
    /// Its address beneath the account's; its name is `nav` and this.
    beneath: &'static str,
    icon: &'static str,
}

const fn row(permission: Permission, beneath: &'static str, icon: &'static str) -> Row {
    Row { permission, right: None, beneath, icon }
}

const fn row_with(
    right: Right,
    permission: Permission,
    beneath: &'static str,
    icon: &'static str,
) -> Row {
    Row { permission, right: Some(right), beneath, icon }
}

/// The parts of an account: the message that names the part, and its pages.
const ACCOUNT: &[(&str, &[Row])] = &[
    (
        "nav-talk",
        &[
            row(Permission::Inbox, "/inbox", icons::INBOX),
            row_with(Right::Agents, Permission::Inbox, "/agents", icons::AGENTS),
            row(Permission::AutoReplies, "/auto-replies", icons::AUTO_REPLIES),
            row(Permission::Comments, "/comments", icons::COMMENTS),
        ],
    ),
    (
        "nav-publish",
        &[
            row(Permission::Articles, "/articles", icons::ARTICLES),
            row_with(Right::Templates, Permission::Developer, "/templates", icons::TEMPLATES),
        ],
    ),
    (
        "nav-build",
        &[
            row(Permission::Developer, "/developer", icons::DEVELOPER),
            row(Permission::Deliveries, "/deliveries", icons::DELIVERIES),
        ],
    ),
];

/// The parts of the brand.
const BRAND: &[Row] = &[row(Permission::Team, "/team", icons::TEAM)];

/// The navigation.
pub struct Shell {
    /// The other brands of the member.
    pub others: Vec<Choice>,
    /// Its parts.
    pub groups: Vec<Group>,
}

/// One part of the navigation.
pub struct Group {
    /// Its heading; the first has none.
    pub title: String,
    /// Its links.
    pub links: Vec<Link>,
}

/// One link of the navigation.
pub struct Link {
    /// Where to.
    pub href: String,
    /// Its icon, as a path.
    pub icon: &'static str,
    /// What it says.
    pub label: String,
    /// Whether this is where we are.
    pub current: bool,
    /// How much waits there.
    pub count: i64,
    /// The same in words.
    pub waiting: String,
}

impl Visit {
    /// Where the member comes in.
    pub(crate) fn first(&self) -> Group {
        let accounts = self.link("/console".into(), "nav-accounts", icons::ACCOUNTS);
        Group { title: String::new(), links: vec![accounts] }
    }

    /// The pages of one account.
    pub(crate) fn account(&self, desk: &Desk) -> Vec<Group> {
        let overview = self.link(desk.path(""), "nav-overview", icons::OVERVIEW);
        let head = Group { title: desk.account.name.clone(), links: vec![overview] };
        let parts = ACCOUNT.iter().map(|(title, rows)| Group {
            title: self.speech.say(title),
            links: rows.iter().filter_map(|row| self.page_link(desk, row)).collect(),
        });
        std::iter::once(head).chain(parts).collect()
    }

    fn page_link(&self, desk: &Desk, row: &Row) -> Option<Link> {
        let has_right = row.right.is_none_or(|right| desk.account.may(right).is_ok());
        if !has_right || !desk.staff.may(row.permission) {
            return None;
        }
        let link = self.link_beneath(desk.path(row.beneath), &label(row), row.icon);
        if row.beneath != "/inbox" {
            return Some(link);
        }
        let waiting = self.speech.count("nav-unread", desk.unread);
        Some(Link { count: desk.unread, waiting, ..link })
    }

    /// The pages of the brand.
    pub(crate) fn brand_group(&self, staff: Option<&Staff>) -> Group {
        let Some(staff) = staff else { return Group { title: String::new(), links: Vec::new() } };
        let title = [("brand", staff.seat.brand.name.clone().into())];
        let rows = BRAND.iter().filter(|row| staff.may(row.permission));
        let link = |row: &Row| {
            self.link_beneath(format!("/console{}", row.beneath), &label(row), row.icon)
        };
        Group { title: self.speech.with("nav-brand", &title), links: rows.map(link).collect() }
    }

    /// The member's own pages.
    pub(crate) fn own(&self) -> Group {
        let name = self.session.as_ref().map(|session| session.member.name.clone());
        let settings =
            self.link_beneath("/console/settings".into(), "nav-settings", icons::SETTINGS);
        Group { title: name.unwrap_or_default(), links: vec![settings] }
    }

    fn link(&self, href: String, label: &str, icon: &'static str) -> Link {
        let here = self.path.split('?').next().unwrap_or_default();
        let label = self.speech.say(label);
        Link { current: here == href, icon, label, href, count: 0, waiting: String::new() }
    }

    fn link_beneath(&self, href: String, label: &str, icon: &'static str) -> Link {
        let here = self.path.split('?').next().unwrap_or_default();
        let beneath = here.strip_prefix(href.as_str());
        let current = beneath.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        Link { current, ..self.link(href, label, icon) }
    }
}

fn label(row: &Row) -> String {
    format!("nav-{}", row.beneath.trim_start_matches('/'))
}
