//! What was decided about an account, as a list both sides read.
use crier_core::accounts::{Account, State};
use crier_core::reviews::{Review, Step};

use crate::calendar::{Calendar, Moment};
use crate::words::Speech;

/// One step, in words.
pub struct Past {
    pub what: String,
    pub badge: &'static str,
    pub who: String,
    pub reason: String,
    pub at: Moment,
}

/// An account's history in words.
pub fn told(
    speech: &Speech,
    calendar: &Calendar,
    history: Vec<(Review, Option<String>)>,
) -> Vec<Past> {
    let one = |(review, who): (Review, Option<String>)| Past {
        what: speech.say(&format!("review-{}", review.step)),
        badge: match review.step {
            Step::Approved | Step::Reopened | Step::Opened => "is-ok",
            Step::Rejected | Step::Suspended | Step::Closed => "is-bad",
            Step::Asked | Step::Held => "is-warn",
            Step::Submitted | Step::Appealed | Step::Withdrawn => "",
        },
        who: who.unwrap_or_default(),
        reason: review.reason,
        at: calendar.full(review.created_at),
    };
    history.into_iter().map(one).collect()
}

/// How an account stands: words and the look of their badge.
pub fn standing(speech: &Speech, account: &Account) -> (String, &'static str) {
    let (word, badge) = match (account.state, account.verified) {
        (State::Closed, _) => ("closed", "is-bad"),
        (State::Suspended, _) => ("suspended", "is-bad"),
        (State::Pending, _) => ("pending", "is-warn"),
        (State::Open, true) => ("verified", "is-ok"),
        (State::Open, false) => ("unverified", ""),
    };
    (speech.say(&format!("standing-{word}")), badge)
}
