//! Accounts that their owners closed. At once nobody follows them, writes to them or is told by them, and
//! what was to come is cancelled. For a while they can be opened again; then what is stored about people
//! is forgotten, person by person. The handle stays taken: links and posters name it.
mod emptying;

use chrono::Duration;
use crier_schema::ids::{AccountId, FollowerId, MemberId};
use crier_schema::tables::closures;
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

pub use emptying::keep_emptied;

use crate::accounts::{self, Account, State};
use crate::error::{Error, Result};
use crate::members::Member;
use crate::reviews::{self, Step};
use crate::tx::Tx;
use crate::{applications, drafts, endpoints, handovers, menus, plans, scheduled_replies};

/// Days that a closed account can be opened again, where the installation says nothing.
pub const DAYS: i64 = 30;

/// That an account is closed.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = closures, treat_none_as_default_value = false)]
pub struct Closure {
    /// Which.
    pub account_id: AccountId,
    /// Since when.
    pub closed_at: Timestamp,
    /// By whom.
    pub closed_by: Option<MemberId>,
    /// What they were called.
    pub closed_name: String,
    state_before: State,
    reason_before: String,
    /// Until when it can be opened again.
    pub ends_at: Timestamp,
    reached: FollowerId,
    /// When nothing about people was left.
    pub emptied_at: Option<Timestamp>,
}

/// Closes an account. It can be opened again for so many days.
///
/// # Errors
/// `account_closed` when it is already.
pub fn close(tx: &mut Tx<'_>, by: &Member, id: AccountId, days: i64) -> Result<Closure> {
    let account = accounts::get(tx.conn, id)?;
    if account.state == State::Closed {
        return Err(Error::Conflict("account_closed"));
    }
    let closure = Closure {
        account_id: id,
        closed_at: tx.now,
        closed_by: Some(by.id),
        closed_name: by.name.clone(),
        state_before: account.state,
        reason_before: account.state_reason.clone(),
        ends_at: tx.now.plus(Duration::days(days)),
        reached: FollowerId(0),
        emptied_at: None,
    };
    let conn = &mut *tx.conn;
    let closed = on_each!(
        conn,
        diesel::insert_into(closures::table)
            .values(&closure)
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    if closed == 0 {
        return Err(Error::Conflict("account_closed"));
    }
    reviews::set_state(tx, id, State::Closed, "")?;
    cancel(tx, id, by.id)?;
    let until = account.local(closure.ends_at).format("%Y-%m-%d").to_string();
    reviews::note(tx, &account, None, Step::Closed, Some(by.id), &until)?;
    Ok(closure)
}

/// Cancels what was to come, and switches endpoints off: what still waits for them has failed.
fn cancel(tx: &mut Tx<'_>, id: AccountId, by: MemberId) -> Result<()> {
    plans::cancel_all(tx, id)?;
    scheduled_replies::cancel_all(tx, id)?;
    drafts::unschedule_all(tx, id)?;
    menus::unschedule_all(tx, id)?;
    handovers::withdraw(tx, id)?;
    match applications::withdraw(tx, id, by) {
        Ok(()) | Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    endpoints::close_all(tx, id)
}

/// Opens a closed account again, as it stood before. What was cancelled stays cancelled.
///
/// # Errors
/// `account_not_closed`; `closure_ended` when it is too late.
pub fn open_again(tx: &mut Tx<'_>, by: &Member, id: AccountId) -> Result<Account> {
    let closure = of_account(tx.conn, id)?.ok_or(Error::Conflict("account_not_closed"))?;
    if closure.ends_at <= tx.now {
        return Err(Error::Conflict("closure_ended"));
    }
    if diesel::delete(closures::table.find(id)).execute(tx.conn)? == 0 {
        return Err(Error::Conflict("account_not_closed"));
    }
    reviews::set_state(tx, id, closure.state_before, &closure.reason_before)?;
    endpoints::open_all(tx, id)?;
    let account = accounts::get(tx.conn, id)?;
    reviews::note(tx, &account, None, Step::Opened, Some(by.id), "")?;
    Ok(account)
}

/// How an account is closed, if it is.
pub fn of_account(conn: &mut AnyConnection, id: AccountId) -> Result<Option<Closure>> {
    Ok(Closure::query().find(id).get_result(conn).optional()?)
}

/// How an account stands with the platform: a closed one as it will once it is opened again.
pub(crate) fn standing(conn: &mut AnyConnection, account: &Account) -> Result<State> {
    let closure = of_account(conn, account.id)?;
    Ok(closure.map_or(account.state, |closure| closure.state_before))
}

/// Changes how an account stands with the platform: of a closed one, how it will.
pub(crate) fn set_standing(
    tx: &mut Tx<'_>,
    id: AccountId,
    state: State,
    reason: &str,
) -> Result<()> {
    let closed = diesel::update(closures::table.find(id))
        .set((closures::state_before.eq(state), closures::reason_before.eq(reason)))
        .execute(tx.conn)?;
    if closed > 0 { Ok(()) } else { reviews::set_state(tx, id, state, reason) }
}
