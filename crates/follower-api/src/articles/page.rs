//! The page of an article. It needs no script and allows none: its policy takes no inline style
//! either, so what the text brings along stands in a sheet of its own.
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, VARY,
};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;
use crier_core::accounts::{self, Account};
use crier_core::articles::{self, Act, Article, Reader, Visit, Way, in_classes};
use crier_core::comments::Listed;
use crier_core::drafts::{self, Piece};
use crier_core::{App, Error, Timestamp};
use crier_http::{Answer, Client};
use serde::Deserialize;

use super::visitors::Visitor;
use super::{Seen, Why, readable};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https:; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// The console shows drafts in the frame of a phone.
const PREVIEWED: &str = "default-src 'none'; style-src 'self'; img-src 'self' https:; \
                         form-action 'self'; frame-ancestors 'self'; base-uri 'none'";
/// What sheets of articles are written for.
const SCOPE: &str = "article-body";

/// What an address says beside the article.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Where the reader comes from.
    from: String,
    /// What a form has just done.
    said: String,
}

#[derive(Template)]
#[template(path = "article.html")]
struct Page {
    zh: bool,
    text: Text,
    reader: Option<Readable>,
}

/// What stands on the page, of a draft as well.
struct Text {
    key: String,
    lang: &'static str,
    title: String,
    author: String,
    account: String,
    handle: String,
    digest: String,
    url: String,
    image: Option<String>,
    cover: Option<String>,
    pictures: Vec<String>,
    body: String,
    has_source: bool,
    date: String,
    moment: String,
}

/// What is there for readers of what is out.
struct Readable {
    reads: i64,
    name: Option<String>,
    seal: String,
    follows: bool,
    favourite: bool,
    comments_open: bool,
    only_fans: bool,
    elected: Vec<Said>,
    own: Vec<Said>,
    notice: Option<&'static str>,
    is_good: bool,
}

struct Said {
    name: String,
    initial: String,
    text: String,
    date: String,
    reply: Option<String>,
}

#[derive(Template)]
#[template(path = "article_gone.html")]
struct Gone {
    zh: bool,
    why: Why,
}

/// Shows an article, and counts that it was read.
pub async fn show(
    app: Data<App>,
    client: Client,
    request: HttpRequest,
    key: Path<String>,
    asked: Query<Asked>,
) -> Answer {
    let visitor = Visitor::of(&app, &request).await?;
    let (name, user) = (key.clone(), visitor.user);
    let seen = match app.read(move |conn| Seen::read(conn, &name, user)).await? {
        Ok(seen) => seen,
        Err(why) => return gone(&request, why),
    };
    if request.method() == actix_web::http::Method::GET && asked.said.is_empty() {
        let way = way(&asked.from);
        count(&app, client, &seen.article, Act::Read, way, visitor.reader()).await;
    }
    let zh = is_chinese(&request);
    let text = Text::of(&app, &seen.article, &seen.account);
    let seal = visitor.seal(&app, &key);
    let reader = Readable::of(&seen, &visitor, seal, &asked.said, zh);
    let mut response = headers(HttpResponse::Ok());
    if visitor.is_new {
        response.cookie(visitor.cookie(&app));
    }
    html(response, &Page { zh, text, reader: Some(reader) })
}

/// The word for a way to read, or "other".
pub(super) fn way(said: &str) -> Way {
    const WAYS: [Way; 4] = [Way::Chat, Way::History, Way::Friend, Way::Feed];
    Way::parse(said).filter(|way| WAYS.contains(way)).unwrap_or(Way::Other)
}

/// Counts what a reader does; that it cannot be counted keeps nobody from reading.
pub(super) async fn count(
    app: &App,
    client: Client,
    article: &Article,
    act: Act,
    way: Way,
    reader: Reader,
) {
    if app.limits.messages.check(&format!("read:{}", client.key())).await.is_err() {
        return;
    }
    let (article, visit) = (article.clone(), Visit { act, way, reader });
    if let Err(error) = app.write(move |tx| articles::visit(tx, &article, &visit)).await {
        tracing::warn!(%error, "a visit was not counted");
    }
}

