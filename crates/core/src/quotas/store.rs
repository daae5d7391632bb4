//! What the database keeps of calls.
use chrono::Datelike as _;
use crier_schema::ids::AccountId;
use crier_schema::tables::{api_usage, quota_clearances};
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use super::CLEARANCES_A_MONTH;
use super::counters::Unstored;
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Days that counts are kept.
const KEPT: i32 = 35;

/// How often a call was made.
pub(super) fn used(
    conn: &mut AnyConnection,
    account: AccountId,
    day: i32,
    path: &str,
) -> Result<i64> {
    let row = api_usage::table.find((account.0, day, path)).select(api_usage::used);
    Ok(row.get_result(conn).optional()?.unwrap_or_default())
}

/// Adds to counters, and says what each is now.
pub(super) fn add(conn: &mut AnyConnection, counted: &[Unstored]) -> Result<Vec<i64>> {
    let mut now = Vec::with_capacity(counted.len());
    for (account, day, path, added) in counted {
        on_each!(
            conn,
            diesel::insert_into(api_usage::table)
                .values((
                    api_usage::account_id.eq(account),
                    api_usage::day.eq(day),
                    api_usage::path.eq(path),
                    api_usage::used.eq(added),
                ))
                .on_conflict((api_usage::account_id, api_usage::day, api_usage::path))
                .do_update()
                .set(api_usage::used.eq(api_usage::used + added))
                .execute(conn)
        )?;
        now.push(used(conn, *account, *day, path)?);
    }
    Ok(now)
}

/// Takes one of the month's clearances and starts the day's counts anew.
pub(super) fn clear(
    tx: &mut Tx<'_>,
    account: AccountId,
    (day, month): (i32, i32),
    path: Option<&str>,
) -> Result<()> {
    spend(tx, account, month)?;
    let counts =
        api_usage::table.filter(api_usage::account_id.eq(account).and(api_usage::day.eq(day)));
    match path {
        Some(path) => diesel::delete(counts.filter(api_usage::path.eq(path))).execute(tx.conn)?,
        None => diesel::delete(counts).execute(tx.conn)?,
    };
    Ok(())
}

/// The condition stands in the update: of two at once only one may take the last.
fn spend(tx: &mut Tx<'_>, account: AccountId, month: i32) -> Result<()> {
    let conn = &mut *tx.conn;
    let row = (
        quota_clearances::account_id.eq(account),
        quota_clearances::month.eq(month),
        quota_clearances::used.eq(1_i64),
    );
    let key = (quota_clearances::account_id, quota_clearances::month);
    let first = on_each!(
        conn,
        diesel::insert_into(quota_clearances::table)
            .values(row)
            .on_conflict(key)
            .do_nothing()
            .execute(conn)
    )?;
    if first == 1 {
        return Ok(());
    }
    let left = quota_clearances::table.filter(
        quota_clearances::account_id
            .eq(account)
            .and(quota_clearances::month.eq(month))
            .and(quota_clearances::used.lt(CLEARANCES_A_MONTH)),
    );
    let taken = diesel::update(left)
        .set(quota_clearances::used.eq(quota_clearances::used + 1))
        .execute(tx.conn)?;
    if taken == 0 {
        return Err(Error::Conflict("clearances_spent"));
    }
    Ok(())
}

/// Removes up to `limit` counts of long ago, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let before = tx.now.to_chrono().num_days_from_ce() - KEPT;
    let old: Vec<(i64, i32, String)> = api_usage::table
        .filter(api_usage::day.lt(before))
        .order(api_usage::day.asc())
        .limit(limit)
        .select((api_usage::account_id, api_usage::day, api_usage::path))
        .load(tx.conn)?;
    for (account, day, path) in &old {
        diesel::delete(api_usage::table.find((account, day, path))).execute(tx.conn)?;
    }
    Ok(old.len())
}
