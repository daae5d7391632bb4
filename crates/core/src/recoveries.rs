//! Recoveries: many deliveries made again, a few at a time, so that an endpoint that is back is not
//! buried under what it missed.
use crier_schema::ids::{AccountId, DeliveryId, EndpointId, RecoveryId};
use crier_schema::tables::{deliveries, recoveries};
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use crate::deliveries::{Delivery, State as Stands, again, pending};
use crate::endpoints;
use crate::error::{Error, Result};
use crate::mint::floor_id;
use crate::tx::Tx;

/// Deliveries looked at in one step.
const LOOK: i64 = 1_000;
/// Deliveries made again in one step.
const STEP: usize = 100;
/// Replays of one endpoint that may wait: the next step is made when fewer do.
const WAITING: i64 = 200;

text_enum! {
    /// Where a recovery stands.
    pub enum State {
        /// It goes on.
        Running = "running",
        /// Everything in it has been made again.
        Done = "done",
        /// A member stopped it, or its endpoint was switched off.
        Stopped = "stopped",
    }
}

/// An order to make deliveries again.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = recoveries)]
pub struct Recovery {
    /// Its id.
    pub id: RecoveryId,
    /// Whose.
    pub account_id: AccountId,
    /// Whom they tell.
    pub endpoint_id: EndpointId,
    /// From this delivery on.
    pub first_id: DeliveryId,
    /// Up to and with this one.
    pub last_id: DeliveryId,
    /// Whether only those that failed are made again.
    pub failed_only: bool,
    /// The last delivery that was looked at.
    pub reached_id: DeliveryId,
    /// How many have been made again.
    pub resent: i64,
    /// Where it stands.
    pub state: State,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What is to be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Stored at or after.
    pub from: Timestamp,
    /// Stored before; what is stored after now is never part of it.
    pub until: Timestamp,
    /// Whether only those that failed.
    pub failed_only: bool,
}