/// The sheet of an article.
pub async fn sheet(app: Data<App>, key: Path<String>) -> Answer {
    let (article, _) = app.read(move |conn| readable(conn, &key)).await??;
    Ok(css(&article.content))
}

fn css(content: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, "max-age=300"))
        .body(in_classes(content, SCOPE).1)
}

/// Goes on to the original, and counts it.
pub async fn source(
    app: Data<App>,
    client: Client,
    request: HttpRequest,
    key: Path<String>,
) -> Answer {
    let visitor = Visitor::of(&app, &request).await?;
    let article = match app.read(move |conn| readable(conn, &key)).await? {
        Ok((article, _)) if !article.source_url.is_empty() => article,
        Ok(_) => return gone(&request, Why::Unknown),
        Err(why) => return gone(&request, why),
    };
    count(&app, client, &article, Act::Source, Way::None, visitor.reader()).await;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, article.source_url)).finish())
}

/// Shows an article of a draft to whoever knows its key.
pub async fn draft(app: Data<App>, request: HttpRequest, at: Path<(String, usize)>) -> Answer {
    let (key, place) = at.into_inner();
    let Some((account, piece)) = preview(&app, &key, place).await? else {
        return gone(&request, Why::Unknown);
    };
    let text = Text::of_piece(&app, &key, place, &piece, &account);
    let mut response = headers(HttpResponse::Ok());
    response.insert_header((CONTENT_SECURITY_POLICY, PREVIEWED));
    html(response, &Page { zh: is_chinese(&request), text, reader: None })
}

/// The sheet of an article of a draft.
pub async fn draft_sheet(app: Data<App>, at: Path<(String, usize)>) -> Answer {
    let (key, place) = at.into_inner();
    let found = preview(&app, &key, place).await?;
    let (_, piece) = found.ok_or(Error::NotFound("draft"))?;
    Ok(css(&piece.content))
}

