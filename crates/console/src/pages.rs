//! What every page has: title, language, navigation, and the notice of what was just done.
use crier_core::mails::Language;
use crier_core::members::Permission;

use crate::fields::Choice;
use crate::gate::{Desk, Staff};
use crate::visits::Visit;
use crate::words::Speech;

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
    /// Who is signed in.
    pub member: String,
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
        let groups = vec![self.first(), self.brand_group(staff.as_ref())];
        Page { shell: Some(self.shell(staff.as_ref(), groups)), ..self.bare(title) }
    }

    /// A page of one account.
    pub fn page_of(&self, desk: &Desk, title: &str) -> Page {
        let groups = vec![self.first(), self.account(desk), self.brand_group(Some(&desk.staff))];
        Page { shell: Some(self.shell(Some(&desk.staff), groups)), ..self.bare(title) }
    }

    fn shell(&self, staff: Option<&Staff>, groups: Vec<Group>) -> Shell {
        let here = staff.map(|staff| staff.seat.brand.id);
        let seats = self.session.iter().flat_map(|session| &session.seats);
        let others = seats.filter(|seat| Some(seat.brand.id) != here).map(|seat| Choice {
            value: seat.brand.id.to_string(),
            label: seat.brand.name.clone(),
        });
        let member = self.session.as_ref().map(|session| session.member.name.clone());
        Shell {
            member: member.unwrap_or_default(),
            others: others.collect(),
            groups: groups.into_iter().filter(|group| !group.links.is_empty()).collect(),
        }
    }

    fn first(&self) -> Group {
        let accounts = self.link("/console".into(), "nav-accounts");
        Group { title: String::new(), links: vec![accounts] }
    }

    fn account(&self, desk: &Desk) -> Group {
        let mut links = vec![self.link(desk.path(""), "nav-overview")];
        if desk.staff.may(Permission::Inbox) {
            let inbox = self.link_beneath(desk.path("/inbox"), "nav-inbox");
            let waiting = self.speech.count("nav-unread", desk.unread);
            links.push(Link { count: desk.unread, waiting, ..inbox });
        }
        if desk.staff.may(Permission::Deliveries) {
            links.push(self.link_beneath(desk.path("/deliveries"), "nav-deliveries"));
        }
        if desk.staff.may(Permission::Developer) {
            links.push(self.link_beneath(desk.path("/developer"), "nav-developer"));
        }
        Group { title: desk.account.name.clone(), links }
    }

    fn brand_group(&self, staff: Option<&Staff>) -> Group {
        let Some(staff) = staff else { return Group { title: String::new(), links: Vec::new() } };
        let team = self.link_beneath("/console/team".into(), "nav-team");
        Group { title: staff.seat.brand.name.clone(), links: vec![team] }
    }

    fn link(&self, href: String, label: &str) -> Link {
        let here = self.path.split('?').next().unwrap_or_default();
        let label = self.speech.say(label);
        Link { current: here == href, label, href, count: 0, waiting: String::new() }
    }

    fn link_beneath(&self, href: String, label: &str) -> Link {
        let current = self.path.starts_with(&href);
        Link { current, ..self.link(href, label) }
    }
}
