//! How articles were read and passed on, from their visits. Those are counted by quarter hours, of
//! which the hours of every zone are made.
use chrono::NaiveDate;
use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::{Days, Grain, Period};
use crate::error::Result;

/// How often something was done, and by how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many readers did it.
    pub readers: i64,
    /// How often they did it.
    pub times: i64,
}

/// What readers did with articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tallies {
    /// Read them.
    pub read: Tally,
    /// Went on to the original.
    pub source: Tally,
    /// Passed them on.
    pub shared: Tally,
    /// Kept them.
    pub kept: Tally,
}

impl Tallies {
    pub(super) fn set(&mut self, act: &str, tally: Tally) {
        match act {
            "read" => self.read = tally,
            "source" => self.source = tally,
            "share" => self.shared = tally,
            "favourite" => self.kept = tally,
            _ => {}
        }
    }
}

/// What readers did in one period who came one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The day.
    pub day: NaiveDate,
    /// The hour, when counted by the hour.
    pub hour: Option<u32>,
    /// The way: `chat`, `friend`, `feed`, `history`, `other`; nothing for all readers together, with
    /// what they did that has no way.
    pub way: Option<String>,
    /// What they did.
    pub tallies: Tallies,
}

/// What was passed on in one period in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The day.
    pub day: NaiveDate,
    /// The hour, when counted by the hour.
    pub hour: Option<u32>,
    /// The way: `friend`, `feed` or another.
    pub way: String,
    /// How often, and by how many.
    pub tally: Tally,
}

#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = Text)]
    pub(super) act: String,
    #[diesel(sql_type = Text)]
    pub(super) way: String,
    #[diesel(sql_type = BigInt)]
    readers: i64,
    #[diesel(sql_type = BigInt)]
    times: i64,
}

impl Row {
    pub(super) const fn tally(&self) -> Tally {
        Tally { readers: self.readers, times: self.times }
    }
}

pub(super) const BY_WAY: &str = "SELECT act, way, COUNT(DISTINCT reader) AS readers, \
     CAST(SUM(count) AS BIGINT) AS times FROM article_visits \
     WHERE account_id = $1 AND quarter >= $2 AND quarter < $3 GROUP BY act, way";

pub(super) const IN_ALL: &str = "SELECT act, '' AS way, COUNT(DISTINCT reader) AS readers, \
     CAST(SUM(count) AS BIGINT) AS times FROM article_visits \
     WHERE account_id = $1 AND quarter >= $2 AND quarter < $3 GROUP BY act";

/// What readers did, by period and by the way they came, and then all of them together. A reader
/// who came in two ways is one reader among all.
pub fn read(
    conn: &mut AnyConnection,
    account: AccountId,
    days: &Days,
    grain: Grain,
) -> Result<Vec<Read>> {
    let mut found = Vec::new();
    for period in days.parts(grain) {
        for way in visits(conn, BY_WAY, account, &period)? {
            // Which way something is passed on is not the way its reader came.
            if way.act == "read" || (way.act == "source" && !way.way.is_empty()) {
                add(&mut found, &period, Some(&way.way), &way);
            }
        }
        for all in visits(conn, IN_ALL, account, &period)? {
            add(&mut found, &period, None, &all);
        }
    }
    Ok(found)
}

/// Enters a tally into the row of its period and way.
fn add(rows: &mut Vec<Read>, period: &Period, way: Option<&str>, found: &Row) {
    let is_its =
        |row: &&mut Read| (row.day, row.hour, row.way.as_deref()) == (period.day, period.hour, way);
    if let Some(row) = rows.iter_mut().find(is_its) {
        return row.tallies.set(&found.act, found.tally());
    }
    let mut tallies = Tallies::default();
    tallies.set(&found.act, found.tally());
    let way = way.map(str::to_owned);
    rows.push(Read { day: period.day, hour: period.hour, way, tallies });
}

/// What was passed on, by period and way.
pub fn shared(
    conn: &mut AnyConnection,
    account: AccountId,
    days: &Days,
    grain: Grain,
) -> Result<Vec<Shared>> {
    let mut found = Vec::new();
    for period in days.parts(grain) {
        let rows = visits(conn, BY_WAY, account, &period)?.into_iter();
        found.extend(rows.filter(|row| row.act == "share").map(|row| Shared {
            day: period.day,
            hour: period.hour,
            tally: row.tally(),
            way: row.way,
        }));
    }
    Ok(found)
}

fn visits(
    conn: &mut AnyConnection,
    statement: &str,
    account: AccountId,
    period: &Period,
) -> Result<Vec<Row>> {
    Ok(sql_query(statement)
        .bind::<BigInt, _>(account)
        .bind::<BigInt, _>(period.from)
        .bind::<BigInt, _>(period.until)
        .load(conn)?)
}
