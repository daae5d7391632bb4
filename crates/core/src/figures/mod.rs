//! An account's figures, counted from what happened: nothing is sampled, and where nothing
//! happened there is no row.
//!
//! Each family of figures reads the part of one log that its days take up, by the log's ids, which
//! grow with time. What exactly belongs to a day is then decided by the times in the rows.
mod articles;
mod calls;
mod days;
mod followers;
mod messages;
mod overview;
mod visits;

use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use diesel::connection::Connection;
use diesel::deserialize::FromSqlRow;
use diesel::sql_types::{BigInt, Untyped};
use diesel::{QueryResult, RunQueryDsl, sql_query};

pub use articles::{Career, OnDay, Piece, Stage, careers, on_days};
pub use calls::{Called, called};
pub use days::{Days, Grain, Period};
pub use followers::{Cumulated, Followed, cumulated, followed};
pub use messages::{Band, Kind, Spread, Written, spread, written};
pub use overview::{Begun, begun, unread};
pub use visits::{Read, Shared, Tallies, Tally, read, shared};

/// The statements that count, each with the index that it reads: their plans can be looked at.
pub const STATEMENTS: &[(&str, &str)] = &[
    ("followings_by_account", followers::FOLLOWED),
    ("messages_inbound", messages::WRITTEN),
    ("messages_inbound", messages::SPREAD),
    ("deliveries_by_account", calls::WELL),
    ("deliveries_by_account", calls::TRIED),
    ("attempts_by_delivery", calls::TRIED),
    ("article_visits_by_account", visits::BY_WAY),
    ("article_visits_by_account", visits::IN_ALL),
    ("article_visits_by_account", articles::ON_DAY),
    ("articles_by_account", articles::CAME_OUT),
    ("article_visits", articles::BY_WAY),
    ("article_visits", articles::IN_ALL),
    ("article_visits", articles::FED),
];

/// What a statement finds of an account in a period. Statements compare pairs of account and id, so
/// that SQLite reads the account's part of an index and not what everybody did in those days. Its parameters are the account, the ids from
/// which and before which the rows are, and the times likewise.
fn within<R>(
    conn: &mut AnyConnection,
    statement: &str,
    account: AccountId,
    period: &Period,
) -> QueryResult<Vec<R>>
where
    R: FromSqlRow<Untyped, <AnyConnection as Connection>::Backend> + 'static,
{
    let (first, end) = period.ids();
    sql_query(statement)
        .bind::<BigInt, _>(account)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(end)
        .bind::<BigInt, _>(period.from)
        .bind::<BigInt, _>(period.until)
        .load(conn)
}
