//! Segments: rules of an account, each with a sentence, a count that is made while it is looked at,
//! and those it means.
pub mod actions;
pub mod counts;
pub mod rules;

use actix_web::web;
use askama::Template;
use crier_core::followers;
use crier_core::ids::{FollowerId, SegmentId};
use crier_core::plans::Whom;
use crier_core::segments::{self, Looking, Segment};
use crier_core::tags::{self, Tag};
use crier_core::{App, Result};
use serde::Deserialize;

use self::counts::{Asks, Count, Standing};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::{Failure, missing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;

/// Handle and segment.
pub type Path = web::Path<(String, String)>;

/// Followers of one page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "console/segments.html")]
struct List {
    page: Page,
    base: String,
    rows: Vec<Row>,
}

struct Row {
    id: SegmentId,
    href: String,
    name: String,
    sentence: String,
}

/// The segments.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let id = desk.account.id;
    let read = app.read(move |conn| Ok((segments::all(conn, id)?, tags::all(conn, id)?)));
    let (all, tags) = read.await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let row = |segment: &Segment| Row {
        id: segment.id,
        href: page(&desk, segment.id),
        name: segment.name.clone(),
        sentence: rules::sentence(&visit.speech, &calendar, &tags, &segment.rule.0),
    };
    answers::page(&List {
        page: visit.page_of(&desk, "nav-segments"),
        base: desk.path(""),
        rows: all.iter().map(row).collect(),
    })
}

#[derive(Template)]
#[template(path = "console/segment.html")]
struct One {
    page: Page,
    base: String,
    id: SegmentId,
    href: String,
    sentence: String,
    count: Count,
    people: Vec<Person>,
    /// The next page.
    next: Option<String>,
    /// Whether the page is not the first.
    later: bool,
}

struct Person {
    href: String,
    name: String,
    openid: String,
    since: Moment,
}

impl Person {
    fn shown(&self, page: &Page) -> String {
        if self.name.is_empty() { page.say("segment-nameless") } else { self.name.clone() }
    }
}

/// From where to go on.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    from: Option<i64>,
}

/// Somebody in a segment: id, openid, name and since when.
type Member = (FollowerId, String, String, crier_core::Timestamp);

/// A segment, how many it means and who they are.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    standing: web::Query<Standing>,
    from: web::Query<From>,
) -> Answer {
    let (segment, tags) = one(&app, &desk, &path).await?;
    let (account, href) = (desk.account.id, page(&desk, segment.id));
    let whom = Whom::segment(segment.clone());
    let asked = format!("{href}/count");
    let count =
        counts::count(&app, &visit.speech, account, whom, *standing, (Asks::Page, &asked)).await?;
    let (people, next) = people(&app, &segment, from.from).await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let may_talk = desk.staff.may(crier_core::members::Permission::Inbox);
    let person = |(id, openid, name, since): Member| Person {
        href: if may_talk { desk.path(&format!("/inbox/{id}")) } else { String::new() },
        name,
        openid,
        since: calendar.short(since),
    };
    answers::page(&One {
        page: visit.page_of(&desk, "nav-segments").titled(segment.name.clone()),
        base: desk.path(""),
        id: segment.id,
        sentence: rules::sentence(&visit.speech, &calendar, &tags, &segment.rule.0),
        count,
        people: people.into_iter().map(person).collect(),
        next: next.map(|next| format!("{href}?from={next}")),
        later: from.from.is_some(),
        href,
    })
}

/// The rest of a segment's count.
pub async fn count(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    standing: web::Query<Standing>,
) -> Answer {
    let (segment, _) = one(&app, &desk, &path).await?;
    let href = format!("{}/count", page(&desk, segment.id));
    let whom = Whom::segment(segment);
    counts::count(&app, &visit.speech, desk.account.id, whom, *standing, (Asks::Page, &href))
        .await?
        .answer()
}

async fn people(
    app: &App,
    segment: &Segment,
    from: Option<i64>,
) -> Result<(Vec<Member>, Option<FollowerId>)> {
    let (account, rule, now) = (segment.account_id, segment.rule.0.clone(), app.clock.now());
    app.read(move |conn| {
        let looking = Looking::new(conn, account, &rule, now)?;
        let found = segments::members(conn, &looking, from.map(FollowerId), PAGE)?;
        let openids: Vec<String> =
            found.followers.iter().map(|(_, openid)| openid.clone()).collect();
        let mut people: Vec<Member> = followers::profiles(conn, account, &openids)?
            .into_iter()
            .map(|(follower, user)| (follower.id, follower.openid, user.name, follower.followed_at))
            .collect();
        people.sort_by_key(|(id, ..)| *id);
        Ok((people, found.next))
    })
    .await
}

/// The page of a segment.
fn page(desk: &Desk, id: SegmentId) -> String {
    desk.path(&format!("/segments/{id}"))
}

/// The segment of the address, with the account's tags.
async fn one(
    app: &App,
    desk: &Desk,
    path: &Path,
) -> std::result::Result<(Segment, Vec<Tag>), Failure> {
    let id: SegmentId = path.1.parse().map_err(|_| missing("segment"))?;
    let account = desk.account.id;
    let read =
        app.read(move |conn| Ok((segments::get(conn, account, id)?, tags::all(conn, account)?)));
    Ok(read.await?)
}
