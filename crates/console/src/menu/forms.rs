//! The forms of the designer: a button, and who sees a menu.
use crier_core::media::{Media, MediaKind};
use crier_core::menus::{Action, Button, MOST_BENEATH, MOST_TOP, Rule};
use crier_core::segments::Segment;
use crier_core::tags::Tag;
use crier_core::users::Platform;
use serde::Deserialize;

use super::describing::{Groups, kind, platform_name};
use super::editing::At;
use crate::fields::{Choice, Field};
use crate::followers::asking::{LANGUAGES, tag_name};
use crate::words::{Fault, Speech};

/// Sends the form it is in to the page's own address, and shows the designer that comes back.
const ANEW: &str = r##"hx-post="" hx-trigger="change" hx-target="#designer" hx-select="#designer" hx-swap="outerHTML""##;

/// Kinds of buttons to choose from.
const KINDS: [&str; 5] = ["say", "view", "click", "media", "mini"];

/// The form of the button that is chosen.
pub struct ButtonForm {
    pub at: String,
    /// Whether it opens others.
    pub opens: bool,
    /// Whether it is of a kind that only a backend makes.
    pub foreign: bool,
    pub name: Field,
    pub kind: Field,
    /// What its kind asks for.
    pub fields: Vec<Field>,
    /// Whether it sends a file, which may be a new one.
    pub takes_file: bool,
    pub can_forth: bool,
    pub can_back: bool,
    /// Whether there is room beneath it.
    pub can_add: bool,
    /// Whether it stands beneath another.
    pub is_beneath: bool,
}

impl ButtonForm {
    /// With this button in it.
    pub fn new(
        speech: &Speech,
        at: At,
        button: &Button,
        media: &[Media],
        fault: Option<&Fault>,
    ) -> Self {
        let is_beneath = at.beneath.is_some();
        let most = if is_beneath { MOST_BENEATH } else { MOST_TOP };
        let attributes = if is_beneath {
            r#"maxlength="20" autocomplete="off""#
        } else {
            r#"maxlength="8" autocomplete="off""#
        };
        let own = kind(&button.action);
        let kinds = KINDS.iter().map(|kind| Choice {
            value: (*kind).to_owned(),
            label: speech.say(&format!("menu-kind-{kind}")),
        });
        Self {
            at: at.to_string(),
            opens: own == "open",
            foreign: own == "other",
            name: Field::new(speech, "text", "button_name")
                .value(&button.name)
                .hint(speech.count("menu-name-hint", most as i64))
                .with(attributes)
                .fault(fault),
            kind: Field::new(speech, "select", "kind")
                .labelled(speech.say("menu-kind"))
                .choices(kinds.collect())
                .value(own)
                // Another kind has other fields: the whole form is shown anew.
                .with(ANEW),
            fields: fields(speech, &button.action, media, fault),
            takes_file: own == "media",
            can_forth: false,
            can_back: false,
            can_add: false,
            is_beneath,
        }
    }
}

