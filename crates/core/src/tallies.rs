//! Tallies: how often something happened to one thing, by quarters of an hour. They are counted in
//! the transaction of what happened, and read by index: a figure costs what its time takes up.
use crier_schema::ids::AccountId;
use crier_schema::tables::tallies;
use crier_schema::{AnyConnection, Timestamp, on_each, text_enum};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::error::Result;
use crate::tx::Tx;

/// Microseconds in a quarter of an hour: days of every time zone begin with one.
pub(crate) const QUARTER: i64 = 15 * 60 * 1_000_000;

text_enum! {
    /// What happened.
    pub enum Noun {
        /// A scene code was scanned. Its item is the code's ticket.
        Scanned = "scanned",
        /// Somebody followed by a scene code.
        Gained = "gained",
        /// Somebody left who had followed by it.
        Lost = "lost",
        /// A menu's button was tapped. Its item is [`crate::menus::Button::tally`].
        Tapped = "tapped",
        /// A notice was sent. Its item is the template's key.
        Notice = "notice",
        /// A link of a broadcast was followed. Its item is the link's token.
        Clicked = "clicked",
    }
}

/// Counts once.
pub(crate) fn add(tx: &mut Tx<'_>, account: AccountId, noun: Noun, item: &str) -> Result<()> {
    let micros = tx.now.micros();
    let at = Timestamp::from_micros(micros - micros.rem_euclid(QUARTER));
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(tallies::table)
            .values((
                tallies::account_id.eq(account),
                tallies::noun.eq(noun),
                tallies::item.eq(item),
                tallies::at.eq(at),
                tallies::count.eq(1),
            ))
            .on_conflict((tallies::account_id, tallies::noun, tallies::item, tallies::at))
            .do_update()
            .set(tallies::count.eq(tallies::count + 1))
            .execute(conn)
    )?;
    Ok(())
}

#[derive(QueryableByName)]
struct Span {
    #[diesel(sql_type = BigInt)]
    begins: i64,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How often, in each span of so many microseconds since `from` in which it happened, oldest first.
/// `from` begins a quarter of an hour, and a span lasts some.
pub fn since(
    conn: &mut AnyConnection,
    account: AccountId,
    noun: Noun,
    item: &str,
    (from, span): (Timestamp, i64),
) -> QueryResult<Vec<(Timestamp, i64)>> {
    let from = from.micros();
    let statement = format!(
        "SELECT {from} + (at - {from}) / {span} * {span} AS begins, \
         CAST(SUM(count) AS BIGINT) AS count FROM tallies \
         WHERE account_id = $1 AND noun = $2 AND item = $3 AND at >= {from} \
         GROUP BY 1 ORDER BY 1"
    );
    let rows: Vec<Span> = sql_query(statement)
        .bind::<BigInt, _>(account)
        .bind::<Text, _>(noun.as_str())
        .bind::<Text, _>(item)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (Timestamp::from_micros(row.begins), row.count)).collect())
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

const TOTAL: &str = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) AS total FROM tallies \
    WHERE account_id = $1 AND noun = $2 AND item = $3 AND at >= $4";

/// How often in each of these spans, which begin then and last until now.
pub fn totals<const N: usize>(
    conn: &mut AnyConnection,
    account: AccountId,
    noun: Noun,
    item: &str,
    begins: [Timestamp; N],
) -> QueryResult<[i64; N]> {
    let mut totals = [0; N];
    for (total, begin) in totals.iter_mut().zip(begins) {
        let found: Total = sql_query(TOTAL)
            .bind::<BigInt, _>(account)
            .bind::<Text, _>(noun.as_str())
            .bind::<Text, _>(item)
            .bind::<BigInt, _>(begin)
            .get_result(conn)?;
        *total = found.total;
    }
    Ok(totals)
}

/// Forgets what was counted of one thing.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    account: AccountId,
    noun: Noun,
    item: &str,
) -> QueryResult<()> {
    let of = tallies::table
        .filter(tallies::account_id.eq(account).and(tallies::noun.eq(noun)))
        .filter(tallies::item.eq(item));
    diesel::delete(of).execute(tx.conn).map(drop)
}
