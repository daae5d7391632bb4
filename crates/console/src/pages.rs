//! What every page has: title, language, navigation, and the notice of what was just done.
use crier_core::accounts::State;
use crier_core::mails::Language;
use crier_core::members::Permission;

use crate::gate::Desk;
use crate::languages;
use crate::shell::{Shell, Step};
use crate::themes;
use crate::toasts::Toast;
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
    /// Why the account reaches nobody, if it does not, and where that is told.
    pub alert: Option<(String, Option<String>)>,
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

    /// Every theme, what it is called, and whether it is the chosen one.
    pub fn themes(&self) -> impl Iterator<Item = (&'static str, String, bool)> {
        let current = if self.theme.is_empty() { themes::SYSTEM } else { self.theme };
        themes::ALL.iter().map(move |theme| {
            (*theme, self.speech.say(&format!("theme-{theme}")), *theme == current)
        })
    }

    /// What was just done, as a toast.
    pub fn toast(&self) -> Option<Toast> {
        let notice = self.notice.clone()?;
        Some(Toast::done(&self.speech, notice).on(&self.path))
    }

    /// The pages above this one.
    pub fn trail(&self) -> &[Step] {
        self.shell.as_ref().map_or(&[], |shell| &shell.trail)
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
        let done = done.and_then(|key| self.speech.find(&key, None));
        Page {
            title: self.speech.say(title),
            theme: self.theme,
            csrf: self.csrf.clone(),
            path: self.path.clone(),
            notice: done,
            alert: None,
            shell: None,
            speech: self.speech.clone(),
        }
    }

    /// A page of the member's own, or of the brand being looked at.
    pub fn page(&self, title: &str) -> Page {
        Page { shell: Some(self.shell()), ..self.bare(title) }
    }

    /// A page of one account.
    pub fn page_of(&self, desk: &Desk, title: &str) -> Page {
        let shell = Some(self.shell_of(desk));
        Page { shell, alert: self.alert(desk), ..self.bare(title) }
    }

    fn alert(&self, desk: &Desk) -> Option<(String, Option<String>)> {
        let state = desk.account.state;
        let may_ask = desk.staff.may(Permission::CreateAccount);
        let text = || self.speech.say(&format!("alert-{state}"));
        let beneath = if state == State::Closed { "/close" } else { "/verification" };
        let page = may_ask.then(|| desk.path(beneath));
        (state != State::Open).then(|| (text(), page))
    }
}
