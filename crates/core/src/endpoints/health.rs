//! Endpoints that fail for days: their owners are warned, then they are switched off, and their
//! owners are told again.
use chrono::Duration;
use crier_schema::ids::EndpointId;
use crier_schema::tables::endpoints;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::{Endpoint, OffReason, get};
use crate::accounts;
use crate::error::Result;
use crate::mails::{self, Language, Mail};
use crate::members::{self, Permission};
use crate::tx::Tx;

/// How long an endpoint may fail before it is switched off, unless a setting says otherwise.
pub const AFTER: Duration = Duration::days(5);
/// How exactly the time of the last failure is kept: a write an hour, not one for each failure.
const EXACT: Duration = Duration::hours(1);

/// Something went wrong with an endpoint: stores since when, if nothing has gone well meanwhile.
pub fn failed(tx: &mut Tx<'_>, id: EndpointId) -> Result<()> {
    let now = tx.now;
    let row = endpoints::table.find(id);
    diesel::update(row.filter(endpoints::failing_since.is_null()))
        .set((endpoints::failing_since.eq(Some(now)), endpoints::failed_at.eq(Some(now))))
        .execute(tx.conn)?;
    diesel::update(row.filter(endpoints::failed_at.lt(now.plus(-EXACT))))
        .set(endpoints::failed_at.eq(Some(now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Something went well again.
pub fn recovered(tx: &mut Tx<'_>, id: EndpointId) -> Result<()> {
    diesel::update(endpoints::table.find(id).filter(endpoints::failing_since.is_not_null()))
        .set((
            endpoints::failing_since.eq(None::<Timestamp>),
            endpoints::warned_at.eq(None::<Timestamp>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Endpoints to do something about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failing {
    /// To be switched off.
    pub over: Vec<EndpointId>,
    /// Half the time has gone: their owners are to be warned.
    pub half: Vec<EndpointId>,
}

/// The endpoints that have failed for `after`, or for half of it. Only those that were still tried
/// in the last day: no news is no failure.
pub fn failing(conn: &mut AnyConnection, now: Timestamp, after: Duration) -> Result<Failing> {
    let rows: Vec<(EndpointId, Option<Timestamp>, Option<Timestamp>)> = endpoints::table
        .filter(endpoints::failing_since.is_not_null().and(endpoints::enabled.eq(true)))
        .filter(endpoints::failing_since.le(now.plus(-after / 2)))
        .filter(endpoints::failed_at.gt(now.plus(Duration::days(-1))))
        .select((endpoints::id, endpoints::failing_since, endpoints::warned_at))
        .load(conn)?;
    let mut failing = Failing::default();
    for (id, since, warned) in rows {
        if since.is_some_and(|since| since <= now.plus(-after)) {
            failing.over.push(id);
        } else if warned.is_none() {
            failing.half.push(id);
        }
    }
    Ok(failing)
}

/// Tells the owners of an endpoint, once, that it is failing and when it will be switched off.
pub fn warn(tx: &mut Tx<'_>, id: EndpointId, after: Duration) -> Result<()> {
    let still = endpoints::table
        .find(id)
        .filter(endpoints::warned_at.is_null().and(endpoints::failing_since.is_not_null()));
    let now = tx.now;
    let first = diesel::update(still).set(endpoints::warned_at.eq(Some(now))).execute(tx.conn)?;
    if first == 0 {
        return Ok(());
    }
    let endpoint = get(tx.conn, id)?;
    let since = endpoint.failing_since.unwrap_or(now);
    tell(tx, &endpoint, |account| Mail::EndpointFailing {
        account: account.name.clone(),
        handle: account.handle.clone(),
        endpoint: endpoint.id,
        url: endpoint.url.clone(),
        since,
        off_at: since.plus(after),
        language: Language::of_zone(&account.time_zone),
    })
}

/// Switches an endpoint off for `reason` and tells its owners, once.
pub fn switch_off(tx: &mut Tx<'_>, id: EndpointId, reason: OffReason) -> Result<()> {
    let now = tx.now;
    let on = endpoints::table.find(id).filter(endpoints::enabled.eq(true));
    let first = diesel::update(on)
        .set((
            endpoints::enabled.eq(false),
            endpoints::off_reason.eq(Some(reason)),
            endpoints::updated_at.eq(now),
        ))
        .execute(tx.conn)?;
    if first == 0 {
        return Ok(());
    }
    let endpoint = get(tx.conn, id)?;
    tx.effects.stale.push(endpoint.account_id);
    let since = endpoint.failing_since.unwrap_or(now);
    tell(tx, &endpoint, |account| Mail::EndpointOff {
        account: account.name.clone(),
        handle: account.handle.clone(),
        endpoint: endpoint.id,
        url: endpoint.url.clone(),
        since,
        gone: reason == OffReason::Gone,
        language: Language::of_zone(&account.time_zone),
    })
}

fn tell(
    tx: &mut Tx<'_>,
    endpoint: &Endpoint,
    mail: impl Fn(&accounts::Account) -> Mail,
) -> Result<()> {
    let account = accounts::get(tx.conn, endpoint.account_id)?;
    let team = members::of_brand(tx.conn, account.brand_id)?;
    for one in team.iter().filter(|one| members::allows(one.role, Permission::Developer)) {
        mails::queue(tx, &one.member.email, &mail(&account))?;
    }
    Ok(())
}
