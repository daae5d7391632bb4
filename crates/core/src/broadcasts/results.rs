//! What came of a broadcast of articles: who read them and who went on, over time.
use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::Broadcast;
use crate::articles;
use crate::error::Result;

/// Hours that are told one by one.
const HOURS: i32 = 48;
/// Days that are.
const DAYS: i32 = 30;

/// What is told one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The first 48 hours.
    Hour,
    /// The first 30 days, from midnight to midnight where the account is.
    Day,
}

/// What readers did in a part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its first moment.
    pub from: Timestamp,
    /// How often the articles were read.
    pub reads: i64,
    /// How often somebody went on to the original.
    pub clicks: i64,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// How often its articles were read, ever.
    pub reads: i64,
    /// By how many.
    pub readers: i64,
    /// How often somebody went on to an original.
    pub clicks: i64,
    /// How many did.
    pub clickers: i64,
    /// Part by part, as far as they are past, or have begun.
    pub parts: Vec<Reading>,
}

#[derive(QueryableByName)]
struct Visits {
    #[diesel(sql_type = BigInt)]
    quarter: i64,
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = BigInt)]
    times: i64,
}

#[derive(QueryableByName)]
struct All {
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = BigInt)]
    people: i64,
}

/// What came of a broadcast until now. Of other things than articles nobody tells who read them.
pub fn results(
    conn: &mut AnyConnection,
    sent: &Broadcast,
    zone: &str,
    by: By,
    now: Timestamp,
) -> Result<Results> {
    let Some(publication) = sent.publication_id else { return Ok(Results::default()) };
    let ids: Vec<String> = articles::of_publications(conn, &[publication])?
        .iter()
        .map(|article| article.id.to_string())
        .collect();
    if ids.is_empty() {
        return Ok(Results::default());
    }
    let ids = ids.join(", ");
    let quarters: Vec<Visits> = sql_query(format!(
        "SELECT quarter, act, CAST(SUM(count) AS BIGINT) AS times FROM article_visits \
         WHERE article_id IN ({ids}) AND act IN ('read', 'source') GROUP BY quarter, act"
    ))
    .load(conn)?;
    let people: Vec<All> = sql_query(format!(
        "SELECT act, COUNT(DISTINCT reader) AS people FROM article_visits \
         WHERE article_id IN ({ids}) AND act IN ('read', 'source') GROUP BY act"
    ))
    .load(conn)?;
    let people = |act: &str| people.iter().find(|all| all.act == act).map_or(0, |all| all.people);
    let times = |act: &str| quarters.iter().filter(|it| it.act == act).map(|it| it.times).sum();
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    Ok(Results {
        reads: times("read"),
        readers: people("read"),
        clicks: times("source"),
        clickers: people("source"),
        parts: parts(&quarters, sent.sent_at.to_chrono().with_timezone(&zone), by, now),
    })
}

/// Quarter hours, as the hours or days that they are in.
fn parts(quarters: &[Visits], sent: DateTime<Tz>, by: By, now: Timestamp) -> Vec<Reading> {
    let begins = begins(sent, by);
    let mut parts: BTreeMap<Timestamp, Reading> = begins
        .into_iter()
        .filter(|from| *from <= now)
        .map(|from| (from, Reading { from, ..Reading::default() }))
        .collect();
    let end = parts.keys().last().map(|last| last.plus(length(by)));
    for quarter in quarters {
        let at = Timestamp::from_micros(quarter.quarter);
        let part = parts.range_mut(..=at).next_back().filter(|_| end.is_some_and(|end| at < end));
        let Some((_, part)) = part else { continue };
        match quarter.act.as_str() {
            "read" => part.reads += quarter.times,
            _ => part.clicks += quarter.times,
        }
    }
    parts.into_values().collect()
}

fn length(by: By) -> Duration {
    match by {
        By::Hour => Duration::hours(1),
        By::Day => Duration::days(1),
    }
}

/// The first moments of the parts. An hour begins with a quarter, as visits are counted.
fn begins(sent: DateTime<Tz>, by: By) -> Vec<Timestamp> {
    match by {
        By::Hour => {
            let micros = sent.timestamp_micros();
            let first = Timestamp::from_micros(micros - micros.rem_euclid(900_000_000));
            (0..HOURS).map(|hour| first.plus(Duration::hours(i64::from(hour)))).collect()
        }
        By::Day => {
            let days = (0..DAYS).map(|day| sent.date_naive() + Duration::days(i64::from(day)));
            let midnight = |day: chrono::NaiveDate| {
                let at = day.and_time(NaiveTime::MIN);
                let first = sent.timezone().from_local_datetime(&at).earliest();
                first.map(|at| Timestamp::from_micros(at.timestamp_micros()))
            };
            days.filter_map(midnight).collect()
        }
    }
}
