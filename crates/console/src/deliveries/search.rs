//! What of the log is looked for: it stands in the address, so that it can be kept and shared.
use crier_core::deliveries::{Search, State};
use crier_core::endpoints::Endpoint;
use crier_core::facts::Fact;
use crier_core::ids::DeliveryId;
use crier_core::{Error, Result};
use serde::Deserialize;

use crate::calendar::Calendar;
use crate::fields::{self, Field};
use crate::words::{Fault, Speech};

/// What attempts can show, most common first.
const VERDICTS: [&str; 17] = [
    "delivered",
    "timeout",
    "unreachable",
    "bad_status",
    "unresolved",
    "tls",
    "redirect",
    "gone",
    "too_large",
    "malformed_answer",
    "bad_signature",
    "wrong_recipient",
    "unknown_media",
    "wrong_echo",
    "forbidden_address",
    "not_spoken",
    "endpoint_off",
];
/// Ids stay below.
const MOST: i64 = 1 << 53;

/// Which part of the log.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Input {
    state: String,
    endpoint: String,
    kind: String,
    verdict: String,
    /// In the account's time zone.
    from: String,
    until: String,
    event: String,
    /// Where the page before ended.
    before: String,
    /// `off`: what is new is not shown as it comes.
    live: String,
}

impl Input {
    /// What is looked for.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub fn search(&self, calendar: &Calendar) -> Result<Search> {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let moment = |field, text: &str| match text {
            "" => Ok(None),
            text => calendar
                .parse(text)
                .map(Some)
                .ok_or_else(|| Error::invalid(field, "must be day and time")),
        };
        Ok(Search {
            state: State::parse(&self.state),
            endpoint: id("endpoint", &self.endpoint)?.map(Into::into),
            kind: text(&self.kind),
            verdict: text(&self.verdict),
            from: moment("from", &self.from)?,
            until: moment("until", &self.until)?,
            event: id("event", &self.event)?.map(Into::into),
        })
    }

    /// Where the page before ended.
    pub fn before(&self) -> Option<DeliveryId> {
        self.before.parse().ok()
    }

    /// Whether this is where new deliveries show.
    pub fn is_newest(&self) -> bool {
        self.before.is_empty() && self.until.is_empty()
    }

    /// Whether they show as they come.
    pub fn is_live(&self) -> bool {
        self.is_newest() && self.live != "off"
    }

    /// The same search, with or without what is new.
    pub fn paused(&self, paused: bool) -> String {
        let live = if paused { "off" } else { "" };
        Self { live: live.to_owned(), ..self.clone() }.query("")
    }

    /// Whether anything but the state is chosen.
    pub fn is_narrow(&self) -> bool {
        self.pairs()
            .iter()
            .any(|(name, value)| !["state", "live"].contains(name) && !value.is_empty())
    }

    /// The same search in another state.
    pub fn in_state(&self, state: Option<State>) -> String {
        let state = state.map(|state| state.as_str().to_owned()).unwrap_or_default();
        Self { state, ..self.clone() }.query("")
    }

    /// The same search where a page ended.
    pub fn after(&self, last: DeliveryId) -> String {
        self.query(&last.to_string())
    }

    /// The same search from its beginning.
    pub fn newest(&self) -> String {
        self.query("")
    }

    fn pairs(&self) -> [(&'static str, &str); 8] {
        [
            ("state", &self.state),
            ("endpoint", &self.endpoint),
            ("kind", &self.kind),
            ("verdict", &self.verdict),
            ("from", &self.from),
            ("until", &self.until),
            ("event", &self.event),
            ("live", &self.live),
        ]
    }

    fn query(&self, before: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs().into_iter().chain([("before", before)]) {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => query,
            query => format!("?{query}"),
        }
    }
}

fn id(field: &'static str, text: &str) -> Result<Option<i64>> {
    let text = text.trim().trim_start_matches('#');
    if text.is_empty() {
        return Ok(None);
    }
    let id = text.parse().ok().filter(|id| (0..MOST).contains(id));
    id.map(Some).ok_or_else(|| Error::invalid(field, "must be an id"))
}

/// The form.
pub struct Filters {
    pub error: Option<String>,
    /// Kept as it is: it has tabs of its own.
    pub state: String,
    pub fields: Vec<Field>,
    pub is_open: bool,
}

impl Filters {
    /// The form with `input` in it.
    pub fn new(speech: &Speech, input: &Input, known: &[Endpoint], fault: Option<&Fault>) -> Self {
        let named = known.iter().map(|one| (one.id.to_string(), one.name.clone()));
        let kinds = Fact::NAMES.iter().map(|kind| said(speech, "event", kind));
        let verdicts = VERDICTS.iter().map(|word| said(speech, "verdict", word));
        let moment = |name, value: &str| {
            Field::new(speech, "datetime-local", name).value(value).fault(fault)
        };
        let mut event = Field::new(speech, "text", "event").value(&*input.event).fault(fault);
        event = event.with(r#"inputmode="numeric" autocomplete="off""#);
        let fields = vec![
            fields::optional(speech, "endpoint", &input.endpoint, named.collect()).fault(fault),
            fields::optional(speech, "kind", &input.kind, kinds.collect())
                .labelled(speech.say("event")),
            fields::optional(speech, "verdict", &input.verdict, verdicts.collect())
                .labelled(speech.say("verdict")),
            moment("from", &input.from),
            moment("until", &input.until),
            event,
        ];
        let placed: Vec<&Field> = fields.iter().collect();
        Self {
            error: fields::whole(fault, &placed),
            state: input.state.clone(),
            fields,
            is_open: input.is_narrow(),
        }
    }
}

fn said(speech: &Speech, what: &str, word: &str) -> (String, String) {
    (word.to_owned(), speech.say(&format!("{what}-{word}")))
}
