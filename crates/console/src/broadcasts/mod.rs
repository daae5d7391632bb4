//! Broadcasts: those on their way, in the order of what is to be done with them, and those sent.
pub mod composing;
mod form;
mod input;
pub mod links;
pub mod months;
pub mod moving;
mod remarks;
pub mod results;
pub mod rules;
pub mod showing;

use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::broadcasts::{self, Allowance, Broadcast};
use crier_core::ids::{BroadcastId, PlanId};
use crier_core::members::Permission;
use crier_core::plans::{self, By, Plan, State, Whom};
use crier_core::tags::{self, Tag};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::{Failure, missing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Handle and plan.
pub type Path = web::Path<(String, String)>;

/// Rows of one page.
const PAGE: i64 = 20;

/// The tabs, and the states of each. What was sent is read from the broadcasts.
const TABS: [(&str, &[State]); 5] = [
    ("drafts", &[State::Draft]),
    ("waiting", &[State::Awaiting]),
    ("scheduled", &[State::Scheduled, State::Preparing, State::Paused]),
    ("sent", &[]),
    ("failed", &[State::Failed, State::Cancelled]),
];

#[derive(Template)]
#[template(path = "console/broadcasts.html")]
struct List {
    page: Page,
    base: String,
    tabs: Vec<Tab>,
    tab: &'static str,
    /// What an empty tab says.
    none: String,
    quota: String,
    has_right: bool,
    may_write: bool,
    may_rule: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// A row of the list.
pub struct Row {
    pub href: String,
    pub name: String,
    pub kind: String,
    pub whom: String,
    pub badge: Badge,
    pub at: Option<Moment>,
    /// Followers it went to.
    pub reached: Option<String>,
}

/// A state as it looks.
pub struct Badge {
    pub class: &'static str,
    pub text: String,
}

/// Which tab, from where on.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    before: Option<i64>,
}

/// The broadcasts of one tab.
pub async fn list(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    wanted: web::Query<Wanted>,
) -> Answer {
    let wanted = wanted.into_inner();
    let found = TABS.into_iter().find(|(tab, _)| *tab == wanted.tab);
    let (tab, states) = found.unwrap_or(TABS[0]);
    let (id, before, now) = (desk.account.id, wanted.before, app.clock.now());
    let (rows, allowance, has_right, last) = {
        let (visit_speech, zone) = (visit.speech.clone(), desk.account.time_zone.clone());
        let base = desk.path("/broadcasts");
        app.read(move |conn| {
            let calendar = Calendar::new(&zone, now, visit_speech.clone());
            let tags = tags::all(conn, id)?;
            let shown =
                Shown { speech: &visit_speech, calendar: &calendar, tags: &tags, base: &base };
            let (rows, last) = if tab == "sent" {
                let sent = broadcasts::page(conn, id, before.map(BroadcastId), PAGE)?;
                let ids: Vec<BroadcastId> = sent.iter().map(|one| one.id).collect();
                let names = plans::of_broadcasts(conn, id, &ids)?;
                let last = sent.last().map(|one| one.id.0);
                (sent.iter().map(|one| shown.sent(one, &names)).collect::<Vec<_>>(), last)
            } else {
                let all = plans::page(conn, id, states, before.map(PlanId), PAGE)?;
                (all.iter().map(|one| shown.plan(one)).collect(), all.last().map(|one| one.id.0))
            };
            let account = crier_core::accounts::get(conn, id)?;
            let has_right = account.may(crier_core::rights::Right::Broadcast).is_ok();
            Ok((rows, broadcasts::allowance(conn, &account, now)?, has_right, last))
        })
        .await?
    };
    let full = rows.len() as i64 == PAGE;
    let next = last.filter(|_| full).map(|last| format!("?tab={tab}&before={last}"));
    let tabs = TABS.map(|(word, _)| Tab {
        href: desk.path(&format!("/broadcasts?tab={word}")),
        label: visit.speech.say(&format!("plan-tab-{word}")),
        current: word == tab,
    });
    answers::page(&List {
        page: visit.page_of(&desk, "nav-broadcasts"),
        base: desk.path(""),
        tabs: tabs.into(),
        none: visit.speech.say(&format!("plan-none-{tab}")),
        tab,
        quota: quota(&visit.speech, allowance),
        has_right,
        may_write: desk.staff.may(Permission::Drafts),
        may_rule: desk.staff.may(Permission::Brand),
        rows,
        next,
    })
}

/// What rows are made with.
struct Shown<'a> {
    speech: &'a Speech,
    calendar: &'a Calendar,
    tags: &'a [Tag],
    base: &'a str,
}

