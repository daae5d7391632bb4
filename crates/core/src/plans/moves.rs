//! What happens to a plan: who asks, approves, schedules, stops and resumes it. Each step holds the
//! plan, so that of two at once the second sees what the first did.
use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, MemberId, PlanId};
use crier_schema::on_each;
use crier_schema::tables::{plans, stale_lists};
use diesel::prelude::*;

use super::changes::{check_time, moment_after, open, set, stays};
use super::{Plan, State, hold, mailing, rules};
use crate::accounts::{self, has_control};
use crate::error::{Denial, Error, Result};
use crate::mails::Topic;
use crate::rights::Right;
use crate::tx::Tx;

/// Characters of what is said to whoever wrote it.
const MAX_NOTE: usize = 300;

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// Who.
    pub member: MemberId,
    /// Whether their role lets them send.
    pub may_send: bool,
}

impl By {
    fn check_send(self) -> Result<()> {
        if self.may_send { Ok(()) } else { Err(Denial::Role.into()) }
    }
}

/// Asks somebody else to approve a plan.
///
/// # Errors
/// `plan_ended`, `plan_changed`, `plan_underway`; what [`Plan::check_ready`] says; [`Error::Invalid`]
/// for `send_at`.
pub fn ask(tx: &mut Tx<'_>, account: AccountId, id: PlanId, by: By, seen: Timestamp) -> Result<()> {
    let plan = writable(tx, account, id, seen)?;
    check(tx, &plan)?;
    let row = plans::table.find(id);
    diesel::update(row)
        .set((plans::note.eq(""), plans::changed_by.eq(Some(by.member))))
        .execute(tx.conn)?;
    step(tx, &plan, State::Awaiting)?;
    mailing::waits(tx, &plan, Some(by.member))
}

/// Schedules a plan that needs nobody else, for its time or for now.
///
/// # Errors
/// As [`ask`]; `Denied(Role)`; `approval_required` when the brand wants another pair of eyes.
pub fn schedule(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PlanId,
    by: By,
    seen: Timestamp,
) -> Result<()> {
    by.check_send()?;
    let plan = writable(tx, account, id, seen)?;
    let brand = accounts::get(tx.conn, account)?.brand_id;
    if rules::approval_required(tx.conn, brand)? {
        return Err(Error::Conflict("approval_required"));
    }
    check(tx, &plan)?;
    at_its_time(tx, &plan)?;
    step(tx, &plan, State::Scheduled)
}

