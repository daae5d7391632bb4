//! Counting what is new in the logs, a step at a time.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use crier_schema::ids::AccountId;
use crier_schema::tables::{accounts, daily_counts, daily_marks};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};

use super::{Measure, band};
use crate::App;
use crate::accounts::Account;
use crate::error::Result;
use crate::figures::{Days, Grain};
use crate::mint::floor_id;
use crate::rounds;
use crate::tx::Tx;

/// Between rounds.
const EVERY: Duration = Duration::from_secs(5);
/// Rows counted in one step: the writer is held for as many sums at most.
const STEP: i64 = 5_000;
/// How long a row may be on its way into the log after its id was minted.
const SETTLING: TimeDelta = TimeDelta::seconds(15);
/// Rounds between looks at days with open deliveries: 5 minutes.
const LOOK_AGAIN: u32 = 60;
/// Days of accounts looked at again in one round.
const AGAIN: i64 = 20;
/// Days after which an open delivery counts as it stands: the long schedule is over by then.
const OPEN_DAYS: i32 = 4;
/// Microseconds of a quarter of an hour: clocks of all zones change at whole ones.
const QUARTER: i64 = 900_000_000;

/// A log that is counted.
struct Log {
    name: &'static str,
    /// Which row is the last of a step.
    end: &'static str,
    /// What is new, by account and quarter.
    counts: &'static [&'static str],
}

/// The middle one needs no index but that of a conversation: each message that was answered is
/// looked at once, by its first answer.
const MESSAGES: Log = Log {
    name: "messages",
    end: "SELECT id FROM messages WHERE id >= $1 ORDER BY id LIMIT 1 OFFSET $2",
    counts: &[
        "SELECT account_id, created_at / 900000000 AS quarter, 'messages' AS measure, \
             origin AS part, COUNT(*) AS count FROM messages WHERE id >= $1 AND id < $2 \
             GROUP BY account_id, created_at / 900000000, origin",
        "SELECT m.account_id AS account_id, m.created_at / 900000000 AS quarter, \
             CASE WHEN m.origin = 'console' THEN 'answered_member' ELSE 'answered_backend' END \
                 AS measure, \
             CAST((m.created_at - (SELECT q.created_at FROM messages q \
                 WHERE q.follower_id = m.follower_id AND q.seq < m.seq AND q.sender = 'follower' \
                 AND q.seq > COALESCE((SELECT p.seq FROM messages p \
                     WHERE p.follower_id = m.follower_id AND p.seq < m.seq \
                     AND p.origin IN ('answer', 'api', 'console') ORDER BY p.seq DESC LIMIT 1), 0) \
                 ORDER BY q.seq LIMIT 1)) / 1000000 AS TEXT) AS part, \
             CAST(1 AS BIGINT) AS count FROM messages m \
             WHERE m.id >= $1 AND m.id < $2 AND m.origin IN ('answer', 'api', 'console')",
    ],
};

const FOLLOWINGS: Log = Log {
    name: "followings",
    end: "SELECT id FROM followings WHERE id >= $1 ORDER BY id LIMIT 1 OFFSET $2",
    counts: &["SELECT account_id, created_at / 900000000 AS quarter, \
         CASE WHEN gained THEN 'gained' ELSE 'lost' END AS measure, source AS part, \
         COUNT(*) AS count FROM followings WHERE id >= $1 AND id < $2 \
         GROUP BY account_id, created_at / 900000000, gained, source"],
};

const DELIVERIES: Log = Log {
    name: "deliveries",
    end: "SELECT id FROM deliveries WHERE id >= $1 ORDER BY id LIMIT 1 OFFSET $2",
    counts: &[
        "SELECT account_id, created_at / 900000000 AS quarter, 'deliveries' AS measure, \
             CASE WHEN state IN ('delivered', 'failed') THEN state ELSE 'open' END AS part, \
             COUNT(*) AS count FROM deliveries WHERE id >= $1 AND id < $2 \
             GROUP BY account_id, created_at / 900000000, 4",
        "SELECT account_id, created_at / 900000000 AS quarter, 'latency' AS measure, \
             CAST(took_ms AS TEXT) AS part, COUNT(*) AS count FROM deliveries \
             WHERE id >= $1 AND id < $2 AND state = 'delivered' AND took_ms IS NOT NULL \
             GROUP BY account_id, created_at / 900000000, took_ms",
    ],
};

