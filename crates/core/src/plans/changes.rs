//! Writing plans, and changing them: whoever changes what would be sent, to whom or when, voids what
//! somebody approved.
use crier_schema::Json;
use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, PlanId};
use crier_schema::tables::plans;
use diesel::prelude::*;

use super::moves::{By, discard};
use super::{Body, Plan, State, Whom, get, hold, rules};
use crate::accounts::{self, has_control};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Characters of a name.
pub const MAX_NAME: usize = 60;
/// Plans of an account that have not ended.
const MAX_OPEN: i64 = 500;
/// How far ahead something can be planned.
const FURTHEST: chrono::Duration = chrono::Duration::days(366);

/// What a plan is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What the brand calls it: 1 to [`MAX_NAME`] characters.
    pub name: String,
    /// What is sent.
    pub body: Body,
    /// To whom.
    pub whom: Whom,
    /// When; at once, if absent.
    pub send_at: Option<Timestamp>,
}

impl Draft {
    fn check(&mut self, tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
        self.name = self.name.trim().to_owned();
        if self.name.is_empty() || self.name.chars().count() > MAX_NAME || has_control(&self.name) {
            return Err(Error::invalid("plan_name", "must have 1 to 60 characters"));
        }
        check_time(self.send_at, tx.now)?;
        self.body.check()?;
        self.whom.check(tx.conn, account)
    }
}

/// A time must be to come, and within a year: what was meant by another is anybody's guess.
pub(super) fn check_time(send_at: Option<Timestamp>, now: Timestamp) -> Result<()> {
    if send_at.is_some_and(|at| at <= now || at > now.plus(FURTHEST)) {
        return Err(Error::invalid("send_at", "must be within a year from now"));
    }
    Ok(())
}

/// Begins a plan.
///
/// # Errors
/// [`Error::Invalid`] for `plan_name`, `text`, `title`, `type`, `audience`, `send_at` or a segment's
/// rule; `too_many_plans`.
pub fn add(tx: &mut Tx<'_>, account: AccountId, by: By, mut draft: Draft) -> Result<PlanId> {
    draft.check(tx, account)?;
    let ended = [State::Sent, State::Failed, State::Cancelled];
    let open = plans::table.filter(
        plans::account_id
            .eq(account)
            .and(plans::state.eq_any(State::ALL.iter().filter(|state| !ended.contains(state)))),
    );
    if open.count().get_result::<i64>(tx.conn)? >= MAX_OPEN {
        return Err(Error::Conflict("too_many_plans"));
    }
    let id: PlanId = tx.ids.next();
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(id),
            plans::account_id.eq(account),
            plans::name.eq(&draft.name),
            plans::body.eq(Json::to_text(&draft.body)?),
            plans::whom.eq(Json::to_text(&draft.whom)?),
            plans::state.eq(State::Draft),
            plans::send_at.eq(draft.send_at),
            plans::created_by.eq(Some(by.member)),
            plans::changed_by.eq(Some(by.member)),
            plans::note.eq(""),
            plans::created_at.eq(tx.now),
            plans::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Changes a plan that was last seen as it was at `seen`. One that waits for its time stays
/// scheduled if whoever changes it may send, and the brand asks for nobody else; otherwise it is a
/// draft again.
///
/// # Errors
/// As [`add`]; `plan_ended`; `plan_changed` when somebody else changed it since.
pub fn change(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PlanId,
    by: By,
    seen: Timestamp,
    mut draft: Draft,
) -> Result<State> {
    draft.check(tx, account)?;
    let plan = open(tx, account, id, seen)?;
    let keeps = stays(tx, &plan, by)?;
    let changed = Plan {
        name: draft.name,
        body: Json(draft.body),
        whom: Json(draft.whom),
        send_at: draft.send_at,
        state: if keeps { plan.state } else { State::Draft },
        ..plan
    };
    if keeps {
        changed.check_ready(tx.conn, tx.now)?;
        // What waits for its time needs one.
        let at = changed.send_at.or((changed.state == State::Scheduled).then_some(tx.now));
        return set(tx, &Plan { send_at: at, ..changed }, by);
    }
    set(tx, &changed, by)
}

/// The plan, if it can be changed and is as it was seen.
pub(super) fn open(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PlanId,
    seen: Timestamp,
) -> Result<Plan> {
    let plan = hold(tx, Some(account), id)?;
    if !plan.is_open() {
        return Err(Error::Conflict("plan_ended"));
    }
    if plan.updated_at != seen {
        return Err(Error::Conflict("plan_changed"));
    }
    Ok(plan)
}

/// Whether a change by this member leaves it scheduled.
pub(super) fn stays(tx: &mut Tx<'_>, plan: &Plan, by: By) -> Result<bool> {
    let waits = matches!(plan.state, State::Scheduled | State::Paused);
    let brand = accounts::get(tx.conn, plan.account_id)?.brand_id;
    Ok(waits && by.may_send && !rules::approval_required(tx.conn, brand)?)
}

/// Stores what was changed. Whatever was approved was something else.
pub(super) fn set(tx: &mut Tx<'_>, plan: &Plan, by: By) -> Result<State> {
    discard(tx, plan)?;
    diesel::update(plans::table.find(plan.id))
        .set((
            plans::name.eq(&plan.name),
            plans::body.eq(Json::to_text(&plan.body.0)?),
            plans::whom.eq(Json::to_text(&plan.whom.0)?),
            plans::send_at.eq(plan.send_at),
            plans::state.eq(plan.state),
            plans::changed_by.eq(Some(by.member)),
            plans::approved_by.eq(None::<i64>),
            plans::approved_at.eq(None::<Timestamp>),
            plans::failure.eq(None::<String>),
            plans::updated_at.eq(moment_after(plan.updated_at, tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(plan.state)
}

/// Now, or right after the last change: each change has a moment of its own, by which it is known.
pub(super) fn moment_after(last: Timestamp, now: Timestamp) -> Timestamp {
    now.max(last.plus(chrono::Duration::microseconds(1)))
}

/// A new draft that says the same to the same, without a time.
///
/// # Errors
/// As [`add`]; `NotFound("plan")`.
pub fn copy(tx: &mut Tx<'_>, account: AccountId, id: PlanId, by: By) -> Result<PlanId> {
    let plan = get(tx.conn, account, id)?;
    let draft = Draft { name: plan.name, body: plan.body.0, whom: plan.whom.0, send_at: None };
    match add(tx, account, by, draft.clone()) {
        // What it was sent to is gone: the copy is to be given another audience.
        Err(Error::Invalid { field: "audience" | "segment_tag", .. }) => {
            add(tx, account, by, Draft { whom: Whom::All, ..draft })
        }
        done => done,
    }
}
