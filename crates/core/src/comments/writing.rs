//! A reader comments.
use std::time::Duration;

use crier_schema::ids::{ArticleId, FollowerId, UserId};
use crier_schema::tables::{articles, comments};
use diesel::prelude::*;

use super::Comment;
use crate::accounts::Account;
use crate::articles::Article;
use crate::error::{Denial, Error, Result};
use crate::followers;
use crate::rights::Right;
use crate::tx::Tx;
use crate::vault::Vault;

/// Characters of a comment.
pub const MAX_COMMENT: usize = 600;
/// Comments of one reader under one article.
const MAX_OF_ONE: i64 = 100;
/// Of these, in one minute.
const MAX_A_MINUTE: i64 = 10;

/// Stores what a user says to an article. A user who does not follow becomes known to the account,
/// as who signs in on its pages does.
///
/// # Errors
/// `NotFound("article")` for one that was taken back; `Conflict("comments_closed")`;
/// `Denied(NotFollowing)` where only followers may; `Denied(Blocked)`; `Denied(Right)` when the account has no
/// comments; [`Error::Invalid`] for `content`; [`Error::Limited`]; `Conflict("too_many_comments")`
/// beyond 100 of one reader.
pub fn add(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: &Account,
    article: &Article,
    user: UserId,
    content: &str,
) -> Result<Comment> {
    if article.removed_at.is_some() {
        return Err(Error::NotFound("article"));
    }
    account.may(Right::Comments)?;
    if !article.comments_open {
        return Err(Error::Conflict("comments_closed"));
    }
    let content = checked("content", content, MAX_COMMENT)?;
    let follower = writer(tx, vault, account, article, user)?;
    check_pace(tx, article.id, follower)?;
    let comment = Comment {
        id: tx.ids.next(),
        account_id: account.id,
        article_id: article.id,
        number: next_number(tx, article.id)?,
        follower_id: follower,
        content,
        elected: false,
        reply: None,
        replied_at: None,
        created_at: tx.now,
    };
    store(tx, &comment)?;
    Ok(comment)
}

/// The text without space around it, which must be there and have no control characters but ends of
/// lines.
pub(super) fn checked(field: &'static str, text: &str, most: usize) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    let control = |c: char| c.is_control() && c != '\n';
    if text.is_empty() || text.chars().count() > most || text.contains(control) {
        return Err(Error::invalid(field, format!("must have 1 to {most} characters")));
    }
    Ok(text)
}

fn writer(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: &Account,
    article: &Article,
    user: UserId,
) -> Result<FollowerId> {
    let known = followers::find(tx.conn, account.id, user)?;
    match known {
        Some(follower) if follower.blocked_at.is_some() => Err(Denial::Blocked.into()),
        Some(follower) if follower.unfollowed_at.is_none() => Ok(follower.id),
        _ if article.only_fans => Err(Denial::NotFollowing.into()),
        Some(follower) => Ok(follower.id),
        None => Ok(followers::acquaint(tx, vault, account, user)?.id),
    }
}

fn check_pace(tx: &mut Tx<'_>, article: ArticleId, follower: FollowerId) -> Result<()> {
    let own = comments::article_id.eq(article).and(comments::follower_id.eq(follower));
    let times: Vec<crier_schema::Timestamp> = comments::table
        .filter(own.and(comments::removed_at.is_null()))
        .order(comments::number.desc())
        .limit(MAX_OF_ONE)
        .select(comments::created_at)
        .load(tx.conn)?;
    if times.len() as i64 >= MAX_OF_ONE {
        return Err(Error::Conflict("too_many_comments"));
    }
    let since = tx.now.plus(chrono::Duration::minutes(-1));
    let lately = times.iter().filter(|at| **at > since).count();
    if lately as i64 >= MAX_A_MINUTE {
        return Err(Error::Limited { retry_after: Duration::from_mins(1) });
    }
    Ok(())
}

fn next_number(tx: &mut Tx<'_>, article: ArticleId) -> Result<i32> {
    diesel::update(articles::table.find(article))
        .set((
            articles::next_comment.eq(articles::next_comment + 1),
            articles::comment_count.eq(articles::comment_count + 1),
        ))
        .execute(tx.conn)?;
    let next: i32 =
        articles::table.find(article).select(articles::next_comment).get_result(tx.conn)?;
    Ok(next - 1)
}

fn store(tx: &mut Tx<'_>, comment: &Comment) -> Result<()> {
    diesel::insert_into(comments::table)
        .values((
            comments::id.eq(comment.id),
            comments::account_id.eq(comment.account_id),
            comments::article_id.eq(comment.article_id),
            comments::number.eq(comment.number),
            comments::follower_id.eq(comment.follower_id),
            comments::content.eq(&comment.content),
            comments::elected.eq(false),
            comments::created_at.eq(comment.created_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}
