//! Who follows an account: found, sorted by tags, and looked at one by one.
pub mod asking;
pub mod choosing;
pub mod showing;

use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::followers::{self, Found, LOOK};
use crier_core::members::Permission;
use crier_core::tags::{self, Tag};

use self::asking::{Asked, Filter, tag_name};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::fields::Choice;
use crate::gate::Desk;
use crate::home::initial;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Followers of a page: as many as can be given a tag at once.
const PAGE: usize = tags::MAX_TAGGED;

#[derive(Template)]
#[template(path = "console/followers.html")]
struct List {
    page: Page,
    base: String,
    /// How many follow.
    total: String,
    error: Option<String>,
    asked: Asked,
    filters: Vec<Filter>,
    /// Whether anything but everybody is asked for.
    narrow: bool,
    filtered: bool,
    rows: Vec<Row>,
    /// Tags that can be given.
    tags: Vec<Choice>,
    /// Whether codes can be made, to invite followers by.
    codes: bool,
    /// The same question from the beginning.
    newest: Option<String>,
    older: Option<String>,
    /// What the page says when it ends before it is full.
    cut: Option<String>,
    here: String,
}

/// One follower of a list.
pub struct Row {
    pub href: String,
    pub openid: String,
    pub initial: String,
    pub name: String,
    pub remark: String,
    pub tags: Vec<String>,
    pub source: String,
    pub since: Moment,
    pub last: Moment,
    pub blocked: bool,
}

/// The list.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    asked: web::Query<Asked>,
) -> Answer {
    answers::page(&listed(&app, &visit, &desk, asked.into_inner(), None).await?)
}

/// The list again, because what was to be done with it could not be.
async fn again(app: &App, visit: &Visit, desk: &Desk, asked: Asked, error: String) -> Answer {
    answers::again(&listed(app, visit, desk, asked, Some(error)).await?)
}

async fn listed(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    asked: Asked,
    error: Option<String>,
) -> crier_core::Result<List> {
    let (id, now) = (desk.account.id, app.clock.now());
    let (wanted, after) = (asked.wanted(now), asked.after());
    let read = app.read(move |conn| {
        let tags = tags::all(conn, id)?;
        // A tag that was removed meanwhile is nobody's.
        let known = wanted.tag.is_none_or(|number| tags.iter().any(|tag| tag.number == number));
        let found = if known {
            followers::search(conn, id, &wanted, after, PAGE)?
        } else {
            followers::Page::default()
        };
        Ok((tags, found))
    });
    let (all, found) = read.await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let path = |query: String| desk.path(&format!("/followers?{query}"));
    let filters = asked.filters(speech, &all);
    Ok(List {
        page: visit.page_of(desk, "nav-followers"),
        base: desk.path(""),
        total: grouped(desk.account.follower_count),
        error,
        filters,
        narrow: asked.is_narrow(),
        filtered: asked.is_filtered(),
        rows: found.rows.iter().map(|row| one(speech, desk, &calendar, &all, row)).collect(),
        tags: all.iter().map(|tag| choice(speech, tag)).collect(),
        codes: desk.staff.may(Permission::Audience),
        newest: after.map(|_| path(asked.query(None))),
        older: found.next.map(|next| path(asked.query(Some(next)))),
        cut: found.cut.then(|| speech.count("followers-cut", LOOK as i64)),
        here: asked.query(after),
        asked,
    })
}

/// A tag to choose.
fn choice(speech: &Speech, tag: &Tag) -> Choice {
    Choice { value: tag.number.to_string(), label: tag_name(speech, tag) }
}

fn one(speech: &Speech, desk: &Desk, calendar: &Calendar, all: &[Tag], found: &Found) -> Row {
    let name = named(speech, &found.user.name);
    let known = |number: &i64| all.iter().find(|tag| tag.number == *number);
    Row {
        href: desk.path(&format!("/followers/{}", found.follower.id)),
        openid: found.follower.openid.clone(),
        initial: initial(&name),
        name,
        remark: found.follower.remark.clone(),
        tags: found.tags.iter().filter_map(known).map(|tag| tag_name(speech, tag)).collect(),
        source: source(speech, &found.follower),
        since: calendar.short(found.follower.followed_at),
        last: calendar.short(found.last_at),
        blocked: found.follower.blocked_at.is_some(),
    }
}

/// What somebody is called; many host apps give no name.
fn named(speech: &Speech, name: &str) -> String {
    if name.trim().is_empty() { speech.say("follower-nameless") } else { name.to_owned() }
}

/// How somebody came, with the scene they came by.
fn source(speech: &Speech, follower: &followers::Follower) -> String {
    let way = speech.say(&format!("source-{}", follower.source));
    match &follower.scene {
        Some(scene) => format!("{way} · {scene}"),
        None => way,
    }
}
