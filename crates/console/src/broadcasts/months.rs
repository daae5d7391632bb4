//! A month of what is planned and what was sent, as a calendar and as a list.
use actix_web::web;
use askama::Template;
use chrono::{Datelike as _, Days, Months, NaiveDate};
use crier_core::broadcasts::{self, Broadcast};
use crier_core::drafts;
use crier_core::members::Permission;
use crier_core::plans::{self, Plan, State};
use crier_core::{App, Timestamp};
use serde::Deserialize;

use super::{Badge, badge, heading, page};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;

/// Things of one month.
const MOST: i64 = 300;

#[derive(Template)]
#[template(path = "console/broadcast_calendar.html")]
struct Month {
    page: Page,
    base: String,
    heading: String,
    before: String,
    after: String,
    weekdays: Vec<String>,
    weeks: Vec<Vec<Day>>,
    items: Vec<Item>,
    /// What was just given another time.
    undo: Option<Undo>,
    may_write: bool,
}

/// The way back of what was given another time.
struct Undo {
    name: String,
    /// Where, and how it was seen.
    action: String,
    seen: String,
    /// The time of before, as it is filled in and as it is read.
    send_at: String,
    before: String,
}

struct Day {
    /// As `2026-11-26`.
    iso: String,
    number: u32,
    /// Whether it is of another month.
    outside: bool,
    today: bool,
    /// Whether something can still be planned for it.
    ahead: bool,
    items: Vec<Item>,
}

#[derive(Clone)]
struct Item {
    day: NaiveDate,
    href: String,
    name: String,
    at: Moment,
    full: Moment,
    badge: std::rc::Rc<Badge>,
    /// Of what can be given another time: where, and how it was seen.
    moving: Option<(String, String, String)>,
}

/// Which month, as `2026-11`; and what was just given another time, with that of before.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    month: String,
    done: String,
    moved: String,
    from: String,
}

/// The calendar.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    wanted: web::Query<Wanted>,
) -> Answer {
    let calendar = Calendar::of(&visit, &desk, &app);
    let today = calendar.today();
    let asked = NaiveDate::parse_from_str(&format!("{}-01", wanted.month), "%Y-%m-%d").ok();
    let asked = asked.filter(|day| (2000..2100).contains(&day.year()));
    let first = asked.unwrap_or(today).with_day(1).unwrap_or(today);
    let from = first - Days::new(u64::from(first.weekday().num_days_from_monday()));
    let until = from + Days::new(42);
    let items = items(&visit, &desk, &app, &calendar, (from, until)).await?;
    let other = |month: Option<NaiveDate>| {
        let month = month.unwrap_or(first).format("%Y-%m");
        desk.path(&format!("/calendar?month={month}"))
    };
    answers::page(&Month {
        page: visit.page_of(&desk, "nav-calendar"),
        base: desk.path(""),
        heading: calendar.month(first),
        before: other(first.checked_sub_months(Months::new(1))),
        after: other(first.checked_add_months(Months::new(1))),
        weekdays: (1..=7).map(|day| visit.speech.say(&format!("calendar-weekday-{day}"))).collect(),
        weeks: weeks(first, from, today, &items),
        undo: undo(&desk, &calendar, &wanted, &items, app.clock.now()),
        items: items.into_iter().filter(|item| item.day.month() == first.month()).collect(),
        may_write: desk.staff.may(Permission::Drafts),
    })
}

/// The way back, while the time of before is still to come.
fn undo(
    desk: &Desk,
    calendar: &Calendar,
    wanted: &Wanted,
    items: &[Item],
    now: Timestamp,
) -> Option<Undo> {
    let before = calendar.parse(&wanted.from).filter(|at| *at > now)?;
    let href = desk.path(&format!("/broadcasts/{}", wanted.moved));
    let item = items.iter().find(|item| item.href == href)?;
    let (action, seen, send_at) = item.moving.clone()?;
    let moved = wanted.done == "plan-rescheduled" && send_at != wanted.from;
    moved.then(|| Undo {
        name: item.name.clone(),
        action,
        seen,
        send_at: calendar.input(before),
        before: calendar.full(before).shown,
    })
}

fn weeks(first: NaiveDate, from: NaiveDate, today: NaiveDate, items: &[Item]) -> Vec<Vec<Day>> {
    let day = |date: NaiveDate| Day {
        iso: date.to_string(),
        number: date.day(),
        outside: date.month() != first.month(),
        today: date == today,
        ahead: date >= today,
        items: items.iter().filter(|item| item.day == date).cloned().collect(),
    };
    let week = |week: u64| (0..7).map(|at| day(from + Days::new(week * 7 + at))).collect();
    let weeks = (0..6).map(week);
    weeks.filter(|week: &Vec<Day>| week.iter().any(|day| !day.outside)).collect()
}

async fn items(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    calendar: &Calendar,
    (from, until): (NaiveDate, NaiveDate),
) -> crier_core::Result<Vec<Item>> {
    let (account, from, until) =
        (desk.account.id, calendar.midnight(from), calendar.midnight(until));
    let read = app.read(move |conn| {
        let planned = plans::between(conn, account, from, until, MOST)?;
        let sent = broadcasts::between(conn, account, from, until, MOST)?;
        Ok((planned, sent, drafts::due_between(conn, account, from, until, MOST)?))
    });
    let (planned, sent, due) = read.await?;
    let mut items: Vec<Item> = planned
        .iter()
        .filter_map(|plan| of_plan(visit, desk, calendar, plan))
        .chain(sent.iter().map(|sent| of_sent(visit, desk, calendar, sent)))
        .chain(due.into_iter().map(|due| of_draft(visit, desk, calendar, due)))
        .collect();
    items.sort_by(|one, other| one.full.iso.cmp(&other.full.iso));
    Ok(items)
}

fn of_plan(visit: &Visit, desk: &Desk, calendar: &Calendar, plan: &Plan) -> Option<Item> {
    let at = plan.send_at?;
    let href = page(desk, plan.id);
    let can_move = desk.staff.may(Permission::Drafts) && plan.state != State::Preparing;
    let moving =
        (format!("{href}/reschedule"), plan.updated_at.micros().to_string(), calendar.input(at));
    Some(Item {
        day: calendar.day_of(at),
        name: plan.name.clone(),
        at: calendar.time(at),
        full: calendar.full(at),
        badge: badge(&visit.speech, plan.state).into(),
        moving: can_move.then_some(moving),
        href,
    })
}

/// An article that comes out by itself: the page of its draft gives it another time.
fn of_draft(
    visit: &Visit,
    desk: &Desk,
    calendar: &Calendar,
    (at, key, title): (Timestamp, String, String),
) -> Item {
    let text = visit.speech.say("calendar-publication");
    Item {
        day: calendar.day_of(at),
        href: desk.path(&format!("/drafts/{key}/publish")),
        name: title,
        at: calendar.time(at),
        full: calendar.full(at),
        badge: Badge { class: "is-accent", text }.into(),
        moving: None,
    }
}

fn of_sent(visit: &Visit, desk: &Desk, calendar: &Calendar, sent: &Broadcast) -> Item {
    Item {
        day: calendar.day_of(sent.sent_at),
        href: desk.path(&format!("/broadcasts/sent/{}", sent.id)),
        name: heading(&visit.speech, sent),
        at: calendar.time(sent.sent_at),
        full: calendar.full(sent.sent_at),
        badge: badge(&visit.speech, State::Sent).into(),
        moving: None,
    }
}
