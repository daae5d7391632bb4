//! Comments under articles. Readers see those the account has elected, and their own.
mod changes;
mod writing;

use crier_schema::ids::{AccountId, ArticleId, CommentId, FollowerId, PublicationId};
use crier_schema::tables::{articles, comments, followers, users};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub use changes::{MAX_ELECTED, MAX_REPLY, remove, remove_reply, reply, restore, set_elected};
pub use writing::{MAX_COMMENT, add};

use crate::articles::{self as all_articles, Outline};
use crate::error::Result;
use crate::tx::Tx;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = comments)]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// The article's account.
    pub account_id: AccountId,
    /// What it is about.
    pub article_id: ArticleId,
    /// Its number under its article: 1, 2, ..., below 2^31.
    pub number: i32,
    /// Who wrote it.
    pub follower_id: FollowerId,
    /// What it says: at most [`MAX_COMMENT`] characters.
    pub content: String,
    /// Whether everybody sees it.
    pub elected: bool,
    /// What the account says to it.
    pub reply: Option<String>,
    /// When it said so.
    pub replied_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A comment with who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The comment.
    pub comment: Comment,
    /// Its writer, as the account knows them.
    pub openid: String,
    /// Their name.
    pub name: String,
    /// A link to their picture.
    pub picture: Option<String>,
}

/// Which comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those that are not elected.
    Normal,
    /// The elected ones.
    Elected,
}

impl Which {
    /// Whether they are elected, where that matters.
    const fn elected(self) -> Option<bool> {
        match self {
            Self::All => None,
            Self::Normal => Some(false),
            Self::Elected => Some(true),
        }
    }
}

/// Which of all that is said to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pile {
    /// Those that are not elected.
    New,
    /// The elected ones.
    Elected,
    /// Those that were removed and can be put back.
    Removed,
}

/// Comments under an article, newest first. What is passed over is read: go on with [`before`] where
/// there may be many.
pub fn page(
    conn: &mut AnyConnection,
    article: ArticleId,
    which: Which,
    offset: i64,
    limit: i64,
) -> Result<Vec<Listed>> {
    load(conn, article, (which.elected(), None), (offset, limit), None)
}

/// Comments under an article before the one of this number, newest first.
pub fn before(
    conn: &mut AnyConnection,
    article: ArticleId,
    which: Which,
    number: Option<i32>,
    limit: i64,
) -> Result<Vec<Listed>> {
    load(conn, article, (which.elected(), None), (0, limit), number)
}

/// Comments under all of an account's articles, with their articles, newest first. `before` is the
/// last one of the page before.
pub fn of_account(
    conn: &mut AnyConnection,
    account: AccountId,
    pile: Pile,
    article: Option<ArticleId>,
    before: Option<CommentId>,
    limit: i64,
) -> Result<Vec<(Listed, Outline)>> {
    let end = before.unwrap_or(CommentId(i64::MAX));
    let mut query = comments::table
        .inner_join(followers::table.on(followers::id.eq(comments::follower_id)))
        .inner_join(users::table.on(users::id.eq(followers::user_id)))
        .filter(comments::account_id.eq(account).and(comments::id.lt(end)))
        .order(comments::id.desc())
        .limit(limit)
        .select((Comment::as_select(), followers::openid, users::name, users::picture))
        .into_boxed();
    let there = comments::removed_at.is_null();
    query = match pile {
        Pile::New => query.filter(there.and(comments::elected.eq(false))),
        Pile::Elected => query.filter(there.and(comments::elected.eq(true))),
        Pile::Removed => {
            query.filter(comments::removed_at.is_not_null().and(comments::content.ne("")))
        }
    };
    if let Some(article) = article {
        query = query.filter(comments::article_id.eq(article));
    }
    let rows: Vec<(Comment, String, String, Option<String>)> = query.load(conn)?;
    let ids: Vec<ArticleId> = rows.iter().map(|(comment, ..)| comment.article_id).collect();
    let articles: Vec<Outline> = Outline::query().filter(articles::id.eq_any(ids)).load(conn)?;
    let rows = rows.into_iter().filter_map(|(comment, openid, name, picture)| {
        let article = articles.iter().find(|one| one.id == comment.article_id)?.clone();
        Some((Listed { comment, openid, name, picture }, article))
    });
    Ok(rows.collect())
}

/// What a follower has written under an article, newest first.
pub fn of_follower(
    conn: &mut AnyConnection,
    article: ArticleId,
    follower: FollowerId,
    limit: i64,
) -> Result<Vec<Listed>> {
    load(conn, article, (None, Some(follower)), (0, limit), None)
}

fn load(
    conn: &mut AnyConnection,
    article: ArticleId,
    (elected, follower): (Option<bool>, Option<FollowerId>),
    (offset, limit): (i64, i64),
    before: Option<i32>,
) -> Result<Vec<Listed>> {
    let mut query = comments::table
        .inner_join(followers::table.on(followers::id.eq(comments::follower_id)))
        .inner_join(users::table.on(users::id.eq(followers::user_id)))
        .filter(comments::article_id.eq(article).and(comments::removed_at.is_null()))
        .order(comments::number.desc())
        .offset(offset)
        .limit(limit)
        .select((Comment::as_select(), followers::openid, users::name, users::picture))
        .into_boxed();
    if let Some(elected) = elected {
        query = query.filter(comments::elected.eq(elected));
    }
    if let Some(follower) = follower {
        query = query.filter(comments::follower_id.eq(follower));
    }
    if let Some(before) = before {
        query = query.filter(comments::number.lt(before));
    }
    let rows: Vec<(Comment, String, String, Option<String>)> = query.load(conn)?;
    let listed = rows.into_iter();
    Ok(listed
        .map(|(comment, openid, name, picture)| Listed { comment, openid, name, picture })
        .collect())
}

/// Lets readers comment on an article, or no longer. What they have written stays.
///
/// # Errors
/// `NotFound("article")`.
pub fn set_open(
    tx: &mut Tx<'_>,
    account: AccountId,
    publication: PublicationId,
    idx: i32,
    open: bool,
) -> Result<()> {
    let article = all_articles::at(tx.conn, account, publication, idx)?;
    diesel::update(articles::table.find(article.id))
        .set(articles::comments_open.eq(open))
        .execute(tx.conn)?;
    Ok(())
}
