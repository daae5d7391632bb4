//! Publications, newest first, with their articles.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::articles::{self, Outline};
use crier_core::ids::PublicationId;
use crier_core::members::Permission;
use crier_core::publications::{self, Origin, Publication, State};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;

/// Publications on a page.
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "console/articles.html")]
struct List {
    page: Page,
    base: String,
    comments: Option<String>,
    sets: Vec<Set>,
    is_first: bool,
    older: Option<String>,
}

struct Set {
    id: i64,
    state: String,
    badge: &'static str,
    origin: Option<String>,
    time: Moment,
    failure: Option<String>,
    can_withdraw: bool,
    rows: Vec<Row>,
}

struct Row {
    title: String,
    href: Option<String>,
    reads: i64,
    comments: i32,
    comments_href: String,
}

/// Where the page begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    before: Option<i64>,
}

/// The list.
pub async fn list(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    let (id, before) = (desk.account.id, input.before.map(PublicationId));
    let read = app.read(move |conn| {
        let page = publications::page(conn, id, before, PAGE)?;
        let ids: Vec<PublicationId> = page.iter().map(|one| one.id).collect();
        Ok((articles::outlines(conn, &ids)?, page))
    });
    let (all, page) = read.await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let is_full = page.len() as i64 == PAGE;
    let base = desk.path("/articles");
    let comments = desk.path("/comments");
    let older = page.last().filter(|_| is_full).map(|last| format!("{base}?before={}", last.id));
    answers::page(&List {
        page: visit.page_of(&desk, "nav-articles"),
        sets: page.iter().map(|one| set(&visit, &desk, &calendar, one, &all)).collect(),
        comments: desk.staff.may(Permission::Comments).then_some(comments),
        is_first: before.is_none(),
        older,
        base,
    })
}

fn set(visit: &Visit, desk: &Desk, calendar: &Calendar, one: &Publication, all: &[Outline]) -> Set {
    let own = all.iter().filter(|article| article.publication_id == one.id);
    Set {
        id: one.id.0,
        state: visit.speech.say(&format!("publication-{}", one.state)),
        badge: match one.state {
            State::Published => "is-ok",
            State::Pending => "is-accent",
            State::Failed => "is-bad",
            State::Removed => "",
        },
        origin: (one.origin == Origin::Broadcast).then(|| visit.speech.say("origin-broadcast")),
        time: calendar.full(one.published_at.unwrap_or(one.created_at)),
        failure: one.failure.map(|why| visit.speech.say(&format!("publication-failure-{why}"))),
        can_withdraw: one.state == State::Published && desk.staff.may(Permission::Send),
        rows: own.map(|article| row(desk, article)).collect(),
    }
}

fn row(desk: &Desk, article: &Outline) -> Row {
    let is_out = article.removed_at.is_none();
    Row {
        title: article.title.clone(),
        href: is_out.then(|| format!("/s/{}", article.article_key)),
        reads: article.reads,
        comments: article.comment_count,
        comments_href: desk.path(&format!("/comments/{}", article.id)),
    }
}

type At = web::Path<(String, String)>;

fn id(path: &At) -> Result<PublicationId, Failure> {
    path.1.parse().map_err(|_| missing("publication"))
}

/// Asks before a publication is taken back.
pub async fn confirm_withdraw(visit: Visit, desk: Desk, app: web::Data<App>, path: At) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    let read = app.read(move |conn| {
        let found = publications::get(conn, account, id)?;
        Ok((found.state, articles::outlines(conn, &[id])?))
    });
    let (state, mut all) = read.await?;
    all.retain(|article| article.removed_at.is_none());
    let Some(first) = all.first().filter(|_| state == State::Published) else {
        return Err(missing("publication"));
    };
    let (title, count) = ([("title", first.title.clone().into())], all.len() as i64);
    answers::page(&Confirm {
        page: visit
            .page_of(&desk, "nav-articles")
            .titled(visit.speech.with("article-withdraw-title", &title)),
        text: visit.speech.count("article-withdraw-text", count),
        action: visit.speech.say("article-withdraw"),
        back: desk.path("/articles"),
    })
}

/// Takes a publication back.
pub async fn withdraw(
    desk: Desk,
    app: web::Data<App>,
    path: At,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    app.write(move |tx| publications::withdraw(tx, account, id, None)).await?;
    Ok(answers::see_other(format!("{}?done=article-withdrawn", desk.path("/articles"))))
}
