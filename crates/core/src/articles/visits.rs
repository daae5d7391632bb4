//! Who reads, shares and keeps articles: counted by quarter hours, of which the hours of every time
//! zone are made.
use crier_schema::ids::{ArticleId, UserId};
use crier_schema::tables::{article_visits, articles, favourites};
use crier_schema::{AnyConnection, Timestamp, on_each, text_enum};
use diesel::prelude::*;

use super::{Article, readings};
use crate::error::Result;
use crate::tx::Tx;

/// Microseconds in a quarter of an hour.
const QUARTER: i64 = 15 * 60 * 1_000_000;

text_enum! {
    /// What a visitor did.
    pub enum Act {
        /// Read it.
        Read = "read",
        /// Went on to the original.
        Source = "source",
        /// Passed it on.
        Share = "share",
        /// Kept it.
        Favourite = "favourite",
    }
}

text_enum! {
    /// Which way a reader came, or an article was passed on.
    pub enum Way {
        /// From the conversation.
        Chat = "chat",
        /// From the account's earlier articles.
        History = "history",
        /// From, or to, one person.
        Friend = "friend",
        /// From, or to, everybody's feed.
        Feed = "feed",
        /// Any other.
        Other = "other",
        /// Does not apply.
        None = "",
    }
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reader {
    /// A user.
    User(UserId),
    /// Somebody who is not signed in, by the random name in their browser: at most 40 characters.
    Visitor(String),
}

/// One thing that a visitor did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// What.
    pub act: Act,
    /// Which way.
    pub way: Way,
    /// Who.
    pub reader: Reader,
}

/// Counts a visit.
pub fn visit(tx: &mut Tx<'_>, article: &Article, visit: &Visit) -> Result<()> {
    count(tx, article, visit)?;
    if visit.act == Act::Read {
        diesel::update(articles::table.find(article.id))
            .set(articles::reads.eq(articles::reads + 1))
            .execute(tx.conn)?;
    }
    Ok(())
}

fn count(tx: &mut Tx<'_>, article: &Article, visit: &Visit) -> Result<()> {
    let micros = tx.now.micros();
    let quarter = micros - micros.rem_euclid(QUARTER);
    let reader = match &visit.reader {
        Reader::User(user) => format!("u{user}"),
        Reader::Visitor(name) => format!("v{name}"),
    };
    readings::add(tx, article, (visit.act, quarter, &reader))?;
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(article_visits::table)
            .values((
                article_visits::account_id.eq(article.account_id),
                article_visits::article_id.eq(article.id),
                article_visits::quarter.eq(quarter),
                article_visits::act.eq(visit.act),
                article_visits::way.eq(visit.way),
                article_visits::reader.eq(&reader),
                article_visits::count.eq(1_i64),
            ))
            .on_conflict((
                article_visits::article_id,
                article_visits::quarter,
                article_visits::act,
                article_visits::way,
                article_visits::reader,
            ))
            .do_update()
            .set(article_visits::count.eq(article_visits::count + 1))
            .execute(conn)
    )?;
    Ok(())
}

/// Keeps an article for a user. Keeping it again changes nothing and counts once.
pub fn favourite(tx: &mut Tx<'_>, article: &Article, user: UserId) -> Result<()> {
    let (conn, now) = (&mut *tx.conn, tx.now);
    let kept = on_each!(
        conn,
        diesel::insert_into(favourites::table)
            .values((
                favourites::user_id.eq(user),
                favourites::article_id.eq(article.id),
                favourites::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    if kept == 0 {
        return Ok(());
    }
    let reader = Reader::User(user);
    visit(tx, article, &Visit { act: Act::Favourite, way: Way::None, reader })
}

/// Keeps it no longer.
pub fn unfavourite(tx: &mut Tx<'_>, article: ArticleId, user: UserId) -> Result<()> {
    diesel::delete(favourites::table.find((user, article))).execute(tx.conn)?;
    Ok(())
}

/// Whether a user keeps it.
pub fn is_favourite(conn: &mut AnyConnection, article: ArticleId, user: UserId) -> Result<bool> {
    let row = favourites::table.find((user, article)).select(favourites::created_at);
    let found: Option<Timestamp> = row.get_result(conn).optional()?;
    Ok(found.is_some())
}
