//! What came of a broadcast: whom it reached, who read, who went on, hour by hour and day by day, and
//! which of its links were followed.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::broadcasts::{self, Broadcast, By, Clicks, Reading, Results as Came};
use crier_core::content::Content;
use crier_core::ids::BroadcastId;
use crier_core::members::Permission;
use crier_core::plans;
use crier_core::tags;
use serde::Deserialize;

use super::heading;
use crate::answers::{self, Answer};
use crate::bubbles::{self, Bubble};
use crate::calendar::{Calendar, Moment};
use crate::charts::{Chart, Label};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::sheets::{Cell, Sheet};
use crate::visits::Visit;
use crate::words::Speech;

/// Handle and broadcast.
pub type Path = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "console/broadcast_results.html")]
struct Results {
    page: Page,
    name: String,
    href: String,
    whom: String,
    at: Moment,
    withdrawn: Option<Moment>,
    bubble: Bubble,
    stats: Vec<(String, String, String)>,
    /// Of articles, and of links that are counted.
    chart: Option<Chart>,
    over_time: String,
    /// Links, each with its short address, how often it was followed, and that as a part of all.
    links: Vec<Row>,
    by_hour: bool,
    may_withdraw: bool,
}

/// A link that is counted.
struct Row {
    url: String,
    short: String,
    clicks: String,
    share: String,
}

/// By hour or by day.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    by: String,
}

impl Wanted {
    fn part(&self) -> By {
        if self.by == "day" { By::Day } else { By::Hour }
    }
}

async fn one(app: &App, desk: &Desk, path: &Path) -> Result<Broadcast, Failure> {
    let id: BroadcastId = path.1.parse().map_err(|_| missing("broadcast"))?;
    let account = desk.account.id;
    Ok(app.read(move |conn| broadcasts::get(conn, account, id)).await?)
}

async fn came(app: &App, desk: &Desk, sent: &Broadcast, part: By) -> crier_core::Result<Came> {
    let (sent, zone, now) = (sent.clone(), desk.account.time_zone.clone(), app.clock.now());
    app.read(move |conn| broadcasts::results(conn, &sent, &zone, part, now)).await
}

/// The results.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    wanted: web::Query<Wanted>,
) -> Answer {
    let sent = one(&app, &desk, &path).await?;
    let (part, account) = (wanted.part(), desk.account.id);
    let came = came(&app, &desk, &sent, part).await?;
    let id = sent.id;
    let read = app.read(move |conn| {
        Ok((tags::all(conn, account)?, plans::of_broadcasts(conn, account, &[id])?))
    });
    let (tags, planned) = read.await?;
    // What it was called when it was planned says more than a text that begins with a link.
    let named = planned.into_iter().map(|(_, _, name)| name).next();
    let (speech, calendar) = (&visit.speech, Calendar::of(&visit, &desk, &app));
    let articles = is_articles(&sent);
    let charted = articles || !came.links.is_empty();
    let films = matches!(sent.content, Content::Video { .. });
    let can_withdraw = desk.staff.may(Permission::Send) && sent.withdrawn_at.is_none();
    answers::page(&Results {
        page: visit
            .page_of(&desk, "plan-results")
            .titled(named.unwrap_or_else(|| heading(speech, &sent))),
        name: desk.account.name.clone(),
        href: desk.path(&format!("/broadcasts/sent/{}", sent.id)),
        whom: super::audience(speech, &tags, &sent),
        at: calendar.full(sent.sent_at),
        withdrawn: sent.withdrawn_at.map(|at| calendar.full(at)),
        bubble: bubbles::alone(speech, &calendar, &sent.content, sent.sent_at),
        stats: stats(&visit, &sent, &came),
        over_time: visit.speech.say(over_time(&sent)),
        chart: charted.then(|| chart(&visit, &calendar, (&sent, &came.parts), part)),
        links: rows(speech, &app.public_url, &came),
        by_hour: part == By::Hour,
        may_withdraw: can_withdraw && (articles || films),
    })
}

