//! What came of a broadcast over time: who read its articles and went on, or which of its links were
//! followed.
use crier_schema::ids::PublicationId;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::Broadcast;
use super::links::{Link, links};
use super::parts::{By, Parts};
use crate::articles::{self, Act};
use crate::error::Result;

/// What readers did in a part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its first moment.
    pub from: Timestamp,
    /// How often the articles were read.
    pub reads: i64,
    /// How often somebody went on to the original, or followed a link.
    pub clicks: i64,
}

/// How often a link was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clicks {
    /// The link.
    pub link: Link,
    /// How often, ever.
    pub clicks: i64,
    /// In each of the parts that are told.
    pub parts: Vec<i64>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// How often its articles were read, ever.
    pub reads: i64,
    /// By how many.
    pub readers: i64,
    /// How often somebody went on to an original, or followed a link.
    pub clicks: i64,
    /// How many went on to an original: who follows links is not known.
    pub clickers: i64,
    /// Its links, if they are counted.
    pub links: Vec<Clicks>,
    /// Part by part, as far as they are past, or have begun.
    pub parts: Vec<Reading>,
}

/// What came of a broadcast until now. Of other things than articles nobody tells who read them.
///
/// # Errors
/// When the database cannot be read.
pub fn results(
    conn: &mut AnyConnection,
    sent: &Broadcast,
    zone: &str,
    by: By,
    now: Timestamp,
) -> Result<Results> {
    let parts = Parts::since(sent.sent_at, zone, by, now);
    match sent.publication_id {
        Some(publication) => of_articles(conn, publication, &parts),
        None => of_links(conn, sent, &parts),
    }
}

fn of_articles(
    conn: &mut AnyConnection,
    publication: PublicationId,
    parts: &Parts,
) -> Result<Results> {
    let done = articles::readings(conn, publication, &[Act::Read, Act::Source])?;
    let of = |act| done.iter().filter(move |one| one.act == act);
    let times = |act| of(act).map(|one| one.times).sum();
    let people = |act| of(act).map(|one| one.people).sum();
    let sums = |act| parts.sums(of(act).map(|one| (one.quarter.micros(), one.times)));
    Ok(Results {
        reads: times(Act::Read),
        readers: people(Act::Read),
        clicks: times(Act::Source),
        clickers: people(Act::Source),
        links: Vec::new(),
        parts: readings(parts, &sums(Act::Read), &sums(Act::Source)),
    })
}

fn readings(parts: &Parts, reads: &[i64], clicks: &[i64]) -> Vec<Reading> {
    let both = reads.iter().zip(clicks);
    let reading = |(from, (reads, clicks)): (&Timestamp, (&i64, &i64))| Reading {
        from: *from,
        reads: *reads,
        clicks: *clicks,
    };
    parts.begins.iter().zip(both).map(reading).collect()
}

const TOTALS: &str = "SELECT l.place, CAST(SUM(t.count) AS BIGINT) AS times FROM broadcast_links l \
    JOIN tallies t ON t.account_id = l.account_id AND t.noun = 'clicked' AND t.item = l.token \
    WHERE l.broadcast_id = $1 GROUP BY l.place";
const QUARTERS: &str = "SELECT l.place, t.at, t.count AS times FROM broadcast_links l \
    JOIN tallies t ON t.account_id = l.account_id AND t.noun = 'clicked' AND t.item = l.token \
    WHERE l.broadcast_id = $1 AND t.at < $2";

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = BigInt)]
    times: i64,
}

#[derive(QueryableByName)]
struct Quarter {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = BigInt)]
    times: i64,
}

fn of_links(conn: &mut AnyConnection, sent: &Broadcast, parts: &Parts) -> Result<Results> {
    let links = links(conn, sent.id)?;
    if links.is_empty() {
        return Ok(Results::default());
    }
    let totals: Vec<Total> = sql_query(TOTALS).bind::<BigInt, _>(sent.id).load(conn)?;
    let quarters = sql_query(QUARTERS).bind::<BigInt, _>(sent.id).bind::<BigInt, _>(parts.end);
    let quarters: Vec<Quarter> = quarters.load(conn)?;
    let of = |place| quarters.iter().filter(move |it| it.place == place);
    let total = |place| totals.iter().find(|it| it.place == place).map_or(0, |it| it.times);
    let links = links.into_iter().map(|link| Clicks {
        clicks: total(link.place),
        parts: parts.sums(of(link.place).map(|it| (it.at, it.times))),
        link,
    });
    let nobody = vec![0; parts.begins.len()];
    let all = parts.sums(quarters.iter().map(|it| (it.at, it.times)));
    Ok(Results {
        clicks: totals.iter().map(|it| it.times).sum(),
        links: links.collect(),
        parts: readings(parts, &nobody, &all),
        ..Results::default()
    })
}
