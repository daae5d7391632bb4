//! Retention: the log's old end goes, a little at a time.
use crier_schema::Timestamp;
use crier_schema::ids::{AttemptId, DeliveryId, EventId};
use crier_schema::tables::{attempts, deliveries, events};
use diesel::prelude::*;

use super::State;
use crate::error::Result;
use crate::mint::floor_id;
use crate::tx::Tx;

/// Removes up to `limit` ended deliveries stored before `before`, with as many attempts and events;
/// says how many rows went. Ids grow with time, so what goes is the beginning of each table: nothing
/// is scanned, nothing else is locked.
pub fn sweep(tx: &mut Tx<'_>, before: Timestamp, limit: i64) -> Result<usize> {
    let end = floor_id(before);
    let ended: Vec<DeliveryId> = deliveries::table
        .filter(deliveries::id.lt(DeliveryId(end)))
        .filter(deliveries::state.eq_any([State::Delivered, State::Failed]))
        .order(deliveries::id.asc())
        .select(deliveries::id)
        .limit(limit)
        .load(tx.conn)?;
    let mut removed =
        diesel::delete(deliveries::table.filter(deliveries::id.eq_any(&ended))).execute(tx.conn)?;
    let tried: Vec<AttemptId> = attempts::table
        .filter(attempts::id.lt(AttemptId(end)))
        .order(attempts::id.asc())
        .select(attempts::id)
        .limit(limit)
        .load(tx.conn)?;
    removed +=
        diesel::delete(attempts::table.filter(attempts::id.eq_any(&tried))).execute(tx.conn)?;
    // An event stays while anything that tells it does: all before the oldest delivery's may go.
    let oldest: Option<EventId> = deliveries::table
        .order(deliveries::id.asc())
        .select(deliveries::event_id)
        .first(tx.conn)
        .optional()?;
    let end = EventId(oldest.map_or(end, |oldest| end.min(oldest.0)));
    let told: Vec<EventId> = events::table
        .filter(events::id.lt(end))
        .order(events::id.asc())
        .select(events::id)
        .limit(limit)
        .load(tx.conn)?;
    removed += diesel::delete(events::table.filter(events::id.eq_any(&told))).execute(tx.conn)?;
    Ok(removed)
}
