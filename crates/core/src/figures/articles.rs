//! Figures of each article: on one day, and from its first day on.
use chrono::{Duration, NaiveDate};
use crier_schema::ids::AccountId;
use crier_schema::{AnyConnection, Timestamp};
use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::visits::{Row, Tallies, Tally};
use super::{Days, Grain, Period};
use crate::error::Result;
use crate::mint::floor_id;

/// Days that an article is followed for, from the one it came out on.
const FOLLOWED: u64 = 7;
/// Days that a publication may take, from when it is begun.
const EARLY: i64 = 2;

/// An article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The publication it is part of.
    pub publication: i64,
    /// Its place there.
    pub index: i32,
    /// Its heading.
    pub title: String,
}

/// What readers did with an article on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDay {
    /// The day.
    pub day: NaiveDate,
    /// The article.
    pub piece: Piece,
    /// What they did.
    pub tallies: Tallies,
}

/// An article that came out on one of the days, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Career {
    /// The day it came out.
    pub day: NaiveDate,
    /// The article.
    pub piece: Piece,
    /// For that day and those after it, at most seven and none later than yesterday: what readers
    /// had done by its end.
    pub stages: Vec<Stage>,
}

/// What readers had done with an article by the end of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stage {
    /// The day.
    pub day: NaiveDate,
    /// How many followers it was sent to.
    pub addressed: i64,
    /// What they had done.
    pub tallies: Tallies,
    /// Those who read it, by the way they came.
    pub ways: Vec<(String, Tally)>,
    /// Those who passed it on to everybody, by the way that they had come themselves: `chat`, `feed`
    /// or `other`.
    pub fed: Vec<(String, Tally)>,
}

#[derive(QueryableByName)]
struct OnDayRow {
    #[diesel(sql_type = BigInt)]
    publication: i64,
    #[diesel(sql_type = Integer)]
    idx: i32,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = BigInt)]
    readers: i64,
    #[diesel(sql_type = BigInt)]
    times: i64,
}

#[derive(QueryableByName)]
struct PieceRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    publication: i64,
    #[diesel(sql_type = Integer)]
    idx: i32,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = BigInt)]
    addressed: i64,
}

pub(super) const ON_DAY: &str = "SELECT a.publication_id AS publication, a.idx AS idx, a.title AS title, \
     v.act AS act, v.readers AS readers, v.times AS times FROM (SELECT article_id, act, \
         COUNT(DISTINCT reader) AS readers, CAST(SUM(count) AS BIGINT) AS times \
         FROM article_visits WHERE account_id = $1 AND quarter >= $2 AND quarter < $3 \
         GROUP BY article_id, act) v JOIN articles a ON a.id = v.article_id \
     ORDER BY a.id, v.act";

pub(super) const CAME_OUT: &str = "SELECT a.id AS id, a.publication_id AS publication, a.idx AS idx, \
     a.title AS title, COALESCE((SELECT CAST(SUM(b.reached) AS BIGINT) FROM broadcasts b \
         WHERE b.publication_id = a.publication_id), 0) AS addressed FROM articles a \
     WHERE (a.account_id, a.id) >= ($1, $2) AND (a.account_id, a.id) < ($1, $3) \
     AND a.published_at >= $4 AND a.published_at < $5 ORDER BY a.id";

pub(super) const BY_WAY: &str = "SELECT act, way, COUNT(DISTINCT reader) AS readers, \
     CAST(SUM(count) AS BIGINT) AS times FROM article_visits \
     WHERE article_id = $1 AND quarter < $2 AND act = 'read' GROUP BY act, way ORDER BY way";

pub(super) const IN_ALL: &str = "SELECT act, '' AS way, COUNT(DISTINCT reader) AS readers, \
     CAST(SUM(count) AS BIGINT) AS times FROM article_visits \
     WHERE article_id = $1 AND quarter < $2 GROUP BY act";