/// A day's deliveries once more, of one account, as far as they have been counted.
const AGAIN_STATES: &str = "SELECT account_id, CAST(0 AS BIGINT) AS quarter, 'deliveries' AS measure, \
     CASE WHEN state IN ('delivered', 'failed') THEN state ELSE 'open' END AS part, \
     COUNT(*) AS count FROM deliveries WHERE (account_id, id) >= ($1, $2) \
     AND (account_id, id) < ($1, $3) AND created_at >= $4 AND created_at < $5 \
     GROUP BY account_id, 4";
const AGAIN_LATENCY: &str = "SELECT account_id, CAST(0 AS BIGINT) AS quarter, 'latency' AS measure, \
     CAST(took_ms AS TEXT) AS part, COUNT(*) AS count FROM deliveries \
     WHERE (account_id, id) >= ($1, $2) AND (account_id, id) < ($1, $3) \
     AND created_at >= $4 AND created_at < $5 AND state = 'delivered' AND took_ms IS NOT NULL \
     GROUP BY account_id, took_ms";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    account_id: AccountId,
    #[diesel(sql_type = BigInt)]
    quarter: i64,
    #[diesel(sql_type = Text)]
    measure: Measure,
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    part: Option<String>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct End {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Whose, what, on which day, which part. Sorted, so that two nodes take rows in the same order.
type Key = (AccountId, &'static str, i32, String);
type Sums = BTreeMap<Key, i64>;

/// Counts what is new every few seconds, for as long as the process lives. Every node does; what two
/// count at once is added once.
pub async fn keep_counted(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    let mut round = 0_u32;
    loop {
        ticks.tick().await;
        let counted = catch_up(&app, round.is_multiple_of(LOOK_AGAIN)).await;
        rounds::tell(counted, "figures were not counted");
        round = round.wrapping_add(1);
    }
}

/// Counts everything that has settled; with `again`, also days whose deliveries were open still.
///
/// # Errors
/// When the database is away.
pub async fn catch_up(app: &App, again: bool) -> Result<()> {
    for log in [&MESSAGES, &FOLLOWINGS, &DELIVERIES] {
        while step(app, log).await? {}
    }
    if again {
        count_again(app).await?;
    }
    Ok(())
}

/// Counts a part of a log; says whether there is more.
async fn step(app: &App, log: &'static Log) -> Result<bool> {
    let settled = floor_id(app.clock.now().plus(-SETTLING));
    let (from, until, sums) = app.read(move |conn| look(conn, log, settled)).await?;
    if until > from {
        app.write(move |tx| add(tx, log.name, (from, until), &sums, &[])).await?;
    }
    Ok(until < settled)
}

fn look(conn: &mut AnyConnection, log: &Log, settled: i64) -> Result<(i64, i64, Sums)> {
    let from = mark(conn, log.name)?;
    let end: Option<End> = sql_query(log.end)
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(STEP)
        .get_result(conn)
        .optional()?;
    let until = end.map_or(settled, |end| end.id.min(settled)).max(from);
    let mut rows: Vec<Row> = Vec::new();
    for statement in log.counts {
        let found = sql_query(*statement).bind::<BigInt, _>(from).bind::<BigInt, _>(until);
        rows.extend(found.load::<Row>(conn)?);
    }
    let zones = zones(conn, rows.iter().map(|row| row.account_id).collect())?;
    let day = |row: &Row| {
        let zone = zones.get(&row.account_id).copied().unwrap_or(Tz::UTC);
        let at = DateTime::from_timestamp_micros(row.quarter * QUARTER)?;
        Some(at.with_timezone(&zone).date_naive().num_days_from_ce())
    };
    Ok((from, until, summed(rows, day)))
}

fn mark(conn: &mut AnyConnection, log: &str) -> Result<i64> {
    let row = daily_marks::table.find(log).select(daily_marks::mark);
    Ok(row.get_result(conn).optional()?.unwrap_or_default())
}

fn summed(rows: Vec<Row>, day: impl Fn(&Row) -> Option<i32>) -> Sums {
    let mut sums = Sums::new();
    for row in rows {
        let Some(day) = day(&row) else { continue };
        // What opened no wait has no part.
        let Some(part) = row.part else { continue };
        let part = match row.measure {
            Measure::AnsweredByMember | Measure::AnsweredByBackend | Measure::Latency => {
                band(part.parse().unwrap_or_default()).to_string()
            }
            _ => part,
        };
        *sums.entry((row.account_id, row.measure.as_str(), day, part)).or_default() += row.count;
    }
    sums
}

fn zones(conn: &mut AnyConnection, ids: BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, Tz>> {
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let mut zones = BTreeMap::new();
    for some in ids.chunks(500) {
        let rows: Vec<(AccountId, String)> = accounts::table
            .filter(accounts::id.eq_any(some))
            .select((accounts::id, accounts::time_zone))
            .load(conn)?;
        zones.extend(rows.into_iter().map(|(id, zone)| (id, zone.parse().unwrap_or(Tz::UTC))));
    }
    Ok(zones)
}

/// Adds to the counts and moves the mark, unless somebody else has moved it since. What is counted
/// anew is removed first.
fn add(
    tx: &mut Tx<'_>,
    log: &str,
    (from, until): (i64, i64),
    sums: &Sums,
    anew: &[(AccountId, Measure, i32)],
) -> Result<()> {
    let row = daily_marks::table.filter(daily_marks::log.eq(log).and(daily_marks::mark.eq(from)));
    if diesel::update(row).set(daily_marks::mark.eq(until)).execute(tx.conn)? == 0 {
        return Ok(());
    }
    for (account, measure, day) in anew {
        let of = daily_counts::account_id.eq(account).and(daily_counts::measure.eq(measure));
        diesel::delete(daily_counts::table.filter(of.and(daily_counts::day.eq(day))))
            .execute(tx.conn)?;
    }
    for ((account, measure, day, part), count) in sums {
        let conn = &mut *tx.conn;
        on_each!(
            conn,
            diesel::insert_into(daily_counts::table)
                .values((
                    daily_counts::account_id.eq(account),
                    daily_counts::measure.eq(measure),
                    daily_counts::day.eq(day),
                    daily_counts::part.eq(part),
                    daily_counts::count.eq(count),
                ))
                .on_conflict((
                    daily_counts::account_id,
                    daily_counts::measure,
                    daily_counts::day,
                    daily_counts::part
                ))
                .do_update()
                .set(daily_counts::count.eq(daily_counts::count + count))
                .execute(conn)
        )?;
    }
    Ok(())
}

/// Deliveries that were open when they were counted have ended since: their days are counted anew.
async fn count_again(app: &App) -> Result<()> {
    let now = app.clock.now();
    let today = now.to_chrono().date_naive().num_days_from_ce();
    let days: Vec<(AccountId, i32)> = app
        .read(move |conn| {
            Ok(daily_counts::table
                .filter(
                    daily_counts::measure
                        .eq(Measure::Deliveries)
                        .and(daily_counts::part.eq("open")),
                )
                .filter(daily_counts::count.gt(0).and(daily_counts::day.gt(today - OPEN_DAYS)))
                .order((daily_counts::day.desc(), daily_counts::account_id.asc()))
                .limit(AGAIN)
                .select((daily_counts::account_id, daily_counts::day))
                .load(conn)?)
        })
        .await?;
    for (account, day) in days {
        let found = app.read(move |conn| look_again(conn, account, day, now)).await?;
        let Some((mark, sums)) = found else { continue };
        let anew = [(account, Measure::Deliveries, day), (account, Measure::Latency, day)];
        app.write(move |tx| add(tx, DELIVERIES.name, (mark, mark), &sums, &anew)).await?;
    }
    Ok(())
}

fn look_again(
    conn: &mut AnyConnection,
    account: AccountId,
    day: i32,
    now: Timestamp,
) -> Result<Option<(i64, Sums)>> {
    let mark = mark(conn, DELIVERIES.name)?;
    let found = Account::query().find(account).get_result(conn).optional()?;
    let date = NaiveDate::from_num_days_from_ce_opt(day).map(|date| date.to_string());
    let (Some(of), Some(date)) = (found, date) else { return Ok(None) };
    let Ok(days) = Days::up_to_now(&of, &date, &date, 1, now) else { return Ok(None) };
    let mut rows: Vec<Row> = Vec::new();
    for period in days.parts(Grain::Day) {
        for statement in [AGAIN_STATES, AGAIN_LATENCY] {
            let (first, end) = period.ids();
            let found = sql_query(statement)
                .bind::<BigInt, _>(account)
                .bind::<BigInt, _>(first)
                .bind::<BigInt, _>(end.min(mark))
                .bind::<BigInt, _>(period.from)
                .bind::<BigInt, _>(period.until);
            rows.extend(found.load::<Row>(conn)?);
        }
    }
    Ok(Some((mark, summed(rows, |_| Some(day)))))
}
