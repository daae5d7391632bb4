//! Telling an endpoint once more, with the same event.
use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, DeliveryId, NodeId};
use crier_schema::tables::{deliveries, endpoints};
use diesel::prelude::*;

use super::record::{Attempt, keep_attempt};
use super::{Delivery, State};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Makes a finished delivery of this account pending again: a replay, with the same event.
///
/// # Errors
/// `NotFound("delivery")`, also for another account's; [`Error::Conflict`] `delivery_pending` while
/// it is still being made, `endpoint_off` when its endpoint is switched off.
pub fn resend(tx: &mut Tx<'_>, account: AccountId, id: DeliveryId) -> Result<()> {
    let delivery = super::get(tx.conn, id)?;
    if delivery.account_id != account {
        return Err(Error::NotFound("delivery"));
    }
    if !delivery.state.is_ended() {
        return Err(Error::Conflict("delivery_pending"));
    }
    let enabled: Option<bool> = endpoints::table
        .find(delivery.endpoint_id)
        .select(endpoints::enabled)
        .get_result(tx.conn)
        .optional()?;
    if enabled != Some(true) {
        return Err(Error::Conflict("endpoint_off"));
    }
    again(tx, &[delivery])
}

/// Makes finished deliveries pending again.
pub(crate) fn again(tx: &mut Tx<'_>, ended: &[Delivery]) -> Result<()> {
    for delivery in ended {
        // Its row will show the new attempt: what it showed until now goes into the log.
        if let Some(attempt) = success_of(delivery) {
            keep_attempt(tx, delivery.id, &attempt)?;
        }
    }
    let ids: Vec<DeliveryId> = ended.iter().map(|delivery| delivery.id).collect();
    let ended = deliveries::table
        .filter(deliveries::id.eq_any(&ids))
        .filter(deliveries::state.eq_any([State::Delivered, State::Failed]));
    diesel::update(ended)
        .set((
            deliveries::state.eq(State::Pending),
            deliveries::replay.eq(true),
            deliveries::retries.eq(0),
            deliveries::leased_by.eq(None::<NodeId>),
            deliveries::next_at.eq(tx.now),
            deliveries::finished_at.eq(None::<Timestamp>),
        ))
        .execute(tx.conn)?;
    tx.effects.resent += u64::try_from(ids.len()).unwrap_or_default();
    tx.effects.unclaimed |= !ids.is_empty();
    Ok(())
}

/// The attempt that went well, which stands on the delivery itself.
pub(super) fn success_of(delivery: &Delivery) -> Option<Attempt> {
    if delivery.state != State::Delivered || delivery.attempts == 0 {
        return None;
    }
    let took_ms = delivery.took_ms?;
    let ended = delivery.finished_at.unwrap_or(delivery.next_at);
    Some(Attempt {
        number: delivery.attempts,
        at: ended.plus(chrono::Duration::milliseconds(-i64::from(took_ms))),
        took_ms,
        request: String::new(),
        status: delivery.status,
        answer: delivery.answer.clone().unwrap_or_default(),
        verdict: delivery.verdict.clone().unwrap_or_default(),
    })
}
