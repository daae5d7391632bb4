//! How often an account may broadcast (`reference/wechat-api.md` 5.4), in one place.
use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use crier_schema::ids::FollowerId;
use crier_schema::tables::{broadcast_recipients, broadcasts};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::Audience;
use crate::accounts::Account;
use crate::error::{Denial, Result};
use crate::rights::Kind;

/// Broadcasts of a subscription account in one day.
const A_DAY: i64 = 1;
/// Broadcasts of a service account to one follower in one calendar month.
const A_MONTH: i64 = 4;

/// Whom of an audience a broadcast may reach.
pub(super) enum Reach {
    /// All of it.
    Whole,
    /// All but these, who have had theirs this month.
    Without(HashSet<FollowerId>),
}

/// Decides whom a broadcast may reach now. A subscription account has one a day, whoever it is
/// for; a service account four a month for each follower. Its broadcasts to everybody are counted
/// as such, without a look at each follower: the cost of sending doesn't grow with them.
///
/// # Errors
/// `Denied(Quota)` when nobody may be reached.
pub(super) fn reach(
    conn: &mut AnyConnection,
    account: &Account,
    listed: Option<&[FollowerId]>,
    now: Timestamp,
) -> Result<Reach> {
    let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
    let today = now.to_chrono().with_timezone(&zone).date_naive();
    if account.kind == Kind::Subscription {
        return within(since(conn, account, midnight(zone, today), None)?, A_DAY);
    }
    let month = midnight(zone, today.with_day(1).unwrap_or(today));
    let to_all = since(conn, account, month, Some(Audience::All))?;
    let Some(listed) = listed else { return within(to_all, A_MONTH) };
    let had = had_listed(conn, account, month, listed)?;
    let sated: HashSet<FollowerId> = listed
        .iter()
        .copied()
        .filter(|follower| to_all + had.get(follower).copied().unwrap_or(0) >= A_MONTH)
        .collect();
    if listed.iter().all(|follower| sated.contains(follower)) {
        return Err(Denial::Quota.into());
    }
    Ok(Reach::Without(sated))
}

fn within(sent: i64, quota: i64) -> Result<Reach> {
    if sent >= quota { Err(Denial::Quota.into()) } else { Ok(Reach::Whole) }
}

/// The moment a day begins somewhere; where a clock change skips midnight, the first hour there is.
fn midnight(zone: Tz, day: NaiveDate) -> Timestamp {
    let mut hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    hours
        .find_map(|at| zone.from_local_datetime(&at).earliest())
        .map_or_else(|| Timestamp::from_seconds(0), |at| at.with_timezone(&Utc).into())
}

fn since(
    conn: &mut AnyConnection,
    account: &Account,
    start: Timestamp,
    audience: Option<Audience>,
) -> Result<i64> {
    let mut sent = broadcasts::table
        .filter(broadcasts::account_id.eq(account.id).and(broadcasts::sent_at.ge(start)))
        .count()
        .into_boxed();
    if let Some(audience) = audience {
        sent = sent.filter(broadcasts::audience.eq(audience));
    }
    Ok(sent.get_result(conn)?)
}

/// How many broadcasts to lists each of these followers has had since `start`.
fn had_listed(
    conn: &mut AnyConnection,
    account: &Account,
    start: Timestamp,
    listed: &[FollowerId],
) -> Result<HashMap<FollowerId, i64>> {
    let mut had = HashMap::new();
    for listed in listed.chunks(2_000) {
        let rows: Vec<FollowerId> = broadcast_recipients::table
            .inner_join(broadcasts::table.on(broadcasts::id.eq(broadcast_recipients::broadcast_id)))
            .filter(broadcasts::account_id.eq(account.id).and(broadcasts::sent_at.ge(start)))
            .filter(broadcast_recipients::follower_id.eq_any(listed))
            .select(broadcast_recipients::follower_id)
            .load(conn)?;
        for follower in rows {
            *had.entry(follower).or_insert(0) += 1;
        }
    }
    Ok(had)
}
