//! How often an account may broadcast (`reference/wechat-api.md` 5.4), in one place.
//!
//! A subscription account has one a day, whoever it is for. A service account has four a calendar
//! month **for each follower**: a fifth fails for that follower alone. Who has had theirs follows
//! from what was addressed to them before in the month, so nothing is counted while there were fewer
//! than four, and nothing is stored for each follower.
use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use crier_schema::ids::{AccountId, FollowerId};
use crier_schema::tables::{addressed, broadcasts};
use crier_schema::{AnyConnection, Timestamp};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::accounts::Account;
use crate::error::{Denial, Result};
use crate::rights::Kind;

/// Broadcasts of a subscription account in one day.
const A_DAY: i64 = 1;
/// Broadcasts of a service account to one follower in one calendar month.
pub(super) const A_MONTH: i64 = 4;

/// Whether somebody may have had their share when a broadcast was sent: so many came before it, since
/// the first of its month.
pub(crate) const fn is_crowded(first_seq: i64, seq: i64) -> bool {
    seq - first_seq >= A_MONTH
}

/// Where a broadcast stands among the account's, and what that leaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    /// The account's first broadcast that counts against the same quota of each follower.
    pub first_seq: i64,
    /// Its own number.
    pub seq: i64,
}

impl Period {
    /// Whether some follower may have had all that they get: only then it is worth a look.
    pub const fn is_crowded(self) -> bool {
        is_crowded(self.first_seq, self.seq)
    }
}

/// Where the account's next broadcast stands, which will have the number `seq`.
///
/// # Errors
/// `Denied(Quota)` when a subscription account has had its broadcast of the day.
pub(super) fn period(
    conn: &mut AnyConnection,
    account: &Account,
    seq: i64,
    now: Timestamp,
) -> Result<Period> {
    if account.kind == Kind::Subscription {
        let earlier = at(conn, account.id, seq - A_DAY)?;
        let (zone, today) = today(account, now);
        if earlier.is_some_and(|(sent, _)| sent >= midnight(zone, today)) {
            return Err(Denial::Quota.into());
        }
    }
    Ok(Period { first_seq: first_of_month(conn, account, seq, now)?, seq })
}

fn today(account: &Account, now: Timestamp) -> (Tz, NaiveDate) {
    let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
    (zone, now.to_chrono().with_timezone(&zone).date_naive())
}

/// The account's first broadcast that counts against the same monthly quota as the one of number
/// `seq`: that itself where there is none.
pub(super) fn first_of_month(
    conn: &mut AnyConnection,
    account: &Account,
    seq: i64,
    now: Timestamp,
) -> Result<i64> {
    if account.kind == Kind::Subscription {
        return Ok(seq);
    }
    let (zone, today) = today(account, now);
    let month = midnight(zone, today.with_day(1).unwrap_or(today));
    let before = at(conn, account.id, seq - 1)?.filter(|(sent, _)| *sent >= month);
    Ok(before.map_or(seq, |(_, first)| first))
}

/// When the account's broadcast of this number was sent, and the first of its month.
fn at(
    conn: &mut AnyConnection,
    account: AccountId,
    seq: i64,
) -> QueryResult<Option<(Timestamp, i64)>> {
    broadcasts::table
        .filter(broadcasts::account_id.eq(account).and(broadcasts::seq.eq(seq)))
        .select((broadcasts::sent_at, broadcasts::month_seq))
        .get_result(conn)
        .optional()
}

/// The moment a day begins somewhere; where a clock change skips midnight, the first hour there is.
fn midnight(zone: Tz, day: NaiveDate) -> Timestamp {
    let mut hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    hours
        .find_map(|at| zone.from_local_datetime(&at).earliest())
        .map_or_else(|| Timestamp::from_seconds(0), |at| at.with_timezone(&Utc).into())
}

/// Who of these has had all that they get in the period.
pub(super) fn sated(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    listed: &[FollowerId],
) -> Result<HashSet<FollowerId>> {
    if !period.is_crowded() {
        return Ok(HashSet::new());
    }
    let mut had: HashMap<FollowerId, i64> = HashMap::new();
    for listed in listed.chunks(2_000) {
        let rows: Vec<(FollowerId, i64)> = addressed::table
            .filter(addressed::follower_id.eq_any(listed))
            .filter(addressed::account_id.eq(account.id))
            .filter(addressed::seq.ge(period.first_seq).and(addressed::seq.lt(period.seq)))
            .group_by(addressed::follower_id)
            .select((addressed::follower_id, count_star()))
            .load(conn)?;
        had.extend(rows);
    }
    had.retain(|_, count| *count >= A_MONTH);
    Ok(had.into_keys().collect())
}
