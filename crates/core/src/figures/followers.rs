//! Followers gained and lost, from the log of followings.
use chrono::NaiveDate;
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, FollowingId};
use crier_schema::tables::{accounts, followings};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Days, Grain, Period, within};
use crate::accounts::Account;
use crate::error::Result;

/// Followers gained and lost on one day, who came in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The day.
    pub day: NaiveDate,
    /// How they came: `search`, `scene`. Those who left count under the way they had come.
    pub source: String,
    /// How often one began to follow.
    pub gained: i64,
    /// How often one left.
    pub lost: i64,
}

/// How many followed at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cumulated {
    /// The day.
    pub day: NaiveDate,
    /// How many.
    pub followers: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = BigInt)]
    gained: i64,
    #[diesel(sql_type = BigInt)]
    lost: i64,
}

pub(super) const FOLLOWED: &str = "SELECT source, COUNT(*) FILTER (WHERE gained) AS gained, \
     COUNT(*) FILTER (WHERE NOT gained) AS lost FROM followings \
     WHERE (account_id, id) >= ($1, $2) AND (account_id, id) < ($1, $3) \
     AND created_at >= $4 AND created_at < $5 GROUP BY source ORDER BY source";

/// Followers gained and lost, by day and by how they came.
pub fn followed(
    conn: &mut AnyConnection,
    account: AccountId,
    days: &Days,
) -> Result<Vec<Followed>> {
    let mut found = Vec::new();
    for period in days.parts(Grain::Day) {
        let rows: Vec<Row> = within(conn, FOLLOWED, account, &period)?;
        found.extend(rows.into_iter().map(|row| Followed {
            day: period.day,
            source: row.source,
            gained: row.gained,
            lost: row.lost,
        }));
    }
    Ok(found)
}

/// How many followed at the end of each day since the account was made.
pub fn cumulated(
    conn: &mut AnyConnection,
    account: &Account,
    days: &Days,
) -> Result<Vec<Cumulated>> {
    let parts = days.parts(Grain::Day).into_iter();
    parts
        .filter(|period| period.until > account.created_at)
        .map(|period| {
            let followers = total_at(conn, account.id, &period)?;
            Ok(Cumulated { day: period.day, followers })
        })
        .collect()
}

/// How many followed when the period ended: what the last change before says; where there is none,
/// as many as before the first one after, or as now. The log may be younger than the account.
fn total_at(conn: &mut AnyConnection, account: AccountId, period: &Period) -> Result<i64> {
    let last = followings::table
        .filter(followings::account_id.eq(account))
        .filter(followings::id.lt(FollowingId(period.ids().1)))
        .filter(followings::created_at.lt(period.until))
        .order(followings::id.desc())
        .select(followings::total)
        .first(conn)
        .optional()?;
    if let Some(total) = last {
        return Ok(total);
    }
    let first: Option<(i64, bool)> = followings::table
        .filter(followings::account_id.eq(account))
        .order(followings::id.asc())
        .select((followings::total, followings::gained))
        .first(conn)
        .optional()?;
    if let Some((total, gained)) = first {
        return Ok(if gained { total - 1 } else { total + 1 });
    }
    Ok(accounts::table.find(account).select(accounts::follower_count).get_result(conn)?)
}