fn fields(speech: &Speech, action: &Action, media: &[Media], fault: Option<&Fault>) -> Vec<Field> {
    let field = |kind, name, value: &str| Field::new(speech, kind, name).value(value).fault(fault);
    let link = |url: &str| field("url", "button_url", url).with(r#"maxlength="1024""#);
    match action {
        Action::Say { text } => vec![
            field("area", "button_text", text)
                .hint(speech.say("menu-text-hint"))
                .with(r#"maxlength="600""#),
        ],
        Action::Click { key } => vec![
            field("text", "button_key", key)
                .hint(speech.say("menu-key-hint"))
                .with(r#"maxlength="128" autocomplete="off""#),
        ],
        Action::View { url } => vec![link(url)],
        Action::MiniProgram { app_id, path, url } => vec![
            field("text", "app_id", app_id).with(r#"maxlength="128" autocomplete="off""#),
            field("text", "button_path", path).with(r#"maxlength="1024" autocomplete="off""#),
            link(url).hint(speech.say("menu-mini-hint")),
        ],
        Action::Media { media_id } => vec![
            field("select", "media_id", media_id)
                .choices(media_choices(speech, media))
                .hint(speech.say("menu-media-hint")),
        ],
        _ => Vec::new(),
    }
}

fn media_choices(speech: &Speech, media: &[Media]) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: speech.say("auto-file-none") };
    let sendable = |file: &&Media| file.kind != MediaKind::Thumb;
    let file = |file: &Media| Choice {
        value: file.media_key.clone(),
        label: format!("{}: {}", speech.say(&format!("auto-type-{}", file.kind)), file.name),
    };
    std::iter::once(none).chain(media.iter().filter(sendable).map(file)).collect()
}

/// What is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    /// The button that is chosen.
    pub at: String,
    /// What is to be done.
    pub op: String,
    pub button_name: Option<String>,
    pub kind: String,
    pub button_text: String,
    pub button_key: String,
    pub button_url: String,
    pub button_path: String,
    pub app_id: String,
    pub media_id: String,
}

impl Input {
    /// What the button is called.
    pub fn name(&self, before: &str) -> String {
        let typed = self.button_name.as_deref().map(str::trim);
        typed.unwrap_or(before).to_owned()
    }

    /// What the button does. Of another kind than before it begins empty.
    pub fn action(&self, before: &Action, media: &[Media]) -> Action {
        if self.button_name.is_none() || matches!(kind(before), "open" | "other") {
            return before.clone();
        }
        let typed = |value: &str| value.trim().to_owned();
        match self.kind.as_str() {
            "view" => Action::View { url: typed(&self.button_url) },
            "click" => Action::Click { key: typed(&self.button_key) },
            "mini" => Action::MiniProgram {
                app_id: typed(&self.app_id),
                path: typed(&self.button_path),
                url: typed(&self.button_url),
            },
            "media" => {
                let known = media.iter().any(|file| file.media_key == self.media_id);
                let media_id = if known { self.media_id.clone() } else { String::new() };
                Action::Media { media_id }
            }
            "say" => Action::Say { text: self.button_text.trim().replace("\r\n", "\n") },
            _ => before.clone(),
        }
    }
}

/// The form that says who sees a menu.
pub struct Who {
    pub name: Field,
    pub segment: Field,
    pub tag: Field,
    pub platform: Field,
    pub language: Field,
}

impl Who {
    /// With this rule in it.
    pub fn new(speech: &Speech, name: &str, rule: &Rule, groups: &Groups) -> Self {
        let value = |value: Option<String>| value.unwrap_or_default();
        Self {
            name: Field::new(speech, "text", "menu_name")
                .value(name)
                .with(r#"maxlength="60" autocomplete="off""#),
            segment: segment(speech, &groups.segments)
                .value(value(rule.segment.map(|id| id.to_string()))),
            tag: tag(speech, &groups.tags).value(value(rule.tag.map(|number| number.to_string()))),
            platform: platform(speech)
                .value(value(rule.platform.map(|platform| platform.as_str().to_owned()))),
            language: language(speech).value(known_language(rule.language.as_deref())),
        }
    }
}

/// Which of the languages to choose from it is; itself if none.
fn known_language(locale: Option<&str>) -> String {
    let Some(locale) = locale else { return String::new() };
    let same = LANGUAGES.iter().find(|(tag, _)| crier_core::menus::speaks(locale, tag));
    same.map_or(locale, |(tag, _)| tag).to_owned()
}

fn choices(speech: &Speech, all: impl Iterator<Item = (String, String)>) -> Vec<Choice> {
    let any = Choice { value: String::new(), label: speech.say("followers-any") };
    std::iter::once(any).chain(all.map(|(value, label)| Choice { value, label })).collect()
}

/// A segment to choose.
fn segment(speech: &Speech, segments: &[Segment]) -> Field {
    let each = segments.iter().map(|segment| (segment.id.to_string(), segment.name.clone()));
    Field::new(speech, "select", "segment")
        .labelled(speech.say("plan-segment"))
        .choices(choices(speech, each))
}

/// A tag to choose.
pub fn tag(speech: &Speech, tags: &[Tag]) -> Field {
    let each = tags.iter().map(|tag| (tag.number.to_string(), tag_name(speech, tag)));
    Field::new(speech, "select", "tag")
        .labelled(speech.say("followers-tag"))
        .choices(choices(speech, each))
}

/// A platform to choose.
pub fn platform(speech: &Speech) -> Field {
    let each = Platform::ALL.iter();
    let each = each.map(|it| (it.as_str().to_owned(), platform_name(speech, *it)));
    Field::new(speech, "select", "platform").choices(choices(speech, each))
}

/// A language to choose.
pub fn language(speech: &Speech) -> Field {
    let each = LANGUAGES.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned()));
    Field::new(speech, "select", "language")
        .labelled(speech.say("followers-language"))
        .choices(choices(speech, each))
}

/// Who sees a menu, as it is filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WhoInput {
    pub menu_name: String,
    pub segment: String,
    pub tag: String,
    pub platform: String,
    pub language: String,
}

impl WhoInput {
    /// The rule that it makes.
    pub fn rule(&self) -> Rule {
        Rule {
            segment: self.segment.parse().ok(),
            tag: self.tag.parse().ok(),
            platform: Platform::parse(&self.platform),
            language: Some(self.language.clone()).filter(|language| !language.is_empty()),
        }
    }
}
