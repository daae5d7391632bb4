//! The delivery log, as a brand reads it.
use crier_schema::ids::{AccountId, DeliveryId, EndpointId, EventId};
use crier_schema::tables::{attempts, deliveries, endpoints};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::resend::success_of;
use super::{Attempt, Delivery, State, in_state};
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::mint::floor_id;

/// Rows looked at for one page: a search for what is rare goes on where the last page ended.
const SCAN: i64 = 20_000;
/// How much later than its event a delivery's id can have been minted: both in one commit.
const COMMIT: chrono::Duration = chrono::Duration::seconds(60);

/// A delivery in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// The delivery.
    pub delivery: Delivery,
    /// Its endpoint's name.
    pub endpoint: String,
    /// Where it goes.
    pub url: String,
    /// What it tells; absent once retention has removed it.
    pub event: Option<Event>,
}

/// Which deliveries are looked for; empty is all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Where they stand.
    pub state: Option<State>,
    /// Whom they tell.
    pub endpoint: Option<EndpointId>,
    /// What kind of fact they tell ([`crate::facts::Fact::name`]).
    pub kind: Option<String>,
    /// The one event they tell.
    pub event: Option<EventId>,
    /// What their last attempt showed.
    pub verdict: Option<String>,
    /// Stored at or after.
    pub from: Option<Timestamp>,
    /// Stored before.
    pub until: Option<Timestamp>,
}

/// Part of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage {
    /// Newest first.
    pub found: Vec<Logged>,
    /// Where the next page goes on (`before`), if there may be more. A page can be short, or empty,
    /// and still have one: only so many rows are looked at for it.
    pub next: Option<DeliveryId>,
}

/// The account's deliveries that match, newest first; `before` is where the last page ended.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    search: &Search,
    before: Option<DeliveryId>,
    limit: i64,
) -> QueryResult<LogPage> {
    let (first, past) = bounds(search, before);
    // The last row of the stretch that is looked at; none when it reaches the beginning.
    let edge: Option<DeliveryId> = stretch(account, search.state, first, past)
        .select(deliveries::id)
        .offset(SCAN)
        .first(conn)
        .optional()?;
    let from = edge.map_or(first, |edge| DeliveryId(edge.0 + 1));
    let mut query = stretch(account, search.state, from, past).limit(limit + 1);
    if let Some(endpoint) = search.endpoint {
        query = query.filter(deliveries::endpoint_id.eq(endpoint));
    }
    if let Some(kind) = &search.kind {
        query = query.filter(deliveries::kind.eq(kind.clone()));
    }
    if let Some(event) = search.event {
        query = query.filter(deliveries::event_id.eq(event));
    }
    if let Some(verdict) = &search.verdict {
        query = query.filter(deliveries::verdict.eq(verdict.clone()));
    }
    let mut found: Vec<Delivery> = query.select(Delivery::as_select()).load(conn)?;
    let room = usize::try_from(limit).unwrap_or_default();
    let next =
        if found.len() > room { found.get(room - 1).map(|last| last.id) } else { Some(from) };
    found.truncate(room);
    let next = next.filter(|next| *next != from || edge.is_some());
    Ok(LogPage { found: with_events(conn, found)?, next })
}

/// The ids between which the search looks: they grow with time.
fn bounds(search: &Search, before: Option<DeliveryId>) -> (DeliveryId, DeliveryId) {
    let mut first = search.from.map_or(0, floor_id);
    let mut past = search.until.map_or(i64::MAX, floor_id);
    if let Some(event) = search.event {
        first = first.max(event.0);
        past = past.min(
            event.0 + floor_id(Timestamp::default().plus(COMMIT)) - floor_id(Timestamp::default()),
        );
    }
    (DeliveryId(first), DeliveryId(before.map_or(past, |before| past.min(before.0))))
}

type Query<'a> = deliveries::BoxedQuery<'a, <AnyConnection as Connection>::Backend>;

fn stretch<'a>(
    account: AccountId,
    state: Option<State>,
    first: DeliveryId,
    past: DeliveryId,
) -> Query<'a> {
    let query = deliveries::table
        .filter(deliveries::account_id.eq(account))
        .filter(deliveries::id.ge(first).and(deliveries::id.lt(past)))
        .order(deliveries::id.desc())
        .into_boxed();
    match state {
        Some(state) => query.filter(in_state(state)),
        None => query,
    }
}

fn with_events(conn: &mut AnyConnection, found: Vec<Delivery>) -> QueryResult<Vec<Logged>> {
    let ids: Vec<_> = found.iter().map(|delivery| delivery.event_id).collect();
    let told = events::all(conn, &ids)?;
    let named: Vec<(EndpointId, String, String)> = endpoints::table
        .filter(endpoints::id.eq_any(found.iter().map(|delivery| delivery.endpoint_id)))
        .select((endpoints::id, endpoints::name, endpoints::url))
        .load(conn)?;
    Ok(found
        .into_iter()
        .map(|delivery| {
            let event = told.iter().find(|event| event.id == delivery.event_id).cloned();
            let of = named.iter().find(|(id, ..)| *id == delivery.endpoint_id);
            let (endpoint, url) =
                of.map(|(_, name, url)| (name.clone(), url.clone())).unwrap_or_default();
            Logged { delivery, endpoint, url, event }
        })
        .collect())
}

/// A delivery of the account with every attempt at it, first to last.
///
/// # Errors
/// `NotFound("delivery")`, also for another account's.
pub fn get_logged(
    conn: &mut AnyConnection,
    account: AccountId,
    id: DeliveryId,
) -> Result<(Logged, Vec<Attempt>)> {
    let found: Vec<Delivery> = Delivery::query()
        .filter(deliveries::id.eq(id).and(deliveries::account_id.eq(account)))
        .load(conn)?;
    let logged = with_events(conn, found)?.pop().ok_or(Error::NotFound("delivery"))?;
    let mut tried: Vec<Attempt> = Attempt::query()
        .filter(attempts::delivery_id.eq(id))
        .order((attempts::number.asc(), attempts::id.asc()))
        .load(conn)?;
    tried.extend(success_of(&logged.delivery));
    Ok((logged, tried))
}