/// Name, number and a hint.
fn stats(visit: &Visit, sent: &Broadcast, came: &Came) -> Vec<(String, String, String)> {
    let speech = &visit.speech;
    let mut stats = vec![(speech.say("results-reached"), grouped(sent.reached), String::new())];
    if is_articles(sent) {
        let percent = |part: i64| part * 100 / sent.reached.max(1);
        let readers = came.readers;
        let share = speech.count("results-share", percent(readers).min(100));
        stats.push((speech.say("results-readers"), grouped(readers), share));
        stats.push((speech.say("results-reads"), grouped(came.reads), String::new()));
        let clickers = speech.count("results-by", came.clickers);
        stats.push((speech.say("results-clicks"), grouped(came.clicks), clickers));
    } else if !came.links.is_empty() {
        stats.push((speech.say("results-link-clicks"), grouped(came.clicks), String::new()));
    }
    stats
}

fn is_articles(sent: &Broadcast) -> bool {
    matches!(sent.content, Content::Articles { .. })
}

/// What its chart is called.
fn over_time(sent: &Broadcast) -> &'static str {
    if is_articles(sent) { "results-over-time" } else { "results-clicks-over-time" }
}

fn rows(speech: &Speech, public_url: &str, came: &Came) -> Vec<Row> {
    let row = |one: &Clicks| Row {
        url: one.link.url.clone(),
        short: format!("{public_url}/l/{}", one.link.token),
        clicks: grouped(one.clicks),
        share: speech.count("results-of-clicks", one.clicks * 100 / came.clicks.max(1)),
    };
    came.links.iter().map(row).collect()
}

fn chart(
    visit: &Visit,
    calendar: &Calendar,
    (sent, parts): (&Broadcast, &[Reading]),
    part: By,
) -> Chart {
    let speech = &visit.speech;
    let label = |reading: &Reading| match part {
        By::Hour => Label {
            tick: calendar.time(reading.from).shown,
            full: calendar.full(reading.from).shown,
        },
        By::Day => calendar.label(calendar.day_of(reading.from)),
    };
    let title = speech.say(over_time(sent));
    let of = speech.say(if part == By::Hour { "results-hour" } else { "chart-day" });
    let chart = Chart::bars(speech, title, parts.iter().map(label).collect()).by(of);
    if !is_articles(sent) {
        return chart
            .series(speech.say("results-link-clicks"), parts.iter().map(|part| part.clicks));
    }
    chart
        .series(speech.say("results-reads"), parts.iter().map(|part| part.reads))
        .series(speech.say("results-clicks"), parts.iter().map(|part| part.clicks))
}

/// The results as a table for spreadsheets: reads and clicks of articles, and of anything else the
/// clicks on each of its links.
pub async fn sheet(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    wanted: web::Query<Wanted>,
) -> Answer {
    let sent = one(&app, &desk, &path).await?;
    let came = came(&app, &desk, &sent, wanted.part()).await?;
    let say = |key: &str| visit.speech.say(key);
    let mut headings = vec![say("results-from")];
    if is_articles(&sent) {
        headings.extend([say("results-reads"), say("results-clicks")]);
    } else {
        headings.push(say("results-link-clicks"));
        headings.extend(came.links.iter().map(|one| one.link.url.clone()));
    }
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut sheet = Sheet::new(&format!("broadcast-{}", sent.id), &headings);
    let calendar = Calendar::of(&visit, &desk, &app);
    for (at, part) in came.parts.iter().enumerate() {
        let mut row = vec![Cell::from(calendar.input(part.from).replace('T', " "))];
        if is_articles(&sent) {
            row.push(part.reads.into());
        }
        row.push(part.clicks.into());
        let each = came.links.iter().filter_map(|one| one.parts.get(at).copied());
        row.extend(each.map(Cell::from));
        sheet.row(row);
    }
    sheet.answer()
}

/// Asks before it is taken back.
pub async fn confirm_withdraw(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let sent = one(&app, &desk, &path).await?;
    answers::page(&Confirm {
        page: visit.page_of(&desk, "results-withdraw-title"),
        text: visit.speech.say("results-withdraw-text"),
        action: visit.speech.say("results-withdraw"),
        back: desk.path(&format!("/broadcasts/sent/{}", sent.id)),
    })
}

/// Takes it back from whoever has not read it.
pub async fn withdraw(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let sent = one(&app, &desk, &path).await?;
    let (account, id) = (desk.account.id, sent.id);
    app.write(move |tx| broadcasts::withdraw(tx, account, id, None)).await?;
    let back = format!("/broadcasts/sent/{id}?done=broadcast-withdrawn");
    Ok(answers::see_other(desk.path(&back)))
}
