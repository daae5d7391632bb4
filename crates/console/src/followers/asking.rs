//! What an address of the list asks for.
use chrono::Duration;
use crier_core::Timestamp;
use crier_core::arrivals::Source;
use crier_core::followers::{Stands, Wanted};
use crier_core::ids::FollowerId;
use crier_core::menus;
use crier_core::tags::Tag;
use serde::Deserialize;

use crate::fields::Choice;
use crate::words::Speech;

/// Characters of what is searched for.
const MOST: usize = 60;

/// Languages to choose from, by what they call themselves.
pub const LANGUAGES: [(&str, &str); 12] = [
    ("zh-CN", "简体中文"),
    ("zh-TW", "繁體中文（台灣）"),
    ("zh-HK", "繁體中文（香港）"),
    ("ja", "日本語"),
    ("en", "English"),
    ("ko", "한국어"),
    ("th", "ไทย"),
    ("vi", "Tiếng Việt"),
    ("id", "Bahasa Indonesia"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("es", "Español"),
];

/// What a language calls itself; its tag where that is not known.
pub fn language(locale: &str) -> String {
    let known = LANGUAGES.iter().find(|(tag, _)| menus::speaks(locale, tag));
    known.map_or_else(|| locale.to_owned(), |(_, name)| (*name).to_owned())
}

/// The question, as it stands in the address. What cannot be read is not asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub q: String,
    pub standing: String,
    pub tag: String,
    pub source: String,
    pub language: String,
    /// Days within which they wrote.
    pub wrote: String,
    /// The follower after whom the page begins.
    pub after: String,
}

impl Asked {
    /// Who is wanted.
    pub fn wanted(&self, now: Timestamp) -> Wanted {
        let days: Option<i64> = self.wrote.parse().ok().filter(|days| (1..=365).contains(days));
        Wanted {
            text: self.q.trim().chars().take(MOST).collect(),
            standing: Stands::parse(&self.standing).unwrap_or(Stands::Following),
            tag: self.tag.parse().ok(),
            source: Source::parse(&self.source),
            language: Some(self.language.clone()).filter(|language| !language.is_empty()),
            wrote_since: days.map(|days| now.plus(-Duration::days(days))),
        }
    }

    /// Where the page begins.
    pub fn after(&self) -> Option<FollowerId> {
        self.after.parse().ok()
    }

    /// Whether anything but everybody is asked for.
    pub fn is_narrow(&self) -> bool {
        !self.q.trim().is_empty() || self.is_filtered()
    }

    /// Whether anything but a name is asked for.
    pub fn is_filtered(&self) -> bool {
        [&self.standing, &self.tag, &self.source, &self.language, &self.wrote]
            .iter()
            .any(|part| !part.is_empty())
    }

    /// The same question from another follower on, as an address has it behind its `?`.
    pub fn query(&self, after: Option<FollowerId>) -> String {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let parts = [
            ("q", self.q.trim()),
            ("standing", &self.standing),
            ("tag", &self.tag),
            ("source", &self.source),
            ("language", &self.language),
            ("wrote", &self.wrote),
            ("after", &after),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish()
    }

    /// The filters: name, what is chosen, and the choices.
    pub fn filters(&self, speech: &Speech, tags: &[Tag]) -> Vec<Filter> {
        let any = |key: &str| Choice { value: String::new(), label: speech.say(key) };
        let filter = |name: &'static str, chosen: &str, choices: Vec<Choice>| Filter {
            name,
            label: speech.say(&format!("followers-{name}")),
            chosen: chosen.to_owned(),
            choices,
        };
        let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
        let standing = Stands::ALL.iter().map(|it| match it {
            Stands::Following => any("standing-following"),
            it => choice(it.as_str(), speech.say(&format!("standing-{it}"))),
        });
        let all =
            |choices: Vec<Choice>| [any("followers-any")].into_iter().chain(choices).collect();
        let tag = |tag: &Tag| choice(&tag.number.to_string(), tag_name(speech, tag));
        let source = |it: &Source| choice(it.as_str(), speech.say(&format!("source-{it}")));
        let language = |(tag, name): &(&str, &str)| choice(tag, (*name).to_owned());
        let days = |days: i64| choice(&days.to_string(), speech.count("followers-days", days));
        vec![
            filter("standing", &self.standing, standing.collect()),
            filter("tag", &self.tag, all(tags.iter().map(tag).collect())),
            filter("source", &self.source, all(Source::ALL.iter().map(source).collect())),
            filter("language", &self.language, all(LANGUAGES.iter().map(language).collect())),
            filter("wrote", &self.wrote, all([1, 7, 30].map(days).into())),
        ]
    }
}

/// A tag's name; the one that every account has is said in the visitor's language.
pub fn tag_name(speech: &Speech, tag: &Tag) -> String {
    if tag.number == crier_core::tags::STARRED {
        return speech.say("tag-starred");
    }
    tag.name.clone()
}

/// One filter.
pub struct Filter {
    pub name: &'static str,
    pub label: String,
    pub chosen: String,
    pub choices: Vec<Choice>,
}
