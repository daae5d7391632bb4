//! Articles that are out, and who has read them.
pub mod html;
mod lexer;
mod readings;
mod styles;
mod visits;

use crier_schema::ids::{AccountId, ArticleId, PublicationId};
use crier_schema::tables::articles;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

pub use readings::{HAS_BEEN, Reading, of_publication as readings};
pub use styles::in_classes;
pub use visits::{Act, Reader, Visit, Way, favourite, is_favourite, unfavourite, visit};

use crate::content::ArticleCard;
use crate::drafts::PieceKind;
use crate::error::{OrMissing, Result};

/// A published article.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = articles)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// What it was published with.
    pub publication_id: PublicationId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its place in the publication: 1, 2, ...
    pub idx: i32,
    /// Names its page: 43 characters that are safe in URLs.
    pub article_key: String,
    /// What it is made of.
    pub kind: PieceKind,
    /// Heading.
    pub title: String,
    /// Who wrote it, or nothing.
    pub author: String,
    /// What lists show of it.
    pub digest: String,
    /// Clean HTML; pictures of ours stand in it as `/media/KEY`.
    pub content: String,
    /// Where the original is, or nothing.
    pub source_url: String,
    /// Key of its cover.
    pub cover_key: Option<String>,
    /// Keys of the pictures it is made of.
    #[diesel(deserialize_as = Json<Vec<String>>)]
    pub pictures: Vec<String>,
    /// How clients cut the cover.
    #[diesel(deserialize_as = Json<Vec<(String, String)>>)]
    pub crops: Vec<(String, String)>,
    /// Whether the cover stands above the text too.
    pub show_cover: bool,
    /// Whether readers may comment.
    pub comments_open: bool,
    /// Whether only followers may.
    pub only_fans: bool,
    /// Comments there are, without those that were removed.
    pub comment_count: i32,
    /// Of these, the elected ones.
    pub elected_count: i32,
    /// How often its page was read.
    pub reads: i64,
    /// When it came out.
    pub published_at: Timestamp,
    /// When it was taken back.
    pub removed_at: Option<Timestamp>,
}

impl Article {
    /// What lists and messages show of it.
    pub fn card(&self) -> ArticleCard {
        ArticleCard {
            key: self.article_key.clone(),
            title: self.title.clone(),
            digest: self.digest.clone(),
            cover: self.cover_key.clone(),
        }
    }
}

/// What lists show of an article: a page of them does not read the texts.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = articles)]
pub struct Outline {
    /// Its id.
    pub id: ArticleId,
    /// What it was published with.
    pub publication_id: PublicationId,
    /// Names its page.
    pub article_key: String,
    /// Heading.
    pub title: String,
    /// Whether readers may comment.
    pub comments_open: bool,
    /// Comments there are, without those that were removed.
    pub comment_count: i32,
    /// Of these, the elected ones.
    pub elected_count: i32,
    /// How often its page was read.
    pub reads: i64,
    /// When it came out.
    pub published_at: Timestamp,
    /// When it was taken back.
    pub removed_at: Option<Timestamp>,
}

/// The article of this page, also one that was taken back.
///
/// # Errors
/// `NotFound("article")`.
pub fn get(conn: &mut AnyConnection, key: &str) -> Result<Article> {
    let found = Article::query().filter(articles::article_key.eq(key)).get_result(conn);
    found.optional().or_missing("article")
}

/// The account's article in this place (1, 2, ...) of a publication, unless it was taken back.
///
/// # Errors
/// `NotFound("article")`.
pub fn at(
    conn: &mut AnyConnection,
    account: AccountId,
    publication: PublicationId,
    idx: i32,
) -> Result<Article> {
    let found = Article::query()
        .filter(articles::publication_id.eq(publication).and(articles::idx.eq(idx)))
        .filter(articles::account_id.eq(account).and(articles::removed_at.is_null()))
        .get_result(conn);
    found.optional().or_missing("article")
}

/// The account's article of this id, also one that was taken back.
///
/// # Errors
/// `NotFound("article")`.
pub fn of_account(conn: &mut AnyConnection, account: AccountId, id: ArticleId) -> Result<Article> {
    let found = Article::query()
        .filter(articles::id.eq(id).and(articles::account_id.eq(account)))
        .get_result(conn);
    found.optional().or_missing("article")
}

/// The account's articles, newest first, also those that were taken back. `before` is the last one
/// of the page before.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    before: Option<ArticleId>,
    limit: i64,
) -> Result<Vec<Outline>> {
    let end = before.unwrap_or(ArticleId(i64::MAX));
    Ok(Outline::query()
        .filter(articles::account_id.eq(account).and(articles::id.lt(end)))
        .order(articles::id.desc())
        .limit(limit)
        .load(conn)?)
}

/// The articles of these publications, by place.
pub fn of_publications(
    conn: &mut AnyConnection,
    publications: &[PublicationId],
) -> Result<Vec<Article>> {
    Ok(Article::query()
        .filter(articles::publication_id.eq_any(publications))
        .order((articles::publication_id.asc(), articles::idx.asc()))
        .load(conn)?)
}

/// What lists show of these publications' articles, by place.
pub fn outlines(conn: &mut AnyConnection, publications: &[PublicationId]) -> Result<Vec<Outline>> {
    Ok(Outline::query()
        .filter(articles::publication_id.eq_any(publications))
        .order((articles::publication_id.asc(), articles::idx.asc()))
        .load(conn)?)
}
