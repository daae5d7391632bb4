//! What of the log is looked for: it stands in the address, so that it can be kept and shared.
use crier_core::activities::Search;
use crier_core::{Error, Result, Timestamp};
use serde::Deserialize;

use crate::calendar::Calendar;
use crate::fields::{self, Field};
use crate::words::{Fault, Speech};

/// Which part of the log.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Input {
    member: String,
    account: String,
    action: String,
    from: String,
    until: String,
    /// Where the page before ended.
    before: String,
}

impl Input {
    /// What is looked for.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub fn search(&self, calendar: &Calendar) -> Result<Search> {
        Ok(Search {
            member: id("member", &self.member)?.map(Into::into),
            account: id("account", &self.account)?.map(Into::into),
            action: (!self.action.is_empty()).then(|| self.action.clone()),
            from: moment("from", &self.from, calendar)?,
            until: moment("until", &self.until, calendar)?,
        })
    }

    /// Where the page before ended.
    pub fn before(&self) -> Option<i64> {
        self.before.parse().ok()
    }

    /// Whether anything is chosen.
    pub fn is_narrow(&self) -> bool {
        self.pairs().iter().any(|(_, value)| !value.is_empty())
    }

    /// The same search where a page ended; from its beginning without one.
    pub fn query(&self, before: Option<i64>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs().into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        match query.finish() {
            query if query.is_empty() => query,
            query => format!("?{query}"),
        }
    }

    fn pairs(&self) -> [(&'static str, &str); 5] {
        [
            ("member", &self.member),
            ("account", &self.account),
            ("action", &self.action),
            ("from", &self.from),
            ("until", &self.until),
        ]
    }

    /// The form with what is looked for in it.
    pub fn fields(&self, speech: &Speech, known: Known, fault: Option<&Fault>) -> Vec<Field> {
        let moment = |name, value: &str| {
            Field::new(speech, "datetime-local", name).value(value).fault(fault)
        };
        vec![
            fields::optional(speech, "member", &self.member, known.members).fault(fault),
            fields::optional(speech, "account", &self.account, known.accounts).fault(fault),
            fields::optional(speech, "action", &self.action, known.actions).fault(fault),
            moment("from", &self.from),
            moment("until", &self.until),
        ]
    }
}

/// What can be chosen from: values with what they are called.
#[derive(Default)]
pub struct Known {
    pub members: Vec<(String, String)>,
    pub accounts: Vec<(String, String)>,
    pub actions: Vec<(String, String)>,
}

/// The fault of the form as a whole.
pub fn whole(fault: Option<&Fault>, fields: &[Field]) -> Option<String> {
    fields::whole(fault, &fields.iter().collect::<Vec<_>>())
}

fn id(field: &'static str, text: &str) -> Result<Option<i64>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::invalid(field, "must be an id")),
    }
}

fn moment(field: &'static str, text: &str, calendar: &Calendar) -> Result<Option<Timestamp>> {
    match text {
        "" => Ok(None),
        text => match calendar.parse(text) {
            Some(at) => Ok(Some(at)),
            None => Err(Error::invalid(field, "must be day and time")),
        },
    }
}
