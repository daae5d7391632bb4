//! Taking deliveries that nobody holds: after a crash, from another process, after an overflow.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crier_schema::ids::{DeliveryId, EndpointId, EventId, FollowerId, NodeId};
use crier_schema::tables::{conversations, deliveries, endpoints};
use crier_schema::{AnyConnection, Timestamp};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{State, pending};
use crate::error::Result;
use crate::events::{self, Event};
use crate::roster;
use crate::traces::Span;
use crate::tx::{Due, Tx};

/// Rows in one step of what may be many.
const STEP: usize = 2_000;

/// The next endpoint after `after` with deliveries that nobody holds. One probe of an index that
/// holds nothing else, so asking costs nothing while there are none.
pub fn waiting(
    conn: &mut AnyConnection,
    after: Option<EndpointId>,
) -> QueryResult<Option<EndpointId>> {
    deliveries::table
        .filter(pending().and(deliveries::leased_by.is_null()))
        .filter(deliveries::endpoint_id.gt(after.unwrap_or(EndpointId(0))))
        .order(deliveries::endpoint_id.asc())
        .select(deliveries::endpoint_id)
        .first(conn)
        .optional()
}

/// Leases up to `limit` deliveries of an endpoint that nobody holds to `node`, oldest first. `None`
/// while another node is claiming from it.
///
/// Nodes take turns at an endpoint, and leave conversations to whoever already holds something
/// earlier of them: otherwise two would take parts of one and tell them side by side.
pub fn claim(
    tx: &mut Tx<'_>,
    node: NodeId,
    endpoint: EndpointId,
    limit: i64,
) -> Result<Option<Vec<Due>>> {
    if !is_my_turn(tx.conn, endpoint)? {
        return Ok(None);
    }
    let ids = free(tx, node, endpoint, limit)?;
    if ids.is_empty() {
        return Ok(Some(Vec::new()));
    }
    diesel::update(deliveries::table.filter(deliveries::id.eq_any(&ids)))
        .set(deliveries::leased_by.eq(Some(node)))
        .execute(tx.conn)?;
    let dues = load(tx.conn, node, &ids)?;
    relieve(tx, &dues)?;
    Ok(Some(dues))
}

/// Until its end, the transaction is the only one that claims from this endpoint.
fn is_my_turn(conn: &mut AnyConnection, endpoint: EndpointId) -> QueryResult<bool> {
    let row = endpoints::table.find(endpoint).select(endpoints::id);
    let got: Option<EndpointId> = match conn {
        AnyConnection::Postgres(conn) => {
            row.for_no_key_update().skip_locked().get_result(conn).optional()?
        }
        AnyConnection::Sqlite(conn) => row.get_result(conn).optional()?,
    };
    Ok(got.is_some())
}

fn free(
    tx: &mut Tx<'_>,
    node: NodeId,
    endpoint: EndpointId,
    limit: i64,
) -> QueryResult<Vec<DeliveryId>> {
    let earlier = diesel::alias!(deliveries as earlier);
    let elsewhere = earlier
        .filter(earlier.field(deliveries::state).eq(State::Pending))
        .filter(earlier.field(deliveries::leased_by).ne(node))
        .filter(earlier.field(deliveries::follower_id).eq(deliveries::follower_id))
        .filter(earlier.field(deliveries::endpoint_id).eq(endpoint))
        .select(earlier.field(deliveries::id));
    let free = deliveries::table
        .filter(pending().and(deliveries::leased_by.is_null()))
        .filter(deliveries::endpoint_id.eq(endpoint).and(deliveries::next_at.le(tx.now)))
        .order((deliveries::next_at.asc(), deliveries::id.asc()))
        .select(deliveries::id)
        .limit(limit);
    if tx.alone { free.load(tx.conn) } else { free.filter(not(exists(elsewhere))).load(tx.conn) }
}

/// No node may take it for granted any more that it knows all of these conversations.
fn relieve(tx: &mut Tx<'_>, dues: &[Due]) -> Result<()> {
    let followers: BTreeSet<FollowerId> =
        dues.iter().filter_map(|due| due.event.follower).collect();
    let followers: Vec<FollowerId> = followers.into_iter().collect();
    if let AnyConnection::Postgres(conn) = tx.conn {
        // In the order in which appends lock them.
        conversations::table
            .filter(conversations::follower_id.eq_any(&followers))
            .order(conversations::follower_id.asc())
            .select(conversations::follower_id)
            .for_no_key_update()
            .load::<FollowerId>(conn)?;
    }
    diesel::update(conversations::table.filter(conversations::follower_id.eq_any(&followers)))
        .set(conversations::deliverer.eq(None::<NodeId>))
        .execute(tx.conn)?;
    Ok(())
}

