//! Making endpoints and changing them.
use chrono::Duration;
use crier_schema::ids::{AccountId, EndpointId};
use crier_schema::tables::endpoints;
use crier_schema::{Json, Timestamp};
use diesel::prelude::*;

use super::{Draft, Endpoint, MOST, OffReason, Pair, all, answering, get_of, opened, sealed};
use crate::error::{Error, Result};
use crate::tx::Tx;
use crate::vault::Vault;

/// How long previous secrets are still good when a change does not say.
const OVERLAP: Duration = Duration::hours(24);
/// The longest overlap: a week.
const LONGEST: Duration = Duration::days(7);

/// Adds an endpoint. It answers if the account has none that does. `verified` says that its URL
/// check just passed.
///
/// # Errors
/// A wrong field; [`Error::Conflict`] `too_many_endpoints`.
pub fn add(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    draft: &Draft,
    verified: bool,
) -> Result<EndpointId> {
    draft.check()?;
    tx.effects.stale.push(account);
    let others = all(tx.conn, account)?;
    if others.len() >= MOST {
        return Err(Error::Conflict("too_many_endpoints"));
    }
    let id: EndpointId = tx.ids.next();
    diesel::insert_into(endpoints::table)
        .values((
            endpoints::id.eq(id),
            endpoints::account_id.eq(account),
            fields(vault, draft)?,
            endpoints::sealed_secrets.eq(sealed(vault, &draft.pair())?),
            endpoints::may_answer.eq(!others.iter().any(|other| other.may_answer)),
            endpoints::enabled.eq(true),
            endpoints::verified_at.eq(verified.then_some(tx.now)),
            endpoints::created_at.eq(tx.now),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Sets the account's one answering endpoint to `draft`, making it if there is none.
pub fn set(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    draft: &Draft,
    verified: bool,
) -> Result<EndpointId> {
    match answering(tx.conn, account)? {
        Some(endpoint) => change(tx, vault, account, endpoint.id, draft, verified),
        None => add(tx, vault, account, draft, verified),
    }
}

/// Changes an endpoint. Secrets that change are still good for a day. One whose URL check just
/// passed is switched on and begins without a history of failures; one that is asked as before keeps
/// its last check.
///
/// # Errors
/// A wrong field; `NotFound("endpoint")`.
pub fn change(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    id: EndpointId,
    draft: &Draft,
    verified: bool,
) -> Result<EndpointId> {
    draft.check()?;
    let old = get_of(tx.conn, account, id)?;
    tx.effects.stale.push(account);
    let stays = old.is_asked_alike(vault, draft)?;
    let checked = if verified { Some(tx.now) } else { old.verified_at.filter(|_| stays) };
    replace_secrets(tx, vault, &old, &draft.pair(), OVERLAP)?;
    diesel::update(endpoints::table.find(id))
        .set((
            fields(vault, draft)?,
            endpoints::verified_at.eq(checked),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if verified {
        set_enabled(tx, account, id, true)?;
    }
    Ok(id)
}

/// Gives an endpoint fresh secrets; the old ones are good for `overlap`, a week at the most.
///
/// # Errors
/// `NotFound("endpoint")`; an overlap out of bounds.
pub fn rotate(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    id: EndpointId,
    overlap: Duration,
) -> Result<Pair> {
    if overlap < Duration::zero() || overlap > LONGEST {
        return Err(Error::invalid("overlap", "must be at most a week"));
    }
    let old = get_of(tx.conn, account, id)?;
    tx.effects.stale.push(account);
    let fresh = Draft::fresh(old.dialect, &*old.url).pair();
    replace_secrets(tx, vault, &old, &fresh, overlap)?;
    Ok(fresh)
}

fn replace_secrets(
    tx: &mut Tx<'_>,
    vault: &Vault,
    old: &Endpoint,
    new: &Pair,
    overlap: Duration,
) -> Result<()> {
    if opened::<Pair>(vault, &old.sealed_secrets)? == *new {
        return Ok(());
    }
    diesel::update(endpoints::table.find(old.id))
        .set((
            endpoints::sealed_secrets.eq(sealed(vault, new)?),
            endpoints::sealed_previous.eq(Some(&old.sealed_secrets)),
            endpoints::previous_until.eq(Some(tx.now.plus(overlap))),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = endpoints, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Fields {
    name: String,
    dialect: super::Dialect,
    url: String,
    mode: super::Mode,
    sealed_headers: String,
    hears: String,
    timeout_ms: Option<i32>,
    persistent: bool,
    rate: Option<i32>,
    concurrency: Option<i32>,
}

fn fields(vault: &Vault, draft: &Draft) -> Result<Fields> {
    let options = draft.options.clone();
    Ok(Fields {
        name: draft.name(),
        dialect: draft.dialect,
        url: draft.url.clone(),
        mode: draft.mode,
        sealed_headers: sealed(vault, &options.headers)?,
        hears: Json::to_text(&options.hears)?,
        timeout_ms: options.timeout_ms,
        persistent: options.persistent,
        rate: options.rate,
        concurrency: options.concurrency,
    })
}

/// Switches an endpoint on or off. What it misses while it is off is on record as failed.
///
/// # Errors
/// `NotFound("endpoint")`.
pub fn set_enabled(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: EndpointId,
    enabled: bool,
) -> Result<()> {
    get_of(tx.conn, account, id)?;
    tx.effects.stale.push(account);
    diesel::update(endpoints::table.find(id))
        .set((
            endpoints::enabled.eq(enabled),
            endpoints::off_reason.eq((!enabled).then_some(OffReason::Switched)),
            endpoints::failing_since.eq(None::<Timestamp>),
            endpoints::warned_at.eq(None::<Timestamp>),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Switches all of an account's endpoints off that are on, because it is closed.
pub(crate) fn close_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    tx.effects.stale.push(account);
    diesel::update(endpoints::table)
        .filter(endpoints::account_id.eq(account).and(endpoints::enabled.eq(true)))
        .set((
            endpoints::enabled.eq(false),
            endpoints::off_reason.eq(Some(OffReason::Closed)),
            endpoints::failing_since.eq(None::<Timestamp>),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Switches those on again.
pub(crate) fn open_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    tx.effects.stale.push(account);
    diesel::update(endpoints::table)
        .filter(endpoints::account_id.eq(account).and(endpoints::enabled.eq(false)))
        .filter(endpoints::off_reason.eq(OffReason::Closed))
        .set((
            endpoints::enabled.eq(true),
            endpoints::off_reason.eq(None::<OffReason>),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Makes this the endpoint whose answers become messages, instead of the one that was.
///
/// # Errors
/// `NotFound("endpoint")`.
pub fn set_answering(tx: &mut Tx<'_>, account: AccountId, id: EndpointId) -> Result<()> {
    get_of(tx.conn, account, id)?;
    tx.effects.stale.push(account);
    diesel::update(endpoints::table.filter(endpoints::account_id.eq(account)))
        .set(endpoints::may_answer.eq(false))
        .execute(tx.conn)?;
    diesel::update(endpoints::table.find(id))
        .set((endpoints::may_answer.eq(true), endpoints::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Removes an endpoint. What it was told stays in the log; what it was still to be told has failed.
///
/// # Errors
/// `NotFound("endpoint")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: EndpointId) -> Result<()> {
    get_of(tx.conn, account, id)?;
    tx.effects.stale.push(account);
    diesel::update(endpoints::table.find(id))
        .set((
            endpoints::may_answer.eq(false),
            endpoints::enabled.eq(false),
            endpoints::off_reason.eq(Some(OffReason::Removed)),
            endpoints::failing_since.eq(None::<Timestamp>),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
