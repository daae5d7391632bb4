//! What the console says, in every language it speaks: `web/messages`, a folder for each language
//! and a file for each part, built into the binary.
use std::sync::Arc;

use crier_core::Error;
use crier_core::mails::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::failures::Failure;

#[derive(RustEmbed)]
#[folder = "../../web/messages"]
struct Messages;

/// Every message in every language.
pub struct Words {
    bundles: Vec<(Language, FluentBundle<FluentResource>)>,
}

impl Words {
    /// Reads what is built in. A message that cannot be read would be missing: a test looks.
    pub fn load() -> Self {
        Self { bundles: Language::ALL.iter().map(|it| (*it, bundle(*it))).collect() }
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    // The language decides how plurals are formed; its word is well-formed.
    let identifier: LanguageIdentifier = language.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Marks around inserted text would be copied along with app ids and addresses.
    bundle.set_use_isolating(false);
    for path in Messages::iter().filter(|path| path.split('/').next() == Some(language.as_str())) {
        let Some(file) = Messages::get(&path) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// One language's messages.
#[derive(Clone)]
pub struct Speech {
    words: Arc<Words>,
    /// Which one.
    pub language: Language,
}

impl Speech {
    /// The messages of this language.
    pub const fn new(words: Arc<Words>, language: Language) -> Self {
        Self { words, language }
    }

    /// A message; its key where there is none, between marks that tests look for on every page.
    pub fn say(&self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| missing(key))
    }

    /// A message about a number, its `$count`.
    pub fn count(&self, key: &str, count: i64) -> String {
        self.with(key, &[("count", count.into())])
    }

    /// A message with values in it.
    pub fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let values: FluentArgs<'_> = values.iter().cloned().collect();
        self.find(key, Some(&values)).unwrap_or_else(|| missing(key))
    }

    /// A message, if there is one.
    pub fn find(&self, key: &str, values: Option<&FluentArgs<'_>>) -> Option<String> {
        let said = |language| {
            let (_, bundle) = self.words.bundles.iter().find(|(it, _)| *it == language)?;
            let pattern = bundle.get_message(key)?.value()?;
            Some(bundle.format_pattern(pattern, values, &mut Vec::new()).into_owned())
        };
        // A sentence in the wrong language says more than a key.
        said(self.language).or_else(|| said(Language::English))
    }

    /// What to tell whoever filled in a form.
    ///
    /// # Errors
    /// An error that is no fault of theirs, which becomes a page of its own.
    pub fn fault(&self, error: Error) -> Result<Fault, Failure> {
        match error {
            Error::Invalid { field, problem } => {
                let text = self.find(&format!("invalid-{field}"), None).unwrap_or(problem);
                Ok(Fault { field: Some(field), text })
            }
            Error::Conflict(word) => {
                let text = self.say(&format!("conflict-{word}"));
                Ok(Fault { field: field_of(word), text })
            }
            Error::Denied(denial) => match denial_key(denial) {
                Some(key) => Ok(Fault { field: None, text: self.say(key) }),
                None => Err(Error::Denied(denial).into()),
            },
            Error::Limited { retry_after } => {
                let seconds = i64::try_from(retry_after.as_secs()).unwrap_or(i64::MAX - 1) + 1;
                Ok(Fault { field: None, text: self.count("limited", seconds) })
            }
            error => Err(error.into()),
        }
    }
}

fn missing(key: &str) -> String {
    format!("⟦{key}⟧")
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, unless it is the form as a whole.
    pub field: Option<&'static str>,
    /// The sentence to show.
    pub text: String,
}

fn field_of(conflict: &str) -> Option<&'static str> {
    match conflict {
        "handle_taken" => Some("handle"),
        "shortcut_taken" => Some("shortcut"),
        "email_taken" | "already_member" => Some("email"),
        _ => None,
    }
}

const fn denial_key(denial: crier_core::error::Denial) -> Option<&'static str> {
    use crier_core::error::Denial;
    match denial {
        Denial::NotFollowing => Some("denied-not-following"),
        Denial::Blocked => Some("denied-blocked"),
        Denial::WindowClosed => Some("denied-window-closed"),
        Denial::WindowSpent => Some("denied-window-spent"),
        Denial::Credentials => Some("denied-credentials"),
        Denial::Pending => Some("denied-pending"),
        Denial::Suspended => Some("denied-suspended"),
        Denial::Closed => Some("denied-closed"),
        _ => None,
    }
}