impl Shown<'_> {
    fn plan(&self, plan: &Plan) -> Row {
        Row {
            href: format!("{}/{}", self.base, plan.id),
            name: plan.name.clone(),
            kind: self.speech.say(&format!("plan-type-{}", plan.body.0.type_name())),
            whom: whom(self.speech, self.tags, &plan.whom.0),
            badge: badge(self.speech, plan.state),
            at: plan.send_at.map(|at| self.calendar.full(at)),
            reached: None,
        }
    }

    fn sent(&self, sent: &Broadcast, names: &[(BroadcastId, PlanId, String)]) -> Row {
        let planned = names.iter().find(|(id, ..)| *id == sent.id);
        let (state, class) = match sent.withdrawn_at {
            Some(_) => ("plan-state-withdrawn", "is-warn"),
            None => ("plan-state-sent", "is-ok"),
        };
        Row {
            href: format!("{}/sent/{}", self.base, sent.id),
            name: planned.map_or_else(|| heading(self.speech, sent), |(_, _, name)| name.clone()),
            kind: kind(self.speech, sent),
            whom: audience(self.speech, self.tags, sent),
            badge: Badge { class, text: self.speech.say(state) },
            at: Some(self.calendar.full(sent.sent_at)),
            reached: Some(crate::numbers::grouped(sent.reached)),
        }
    }
}

/// What a broadcast is called that was not planned here: its first words.
pub fn heading(speech: &Speech, sent: &Broadcast) -> String {
    let words: String = sent.content.summary().chars().take(60).collect();
    if words.is_empty() { kind(speech, sent) } else { words }
}

fn kind(speech: &Speech, sent: &Broadcast) -> String {
    let key = format!("plan-type-{}", sent.content.type_name());
    speech.find(&key, None).unwrap_or_else(|| speech.say("plan-type-other"))
}

fn named_tag(tags: &[Tag], is: impl Fn(&Tag) -> bool) -> Option<String> {
    tags.iter().find(|tag| is(tag)).map(|tag| tag.name.clone())
}

/// To whom a broadcast went.
pub fn audience(speech: &Speech, tags: &[Tag], sent: &Broadcast) -> String {
    match sent.tag_id {
        Some(id) => {
            let name = named_tag(tags, |tag| tag.id == id).unwrap_or_default();
            speech.with("plan-whom-tag", &[("name", name.into())])
        }
        None if sent.audience == broadcasts::Audience::All => speech.say("plan-whom-all"),
        None if sent.list_id.is_some() => speech.say("plan-whom-some-segment"),
        None => speech.say("plan-whom-list"),
    }
}

/// To whom a plan goes.
pub fn whom(speech: &Speech, tags: &[Tag], whom: &Whom) -> String {
    match whom {
        Whom::All => speech.say("plan-whom-all"),
        Whom::Tag { number } => {
            let name = named_tag(tags, |tag| tag.number == *number);
            let name = name.unwrap_or_else(|| number.to_string());
            speech.with("plan-whom-tag", &[("name", name.into())])
        }
        Whom::Segment { name, .. } => {
            speech.with("plan-whom-segment", &[("name", name.clone().into())])
        }
    }
}

/// A plan's state.
pub fn badge(speech: &Speech, state: State) -> Badge {
    let class = match state {
        State::Draft | State::Cancelled => "",
        State::Awaiting | State::Paused => "is-warn",
        State::Scheduled | State::Preparing => "is-accent",
        State::Sent => "is-ok",
        State::Failed => "is-bad",
    };
    Badge { class, text: speech.say(&format!("plan-state-{state}")) }
}

/// What the account may still send, in a sentence.
pub fn quota(speech: &Speech, allowance: Allowance) -> String {
    match allowance {
        Allowance::Day { left } => speech.count("plan-quota-day", left),
        Allowance::Month { sent, left } => {
            let values = [("count", sent.into()), ("left", left.into())];
            speech.with("plan-quota-month", &values)
        }
    }
}

/// Who does it.
pub fn by(desk: &Desk) -> By {
    By { member: desk.staff.member.id, may_send: desk.staff.may(Permission::Send) }
}

/// The page of a plan.
pub fn page(desk: &Desk, id: PlanId) -> String {
    desk.path(&format!("/broadcasts/{id}"))
}

/// The plan of the address.
pub async fn one(app: &App, desk: &Desk, path: &Path) -> Result<Plan, Failure> {
    let id: PlanId = path.1.parse().map_err(|_| missing("plan"))?;
    let account = desk.account.id;
    Ok(app.read(move |conn| plans::get(conn, account, id)).await?)
}