/// What `node` holds of these conversations, oldest first: another node has added to them.
pub fn assigned(
    conn: &mut AnyConnection,
    node: NodeId,
    followers: &[FollowerId],
) -> Result<Vec<Due>> {
    let ids: Vec<DeliveryId> = deliveries::table
        .filter(pending().and(deliveries::leased_by.eq(node)))
        .filter(deliveries::follower_id.eq_any(followers))
        .select(deliveries::id)
        .load(conn)?;
    load(conn, node, &ids)
}

/// Deliveries of these ids that `node` holds, with all it takes to make them, oldest first.
fn load(conn: &mut AnyConnection, node: NodeId, ids: &[DeliveryId]) -> Result<Vec<Due>> {
    type Row = (DeliveryId, i32, i32, bool, EventId, EndpointId, Option<i32>);
    let mut dues = Vec::with_capacity(ids.len());
    for ids in ids.chunks(STEP) {
        let rows: Vec<Row> = deliveries::table
            .inner_join(endpoints::table.on(endpoints::id.eq(deliveries::endpoint_id)))
            .filter(deliveries::id.eq_any(ids).and(deliveries::leased_by.eq(node)))
            .select((
                deliveries::id,
                deliveries::attempts,
                deliveries::retries,
                deliveries::replay,
                deliveries::event_id,
                deliveries::endpoint_id,
                endpoints::concurrency,
            ))
            .load(conn)?;
        let of: Vec<EventId> = rows.iter().map(|row| row.4).collect();
        let known: HashMap<EventId, Arc<Event>> =
            events::all(conn, &of)?.into_iter().map(|event| (event.id, Arc::new(event))).collect();
        dues.extend(rows.into_iter().filter_map(
            |(id, attempts, retries, replay, event, endpoint, concurrency)| {
                let event = known.get(&event)?.clone();
                let width = roster::width(concurrency);
                let span = Span::none();
                Some(Due { id, node, attempts, retries, replay, event, endpoint, width, span })
            },
        ));
    }
    dues.sort_unstable_by_key(|due| due.id);
    Ok(dues)
}

/// Whether a delivery waits whose next attempt is due: asked all the time, and nearly always no.
pub fn any_ripe(conn: &mut AnyConnection, now: Timestamp) -> QueryResult<bool> {
    let due = deliveries::table
        .filter(super::in_state(State::Waiting).and(deliveries::next_at.le(now)))
        .select(deliveries::id);
    Ok(due.first::<DeliveryId>(conn).optional()?.is_some())
}

/// Makes up to `limit` deliveries whose next attempt is due claimable. Says how many.
pub fn ripen(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let due: Vec<DeliveryId> = deliveries::table
        .filter(super::in_state(State::Waiting).and(deliveries::next_at.le(tx.now)))
        .order((deliveries::next_at.asc(), deliveries::id.asc()))
        .select(deliveries::id)
        .limit(limit)
        .load(tx.conn)?;
    if due.is_empty() {
        return Ok(0);
    }
    // Another node may have made one pending meanwhile, and even have ended it.
    let still = deliveries::table
        .filter(deliveries::id.eq_any(&due).and(deliveries::state.eq(State::Waiting)));
    let ripe = diesel::update(still).set(deliveries::state.eq(State::Pending)).execute(tx.conn)?;
    tx.effects.unclaimed |= ripe > 0;
    Ok(ripe)
}

/// What `node` holds since before `since`: to be compared with what it remembers. Bounded by what
/// one node holds.
pub fn held(
    conn: &mut AnyConnection,
    node: NodeId,
    since: Timestamp,
) -> QueryResult<Vec<DeliveryId>> {
    deliveries::table
        .filter(pending().and(deliveries::leased_by.eq(node)))
        .filter(deliveries::next_at.lt(since))
        .select(deliveries::id)
        .load(conn)
}

/// Gives deliveries back that this node holds but has no room for.
pub fn release(tx: &mut Tx<'_>, node: NodeId, ids: &[DeliveryId]) -> Result<()> {
    for ids in ids.chunks(STEP) {
        let held = deliveries::table
            .filter(deliveries::id.eq_any(ids).and(deliveries::leased_by.eq(node)))
            .filter(deliveries::state.eq(State::Pending));
        diesel::update(held).set(deliveries::leased_by.eq(None::<NodeId>)).execute(tx.conn)?;
    }
    Ok(())
}
