//! What the platform decides.
use crier_schema::ids::ApplicationId;
use crier_schema::tables::applications;
use diesel::prelude::*;

use super::{Kind, State, get};
use crate::accounts::{Account, State as Standing};
use crate::error::{Error, Result};
use crate::members::Member;
use crate::reviews::{self, Step, clean_reason};
use crate::tx::Tx;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes: the account is verified and open; after an appeal against a suspension, open.
    Approve,
    /// No, and why.
    Reject(String),
    /// Not yet: what is missing.
    Ask(String),
}

/// Decides an application that waits, and says whose it was.
///
/// # Errors
/// `NotFound("application")`; `already_decided`; [`Error::Invalid`] for the reason.
pub fn decide(
    tx: &mut Tx<'_>,
    by: &Member,
    id: ApplicationId,
    decision: &Decision,
) -> Result<Account> {
    let listed = get(tx.conn, id)?;
    let (state, step, reason) = match decision {
        Decision::Approve => (State::Approved, Step::Approved, ""),
        Decision::Reject(reason) => (State::Rejected, Step::Rejected, clean_reason(reason)?),
        Decision::Ask(reason) => (State::Asked, Step::Asked, clean_reason(reason)?),
    };
    let waiting = applications::table
        .filter(applications::id.eq(id).and(applications::state.eq(State::Submitted)));
    let decided_at = (state != State::Asked).then_some(tx.now);
    let done = diesel::update(waiting)
        .set((applications::state.eq(state), applications::decided_at.eq(decided_at)))
        .execute(tx.conn)?;
    if done == 0 {
        return Err(Error::Conflict("already_decided"));
    }
    let (account, kind) = (listed.account, listed.application.kind);
    if state == State::Approved {
        open(tx, &account, kind)?;
    }
    reviews::note(tx, &account, Some(id), step, Some(by.id), reason)?;
    Ok(account)
}

fn open(tx: &mut Tx<'_>, account: &Account, kind: Kind) -> Result<()> {
    let was_suspended = account.state == Standing::Suspended;
    // Who was suspended meanwhile is not let out by an older question.
    if !was_suspended || kind == Kind::Appeal {
        reviews::set_state(tx, account.id, Standing::Open, "")?;
    }
    if !was_suspended {
        reviews::set_verified(tx, account.id, true)?;
    }
    Ok(())
}
