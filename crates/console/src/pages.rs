//! What every page has: title, language, navigation, and the notice of what was just done.
use crier_core::mails::Language;
use crier_core::members::Permission;
use crier_core::rights::Right;

use crate::fields::Choice;
use crate::gate::{Desk, Staff};
use crate::visits::Visit;
use crate::words::Speech;

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

/// The frame of a page.
pub struct Page {
    speech: Speech,
    /// Its title, without the name of the product.
    pub title: String,
    /// `light`, `dark` or empty.
    pub theme: &'static str,
    /// What its forms carry.
    pub csrf: String,
    /// Its own address.
    pub path: String,
    /// What was just done.
    pub notice: Option<String>,
    /// The navigation, for those who are signed in.
    pub shell: Option<Shell>,
}

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

impl Page {
    /// A message.
    pub fn say(&self, key: &str) -> String {
        self.speech.say(key)
    }

    /// The language, as HTML names it.
    pub const fn lang(&self) -> &'static str {
        self.speech.language.as_str()
    }

    /// Whether the page speaks English; the other language is offered.
    pub fn is_english(&self) -> bool {
        self.speech.language == Language::English
    }

    /// With another title than a message.
    #[must_use]
    pub fn titled(self, title: String) -> Self {
        Self { title, ..self }
    }
}

impl Visit {
    /// A page without navigation. The title is a message.
    pub fn bare(&self, title: &str) -> Page {
        let done = self.done.as_ref().map(|done| format!("done-{done}"));
        Page {
            title: self.speech.say(title),
            theme: self.theme,
            csrf: self.csrf.clone(),
            path: self.path.clone(),
            notice: done.and_then(|key| self.speech.find(&key, None)),
            shell: None,
            speech: self.speech.clone(),
        }
    }

    /// A page of the member's own, or of the brand being looked at.
    pub fn page(&self, title: &str) -> Page {
        let staff = self.session.as_ref().zip(self.seat());
        let staff = staff
            .map(|(session, seat)| Staff { member: session.member.clone(), seat: seat.clone() });
        let groups = vec![self.first(), self.brand_group(staff.as_ref()), self.own()];
        Page { shell: Some(self.shell(staff.as_ref(), groups)), ..self.bare(title) }
    }

    /// A page of one account.
    pub fn page_of(&self, desk: &Desk, title: &str) -> Page {
        let brand = self.brand_group(Some(&desk.staff));
        let groups = vec![self.first(), self.account(desk), brand, self.own()];
        Page { shell: Some(self.shell(Some(&desk.staff), groups)), ..self.bare(title) }
    }

    fn shell(&self, staff: Option<&Staff>, groups: Vec<Group>) -> Shell {
        let here = staff.map(|staff| staff.seat.brand.id);
        let seats = self.session.iter().flat_map(|session| &session.seats);
        let others = seats.filter(|seat| Some(seat.brand.id) != here).map(|seat| Choice {
            value: seat.brand.id.to_string(),
            label: seat.brand.name.clone(),
        });
        Shell {
            others: others.collect(),
            groups: groups.into_iter().filter(|group| !group.links.is_empty()).collect(),
        }
    }

    fn first(&self) -> Group {
        let accounts = self.link("/console".into(), "nav-accounts", icons::ACCOUNTS);
        Group { title: String::new(), links: vec![accounts] }
    }

    fn account(&self, desk: &Desk) -> Group {
        let mut links = vec![self.link(desk.path(""), "nav-overview", icons::OVERVIEW)];
        if desk.staff.may(Permission::Inbox) {
            let inbox = self.link_beneath(desk.path("/inbox"), "nav-inbox", icons::INBOX);
            let waiting = self.speech.count("nav-unread", desk.unread);
            links.push(Link { count: desk.unread, waiting, ..inbox });
            if desk.account.may(Right::Agents).is_ok() {
                let path = desk.path("/agents");
                links.push(self.link_beneath(path, "nav-agents", icons::AGENTS));
            }
        }
        for (permission, beneath, label, icon) in [
            (Permission::Articles, "/articles", "nav-articles", icons::ARTICLES),
            (Permission::Comments, "/comments", "nav-comments", icons::COMMENTS),
        ] {
            if desk.staff.may(permission) {
                links.push(self.link_beneath(desk.path(beneath), label, icon));
            }
        }
        if desk.staff.may(Permission::AutoReplies) {
            let path = desk.path("/auto-replies");
            links.push(self.link_beneath(path, "nav-auto-replies", icons::AUTO_REPLIES));
        }
        if desk.staff.may(Permission::Deliveries) {
            let path = desk.path("/deliveries");
            links.push(self.link_beneath(path, "nav-deliveries", icons::DELIVERIES));
        }
        if desk.staff.may(Permission::Developer) {
            if desk.account.may(Right::Templates).is_ok() {
                let path = desk.path("/templates");
                links.push(self.link_beneath(path, "nav-templates", icons::TEMPLATES));
            }
            let path = desk.path("/developer");
            links.push(self.link_beneath(path, "nav-developer", icons::DEVELOPER));
        }
        Group { title: desk.account.name.clone(), links }
    }

    fn brand_group(&self, staff: Option<&Staff>) -> Group {
        let Some(staff) = staff else { return Group { title: String::new(), links: Vec::new() } };
        let title = [("brand", staff.seat.brand.name.clone().into())];
        let team = self.link_beneath("/console/team".into(), "nav-team", icons::TEAM);
        Group { title: self.speech.with("nav-brand", &title), links: vec![team] }
    }

    fn own(&self) -> Group {
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
        let current = self.path.starts_with(&href);
        Link { current, ..self.link(href, label, icon) }
    }
}
