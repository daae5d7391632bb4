//! Publications, newest first, with their articles.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::articles::{self, Article};
use crier_core::ids::PublicationId;
use crier_core::members::Permission;
use crier_core::publications::{self, Origin, Publication, State};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::missing;
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
        Ok((articles::of_publications(conn, &ids)?, page))
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

fn set(visit: &Visit, desk: &Desk, calendar: &Calendar, one: &Publication, all: &[Article]) -> Set {
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
        failure: one.failure.clone(),
        can_withdraw: one.state == State::Published && desk.staff.may(Permission::Send),
        rows: own.map(|article| row(desk, article)).collect(),
    }
}

fn row(desk: &Desk, article: &Article) -> Row {
    let is_out = article.removed_at.is_none();
    Row {
        title: article.title.clone(),
        href: is_out.then(|| format!("/s/{}", article.article_key)),
        reads: article.reads,
        comments: article.comment_count,
        comments_href: desk.path(&format!("/comments/{}", article.id)),
    }
}

/// Takes a publication back.
pub async fn withdraw(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let id = path.1.parse::<PublicationId>().map_err(|_| missing("publication"))?;
    let account = desk.account.id;
    app.write(move |tx| publications::withdraw(tx, account, id, None)).await?;
    Ok(answers::see_other(format!("{}?done=article-withdrawn", desk.path("/articles"))))
}
