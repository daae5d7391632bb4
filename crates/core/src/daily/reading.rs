//! Reading daily counts, and what is few enough to be read as it is.
use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use crier_schema::AnyConnection;
use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, BroadcastId, PublicationId};
use crier_schema::tables::{articles, broadcasts, daily_counts};
use diesel::prelude::*;

use super::{Measure, Spread};
use crate::error::Result;
use crate::figures::{Days, Grain};
use crate::mint::floor_id;

/// Broadcasts of a range that are looked at, at most: three a day for a year.
const MOST: i64 = 1_100;

/// One measure on some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Daily {
    days: Vec<NaiveDate>,
    counts: BTreeMap<String, BTreeMap<NaiveDate, i64>>,
}

impl Daily {
    /// The parts there are, in the order of their names.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.counts.keys().map(String::as_str)
    }

    /// How many there were of a part on each day.
    pub fn of(&self, part: &str) -> Vec<i64> {
        let counts = self.counts.get(part);
        let on = |day| counts.and_then(|counts| counts.get(day)).copied().unwrap_or_default();
        self.days.iter().map(on).collect()
    }

    /// How many there were of every part on each day.
    pub fn sums(&self) -> Vec<i64> {
        self.without("")
    }

    /// The same without one part.
    pub fn without(&self, part: &str) -> Vec<i64> {
        let all = self.counts.iter().filter(|(name, _)| *name != part).map(|(_, counts)| counts);
        let all: Vec<_> = all.collect();
        let on = |day| all.iter().filter_map(|counts| counts.get(day)).sum();
        self.days.iter().map(on).collect()
    }

    /// The bands of a measure of durations, for each day.
    pub fn spreads(&self) -> Vec<Spread> {
        let on = |day| {
            let mut spread = Spread::default();
            for (part, counts) in &self.counts {
                if let (Ok(band), Some(count)) = (part.parse(), counts.get(day)) {
                    spread.add(band, *count);
                }
            }
            spread
        };
        self.days.iter().map(on).collect()
    }
}

/// A measure of an account on these days.
pub fn read(
    conn: &mut AnyConnection,
    account: AccountId,
    measure: Measure,
    days: &Days,
) -> Result<Daily> {
    let (first, last) = (days.first().num_days_from_ce(), days.last().num_days_from_ce());
    let rows: Vec<(i32, String, i64)> = daily_counts::table
        .filter(daily_counts::account_id.eq(account).and(daily_counts::measure.eq(measure)))
        .filter(daily_counts::day.ge(first).and(daily_counts::day.le(last)))
        .select((daily_counts::day, daily_counts::part, daily_counts::count))
        .load(conn)?;
    let mut daily = Daily { days: days.dates(), counts: BTreeMap::new() };
    for (day, part, count) in rows {
        if let Some(day) = NaiveDate::from_num_days_from_ce_opt(day) {
            daily.counts.entry(part).or_default().insert(day, count);
        }
    }
    Ok(daily)
}

/// One broadcast, by what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Which.
    pub id: BroadcastId,
    /// When it was sent.
    pub at: Timestamp,
    /// How many it went to.
    pub reached: i64,
    /// How often its articles were read since; nothing tells that of a message.
    pub reads: i64,
}

/// The broadcasts of some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sendings {
    /// For each day, those sent on it.
    pub days: Vec<Vec<Sent>>,
}

impl Sendings {
    /// How many were sent, for each day.
    pub fn sent(&self) -> Vec<i64> {
        self.days.iter().map(|sent| i64::try_from(sent.len()).unwrap_or_default()).collect()
    }

    /// How many followers they went to, for each day.
    pub fn reached(&self) -> Vec<i64> {
        self.days.iter().map(|sent| sent.iter().map(|one| one.reached).sum()).collect()
    }

    /// How often their articles have been read since, for each day they were sent on.
    pub fn reads(&self) -> Vec<i64> {
        self.days.iter().map(|sent| sent.iter().map(|one| one.reads).sum()).collect()
    }
}

/// The account's broadcasts of these days.
pub fn sendings(conn: &mut AnyConnection, account: AccountId, days: &Days) -> Result<Sendings> {
    let parts = days.parts(Grain::Day);
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return Ok(Sendings::default());
    };
    let found: Vec<(BroadcastId, Timestamp, i64, Option<PublicationId>)> = broadcasts::table
        .filter(broadcasts::account_id.eq(account))
        .filter(broadcasts::id.ge(BroadcastId(floor_id(first.from))))
        .filter(broadcasts::sent_at.ge(first.from).and(broadcasts::sent_at.lt(last.until)))
        .order(broadcasts::id.asc())
        .limit(MOST)
        .select((
            broadcasts::id,
            broadcasts::sent_at,
            broadcasts::reached,
            broadcasts::publication_id,
        ))
        .load(conn)?;
    let reads = reads_of(conn, account, found.iter().filter_map(|(_, _, _, of)| *of).collect())?;
    let all: Vec<Sent> = found
        .into_iter()
        .map(|(id, at, reached, of)| {
            let reads = of.and_then(|of| reads.get(&of)).copied().unwrap_or_default();
            Sent { id, at, reached, reads }
        })
        .collect();
    let on = |part: &crate::figures::Period| {
        all.iter().filter(|one| one.at >= part.from && one.at < part.until).copied().collect()
    };
    Ok(Sendings { days: parts.iter().map(on).collect() })
}

fn reads_of(
    conn: &mut AnyConnection,
    account: AccountId,
    publications: Vec<PublicationId>,
) -> Result<BTreeMap<PublicationId, i64>> {
    let mut reads = BTreeMap::new();
    // SQLite takes so many values in one statement.
    for some in publications.chunks(500) {
        let rows: Vec<(PublicationId, i64)> = articles::table
            .filter(articles::publication_id.eq_any(some))
            .filter(articles::account_id.eq(account))
            .select((articles::publication_id, articles::reads))
            .load(conn)?;
        for (publication, read) in rows {
            *reads.entry(publication).or_default() += read;
        }
    }
    Ok(reads)
}

/// Every measure on some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    /// Who began to follow.
    pub gained: Daily,
    /// Who ceased to.
    pub lost: Daily,
    /// Messages.
    pub messages: Daily,
    /// First answers of members.
    pub by_member: Daily,
    /// First answers of a backend.
    pub by_backend: Daily,
    /// Deliveries.
    pub deliveries: Daily,
    /// What those that went well took.
    pub latency: Daily,
    /// Broadcasts.
    pub sendings: Sendings,
}

/// Every measure of an account on these days.
pub fn board(conn: &mut AnyConnection, account: AccountId, days: &Days) -> Result<Board> {
    let mut of = |measure| read(conn, account, measure, days);
    let [gained, lost, messages] =
        [of(Measure::Gained)?, of(Measure::Lost)?, of(Measure::Messages)?];
    let [by_member, by_backend] = [of(Measure::AnsweredByMember)?, of(Measure::AnsweredByBackend)?];
    let [deliveries, latency] = [of(Measure::Deliveries)?, of(Measure::Latency)?];
    let sendings = sendings(conn, account, days)?;
    Ok(Board { gained, lost, messages, by_member, by_backend, deliveries, latency, sendings })
}