/// One look at each reader tells both whether they passed it on and how they had come.
pub(super) const FED: &str = "SELECT 'share' AS act, way, COUNT(*) AS readers, \
     CAST(SUM(shares) AS BIGINT) AS times FROM (SELECT \
         SUM(CASE WHEN act = 'share' AND way = 'feed' THEN count ELSE 0 END) AS shares, CASE \
             WHEN MAX(CASE WHEN act = 'read' AND way = 'chat' THEN 1 ELSE 0 END) = 1 THEN 'chat' \
             WHEN MAX(CASE WHEN act = 'read' AND way = 'feed' THEN 1 ELSE 0 END) = 1 THEN 'feed' \
             ELSE 'other' END AS way \
         FROM article_visits WHERE article_id = $1 AND quarter < $2 GROUP BY reader) sharers \
     WHERE shares > 0 GROUP BY way ORDER BY way";

/// Articles that were read, passed on or kept on the days, with what was done on each day alone.
pub fn on_days(conn: &mut AnyConnection, account: AccountId, days: &Days) -> Result<Vec<OnDay>> {
    let mut found: Vec<OnDay> = Vec::new();
    for period in days.parts(Grain::Day) {
        let rows: Vec<OnDayRow> = sql_query(ON_DAY)
            .bind::<BigInt, _>(account)
            .bind::<BigInt, _>(period.from)
            .bind::<BigInt, _>(period.until)
            .load(conn)?;
        for row in rows {
            let tally = Tally { readers: row.readers, times: row.times };
            let piece = Piece { publication: row.publication, index: row.idx, title: row.title };
            // Ordered by article: a row belongs to the last one or begins the next.
            if found.last().is_none_or(|last| last.day != period.day || last.piece != piece) {
                found.push(OnDay { day: period.day, piece, tallies: Tallies::default() });
            }
            if let Some(last) = found.last_mut() {
                last.tallies.set(&row.act, tally);
            }
        }
    }
    Ok(found)
}

/// Articles that came out on the days, with what became of them.
pub fn careers(conn: &mut AnyConnection, account: AccountId, days: &Days) -> Result<Vec<Career>> {
    let mut found = Vec::new();
    for period in days.parts(Grain::Day) {
        let ends = days.begun_on(period.day, FOLLOWED).parts(Grain::Day);
        for row in came_out(conn, account, &period)? {
            let stages = ends.iter().map(|end| {
                let stage = stage(conn, row.id, end.until)?;
                Ok(Stage { day: end.day, addressed: row.addressed, ..stage })
            });
            let stages = stages.collect::<Result<_>>()?;
            let piece = Piece { publication: row.publication, index: row.idx, title: row.title };
            found.push(Career { day: period.day, piece, stages });
        }
    }
    Ok(found)
}

/// An article is entered when its publication is begun, which may have been on the day before.
fn came_out(
    conn: &mut AnyConnection,
    account: AccountId,
    period: &Period,
) -> Result<Vec<PieceRow>> {
    let entered = floor_id(period.from.plus(-Duration::days(EARLY)));
    Ok(sql_query(CAME_OUT)
        .bind::<BigInt, _>(account)
        .bind::<BigInt, _>(entered)
        .bind::<BigInt, _>(period.ids().1)
        .bind::<BigInt, _>(period.from)
        .bind::<BigInt, _>(period.until)
        .load(conn)?)
}

fn stage(conn: &mut AnyConnection, article: i64, until: Timestamp) -> Result<Stage> {
    let mut stage = Stage::default();
    for row in until_then(conn, IN_ALL, article, until)? {
        stage.tallies.set(&row.act, row.tally());
    }
    let by_way = |rows: Vec<Row>| {
        rows.into_iter().map(|row| (row.way.clone(), row.tally())).collect::<Vec<_>>()
    };
    stage.ways = by_way(until_then(conn, BY_WAY, article, until)?);
    stage.fed = by_way(until_then(conn, FED, article, until)?);
    Ok(stage)
}

fn until_then(
    conn: &mut AnyConnection,
    statement: &str,
    article: i64,
    until: Timestamp,
) -> Result<Vec<Row>> {
    Ok(sql_query(statement).bind::<BigInt, _>(article).bind::<BigInt, _>(until).load(conn)?)
}
