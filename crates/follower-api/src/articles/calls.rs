//! Articles as JSON, for host apps that show them themselves.
#![expect(unused_qualifications, reason = "the macro that describes calls writes paths out")]
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use crier_core::articles::{self, Act, Article, Reader, Visit, html};
use crier_core::comments::{self, Comment, Listed};
use crier_core::{App, Timestamp, accounts, users};
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::forms::target;
use super::page::way;
use super::{Seen, readable};
use crate::fields::{Fields, required};
use crate::identity::Identity;
use crate::shapes::media_url;

/// An article.
#[derive(Serialize, ToSchema)]
pub struct ArticleView {
    /// What its address ends in.
    key: String,
    /// Its public page.
    url: String,
    /// The account's handle.
    account: String,
    account_name: String,
    /// `news`, or `newspic` for pictures with a text.
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    author: String,
    digest: String,
    /// Clean HTML: no script, frame, form or handler.
    content: String,
    /// Where the original is, or empty.
    source_url: String,
    cover_url: Option<String>,
    picture_urls: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    reads: i64,
    /// Whether readers may comment.
    comments_open: bool,
    /// Whether only followers may.
    only_followers: bool,
    /// Whether the caller keeps it.
    favourite: bool,
}

/// A comment. Those that are not elected are the caller's own.
#[derive(Serialize, ToSchema)]
pub struct CommentView {
    /// Its number under the article.
    number: i32,
    name: String,
    text: String,
    /// Whether everybody sees it.
    elected: bool,
    /// What the account says to it.
    reply: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

#[derive(Serialize, ToSchema)]
pub struct CommentList {
    /// The elected ones, newest first, after the caller's own.
    comments: Vec<CommentView>,
}

impl CommentView {
    fn of(comment: Comment, name: String) -> Self {
        Self {
            number: comment.number,
            name,
            text: comment.content,
            elected: comment.elected,
            reply: comment.reply,
            created_at: comment.created_at,
        }
    }

