//! Taking deliveries that nobody holds: after a crash, from another process, after an overflow.
use std::collections::HashMap;
use std::sync::Arc;

use crier_schema::ids::{DeliveryId, EndpointId, EventId, NodeId};
use crier_schema::tables::deliveries;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::State;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::tx::{Due, Tx};

/// The next endpoint after `after` with deliveries that nobody holds. One probe of an index that
/// holds nothing else, so asking costs nothing while there are none.
pub fn waiting(
    conn: &mut AnyConnection,
    after: Option<EndpointId>,
) -> QueryResult<Option<EndpointId>> {
    deliveries::table
        .filter(deliveries::state.eq(State::Pending).and(deliveries::leased_by.is_null()))
        .filter(deliveries::endpoint_id.gt(after.unwrap_or(EndpointId(0))))
        .order(deliveries::endpoint_id.asc())
        .select(deliveries::endpoint_id)
        .first(conn)
        .optional()
}

/// Leases up to `limit` deliveries of an endpoint that nobody holds to `node`, oldest first.
///
/// The condition stands again in the outer statement and PostgreSQL skips rows that another node
/// is taking: without either, two nodes take the same rows.
pub fn claim(tx: &mut Tx<'_>, node: NodeId, endpoint: EndpointId, limit: i64) -> Result<Vec<Due>> {
    let ids = free(tx, endpoint, limit)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let taken = deliveries::table
        .filter(deliveries::id.eq_any(&ids))
        .filter(deliveries::state.eq(State::Pending).and(deliveries::leased_by.is_null()));
    diesel::update(taken).set(deliveries::leased_by.eq(Some(node))).execute(tx.conn)?;
    let rows: Vec<(DeliveryId, i32, EventId)> = deliveries::table
        .filter(deliveries::id.eq_any(&ids).and(deliveries::leased_by.eq(node)))
        .order(deliveries::id.asc())
        .select((deliveries::id, deliveries::attempts, deliveries::event_id))
        .load(tx.conn)?;
    let of: Vec<EventId> = rows.iter().map(|(.., event)| *event).collect();
    let known: HashMap<EventId, Arc<Event>> =
        events::all(tx.conn, &of)?.into_iter().map(|event| (event.id, Arc::new(event))).collect();
    Ok(rows
        .into_iter()
        .filter_map(|(id, attempts, event)| {
            Some(Due { id, attempts, event: known.get(&event)?.clone(), endpoint })
        })
        .collect())
}

fn free(tx: &mut Tx<'_>, endpoint: EndpointId, limit: i64) -> QueryResult<Vec<DeliveryId>> {
    let free = deliveries::table
        .filter(deliveries::state.eq(State::Pending).and(deliveries::leased_by.is_null()))
        .filter(deliveries::endpoint_id.eq(endpoint).and(deliveries::next_at.le(tx.now)))
        .order((deliveries::next_at.asc(), deliveries::id.asc()))
        .select(deliveries::id)
        .limit(limit);
    match &mut *tx.conn {
        AnyConnection::Postgres(conn) => free.for_update().skip_locked().load(conn),
        AnyConnection::Sqlite(conn) => free.load(conn),
    }
}

/// What `node` holds since before `since`: to be compared with what it remembers. Bounded by what
/// one node holds.
pub fn held(
    conn: &mut AnyConnection,
    node: NodeId,
    since: Timestamp,
) -> QueryResult<Vec<DeliveryId>> {
    deliveries::table
        .filter(deliveries::leased_by.eq(node).and(deliveries::state.eq(State::Pending)))
        .filter(deliveries::next_at.lt(since))
        .order(deliveries::id.asc())
        .select(deliveries::id)
        .load(conn)
}

/// Gives deliveries back that this node holds but has no room for.
pub fn release(tx: &mut Tx<'_>, node: NodeId, ids: &[DeliveryId]) -> Result<()> {
    for ids in ids.chunks(2_000) {
        let held = deliveries::table
            .filter(deliveries::id.eq_any(ids).and(deliveries::leased_by.eq(node)))
            .filter(deliveries::state.eq(State::Pending));
        diesel::update(held).set(deliveries::leased_by.eq(None::<NodeId>)).execute(tx.conn)?;
    }
    tx.effects.unclaimed |= !ids.is_empty();
    Ok(())
}

/// Makes a finished delivery pending again, so that it is made once more with the same event.
///
/// # Errors
/// [`Error::Conflict`] while it is still being made.
pub fn resend(tx: &mut Tx<'_>, id: DeliveryId) -> Result<()> {
    let delivery = super::get(tx.conn, id)?;
    if delivery.state == State::Pending {
        return Err(Error::Conflict("delivery_pending"));
    }
    diesel::update(deliveries::table.find(id))
        .set((
            deliveries::state.eq(State::Pending),
            deliveries::leased_by.eq(None::<NodeId>),
            deliveries::next_at.eq(tx.now),
            deliveries::finished_at.eq(None::<Timestamp>),
        ))
        .execute(tx.conn)?;
    tx.effects.unclaimed = true;
    Ok(())
}
