//! Forgetting what the delivery log tells of somebody. What is being delivered ends first, for an hour:
//! an endpoint that is away keeps nobody from being forgotten.
use chrono::Duration;
use crier_schema::ids::{DeliveryId, EventId};
use crier_schema::tables::{attempts, deliveries, events};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::Erasure;
use crate::error::Result;
use crate::tx::Tx;

/// Deliveries removed in one step.
const STEP: usize = 500;
/// How long what is being delivered is waited for.
const WAITED: Duration = Duration::hours(1);

/// What the log holds of somebody: the next part of it.
pub(super) struct Found {
    rows: Vec<(DeliveryId, EventId)>,
    /// Whether there is more.
    pub has_more: bool,
    /// Whether something is still being delivered, which is waited for.
    pub is_pending: bool,
}

/// Looks for what can go. What is open is looked for last: by then little else is left to look through.
pub(super) fn find(conn: &mut AnyConnection, erasure: &Erasure, now: Timestamp) -> Result<Found> {
    let theirs = deliveries::table.filter(deliveries::follower_id.eq(erasure.follower_id));
    let columns = (deliveries::id, deliveries::event_id);
    let ended = theirs.filter(deliveries::finished_at.is_not_null());
    let rows: Vec<(DeliveryId, EventId)> = ended.select(columns).limit(STEP as i64).load(conn)?;
    if rows.len() == STEP {
        return Ok(Found { rows, has_more: true, is_pending: false });
    }
    let open = theirs.filter(deliveries::finished_at.is_null());
    if erasure.created_at.plus(WAITED) > now {
        let is_pending =
            open.select(deliveries::id).first::<DeliveryId>(conn).optional()?.is_some();
        return Ok(Found { rows, has_more: false, is_pending });
    }
    let left = STEP as i64 - rows.len() as i64;
    let rows: Vec<_> =
        rows.into_iter().chain(open.select(columns).limit(left).load(conn)?).collect();
    Ok(Found { has_more: rows.len() == STEP, rows, is_pending: false })
}

/// Removes what was found. An event goes with the last of its deliveries.
pub(super) fn remove(tx: &mut Tx<'_>, erasure: &Erasure, found: &Found) -> Result<usize> {
    let (ids, of): (Vec<DeliveryId>, Vec<EventId>) = found.rows.iter().copied().unzip();
    diesel::delete(attempts::table.filter(attempts::delivery_id.eq_any(&ids))).execute(tx.conn)?;
    diesel::delete(deliveries::table.filter(deliveries::id.eq_any(&ids))).execute(tx.conn)?;
    let told: Vec<EventId> = deliveries::table
        .filter(deliveries::follower_id.eq(erasure.follower_id))
        .filter(deliveries::event_id.eq_any(&of))
        .select(deliveries::event_id)
        .load(tx.conn)?;
    let done: Vec<EventId> = of.into_iter().filter(|id| !told.contains(id)).collect();
    diesel::delete(events::table.filter(events::id.eq_any(done))).execute(tx.conn)?;
    Ok(ids.len())
}
