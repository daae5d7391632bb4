//! How often the articles of a publication were read, and by how many: kept with each visit, because
//! to count readers afresh takes a second where there are 300,000.
use crier_schema::ids::PublicationId;
use crier_schema::tables::reading_counts;
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::{Act, Article};
use crate::error::Result;
use crate::tx::Tx;

/// What was done in a quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What.
    pub act: Act,
    /// The first moment of the quarter.
    pub quarter: Timestamp,
    /// How often.
    pub times: i64,
    /// How many did so for the first time.
    pub people: i64,
}

/// What readers did with a publication's articles, quarter by quarter.
pub fn of_publication(
    conn: &mut AnyConnection,
    publication: PublicationId,
    acts: &[Act],
) -> QueryResult<Vec<Reading>> {
    let rows: Vec<(Act, Timestamp, i64, i64)> = reading_counts::table
        .filter(reading_counts::publication_id.eq(publication))
        .filter(reading_counts::act.eq_any(acts))
        .order((reading_counts::act.asc(), reading_counts::quarter.asc()))
        .select((
            reading_counts::act,
            reading_counts::quarter,
            reading_counts::times,
            reading_counts::people,
        ))
        .load(conn)?;
    let reading = |(act, quarter, times, people)| Reading { act, quarter, times, people };
    Ok(rows.into_iter().map(reading).collect())
}

/// Counts what a reader does now, before their visit itself is stored. The quarter's row is held from
/// here on, so that of two visits of a newcomer at once the second sees the first.
pub(super) fn add(
    tx: &mut Tx<'_>,
    article: &Article,
    (act, quarter, reader): (Act, i64, &str),
) -> Result<()> {
    let (publication, conn) = (article.publication_id, &mut *tx.conn);
    on_each!(
        conn,
        diesel::insert_into(reading_counts::table)
            .values((
                reading_counts::publication_id.eq(publication),
                reading_counts::act.eq(act),
                reading_counts::quarter.eq(quarter),
                reading_counts::times.eq(1_i64),
                reading_counts::people.eq(0_i64),
            ))
            .on_conflict((
                reading_counts::publication_id,
                reading_counts::act,
                reading_counts::quarter,
            ))
            .do_update()
            .set(reading_counts::times.eq(reading_counts::times + 1))
            .execute(conn)
    )?;
    if !has_been(tx.conn, publication, act, reader)? {
        diesel::update(reading_counts::table.find((publication, act, quarter)))
            .set(reading_counts::people.eq(reading_counts::people + 1))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Whether a reader has done something with one of a publication's articles, by the index of what
/// each reader did: its plan can be looked at.
pub const HAS_BEEN: &str = "SELECT v.quarter AS quarter FROM articles a \
    JOIN article_visits v ON v.reader = $1 AND v.article_id = a.id AND v.act = $2 \
    WHERE a.publication_id = $3 LIMIT 1";

#[derive(QueryableByName)]
struct Before {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "what counts is that there is one")]
    quarter: i64,
}

fn has_been(
    conn: &mut AnyConnection,
    publication: PublicationId,
    act: Act,
    reader: &str,
) -> QueryResult<bool> {
    let before: Vec<Before> = sql_query(HAS_BEEN)
        .bind::<Text, _>(reader)
        .bind::<Text, _>(act.as_str())
        .bind::<BigInt, _>(publication)
        .load(conn)?;
    Ok(!before.is_empty())
}
