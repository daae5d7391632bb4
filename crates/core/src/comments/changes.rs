//! What an account does with comments.
use crier_schema::ids::ArticleId;
use crier_schema::tables::{articles, comments};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::Comment;
use super::writing::checked;
use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

/// Elected comments of one article.
pub const MAX_ELECTED: i32 = 100;
/// Characters of a reply.
pub const MAX_REPLY: usize = 600;

#[diesel::dsl::auto_type(no_type_alias)]
fn row(article: ArticleId, number: i32) -> _ {
    let one: diesel::dsl::Eq<comments::article_id, ArticleId> = comments::article_id.eq(article);
    comments::table.filter(one.and(comments::number.eq(number)).and(comments::removed_at.is_null()))
}

fn get(conn: &mut AnyConnection, article: ArticleId, number: i32) -> Result<Comment> {
    let found = row(article, number).select(Comment::as_select()).get_result(conn);
    found.optional().or_missing("comment")
}

/// Shows a comment to everybody, or no longer. One that is so already stays so.
///
/// # Errors
/// `NotFound("comment")`; `Conflict("too_many_elected")` beyond [`MAX_ELECTED`].
pub fn set_elected(tx: &mut Tx<'_>, article: ArticleId, number: i32, elected: bool) -> Result<()> {
    let other = row(article, number).filter(comments::elected.eq(!elected));
    let changed = diesel::update(other).set(comments::elected.eq(elected)).execute(tx.conn)?;
    if changed == 0 {
        return get(tx.conn, article, number).map(drop);
    }
    let by = if elected { 1 } else { -1 };
    let most = if elected { MAX_ELECTED } else { i32::MAX };
    let room =
        articles::table.filter(articles::id.eq(article).and(articles::elected_count.lt(most)));
    let counted = diesel::update(room)
        .set(articles::elected_count.eq(articles::elected_count + by))
        .execute(tx.conn)?;
    if counted == 0 { Err(Error::Conflict("too_many_elected")) } else { Ok(()) }
}

/// Removes a comment, with what was said to it.
///
/// # Errors
/// `NotFound("comment")`.
pub fn remove(tx: &mut Tx<'_>, article: ArticleId, number: i32) -> Result<()> {
    let found = get(tx.conn, article, number)?;
    // The state that is counted off is part of the condition: it may change on another node.
    let same = row(article, number).filter(comments::elected.eq(found.elected));
    let removed =
        diesel::update(same).set(comments::removed_at.eq(Some(tx.now))).execute(tx.conn)?;
    if removed == 0 {
        return Err(Error::NotFound("comment"));
    }
    diesel::update(articles::table.find(article))
        .set((
            articles::comment_count.eq(articles::comment_count - 1),
            articles::elected_count.eq(articles::elected_count - i32::from(found.elected)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Puts a comment that was removed back among those that are not elected.
///
/// # Errors
/// `NotFound("comment")`, also for one that was not removed or whose writer was forgotten.
pub fn restore(tx: &mut Tx<'_>, article: ArticleId, number: i32) -> Result<()> {
    let one = comments::article_id.eq(article).and(comments::number.eq(number));
    let removed = comments::removed_at.is_not_null().and(comments::content.ne(""));
    let restored = diesel::update(comments::table.filter(one.and(removed)))
        .set((comments::removed_at.eq(None::<Timestamp>), comments::elected.eq(false)))
        .execute(tx.conn)?;
    if restored == 0 {
        return Err(Error::NotFound("comment"));
    }
    diesel::update(articles::table.find(article))
        .set(articles::comment_count.eq(articles::comment_count + 1))
        .execute(tx.conn)?;
    Ok(())
}

/// Says something to a comment, once.
///
/// # Errors
/// `NotFound("comment")`; `Conflict("already_replied")`; [`Error::Invalid`] for `reply`.
pub fn reply(tx: &mut Tx<'_>, article: ArticleId, number: i32, text: &str) -> Result<()> {
    let text = checked("reply", text, MAX_REPLY)?;
    let open = row(article, number).filter(comments::reply.is_null());
    let replied = diesel::update(open)
        .set((comments::reply.eq(Some(text)), comments::replied_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    if replied == 0 {
        get(tx.conn, article, number)?;
        return Err(Error::Conflict("already_replied"));
    }
    Ok(())
}

/// Takes back what was said to a comment.
///
/// # Errors
/// `NotFound` of `comment` or `reply`.
pub fn remove_reply(tx: &mut Tx<'_>, article: ArticleId, number: i32) -> Result<()> {
    let said = row(article, number).filter(comments::reply.is_not_null());
    let removed = diesel::update(said)
        .set((comments::reply.eq(None::<String>), comments::replied_at.eq(None::<Timestamp>)))
        .execute(tx.conn)?;
    if removed == 0 {
        get(tx.conn, article, number)?;
        return Err(Error::NotFound("reply"));
    }
    Ok(())
}
