//! Forgetting what the delivery log tells of somebody. The log has no index of people, since every
//! message would pay for it; it is looked through a part at a time, from its old end.
use crier_schema::ids::{DeliveryId, EventId, FollowerId};
use crier_schema::tables::{attempts, deliveries, erasures, events};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::Erasure;
use crate::error::Result;
use crate::tx::Tx;

/// Deliveries looked at in one step.
const LOOKED_AT: usize = 2_000;

/// What a part of the log holds of somebody.
pub(super) struct Found {
    deliveries: Vec<DeliveryId>,
    events: Vec<EventId>,
    /// Up to where this was looked through.
    reached: i64,
    /// Whether there is more.
    pub has_more: bool,
    /// Whether something is still being delivered, which has to end first.
    pub is_pending: bool,
}

type Row = (DeliveryId, EventId, Option<FollowerId>, Option<Timestamp>);

/// Looks at the next part.
pub(super) fn find(conn: &mut AnyConnection, erasure: &Erasure) -> Result<Found> {
    let rows: Vec<Row> = deliveries::table
        .filter(deliveries::account_id.eq(erasure.account_id))
        .filter(deliveries::id.gt(DeliveryId(erasure.reached)))
        .order(deliveries::id.asc())
        .limit(LOOKED_AT as i64)
        .select((
            deliveries::id,
            deliveries::event_id,
            deliveries::follower_id,
            deliveries::finished_at,
        ))
        .load(conn)?;
    let has_more = rows.len() == LOOKED_AT;
    let theirs = |row: &&Row| row.2 == Some(erasure.follower_id);
    let pending = rows.iter().filter(theirs).find(|row| row.3.is_none());
    // An event goes with the last of its deliveries: the event of what is pending stays, and so does
    // that at the end of the part, of which there may be more.
    let end = match (pending, has_more) {
        (Some(row), _) => row.1.0,
        (None, true) => rows.last().map_or(0, |row| row.1.0),
        (None, false) => i64::MAX,
    };
    let done: Vec<&Row> = rows.iter().take_while(|row| row.1.0 < end).collect();
    Ok(Found {
        reached: done.last().map_or(erasure.reached, |row| row.0.0),
        deliveries: done.iter().copied().filter(theirs).map(|row| row.0).collect(),
        events: done.iter().copied().filter(theirs).map(|row| row.1).collect(),
        has_more: has_more && !done.is_empty(),
        is_pending: pending.is_some(),
    })
}

/// Removes what was found, and notes how far that is.
pub(super) fn remove(tx: &mut Tx<'_>, erasure: &Erasure, found: &Found) -> Result<usize> {
    let (ids, of) = (&found.deliveries, &found.events);
    for ids in ids.chunks(500) {
        diesel::delete(attempts::table.filter(attempts::delivery_id.eq_any(ids)))
            .execute(tx.conn)?;
        diesel::delete(deliveries::table.filter(deliveries::id.eq_any(ids))).execute(tx.conn)?;
    }
    for of in of.chunks(500) {
        diesel::delete(events::table.filter(events::id.eq_any(of))).execute(tx.conn)?;
    }
    diesel::update(erasures::table.find(erasure.id))
        .set(erasures::reached.eq(found.reached))
        .execute(tx.conn)?;
    Ok(ids.len())
}
