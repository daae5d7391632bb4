//! Menus as they look and in words: the phone, and what each button does.
use crier_core::AnyConnection;
use crier_core::ids::AccountId;
use crier_core::menus::{Action, Button, Rule};
use crier_core::segments::{self, Segment};
use crier_core::tags::{self, Tag};
use crier_core::users::Platform;

use super::editing::At;
use crate::followers::asking::{language, tag_name};
use crate::words::Speech;

/// A phone with a menu on it.
pub struct Phone {
    /// The account.
    pub name: String,
    pub buttons: Vec<Key>,
    /// What the chosen button does, as it looks: a text, or a link.
    pub said: Option<String>,
    pub opened: Option<String>,
}

/// A button on the phone.
pub struct Key {
    pub at: String,
    pub name: String,
    pub chosen: bool,
    pub opens: bool,
    /// Whether those beneath show.
    pub open: bool,
    pub beneath: Vec<Key>,
}

impl Phone {
    /// With this menu, and this button chosen.
    pub fn new(name: &str, buttons: &[Button], chosen: Option<At>) -> Self {
        let here = |at: At| chosen == Some(at);
        let key = |(top, button): (usize, &Button)| {
            let beneath = match &button.action {
                Action::Open { buttons } => buttons.as_slice(),
                _ => &[],
            };
            let at = At { top, beneath: None };
            let lower = beneath.iter().enumerate().map(|(place, button)| {
                let at = At { top, beneath: Some(place) };
                key_of(at, button, here(at))
            });
            Key {
                opens: !beneath.is_empty(),
                open: chosen.is_some_and(|chosen| chosen.top == top),
                beneath: lower.collect(),
                ..key_of(at, button, here(at))
            }
        };
        let button = chosen.and_then(|at| super::editing::button(buttons, at));
        let said = button.and_then(|button| match &button.action {
            Action::Say { text } => Some(text.clone()).filter(|text| !text.is_empty()),
            _ => None,
        });
        let opened = button.and_then(|button| match &button.action {
            Action::View { url } | Action::MiniProgram { url, .. } => Some(url.clone()),
            _ => None,
        });
        let opened = opened.filter(|url| !url.is_empty());
        Self {
            name: name.to_owned(),
            buttons: buttons.iter().enumerate().map(key).collect(),
            said,
            opened,
        }
    }
}

fn key_of(at: At, button: &Button, chosen: bool) -> Key {
    Key {
        at: at.to_string(),
        name: button.name.clone(),
        chosen,
        opens: false,
        open: false,
        beneath: Vec::new(),
    }
}

/// Which kind of button it is, as the form names it.
pub const fn kind(action: &Action) -> &'static str {
    match action {
        Action::Open { .. } => "open",
        Action::Say { .. } => "say",
        Action::Click { .. } => "click",
        Action::View { .. } => "view",
        Action::MiniProgram { .. } => "mini",
        Action::Media { .. } => "media",
        Action::Ask { .. } | Action::Article { .. } | Action::Articles { .. } => "other",
    }
}

/// What a button does, in a few words.
pub fn does(speech: &Speech, button: &Button) -> String {
    let what = speech.say(&format!("menu-kind-{}", kind(&button.action)));
    let detail = match &button.action {
        Action::Say { text } => text.chars().take(40).collect(),
        Action::Click { key } | Action::Ask { key, .. } => key.clone(),
        Action::View { url } | Action::MiniProgram { url, .. } => url.clone(),
        _ => String::new(),
    };
    if detail.is_empty() { what } else { format!("{what}: {detail}") }
}

/// What followers are told apart by.
pub struct Groups {
    pub tags: Vec<Tag>,
    pub segments: Vec<Segment>,
}

impl Groups {
    /// Reads those of an account.
    pub fn read(conn: &mut AnyConnection, account: AccountId) -> crier_core::Result<Self> {
        Ok(Self { tags: tags::all(conn, account)?, segments: segments::all(conn, account)? })
    }
}

/// Who sees a menu.
pub fn audience(speech: &Speech, rule: &Rule, groups: &Groups) -> String {
    let segment = rule.segment.map(|id| {
        let known = groups.segments.iter().find(|segment| segment.id == id);
        known.map_or_else(
            || speech.say("menu-who-segment-gone"),
            |segment| speech.with("menu-who-segment", &[("name", segment.name.clone().into())]),
        )
    });
    let tag = rule.tag.map(|number| {
        let known = groups.tags.iter().find(|tag| tag.number == number);
        let name = known.map_or_else(|| format!("#{number}"), |tag| tag_name(speech, tag));
        speech.with("menu-who-tag", &[("name", name.into())])
    });
    let platform = rule.platform.map(|platform| platform_name(speech, platform));
    let locale = rule.language.as_deref().map(language);
    let parts: Vec<String> = [segment, tag, platform, locale].into_iter().flatten().collect();
    if parts.is_empty() { speech.say("menu-who-nobody") } else { parts.join(" · ") }
}

/// What somebody is on.
pub fn platform_name(speech: &Speech, platform: Platform) -> String {
    match platform {
        Platform::Ios => "iPhone · iPad".to_owned(),
        Platform::Android => "Android".to_owned(),
        Platform::Other => speech.say("menu-platform-other"),
    }
}
