//! How long something is kept, to choose from.
use crier_core::Error;

use crate::fields::{Choice, Field};
use crate::words::Speech;

/// Days that can be chosen.
const DAYS: [i32; 7] = [30, 90, 180, 365, 730, 1_825, 3_650];

/// A select of days. The first choice is what holds without one; it is the message `otherwise`.
pub fn days_field(
    speech: &Speech,
    name: &'static str,
    days: Option<i32>,
    otherwise: &str,
) -> Field {
    let least = if name == "activity_days" { 180 } else { 30 };
    let own = days.filter(|days| !DAYS.contains(days));
    let mut offered: Vec<i32> = DAYS.into_iter().filter(|days| *days >= least).chain(own).collect();
    offered.sort_unstable();
    let choice = |days: i32| Choice {
        value: days.to_string(),
        label: speech.count("keep-days", days.into()),
    };
    let none = Choice { value: String::new(), label: speech.say(otherwise) };
    let choices = std::iter::once(none).chain(offered.into_iter().map(choice)).collect();
    let value = days.map(|days| days.to_string()).unwrap_or_default();
    Field::new(speech, "select", name).choices(choices).value(value)
}

/// What was chosen; what is no number stands for none at all and is refused as too few.
pub fn days_of(text: &str) -> Option<i32> {
    match text {
        "" => None,
        text => Some(text.parse().unwrap_or(0)),
    }
}

/// Whether a rule was refused because it keeps less than the one before: then it is asked for once more.
pub fn is_about_less(error: &Error) -> bool {
    matches!(error, Error::Conflict("keeps_less"))
}