/// Starts a recovery.
///
/// # Errors
/// `NotFound("endpoint")`; [`Error::Conflict`] `endpoint_off`, or `recovery_running` while another
/// of this endpoint goes on; an empty range.
pub fn start(
    tx: &mut Tx<'_>,
    account: AccountId,
    endpoint: EndpointId,
    range: Range,
) -> Result<RecoveryId> {
    if !endpoints::get_of(tx.conn, account, endpoint)?.enabled {
        return Err(Error::Conflict("endpoint_off"));
    }
    let until = range.until.min(tx.now);
    if range.from >= until {
        return Err(Error::invalid("from", "must be before the end, and in the past"));
    }
    if running(tx.conn)?.iter().any(|other| other.endpoint_id == endpoint) {
        return Err(Error::Conflict("recovery_running"));
    }
    let (id, first) = (tx.ids.next(), floor_id(range.from));
    // A tick is 10 ms: what was stored in this one is part of what is asked for.
    let last = floor_id(until.plus(chrono::Duration::milliseconds(10)));
    diesel::insert_into(recoveries::table)
        .values((
            recoveries::id.eq(id),
            recoveries::account_id.eq(account),
            recoveries::endpoint_id.eq(endpoint),
            recoveries::first_id.eq(DeliveryId(first)),
            recoveries::last_id.eq(DeliveryId(last)),
            recoveries::failed_only.eq(range.failed_only),
            recoveries::reached_id.eq(DeliveryId(first - 1)),
            recoveries::resent.eq(0),
            recoveries::state.eq(State::Running),
            recoveries::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Stops a recovery; what has been made again stays so.
///
/// # Errors
/// `NotFound("recovery")`, also for one that has ended and for another account's.
pub fn stop(tx: &mut Tx<'_>, account: AccountId, id: RecoveryId) -> Result<()> {
    let row = recoveries::table
        .find(id)
        .filter(recoveries::account_id.eq(account).and(recoveries::state.eq(State::Running)));
    let ended = recoveries::finished_at.eq(Some(tx.now));
    let stopped =
        diesel::update(row).set((recoveries::state.eq(State::Stopped), ended)).execute(tx.conn)?;
    if stopped == 0 { Err(Error::NotFound("recovery")) } else { Ok(()) }
}

/// Those that go on, oldest first.
pub fn running(conn: &mut AnyConnection) -> Result<Vec<Recovery>> {
    Ok(Recovery::query()
        .filter(recoveries::state.eq(State::Running))
        .order(recoveries::id.asc())
        .load(conn)?)
}

/// The account's last recoveries, newest first.
pub fn latest(conn: &mut AnyConnection, account: AccountId, limit: i64) -> Result<Vec<Recovery>> {
    Ok(Recovery::query()
        .filter(recoveries::account_id.eq(account))
        .order(recoveries::id.desc())
        .limit(limit)
        .load(conn)?)
}

/// Makes the next few deliveries of a recovery again, if its endpoint keeps up with those before.
/// Says whether there is more to do at once.
pub fn step(tx: &mut Tx<'_>, id: RecoveryId) -> Result<bool> {
    let found = Recovery::query().find(id).get_result(tx.conn).optional()?;
    let Some(recovery) = found.filter(|found| found.state == State::Running) else {
        return Ok(false);
    };
    if !endpoints::get(tx.conn, recovery.endpoint_id)?.enabled {
        stop(tx, recovery.account_id, id)?;
        return Ok(false);
    }
    if waiting(tx.conn, recovery.endpoint_id)? >= WAITING {
        return Ok(false);
    }
    let (ended, reached) = next(tx.conn, &recovery)?;
    again(tx, &ended)?;
    let is_over = reached.is_none();
    let row = recoveries::table.find(id).filter(recoveries::state.eq(State::Running));
    diesel::update(row)
        .set((
            recoveries::reached_id.eq(reached.unwrap_or(recovery.last_id)),
            recoveries::resent.eq(recovery.resent + i64::try_from(ended.len()).unwrap_or_default()),
            recoveries::state.eq(if is_over { State::Done } else { State::Running }),
            recoveries::finished_at.eq(is_over.then_some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(!is_over)
}

/// Deliveries of an endpoint that wait in the database; no more than matter are counted.
fn waiting(conn: &mut AnyConnection, endpoint: EndpointId) -> Result<i64> {
    let ids: Vec<DeliveryId> = deliveries::table
        .filter(pending().and(deliveries::leased_by.is_null()))
        .filter(deliveries::endpoint_id.eq(endpoint))
        .select(deliveries::id)
        .limit(WAITING)
        .load(conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(WAITING))
}

/// The next ended deliveries, and where the look at them ended; `None` when nothing is left.
fn next(
    conn: &mut AnyConnection,
    recovery: &Recovery,
) -> Result<(Vec<Delivery>, Option<DeliveryId>)> {
    let mut query = deliveries::table
        .filter(deliveries::account_id.eq(recovery.account_id))
        .filter(deliveries::id.gt(recovery.reached_id).and(deliveries::id.le(recovery.last_id)))
        .order(deliveries::id.asc())
        .limit(LOOK)
        .select(Delivery::as_select())
        .into_boxed();
    if recovery.failed_only {
        query = query.filter(crate::deliveries::in_state(Stands::Failed));
    }
    let looked: Vec<Delivery> = query.load(conn)?;
    let is_all = looked.len() < usize::try_from(LOOK).unwrap_or_default();
    let last = looked.last().map(|delivery| delivery.id);
    let mut ended: Vec<Delivery> = looked
        .into_iter()
        .filter(|delivery| delivery.endpoint_id == recovery.endpoint_id)
        .filter(|delivery| delivery.state.is_ended())
        .collect();
    if ended.len() > STEP {
        ended.truncate(STEP);
        let reached = ended.last().map(|delivery| delivery.id);
        return Ok((ended, reached));
    }
    Ok((ended, last.filter(|_| !is_all)))
}