async fn preview(
    app: &App,
    key: &str,
    place: usize,
) -> crier_core::Result<Option<(Account, Piece)>> {
    let (key, now) = (key.to_owned(), app.clock.now());
    app.read(move |conn| {
        let draft = match drafts::preview(conn, &key, now) {
            Ok(draft) => draft,
            Err(Error::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let account = accounts::get(conn, draft.account_id)?;
        let piece = place.checked_sub(1).and_then(|at| draft.articles.into_iter().nth(at));
        Ok(piece.map(|piece| (account, piece)))
    })
    .await
}

impl Text {
    fn of(app: &App, article: &Article, account: &Account) -> Self {
        let shown = |key: &String| format!("/media/{key}");
        let cover = article.cover_key.as_ref();
        Self {
            key: article.article_key.clone(),
            lang: language(&article.title),
            title: article.title.clone(),
            author: article.author.clone(),
            account: account.name.clone(),
            handle: account.handle.clone(),
            digest: article.digest.clone(),
            url: format!("{}/s/{}", app.public_url, article.article_key),
            image: cover.map(|key| format!("{}/media/{key}", app.public_url)),
            cover: cover.filter(|_| article.show_cover).map(shown),
            pictures: article.pictures.iter().map(shown).collect(),
            body: in_classes(&article.content, SCOPE).0,
            has_source: !article.source_url.is_empty(),
            date: date(account, article.published_at),
            moment: article.published_at.to_string(),
        }
    }

    fn of_piece(app: &App, key: &str, place: usize, piece: &Piece, account: &Account) -> Self {
        let shown = |key: &String| format!("/media/{key}");
        Self {
            key: format!("draft/{key}/{place}"),
            lang: language(&piece.title),
            title: piece.title.clone(),
            author: piece.author.clone(),
            account: account.name.clone(),
            handle: account.handle.clone(),
            digest: piece.digest.clone(),
            url: format!("{}/s/draft/{key}/{place}", app.public_url),
            image: None,
            cover: piece.cover.as_ref().filter(|_| piece.show_cover).map(shown),
            pictures: piece.pictures.iter().map(shown).collect(),
            body: in_classes(&piece.content, SCOPE).0,
            has_source: false,
            date: String::new(),
            moment: String::new(),
        }
    }
}

impl Readable {
    fn of(seen: &Seen, visitor: &Visitor, seal: String, said: &str, zh: bool) -> Self {
        let all = |list: &[Listed]| list.iter().map(|one| Said::of(one, &seen.account)).collect();
        Self {
            reads: seen.article.reads + 1,
            name: visitor.user.map(|_| visitor.name.clone()),
            seal,
            follows: seen.follows,
            favourite: seen.favourite,
            comments_open: seen.article.comments_open,
            only_fans: seen.article.only_fans,
            elected: all(&seen.elected),
            own: all(&seen.own),
            notice: notice(said, zh),
            is_good: matches!(said, "commented" | "shared" | "kept" | "dropped"),
        }
    }
}

impl Said {
    fn of(listed: &Listed, account: &Account) -> Self {
        let name = listed.name.trim();
        let name = if name.is_empty() { "…" } else { name };
        Self {
            name: name.to_owned(),
            initial: name.chars().next().map(String::from).unwrap_or_default(),
            text: listed.comment.content.clone(),
            date: date(account, listed.comment.created_at),
            reply: listed.comment.reply.clone(),
        }
    }
}

/// What a form has done, in words.
fn notice(said: &str, zh: bool) -> Option<&'static str> {
    let (chinese, english) = match said {
        "commented" => (
            "留言已提交。公众号精选后，所有人可见。",
            "Your comment is sent. Everybody sees it once the account has featured it.",
        ),
        "shared" => ("复制本页地址，即可分享给朋友。", "Copy this page's address to pass it on."),
        "kept" => ("已收藏。", "Kept among your favourites."),
        "dropped" => ("已取消收藏。", "No longer among your favourites."),
        "closed" => ("这篇文章不再接受留言。", "This article takes no more comments."),
        "followers" => ("关注后才能留言。", "Only followers can comment here."),
        "length" => ("留言须为 1 至 600 字。", "A comment has 1 to 600 characters."),
        "fast" => ("留言太频繁，请稍后再试。", "Too many comments at once. Try again in a minute."),
        "stale" => ("页面已过期，请重试。", "This page was out of date. Try again."),
        _ => return None,
    };
    Some(if zh { chinese } else { english })
}

/// The day in the account's own zone, as every language writes it.
fn date(account: &Account, at: Timestamp) -> String {
    account.local(at).format("%Y-%m-%d").to_string()
}

/// The language a heading is written in, as far as its letters tell, for readers aloud and fonts.
fn language(title: &str) -> &'static str {
    let any = |range: std::ops::RangeInclusive<char>| title.chars().any(|c| range.contains(&c));
    if any('\u{3040}'..='\u{30ff}') {
        "ja"
    } else if any('\u{ac00}'..='\u{d7af}') {
        "ko"
    } else if any('\u{4e00}'..='\u{9fff}') {
        "zh-CN"
    } else {
        ""
    }
}

pub(super) fn is_chinese(request: &HttpRequest) -> bool {
    let said = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    said.is_some_and(|said| said.trim_start().to_ascii_lowercase().starts_with("zh"))
}

/// A polite page in place of an article: one that was taken back, or one that never was.
pub(super) fn gone(request: &HttpRequest, why: Why) -> Answer {
    let status = if why == Why::Unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE };
    let page = Gone { zh: is_chinese(request), why };
    html(headers(HttpResponse::build(status)), &page)
}

fn headers(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header((VARY, "Cookie, Accept-Language"));
    response
}

fn html(mut response: HttpResponseBuilder, page: &impl Template) -> Answer {
    let html = page.render().map_err(|error| Error::Internal(format!("template: {error}")))?;
    Ok(response.content_type("text/html; charset=utf-8").body(html))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_tells_its_language() {
        for (title, expected) in
            [("Opening", ""), ("开业", "zh-CN"), ("お店", "ja"), ("가게", "ko")]
        {
            assert_eq!(language(title), expected);
        }
    }

    #[test]
    fn readers_come_by_known_ways() {
        assert_eq!((way("chat"), way("feed")), (Way::Chat, Way::Feed));
        for said in ["", "x", "other"] {
            assert_eq!(way(said), Way::Other);
        }
    }
}
