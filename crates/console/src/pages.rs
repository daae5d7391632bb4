//! What every page has: title, language, navigation, and the notice of what was just done.
use crier_core::mails::Language;

use crate::fields::Choice;
use crate::gate::{Desk, Staff};
use crate::languages;
use crate::nav::{Group, Shell};
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

impl Page {
    /// A message.
    pub fn say(&self, key: &str) -> String {
        self.speech.say(key)
    }

    /// The language, as HTML names it.
    pub const fn lang(&self) -> &'static str {
        self.speech.language.as_str()
    }

    /// Every language, by its own name, and whether the page speaks it.
    pub fn languages(&self) -> impl Iterator<Item = (Language, &'static str, bool)> {
        let current = self.speech.language;
        Language::ALL.iter().map(move |it| (*it, languages::own_name(*it), *it == current))
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
        let mut groups = vec![self.first()];
        groups.extend(self.account(desk));
        groups.extend([brand, self.own()]);
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
}
