//! The delivery log: every event on its way to an endpoint, and every attempt at it.
pub mod again;
pub mod detail;
pub mod log;
mod search;

use crier_core::deliveries::{Logged, State};

use crate::calendar::{Calendar, Moment};
use crate::endpoints::reports::verdict;
use crate::gate::Desk;
use crate::words::Speech;

/// One delivery, for the list and its own page.
struct Row {
    href: String,
    id: i64,
    badge: &'static str,
    state: String,
    is_replay: bool,
    event: String,
    endpoint: String,
    verdict: String,
    attempts: String,
    time: Moment,
    /// When it is tried again, if it waits for that.
    next: Option<Moment>,
}

const fn badge(state: State) -> &'static str {
    match state {
        State::Pending => "is-accent",
        State::Waiting => "is-warn",
        State::Delivered => "is-ok",
        State::Failed => "is-bad",
    }
}

fn row(speech: &Speech, calendar: &Calendar, desk: &Desk, logged: &Logged) -> Row {
    let delivery = &logged.delivery;
    let waits = delivery.state == State::Waiting;
    Row {
        href: desk.path(&format!("/deliveries/{}", delivery.id)),
        id: delivery.id.0,
        badge: badge(delivery.state),
        state: speech.say(&format!("state-{}", delivery.state)),
        is_replay: delivery.replay,
        event: event(speech, &delivery.kind),
        endpoint: logged.endpoint.clone(),
        verdict: delivery.verdict.as_deref().map(|word| verdict(speech, word)).unwrap_or_default(),
        attempts: delivery.attempts.to_string(),
        time: calendar.exact(delivery.created_at),
        next: waits.then(|| calendar.exact(delivery.next_at)),
    }
}

/// A kind of event in words; its word where a newer version knows one more.
fn event(speech: &Speech, kind: &str) -> String {
    speech.find(&format!("event-{kind}"), None).unwrap_or_else(|| kind.to_owned())
}
