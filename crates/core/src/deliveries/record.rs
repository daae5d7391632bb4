//! What became of deliveries, many at once, in the writer's next commit.
use std::collections::HashMap;

use crier_schema::ids::{AccountId, AttemptId, DeliveryId, FollowerId, NodeId};
use crier_schema::tables::{attempts, deliveries};
use crier_schema::{Timestamp, on_each};
use diesel::prelude::*;

use super::State;
use crate::conversations::Append;
use crate::error::Result;
use crate::tx::{Live, News, Tx};

/// One try of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// 1 for the first.
    pub number: i32,
    /// When it began.
    pub at: Timestamp,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: i32,
    /// The request: URL, a blank line, body; cut to a few kilobytes.
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
    /// Delivered or failed; pending leaves it leased, for another attempt.
    pub state: State,
    /// Attempts to add to the log.
    pub attempts: Vec<NewAttempt>,
    /// The message in the answer. Its client id is the event's, so it counts once.
    pub reply: Option<Append>,
}

#[derive(Insertable)]
#[diesel(table_name = attempts, treat_none_as_default_value = false)]
struct Row<'a> {
    id: AttemptId,
    delivery_id: DeliveryId,
    number: i32,
    at: Timestamp,
    took_ms: i32,
    request: &'a str,
    status: Option<i32>,
    answer: &'a str,
    verdict: &'a str,
}

/// Rows in one statement: nine values each, and SQLite takes 32,766.
const ROWS: usize = 2_000;

/// Deliveries that end alike share one statement.
type Ending<'a> = (NodeId, State, i32, &'a str);

/// Records outcomes. The messages in their answers are appended by the writer, with all others.
pub fn record(tx: &mut Tx<'_>, outcomes: &[Outcome]) -> Result<()> {
    store_attempts(tx, outcomes)?;
    let mut endings: HashMap<Ending<'_>, Vec<DeliveryId>> = HashMap::new();
    for outcome in outcomes {
        let Some(last) = outcome.attempts.last() else { continue };
        let ending = (outcome.node, outcome.state, last.number, last.verdict.as_str());
        endings.entry(ending).or_default().push(outcome.delivery);
    }
    for ((node, state, made, verdict), ids) in endings {
        let finished = (state != State::Pending).then_some(tx.now);
        for ids in ids.chunks(ROWS) {
            let held = deliveries::table
                .filter(deliveries::id.eq_any(ids).and(deliveries::leased_by.eq(node)))
                .filter(deliveries::state.eq(State::Pending));
            diesel::update(held)
                .set((
                    deliveries::state.eq(state),
                    deliveries::attempts.eq(made),
                    deliveries::verdict.eq(Some(verdict)),
                    deliveries::finished_at.eq(finished),
                ))
                .execute(tx.conn)?;
        }
    }
    tx.effects.live.extend(outcomes.iter().map(|outcome| Live {
        account: outcome.account,
        user: None,
        news: News::Delivery { id: outcome.delivery },
    }));
    Ok(())
}

fn store_attempts(tx: &mut Tx<'_>, outcomes: &[Outcome]) -> Result<()> {
    let rows: Vec<Row<'_>> = outcomes
        .iter()
        .flat_map(|outcome| outcome.attempts.iter().map(move |attempt| (outcome, attempt)))
        .map(|(outcome, attempt)| Row {
            id: tx.ids.next(),
            delivery_id: outcome.delivery,
            number: attempt.number,
            at: attempt.at,
            took_ms: attempt.took_ms,
            request: &attempt.request,
            status: attempt.status,
            answer: &attempt.answer,
            verdict: &attempt.verdict,
        })
        .collect();
    let conn = &mut *tx.conn;
    for rows in rows.chunks(ROWS) {
        on_each!(conn, diesel::insert_into(attempts::table).values(rows).execute(conn))?;
    }
    Ok(())
}
