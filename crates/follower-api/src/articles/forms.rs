//! What readers do on an article's page: plain forms, each bound to its reader and article.
use actix_web::http::header::LOCATION;
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use crier_core::articles::{self, Act, Article, Way};
use crier_core::error::{Denial, Error};
use crier_core::{App, accounts, comments};
use crier_http::inputs::too_large;
use crier_http::{Answer, Client};
use serde::Deserialize;

use super::page::{count, gone};
use super::readable;
use super::visitors::Visitor;

/// Bytes of a form: 600 characters, however they are written.
const MAX_BODY: usize = 16 << 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Form {
    seal: String,
    text: String,
    to: String,
    keep: String,
}

/// A form that has come, with who sent it and what it is about.
struct Sent {
    form: Form,
    visitor: Visitor,
    article: Article,
}

enum Came {
    Well(Box<Sent>),
    Not(HttpResponse),
}

async fn receive(app: &App, request: &HttpRequest, key: &str, body: &Bytes) -> Answer<Came> {
    if body.len() > MAX_BODY {
        return Err(too_large(MAX_BODY));
    }
    let text = std::str::from_utf8(body).unwrap_or_default();
    let form = Query::<Form>::from_query(text).map(Query::into_inner).unwrap_or_default();
    let visitor = Visitor::of(app, request).await?;
    let name = key.to_owned();
    let article = match app.read(move |conn| readable(conn, &name)).await? {
        Ok((article, _)) => article,
        Err(why) => return Ok(Came::Not(gone(request, why)?)),
    };
    if !visitor.sealed(app, key, &form.seal) {
        return Ok(Came::Not(back(key, "stale", "")));
    }
    Ok(Came::Well(Box::new(Sent { form, visitor, article })))
}

/// Back to the page, which says what was done.
fn back(key: &str, said: &str, part: &str) -> HttpResponse {
    let to = format!("/s/{key}?said={said}{part}");
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}

/// Takes a comment.
pub async fn comment(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: Bytes,
) -> Answer {
    let sent = match receive(&app, &request, &key, &body).await? {
        Came::Well(sent) => sent,
        Came::Not(answer) => return Ok(answer),
    };
    let Some(user) = sent.visitor.user else { return Ok(back(&key, "stale", "#comments")) };
    let (vault, article, text) = (app.vault.clone(), sent.article, sent.form.text);
    let added = app.write(move |tx| {
        let account = accounts::get(tx.conn, article.account_id)?;
        comments::add(tx, &vault, &account, &article, user, &text)
    });
    let said = match added.await {
        Ok(_) => "commented",
        Err(Error::Conflict("too_many_comments") | Error::Limited { .. }) => "fast",
        Err(Error::Conflict(_) | Error::Denied(Denial::Right(_) | Denial::Blocked)) => "closed",
        Err(Error::Denied(_)) => "followers",
        Err(Error::Invalid { .. }) => "length",
        Err(error) => return Err(error.into()),
    };
    Ok(back(&key, said, "#comments"))
}

/// Counts that a reader passes an article on.
pub async fn share(
    app: Data<App>,
    client: Client,
    request: HttpRequest,
    key: Path<String>,
    body: Bytes,
) -> Answer {
    let sent = match receive(&app, &request, &key, &body).await? {
        Came::Well(sent) => sent,
        Came::Not(answer) => return Ok(answer),
    };
    let way = target(&sent.form.to).unwrap_or(Way::Other);
    count(&app, client, &sent.article, Act::Share, way, sent.visitor.reader()).await;
    Ok(back(&key, "shared", ""))
}

/// Whom an article may be passed on to.
pub(super) fn target(said: &str) -> Option<Way> {
    Way::parse(said).filter(|way| matches!(way, Way::Friend | Way::Feed | Way::Other))
}

/// Keeps an article, or drops it.
pub async fn favourite(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    body: Bytes,
) -> Answer {
    let sent = match receive(&app, &request, &key, &body).await? {
        Came::Well(sent) => sent,
        Came::Not(answer) => return Ok(answer),
    };
    let Some(user) = sent.visitor.user else { return Ok(back(&key, "stale", "")) };
    let keep = sent.form.keep != "0";
    let article = sent.article;
    let changed = app.write(move |tx| {
        if keep {
            return articles::favourite(tx, &article, user);
        }
        articles::unfavourite(tx, article.id, user)
    });
    changed.await?;
    Ok(back(&key, if keep { "kept" } else { "dropped" }, ""))
}
