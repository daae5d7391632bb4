//! What became of deliveries, many at once, in the writer's next commit.
use std::collections::{HashMap, HashSet};

use crier_schema::ids::{AccountId, AttemptId, DeliveryId, FollowerId, NodeId};
use crier_schema::tables::attempts;
use crier_schema::{Timestamp, bulk};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::State;
use crate::conversations::Append;
use crate::error::Result;
use crate::tx::{Live, News, Tx};

/// One try of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = attempts)]
pub struct Attempt {
    /// 1 for the first.
    pub number: i32,
    /// When it began.
    pub at: Timestamp,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: i32,
    /// The request: method, URL, a blank line, body; cut to a few kilobytes. Empty where nothing
    /// was sent, and for an attempt that went well: what it said is the event, in the endpoint's
    /// dialect.
    pub request: String,
    /// The answer's HTTP status, if there was one.
    pub status: Option<i32>,
    /// The answer's beginning, or what went wrong on the way.
    pub answer: String,
    /// What it shows, in a stable word ("delivered", "timeout", "malformed_answer", ...).
    pub verdict: String,
}

/// What became of a delivery.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Which delivery.
    pub delivery: DeliveryId,
    /// The node that made it: an outcome of a node that no longer holds the lease changes nothing.
    pub node: NodeId,
    /// Whose event it was.
    pub account: AccountId,
    /// The conversation the answer goes to.
    pub follower: Option<FollowerId>,
    /// Delivered or failed; waiting for its next attempt, held by nobody meanwhile; pending leaves
    /// it with the node, for another attempt at once.
    pub state: State,
    /// The attempt that this is the outcome of.
    pub attempt: Attempt,
    /// When the next attempt is due, of one that waits.
    pub next_at: Option<Timestamp>,
    /// Attempts made by the long schedule, with this one.
    pub retries: i32,
    /// The message in the answer. Its client id is the event's, so it counts once.
    pub reply: Option<Append>,
}

bulk! {
    insert into attempts
    struct AttemptRow<'a> {
        id: AttemptId as BigInt,
        delivery_id: DeliveryId as BigInt,
        number: i32 as Integer,
        at: Timestamp as BigInt,
        took_ms: i32 as Integer,
        request: &'a str as Text,
        status: Option<i32> as Nullable<Integer>,
        answer: &'a str as Text,
        verdict: &'a str as Text,
    }
}

bulk! {
    update deliveries
    struct EndingRow<'a> {
        state: State as Text,
        attempts: i32 as Integer,
        retries: i32 as Integer,
        leased_by: Option<NodeId> as Nullable<BigInt>,
        next_at: Timestamp as BigInt,
        verdict: &'a str as Text,
        status: Option<i32> as Nullable<Integer>,
        took_ms: i32 as Integer,
        answer: &'a str as Text,
        finished_at: Option<Timestamp> as Nullable<BigInt>,
    }
    where { id = id: DeliveryId as BigInt, leased_by = node: NodeId as BigInt }
    and "deliveries.state = 'pending'"
}

/// Records outcomes. The messages in their answers are appended by the writer, with all others.
pub fn record(tx: &mut Tx<'_>, outcomes: &[Outcome]) -> Result<()> {
    let tried: Vec<AttemptRow<'_>> = outcomes
        .iter()
        .filter(|outcome| outcome.state != State::Delivered && !outcome.attempt.request.is_empty())
        .map(|outcome| attempt_row(tx.ids.next(), outcome.delivery, &outcome.attempt))
        .collect();
    AttemptRow::execute_all(tx.conn, &tried)?;
    let endings: Vec<EndingRow<'_>> =
        newest(outcomes).map(|outcome| ending_row(tx.now, outcome)).collect();
    EndingRow::execute_all(tx.conn, &endings)?;
    tx.effects.ended.extend(outcomes.iter().map(|outcome| outcome.delivery));
    tx.effects.live.extend(outcomes.iter().map(|outcome| Live {
        account: outcome.account,
        user: None,
        news: News::Delivery { id: outcome.delivery },
    }));
    Ok(())
}

/// The last outcome of each delivery: PostgreSQL would take any one of several.
fn newest(outcomes: &[Outcome]) -> impl Iterator<Item = &Outcome> {
    let last: HashMap<DeliveryId, usize> =
        outcomes.iter().enumerate().map(|(index, outcome)| (outcome.delivery, index)).collect();
    let last: HashSet<usize> = last.into_values().collect();
    outcomes
        .iter()
        .enumerate()
        .filter_map(move |(index, outcome)| last.contains(&index).then_some(outcome))
}

/// Puts an attempt into the log that its delivery's row no longer shows.
pub(super) fn keep_attempt(tx: &mut Tx<'_>, delivery: DeliveryId, attempt: &Attempt) -> Result<()> {
    let row = attempt_row(tx.ids.next(), delivery, attempt);
    Ok(AttemptRow::execute_all(tx.conn, &[row])?)
}

fn attempt_row(id: AttemptId, delivery_id: DeliveryId, attempt: &Attempt) -> AttemptRow<'_> {
    AttemptRow {
        id,
        delivery_id,
        number: attempt.number,
        at: attempt.at,
        took_ms: attempt.took_ms,
        request: &attempt.request,
        status: attempt.status,
        answer: &attempt.answer,
        verdict: &attempt.verdict,
    }
}

fn ending_row(now: Timestamp, outcome: &Outcome) -> EndingRow<'_> {
    let ended = matches!(outcome.state, State::Delivered | State::Failed);
    EndingRow {
        id: outcome.delivery,
        node: outcome.node,
        state: outcome.state,
        attempts: outcome.attempt.number,
        retries: outcome.retries,
        leased_by: (outcome.state != State::Waiting).then_some(outcome.node),
        next_at: outcome.next_at.unwrap_or(now),
        verdict: &outcome.attempt.verdict,
        status: outcome.attempt.status,
        took_ms: outcome.attempt.took_ms,
        answer: &outcome.attempt.answer,
        finished_at: ended.then_some(now),
    }
}