/// Approves what somebody else wrote, as it was seen, and schedules it.
///
/// # Errors
/// As [`schedule`]; `own_plan` for whoever changed it last, or asked; `plan_not_asked` unless it
/// waits for approval.
pub fn approve(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PlanId,
    by: By,
    seen: Timestamp,
) -> Result<()> {
    by.check_send()?;
    let plan = open(tx, account, id, seen)?;
    if plan.state != State::Awaiting {
        return Err(Error::Conflict("plan_not_asked"));
    }
    if plan.changed_by == Some(by.member) {
        return Err(Error::Conflict("own_plan"));
    }
    check(tx, &plan)?;
    at_its_time(tx, &plan)?;
    diesel::update(plans::table.find(id))
        .set((plans::approved_by.eq(Some(by.member)), plans::approved_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    step(tx, &plan, State::Scheduled)?;
    mailing::decided(tx, &plan, by.member, Topic::PlanApproved, "")
}

/// Gives a plan back to whoever wrote it, with a word.
///
/// # Errors
/// `Denied(Role)`; `plan_not_asked`; [`Error::Invalid`] for `note`.
pub fn send_back(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PlanId,
    by: By,
    note: &str,
) -> Result<()> {
    by.check_send()?;
    let note = note.trim();
    if note.chars().count() > MAX_NOTE || has_control(note) {
        return Err(Error::invalid("note", "must have at most 300 characters"));
    }
    let plan = hold(tx, Some(account), id)?;
    if plan.state != State::Awaiting {
        return Err(Error::Conflict("plan_not_asked"));
    }
    diesel::update(plans::table.find(id)).set(plans::note.eq(note)).execute(tx.conn)?;
    step(tx, &plan, State::Draft)?;
    mailing::decided(tx, &plan, by.member, Topic::PlanSentBack, note)
}

/// Gives a plan another time. It stays scheduled by the same rule as any change
/// ([`super::change`]), and waits for approval otherwise.
///
/// # Errors
/// `plan_ended`; `plan_changed`; [`Error::Invalid`] for `send_at`.
pub fn reschedule(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PlanId,
    by: By,
    seen: Timestamp,
    send_at: Timestamp,
) -> Result<State> {
    check_time(Some(send_at), tx.now)?;
    let plan = open(tx, account, id, seen)?;
    let state = match plan.state {
        State::Scheduled | State::Paused if stays(tx, &plan, by)? => plan.state,
        State::Scheduled | State::Paused | State::Awaiting => State::Awaiting,
        _ => State::Draft,
    };
    let asks = state == State::Awaiting && plan.state != State::Awaiting;
    let moved = Plan { send_at: Some(send_at), state, ..plan };
    if asks {
        mailing::waits(tx, &moved, Some(by.member))?;
    }
    set(tx, &moved, by)
}

/// Stops a plan before it is sent. What was listed of its audience is listed anew when it goes on.
///
/// # Errors
/// `Denied(Role)`; `plan_ended` when it is too late.
pub fn pause(tx: &mut Tx<'_>, account: AccountId, id: PlanId, by: By) -> Result<()> {
    by.check_send()?;
    let plan = hold(tx, Some(account), id)?;
    match plan.state {
        State::Paused => Ok(()),
        State::Scheduled | State::Preparing => step(tx, &plan, State::Paused),
        _ => Err(Error::Conflict("plan_ended")),
    }
}

/// Lets a stopped plan go on.
///
/// # Errors
/// `Denied(Role)`; `plan_ended` unless it was stopped; `plan_time_passed` when its time is over: it
/// wants another.
pub fn resume(tx: &mut Tx<'_>, account: AccountId, id: PlanId, by: By) -> Result<()> {
    by.check_send()?;
    let plan = hold(tx, Some(account), id)?;
    if plan.state != State::Paused {
        return Err(Error::Conflict("plan_ended"));
    }
    if plan.send_at.is_none_or(|at| at <= tx.now) {
        return Err(Error::Conflict("plan_time_passed"));
    }
    step(tx, &plan, State::Scheduled)
}

/// Gives a plan up. A draft may be given up by whoever may write it, the rest by who may send.
///
/// # Errors
/// `Denied(Role)`; `plan_ended` when it is too late.
pub fn cancel(tx: &mut Tx<'_>, account: AccountId, id: PlanId, by: By) -> Result<()> {
    let plan = hold(tx, Some(account), id)?;
    match plan.state {
        State::Draft | State::Awaiting | State::Failed => {}
        State::Scheduled | State::Preparing | State::Paused => by.check_send()?,
        State::Cancelled => return Ok(()),
        State::Sent => return Err(Error::Conflict("plan_ended")),
    }
    step(tx, &plan, State::Cancelled)
}

/// Gives up every plan of an account that is on its way; drafts stay.
pub(crate) fn cancel_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    use State::{Awaiting, Paused, Preparing, Scheduled};
    let underway = plans::state.eq_any([Awaiting, Scheduled, Preparing, Paused]);
    let ids: Vec<PlanId> = plans::table
        .filter(plans::account_id.eq(account).and(underway))
        .order(plans::id.asc())
        .select(plans::id)
        .load(tx.conn)?;
    for id in ids {
        let plan = hold(tx, Some(account), id)?;
        if !matches!(plan.state, State::Sent | State::Failed | State::Cancelled) {
            step(tx, &plan, State::Cancelled)?;
        }
    }
    Ok(())
}

/// A plan that is a draft, or failed.
fn writable(tx: &mut Tx<'_>, account: AccountId, id: PlanId, seen: Timestamp) -> Result<Plan> {
    let plan = open(tx, account, id, seen)?;
    match plan.state {
        State::Draft | State::Failed => Ok(plan),
        _ => Err(Error::Conflict("plan_underway")),
    }
}

fn check(tx: &mut Tx<'_>, plan: &Plan) -> Result<()> {
    accounts::get(tx.conn, plan.account_id)?.may(Right::Broadcast)?;
    check_time(plan.send_at, tx.now)?;
    plan.check_ready(tx.conn, tx.now)
}

/// What has no time is sent now.
fn at_its_time(tx: &mut Tx<'_>, plan: &Plan) -> Result<()> {
    let at = plan.send_at.unwrap_or(tx.now);
    diesel::update(plans::table.find(plan.id)).set(plans::send_at.eq(Some(at))).execute(tx.conn)?;
    Ok(())
}

/// Moves a plan that is held into another state.
pub(super) fn step(tx: &mut Tx<'_>, plan: &Plan, state: State) -> Result<()> {
    discard(tx, plan)?;
    diesel::update(plans::table.find(plan.id))
        .set((
            plans::state.eq(state),
            plans::failure.eq(None::<String>),
            plans::updated_at.eq(moment_after(plan.updated_at, tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Leaves the list that was being written, if there was one: nothing will be sent to it.
pub(super) fn discard(tx: &mut Tx<'_>, plan: &Plan) -> Result<()> {
    let Some(list) = plan.list() else { return Ok(()) };
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(stale_lists::table)
            .values(stale_lists::list_id.eq(list.id))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    diesel::update(plans::table.find(plan.id))
        .set(plans::list.eq(None::<String>))
        .execute(tx.conn)?;
    Ok(())
}
