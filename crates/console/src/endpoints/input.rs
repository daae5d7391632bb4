//! What is filled in about an endpoint, read and written.
use std::collections::BTreeMap;

use crier_core::endpoints::{self, Dialect, Draft, Endpoint, Mode, Options, Secrets};
use crier_core::facts::Fact;
use crier_core::{Error, Result};
use serde::Deserialize;

/// What is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    pub(super) dialect: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) token: String,
    pub(super) key: String,
    pub(super) mode: String,
    /// `Name: value`, one a line.
    pub(super) headers: String,
    pub(super) timeout_ms: String,
    pub(super) rate: String,
    pub(super) concurrency: String,
    /// Not empty for yes.
    pub(super) persistent: String,
    /// Which button: `save`, `token`, `key`, or a dialect to speak instead.
    act: String,
    /// `hears-KIND` for each kind that is checked.
    #[serde(flatten)]
    checked: BTreeMap<String, String>,
}

impl Input {
    /// What is stored.
    pub fn of(endpoint: &Endpoint, secrets: &Secrets) -> Self {
        Self::with(endpoint.draft(secrets))
    }

    /// A form to begin with: its secrets are made already.
    pub fn fresh() -> Self {
        Self::with(Draft::fresh(Dialect::Wechat, ""))
    }

    fn with(draft: Draft) -> Self {
        let number = |number: Option<i32>| number.map(|one| one.to_string()).unwrap_or_default();
        let options = draft.options;
        let lines = options.headers.iter().map(|(name, value)| format!("{name}: {value}"));
        let hears = options.hears.iter().map(|kind| (format!("hears-{kind}"), "yes".to_owned()));
        Self {
            dialect: draft.dialect.as_str().to_owned(),
            name: options.name,
            url: draft.url,
            token: draft.token,
            key: draft.key,
            mode: draft.mode.as_str().to_owned(),
            headers: lines.collect::<Vec<_>>().join("\n"),
            timeout_ms: number(options.timeout_ms),
            rate: number(options.rate),
            concurrency: number(options.concurrency),
            persistent: if options.persistent { "yes".to_owned() } else { String::new() },
            act: String::new(),
            checked: hears.collect(),
        }
    }

    /// Whether something is chosen that has a default and would be out of sight.
    pub(super) fn has_options(&self) -> bool {
        let texts = [&self.headers, &self.timeout_ms, &self.rate, &self.concurrency];
        texts.iter().any(|text| !text.is_empty()) || Fact::NAMES.iter().any(|kind| self.hears(kind))
    }

    pub(super) fn dialect(&self) -> Dialect {
        Dialect::parse(&self.dialect).unwrap_or(Dialect::Wechat)
    }

    /// Whether this kind of event is checked.
    pub(super) fn hears(&self, kind: &str) -> bool {
        self.checked.contains_key(&format!("hears-{kind}"))
    }

    /// Does what a button of the form asks that stores nothing: fresh secrets, another dialect.
    /// Says whether it was such a button.
    pub fn prepare(&mut self) -> bool {
        match self.act.as_str() {
            "token" => self.token = Draft::fresh(self.dialect(), "").token,
            "key" => self.key = endpoints::new_key(),
            word => {
                let Some(dialect) = Dialect::parse(word) else { return false };
                self.speak(dialect);
            }
        }
        true
    }

    /// Another dialect has other secrets, and its own way with what fails.
    fn speak(&mut self, dialect: Dialect) {
        let Draft { token, key, mode, options, .. } = Draft::fresh(dialect, "");
        (self.token, self.key) = (token, key);
        mode.as_str().clone_into(&mut self.mode);
        dialect.as_str().clone_into(&mut self.dialect);
        self.persistent = if options.persistent { "yes".to_owned() } else { String::new() };
    }

    /// What is to be stored.
    ///
    /// # Errors
    /// A number or a header that cannot be read; the rest is checked with the draft.
    pub fn draft(&self) -> Result<Draft> {
        let dialect = self.dialect();
        let (mode, key) = match dialect {
            Dialect::Native => (Mode::Plain, String::new()),
            Dialect::Wechat => {
                (Mode::parse(&self.mode).unwrap_or(Mode::Safe), self.key.trim().to_owned())
            }
        };
        let options = Options {
            name: self.name.trim().to_owned(),
            hears: Fact::NAMES
                .iter()
                .filter(|kind| self.hears(kind))
                .map(|&kind| kind.into())
                .collect(),
            headers: headers(&self.headers)?,
            timeout_ms: number("timeout_ms", &self.timeout_ms)?,
            persistent: !self.persistent.is_empty(),
            rate: number("rate", &self.rate)?,
            concurrency: number("concurrency", &self.concurrency)?,
        };
        let (url, token) = (self.url.trim().to_owned(), self.token.trim().to_owned());
        Ok(Draft { dialect, url, mode, token, key, options })
    }
}

fn number(field: &'static str, text: &str) -> Result<Option<i32>> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::invalid(field, "must be a number")),
    }
}

fn headers(text: &str) -> Result<Vec<(String, String)>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| Error::invalid("headers", "must be Name: value, one a line"))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_lines_of_name_and_value() {
        let read = headers("X-Key: a: b\r\n\r\n  Authorization:Bearer x ").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(read, [pair("X-Key", "a: b"), pair("Authorization", "Bearer x")]);
        assert!(headers("no colon").is_err());
    }

    #[test]
    fn what_is_stored_comes_back_from_the_form() {
        for dialect in Dialect::ALL {
            let mut draft = Draft::fresh(*dialect, "https://bot.example/");
            draft.options.hears = vec!["message".into(), "tapped".into()];
            draft.options.headers = vec![("X-Key".into(), "a".into())];
            draft.options.timeout_ms = Some(900);
            draft.options.name = "Bot".into();
            let again = Input::with(draft.clone()).draft().unwrap();
            assert_eq!(again.options, draft.options);
            assert_eq!((again.pair(), again.mode), (draft.pair(), draft.mode));
        }
    }
}