    fn listed(listed: Listed) -> Self {
        Self::of(listed.comment, listed.name)
    }
}

impl ArticleView {
    fn of(seen: &Seen, public_url: &str) -> Self {
        let article = &seen.article;
        let link = |key: &String| media_url(public_url, key);
        Self {
            key: article.article_key.clone(),
            url: format!("{public_url}/s/{}", article.article_key),
            account: seen.account.handle.clone(),
            account_name: seen.account.name.clone(),
            kind: article.kind.as_str(),
            title: article.title.clone(),
            author: article.author.clone(),
            digest: article.digest.clone(),
            content: html::with_whole_addresses(&article.content, public_url),
            source_url: article.source_url.clone(),
            cover_url: article.cover_key.as_ref().map(link),
            picture_urls: article.pictures.iter().map(link).collect(),
            published_at: article.published_at,
            reads: article.reads,
            comments_open: article.comments_open,
            only_followers: article.only_fans,
            favourite: seen.favourite,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Coming {
    /// Which way the reader came: `chat`, `history`, `friend`, `feed` or `other`.
    from: Option<String>,
}

async fn seen(app: &App, who: Identity, key: &str) -> Answer<Seen> {
    let key = key.to_owned();
    Ok(app.read(move |conn| Seen::read(conn, &key, Some(who.user))).await??)
}

async fn found(app: &App, key: &str) -> Answer<Article> {
    let key = key.to_owned();
    Ok(app.read(move |conn| readable(conn, &key)).await??.0)
}

/// Read an article
///
/// Counts as read.
#[utoipa::path(get, path = "/v1/articles/{key}", tag = "Articles",
    params(("key" = String, Path, description = "what its address ends in"), Coming), responses(
    (status = 200, body = ArticleView), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn read(
    app: Data<App>,
    who: Identity,
    key: Path<String>,
    coming: Query<Coming>,
) -> Answer<Json<ArticleView>> {
    who.pace(&app).await?;
    let seen = seen(&app, who, &key).await?;
    let view = ArticleView::of(&seen, &app.public_url);
    let (way, reader) = (way(coming.from.as_deref().unwrap_or_default()), Reader::User(who.user));
    let visit = Visit { act: Act::Read, way, reader };
    app.write(move |tx| articles::visit(tx, &seen.article, &visit)).await?;
    Ok(Json(view))
}

/// Read the comments under an article
#[utoipa::path(get, path = "/v1/articles/{key}/comments", tag = "Articles",
    params(("key" = String, Path, description = "what its address ends in")), responses(
    (status = 200, body = CommentList), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list_comments(
    app: Data<App>,
    who: Identity,
    key: Path<String>,
) -> Answer<Json<CommentList>> {
    let seen = seen(&app, who, &key).await?;
    let all = seen.own.into_iter().chain(seen.elected);
    Ok(Json(CommentList { comments: all.map(CommentView::listed).collect() }))
}

/// What to say.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct CommentBody {
    /// 1 to 600 characters.
    text: String,
}

/// Comment on an article
///
/// Everybody sees the comment once the account has elected it; until then its writer does.
#[utoipa::path(post, path = "/v1/articles/{key}/comments", tag = "Articles",
    params(("key" = String, Path, description = "what its address ends in")),
    request_body = CommentBody, responses(
    (status = 201, body = CommentView), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
    (status = 429, body = ProblemBody)))]
pub async fn add_comment(
    app: Data<App>,
    who: Identity,
    key: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let text = required("text", fields.text("text", 1, comments::MAX_COMMENT)?)?;
    who.pace(&app).await?;
    let (article, vault) = (found(&app, &key).await?, app.vault.clone());
    let added = app.write(move |tx| {
        let account = accounts::get(tx.conn, article.account_id)?;
        let comment = comments::add(tx, &vault, &account, &article, who.user, &text)?;
        Ok((comment, users::get(tx.conn, who.user)?.name))
    });
    let (comment, name) = added.await?;
    Ok(HttpResponse::Created().json(CommentView::of(comment, name)))
}

/// Whom it is passed on to.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct ShareBody {
    /// `friend`, `feed` or `other`.
    to: String,
}

/// Say that an article was passed on
#[utoipa::path(post, path = "/v1/articles/{key}/share", tag = "Articles",
    params(("key" = String, Path, description = "what its address ends in")),
    request_body = ShareBody, responses(
    (status = 204, description = "counted"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 429, body = ProblemBody)))]
pub async fn say_shared(
    app: Data<App>,
    who: Identity,
    key: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let to = required("to", fields.text("to", 1, 20)?)?;
    let way = target(&to).ok_or_else(|| Problem::invalid("to", "must be friend, feed or other"))?;
    who.pace(&app).await?;
    let article = found(&app, &key).await?;
    let visit = Visit { act: Act::Share, way, reader: Reader::User(who.user) };
    app.write(move |tx| articles::visit(tx, &article, &visit)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Keep an article
///
/// Keeping it again changes nothing.
#[utoipa::path(put, path = "/v1/articles/{key}/favourite", tag = "Articles",
    params(("key" = String, Path, description = "what its address ends in")), responses(
    (status = 204, description = "kept"), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn keep(app: Data<App>, who: Identity, key: Path<String>) -> Answer {
    who.pace(&app).await?;
    let article = found(&app, &key).await?;
    app.write(move |tx| articles::favourite(tx, &article, who.user)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Keep an article no longer
#[utoipa::path(delete, path = "/v1/articles/{key}/favourite", tag = "Articles",
    params(("key" = String, Path, description = "what its address ends in")), responses(
    (status = 204, description = "dropped"), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn unkeep(app: Data<App>, who: Identity, key: Path<String>) -> Answer {
    who.pace(&app).await?;
    let article = found(&app, &key).await?;
    app.write(move |tx| articles::unfavourite(tx, article.id, who.user)).await?;
    Ok(HttpResponse::NoContent().finish())
}
