//! An account at a glance: how it does, how its endpoints stand, and what to do first.
mod drawing;
mod sheet;
mod stats;
mod steps;

use actix_web::web;
use askama::Template;
use crier_core::members::Permission;
use crier_core::{App, Error, accounts, daily, endpoints, figures};

use crate::answers::Answer;
use crate::calendar::Calendar;
use crate::charts::Chart;
use crate::endpoints::Standing;
use crate::gate::Desk;
use crate::home::initial;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::ranges::{Choice, Picker, Range};
use crate::visits::Visit;
use stats::Stat;
use steps::Step;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview<'r> {
    page: Page,
    initial: String,
    name: String,
    handle: String,
    kind: String,
    description: String,
    time_zone: String,
    created: String,
    followers: String,
    listeners: Vec<Listener>,
    is_developer: bool,
    base: String,
    /// What to do first, until it is done.
    steps: Vec<Step>,
    figures: Option<Shown>,
    picker: &'r Picker,
    /// The same days as a table for spreadsheets.
    sheet: String,
}

/// The figures, for members who may see them.
struct Shown {
    stats: Vec<Stat>,
    charts: Vec<Part>,
    sources: Vec<stats::Source>,
    sendings: Vec<stats::Sending>,
}

/// Charts beneath one heading.
struct Part {
    id: &'static str,
    title: String,
    text: String,
    charts: Vec<Chart>,
}

/// How an endpoint stands.
struct Listener {
    standing: Standing,
    url: String,
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    choice: web::Query<Choice>,
) -> Answer {
    let (id, now) = (desk.account.id, app.clock.now());
    let range = Range::read(&visit, &desk, now, &choice);
    let (days, before) = (range.days, range.before);
    let may_see = desk.staff.may(Permission::Figures);
    let found = app.read(move |conn| {
        let begun = figures::begun(conn, id)?;
        let stored = endpoints::all(conn, id)?;
        // The account that pages share may be some seconds old, and the figures beside it are not.
        let followers = accounts::get(conn, id)?.follower_count;
        let mut board = |days| daily::board(conn, id, &days);
        let boards =
            if may_see { Some((board(days)?, before.map(board).transpose()?)) } else { None };
        Ok::<_, Error>((begun, stored, followers, boards))
    });
    let (begun, stored, followers, boards) = found.await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let figures = boards.map(|(board, before)| Shown {
        stats: stats::stats(&visit, &desk, &board, before.as_ref()),
        charts: drawing::parts(&visit.speech, &range.labels, &board, before.as_ref()),
        sources: stats::sources(&visit.speech, &board),
        sendings: stats::sendings(&calendar, &board),
    });
    let listeners = stored.into_iter().map(|endpoint| Listener {
        standing: Standing::of(&visit.speech, &calendar, &endpoint),
        url: endpoint.url,
    });
    let account = &desk.account;
    range.answer(&Overview {
        page: visit.page_of(&desk, "nav-overview").titled(account.name.clone()),
        initial: initial(&account.name),
        name: account.name.clone(),
        handle: account.handle.clone(),
        kind: visit.speech.say(&format!("kind-{}", account.kind)),
        description: account.description.clone(),
        time_zone: account.time_zone.clone(),
        created: calendar.full(account.created_at).shown,
        followers: grouped(followers),
        listeners: listeners.collect(),
        is_developer: desk.staff.may(Permission::Developer),
        base: desk.path(""),
        steps: steps::steps(&visit.speech, &desk, begun, now),
        figures,
        picker: &range.picker,
        sheet: format!("{}?{}", desk.path("/figures.csv"), choice.query()),
    })
}

/// The same days as a table for spreadsheets.
pub async fn download(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    choice: web::Query<Choice>,
) -> Answer {
    let id = desk.account.id;
    let range = Range::read(&visit, &desk, app.clock.now(), &choice);
    let days = range.days;
    let board = app.read(move |conn| daily::board(conn, id, &days)).await?;
    sheet::sheet(&visit.speech, &desk, &days, &board).answer()
}
