//! What a brand asks of whoever sends, and when an account's followers are better left alone.
use chrono::{TimeZone as _, Timelike as _};
use crier_schema::ids::{AccountId, BrandId, PlanId};
use crier_schema::tables::{accounts, brand_rules, plans, quiet_hours as quiet};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

use super::moves::step;
use super::{State, hold, mailing};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Minutes of a day.
const DAY: i32 = 24 * 60;

/// Whether somebody else must approve what is sent in the brand's name. Off until it is set.
pub fn approval_required(conn: &mut AnyConnection, brand: BrandId) -> Result<bool> {
    let row = brand_rules::table.find(brand).select(brand_rules::approval_required);
    Ok(row.get_result(conn).optional()?.unwrap_or_default())
}

/// Sets it. What is scheduled without an approval waits for one then, and who may give it is mailed.
pub fn set_approval_required(tx: &mut Tx<'_>, brand: BrandId, required: bool) -> Result<()> {
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(brand_rules::table)
            .values((brand_rules::brand_id.eq(brand), brand_rules::approval_required.eq(required),))
            .on_conflict(brand_rules::brand_id)
            .do_update()
            .set(brand_rules::approval_required.eq(required))
            .execute(conn)
    )?;
    if !required {
        return Ok(());
    }
    let own = accounts::table.filter(accounts::brand_id.eq(brand)).select(accounts::id);
    let accounts: Vec<AccountId> = own.load(tx.conn)?;
    let waiting = [State::Scheduled, State::Paused];
    let unapproved: Vec<PlanId> = plans::table
        .filter(plans::account_id.eq_any(accounts).and(plans::state.eq_any(waiting)))
        .filter(plans::approved_at.is_null())
        .order(plans::id.asc())
        .select(plans::id)
        .load(tx.conn)?;
    for id in unapproved {
        let plan = hold(tx, None, id)?;
        // What was sent, or approved, at this moment does not wait.
        if waiting.contains(&plan.state) && plan.approved_at.is_none() {
            step(tx, &plan, State::Awaiting)?;
            mailing::waits(tx, &plan, plan.changed_by)?;
        }
    }
    Ok(())
}

/// From when until when followers are better left alone, in minutes since midnight where the account
/// is. It may go past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// The first minute.
    pub from: i32,
    /// The first that is not any more.
    pub until: i32,
}

impl QuietHours {
    /// Whether a moment lies in them.
    pub fn holds(self, at: Timestamp, zone: &str) -> bool {
        let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        let local = zone.from_utc_datetime(&at.to_chrono().naive_utc());
        let minute = i32::try_from(local.hour() * 60 + local.minute()).unwrap_or_default();
        if self.from <= self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }
}

/// The account's quiet hours, if it has any.
pub fn quiet_hours(conn: &mut AnyConnection, account: AccountId) -> Result<Option<QuietHours>> {
    let row = quiet::table.find(account).select((quiet::from_minute, quiet::until_minute));
    let found: Option<(i32, i32)> = row.get_result(conn).optional()?;
    Ok(found.map(|(from, until)| QuietHours { from, until }))
}

/// Sets an account's quiet hours, or removes them.
///
/// # Errors
/// [`Error::Invalid`] for `quiet` when they are no minutes of a day, or none at all.
pub fn set_quiet_hours(
    tx: &mut Tx<'_>,
    account: AccountId,
    hours: Option<QuietHours>,
) -> Result<()> {
    diesel::delete(quiet::table.find(account)).execute(tx.conn)?;
    let Some(QuietHours { from, until }) = hours else { return Ok(()) };
    if !(0..DAY).contains(&from) || !(0..DAY).contains(&until) || from == until {
        return Err(Error::invalid("quiet", "must be two times of a day"));
    }
    diesel::insert_into(quiet::table)
        .values((
            quiet::account_id.eq(account),
            quiet::from_minute.eq(from),
            quiet::until_minute.eq(until),
        ))
        .execute(tx.conn)?;
    Ok(())
}
