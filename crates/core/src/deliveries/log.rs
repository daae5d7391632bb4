//! The delivery log, as a brand reads it.
use crier_schema::ids::{AccountId, AttemptId, DeliveryId, EndpointId};
use crier_schema::tables::{attempts, deliveries, endpoints};
use crier_schema::{AnyConnection, Timestamp};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Delivery, State};
use crate::error::{Error, Result};
use crate::events::{self, Event};

/// One try of a delivery, as stored.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = attempts)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// Of which delivery.
    pub delivery_id: DeliveryId,
    /// 1 for the first.
    pub number: i32,
    /// When it began.
    pub at: Timestamp,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: i32,
    /// The request: URL, a blank line, body.
    pub request: String,
    /// The answer's HTTP status.
    pub status: Option<i32>,
    /// The answer's beginning, or what went wrong on the way.
    pub answer: String,
    /// What it shows, in a stable word.
    pub verdict: String,
}

/// A delivery in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The delivery.
    pub delivery: Delivery,
    /// Where it goes.
    pub url: String,
    /// What it tells.
    pub event: Option<Event>,
}

/// An account's deliveries, newest first, of one state if given; `before` is the last page's last.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    state: Option<State>,
    before: Option<DeliveryId>,
    limit: i64,
) -> QueryResult<Vec<Logged>> {
    let mut query = Delivery::query()
        .filter(deliveries::account_id.eq(account))
        .order(deliveries::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(in_state(state));
    }
    if let Some(before) = before {
        query = query.filter(deliveries::id.lt(before));
    }
    let found: Vec<Delivery> = query.load(conn)?;
    with_events(conn, found)
}

/// Each state in full: neither engine would look for a bound one in the indexes that hold only one
/// state, and would walk the whole history for a rare one.
fn in_state(state: State) -> SqlLiteral<Bool> {
    sql(match state {
        State::Pending => "deliveries.state = 'pending'",
        State::Delivered => "deliveries.state = 'delivered'",
        State::Failed => "deliveries.state = 'failed'",
    })
}

fn with_events(conn: &mut AnyConnection, found: Vec<Delivery>) -> QueryResult<Vec<Logged>> {
    let ids: Vec<_> = found.iter().map(|delivery| delivery.event_id).collect();
    let told = events::all(conn, &ids)?;
    let urls: Vec<(EndpointId, String)> = endpoints::table
        .filter(endpoints::id.eq_any(found.iter().map(|delivery| delivery.endpoint_id)))
        .select((endpoints::id, endpoints::url))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|delivery| {
            let event = told.iter().find(|event| event.id == delivery.event_id).cloned();
            let url = urls.iter().find(|(id, _)| *id == delivery.endpoint_id);
            Logged { url: url.map(|(_, url)| url.clone()).unwrap_or_default(), event, delivery }
        })
        .collect())
}

/// One delivery of the log.
pub fn find(conn: &mut AnyConnection, id: DeliveryId) -> QueryResult<Option<Logged>> {
    let found: Vec<Delivery> = Delivery::query().find(id).load(conn)?;
    Ok(with_events(conn, found)?.pop())
}

/// Every attempt at a delivery, first to last.
pub fn attempts(conn: &mut AnyConnection, id: DeliveryId) -> QueryResult<Vec<Attempt>> {
    Attempt::query().filter(attempts::delivery_id.eq(id)).order(attempts::number.asc()).load(conn)
}

/// A delivery of the account with every attempt at it.
///
/// # Errors
/// `NotFound("delivery")`, also for another account's.
pub fn get_logged(
    conn: &mut AnyConnection,
    account: AccountId,
    id: DeliveryId,
) -> Result<(Logged, Vec<Attempt>)> {
    let logged = find(conn, id)?.filter(|logged| logged.delivery.account_id == account);
    let logged = logged.ok_or(Error::NotFound("delivery"))?;
    Ok((logged, attempts(conn, id)?))
}
