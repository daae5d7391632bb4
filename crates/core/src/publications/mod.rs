//! Publications: drafts that came out, or are about to. Publishing is a small job of its own; a
//! broadcast of articles publishes them at once.
mod finish;
mod store;
mod submit;
mod withdraw;

use crier_schema::ids::{AccountId, DraftId, PublicationId};
use crier_schema::tables::{articles, publications};
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;

pub use finish::{finish, finish_pending, keep_finishing};
pub use submit::{Published, publish_now, submit};
pub use withdraw::withdraw;

use crate::articles::Article;
use crate::content::Content;
use crate::error::{Error, OrMissing, Result};

text_enum! {
    /// How far it is.
    pub enum State {
        /// Not out yet.
        Pending = "pending",
        /// Out.
        Published = "published",
        /// It could not be published; the draft is back in its box.
        Failed = "failed",
        /// All of its articles were taken back.
        Removed = "removed",
    }
}

text_enum! {
    /// Why it was published.
    pub enum Origin {
        /// For its own sake.
        Publish = "publish",
        /// To be sent to an audience.
        Broadcast = "broadcast",
    }
}

text_enum! {
    /// Why it failed.
    pub enum Failure {
        /// The account was closed meanwhile.
        AccountClosed = "account_closed",
        /// Pictures of its articles are no longer there.
        PicturesGone = "pictures_gone",
        /// The draft was removed.
        DraftGone = "draft_gone",
    }
}

impl Failure {
    /// It in words, for operators.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AccountClosed => "the account is closed",
            Self::PicturesGone => "pictures of these articles are gone",
            Self::DraftGone => "the draft is gone",
        }
    }
}

/// A publication.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = publications)]
pub struct Publication {
    /// Its id, below 2^53.
    pub id: PublicationId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What operators know it by: 64 characters that are safe in URLs.
    pub article_key: String,
    /// Why it was published.
    pub origin: Origin,
    /// How far it is.
    pub state: State,
    /// The draft it is made from, while it is pending.
    pub draft_id: Option<DraftId>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The places of articles it failed for: 1, 2, ...
    #[diesel(deserialize_as = Json<Vec<i32>>)]
    pub failed_indices: Vec<i32>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it came out or failed.
    pub finished_at: Option<Timestamp>,
    /// When it came out.
    pub published_at: Option<Timestamp>,
    /// When the last of its articles was taken back.
    pub removed_at: Option<Timestamp>,
}

/// The account's publication of this id, in whatever state.
///
/// # Errors
/// `NotFound("publication")`.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: PublicationId) -> Result<Publication> {
    let own = publications::id.eq(id).and(publications::account_id.eq(account));
    Publication::query().filter(own).get_result(conn).optional().or_missing("publication")
}

/// The account's publication of this key, once it is out.
///
/// # Errors
/// `NotFound("article")`: also for one that failed or was taken back.
pub fn by_key(conn: &mut AnyConnection, account: AccountId, key: &str) -> Result<Publication> {
    let own = publications::article_key.eq(key).and(publications::account_id.eq(account));
    let found = Publication::query().filter(own).get_result(conn).optional();
    let found: Publication = found.or_missing("article")?;
    if found.state == State::Published { Ok(found) } else { Err(Error::NotFound("article")) }
}

/// What a message of a publication says: cards of those of its articles that are out.
///
/// # Errors
/// `NotFound("article")` when nothing of it is out.
pub fn content(conn: &mut AnyConnection, account: AccountId, key: &str) -> Result<Content> {
    let publication = by_key(conn, account, key)?;
    let articles = articles_of(conn, publication.id)?;
    let out = articles.iter().filter(|article| article.removed_at.is_none());
    Ok(Content::Articles {
        article_id: publication.article_key,
        articles: out.map(Article::card).collect(),
    })
}

/// Its articles by place, also those that were taken back.
pub fn articles_of(conn: &mut AnyConnection, id: PublicationId) -> Result<Vec<Article>> {
    crate::articles::of_publications(conn, &[id])
}

/// The places and page keys of its articles, without those that were taken back.
pub fn urls(conn: &mut AnyConnection, id: PublicationId) -> Result<Vec<(i32, String)>> {
    Ok(articles::table
        .filter(articles::publication_id.eq(id).and(articles::removed_at.is_null()))
        .order(articles::idx.asc())
        .select((articles::idx, articles::article_key))
        .load(conn)?)
}

/// How many of the account's are out.
pub fn count(conn: &mut AnyConnection, account: AccountId) -> Result<i64> {
    Ok(publications::table
        .filter(publications::account_id.eq(account))
        .filter(publications::published_at.is_not_null().and(publications::removed_at.is_null()))
        .count()
        .get_result(conn)?)
}

/// Those that are out, newest first.
pub fn out(
    conn: &mut AnyConnection,
    account: AccountId,
    offset: i64,
    limit: i64,
) -> Result<Vec<Publication>> {
    Ok(Publication::query()
        .filter(publications::account_id.eq(account))
        .filter(publications::published_at.is_not_null().and(publications::removed_at.is_null()))
        .order((publications::published_at.desc(), publications::id.desc()))
        .offset(offset)
        .limit(limit)
        .load(conn)?)
}

/// Keys of the newest that are out, each with the title of the first of its articles that is. No
/// article is read for it.
pub fn titles(
    conn: &mut AnyConnection,
    account: AccountId,
    limit: i64,
) -> Result<Vec<(String, String)>> {
    let found = out(conn, account, 0, limit)?;
    let ids: Vec<PublicationId> = found.iter().map(|one| one.id).collect();
    let titles: Vec<(PublicationId, String)> = articles::table
        .filter(articles::publication_id.eq_any(ids).and(articles::removed_at.is_null()))
        .order(articles::idx.asc())
        .select((articles::publication_id, articles::title))
        .load(conn)?;
    let first = |one: Publication| {
        let (_, title) = titles.iter().find(|(id, _)| *id == one.id)?;
        Some((one.article_key, title.clone()))
    };
    Ok(found.into_iter().filter_map(first).collect())
}

/// All of the account's, whatever their state, newest first. `before` is the last one of the page
/// before.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    before: Option<PublicationId>,
    limit: i64,
) -> Result<Vec<Publication>> {
    let end = before.unwrap_or(PublicationId(i64::MAX));
    Ok(Publication::query()
        .filter(publications::account_id.eq(account).and(publications::id.lt(end)))
        .order(publications::id.desc())
        .limit(limit)
        .load(conn)?)
}
