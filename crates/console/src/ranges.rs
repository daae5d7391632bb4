//! Which days a page of figures is about: chosen in its address, so that it can be kept and shared.
//!
//! A handler takes `Query<Choice>`, reads the range with [`Range::read`] and shows `{{ range.picker }}`;
//! [`Range::answer`] says 422 where the days cannot be read.
use actix_web::http::StatusCode;
use askama::Template;
use askama::filters::HtmlSafe;
use crier_core::figures::Days;
use crier_core::{Error, Timestamp};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::charts::Label;
use crate::gate::Desk;
use crate::visits::Visit;

/// Days that can be chosen with one press.
const PRESETS: [u64; 3] = [7, 28, 90];
/// What is shown unless something is chosen.
const USUAL: u64 = 28;
/// Days that can be looked at together, at most.
const MOST: i64 = 366;

/// What the address says. Everything may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// A number of days up to today, or `custom`.
    range: String,
    /// The first day, as `YYYY-MM-DD`.
    from: String,
    /// The last day.
    to: String,
    /// Not empty: with as many days right before.
    compare: String,
}

/// The days of a page.
pub struct Range {
    /// The days.
    pub days: Days,
    /// As many right before, when they are to be compared.
    pub before: Option<Days>,
    /// What stands beneath a chart of the days.
    pub labels: Vec<Label>,
    /// What chooses them.
    pub picker: Picker,
}

/// The form and links that choose days.
#[derive(Template)]
#[template(path = "console/range.html")]
pub struct Picker {
    words: Words,
    presets: Vec<(String, String, bool)>,
    shown: String,
    from: String,
    to: String,
    today: String,
    is_custom: bool,
    compares: bool,
    other: String,
    error: Option<String>,
    keep: Vec<(String, String)>,
}

/// What its template renders is escaped there.
impl HtmlSafe for Picker {}

struct Words {
    label: String,
    own: String,
    from: String,
    to: String,
    compare: String,
    toggle: String,
    apply: String,
}

impl Choice {
    /// The same days as part of an address, behind its `?`.
    pub fn query(&self) -> String {
        let pairs = [
            ("range", &self.range),
            ("from", &self.from),
            ("to", &self.to),
            ("compare", &self.compare),
        ];
        encoded(pairs.into_iter().filter(|(_, value)| !value.is_empty()))
    }

    fn is_custom(&self) -> bool {
        self.range == "custom" || (self.range.is_empty() && !self.from.is_empty())
    }

    fn days(&self, desk: &Desk, now: Timestamp) -> Result<Days, Error> {
        if self.is_custom() {
            return Days::up_to_now(&desk.account, &self.from, &self.to, MOST, now);
        }
        let preset = PRESETS.into_iter().find(|preset| self.range == preset.to_string());
        Ok(Days::latest(&desk.account, preset.unwrap_or(USUAL), now))
    }
}

impl Range {
    /// The days chosen; the usual ones where they cannot be read, which [`Range::answer`] then tells.
    pub fn read(visit: &Visit, desk: &Desk, now: Timestamp, choice: &Choice) -> Self {
        Self::read_beside(visit, desk, now, choice, &[])
    }

    /// The same on a page whose address says more, such as a filter: the picker keeps it.
    pub fn read_beside(
        visit: &Visit,
        desk: &Desk,
        now: Timestamp,
        choice: &Choice,
        keep: &[(&str, &str)],
    ) -> Self {
        let speech = &visit.speech;
        let read = choice.days(desk, now);
        let error = read.as_ref().err().map(|error| match error {
            Error::Invalid { field: "date", .. } => speech.say("range-bad-date"),
            _ => speech.count("range-bad-days", MOST),
        });
        let days = read.unwrap_or_else(|_| Days::latest(&desk.account, USUAL, now));
        let compares = !choice.compare.is_empty();
        let keep: Vec<_> =
            keep.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let calendar = Calendar::new(&desk.account.time_zone, now, speech.clone());
        let picker = picker(visit, &calendar, choice, &days, keep);
        let labels = calendar.days(&days);
        let picker = Picker { error, today: today(desk, now), ..picker };
        Self { before: compares.then(|| days.before()), labels, picker, days }
    }

    /// The page: 422 where the days cannot be read.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn answer(&self, template: &impl Template) -> Answer {
        let status = match self.picker.error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        answers::with_status(status, template)
    }
}

fn today(desk: &Desk, now: Timestamp) -> String {
    Days::latest(&desk.account, 1, now).last().to_string()
}

fn picker(
    visit: &Visit,
    calendar: &Calendar,
    choice: &Choice,
    days: &Days,
    keep: Vec<(String, String)>,
) -> Picker {
    let speech = &visit.speech;
    let is_custom = choice.is_custom();
    let compares = !choice.compare.is_empty();
    let address = |changed: Choice| {
        let kept = encoded(keep.iter().map(|(name, value)| (name.as_str(), value)));
        let parts: Vec<String> =
            [kept, changed.query()].into_iter().filter(|part| !part.is_empty()).collect();
        format!("?{}", parts.join("&"))
    };
    let presets = PRESETS.into_iter().map(|preset| {
        let changed = Choice {
            range: preset.to_string(),
            compare: choice.compare.clone(),
            ..Choice::default()
        };
        let current = !is_custom && days.count() == i64::try_from(preset).unwrap_or_default();
        (
            address(changed),
            speech.count("range-days", i64::try_from(preset).unwrap_or_default()),
            current,
        )
    });
    let compare = if compares { String::new() } else { "1".to_owned() };
    let toggle = if compares { "range-alone" } else { "range-compare-with" };
    let shown = [calendar.label(days.first()).full, calendar.label(days.last()).full];
    Picker {
        presets: presets.collect(),
        shown: shown.join(" – "),
        from: days.first().to_string(),
        to: days.last().to_string(),
        today: String::new(),
        is_custom,
        compares,
        other: address(Choice { compare, ..choice.clone() }),
        error: None,
        words: Words {
            label: speech.say("range-label"),
            own: speech.say("range-own"),
            from: speech.say("range-from"),
            to: speech.say("range-to"),
            compare: speech.say("range-compare"),
            toggle: speech.count(toggle, days.count()),
            apply: speech.say("range-apply"),
        },
        keep,
    }
}

fn encoded<'p>(pairs: impl Iterator<Item = (&'p str, &'p String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
