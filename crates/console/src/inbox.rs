//! The list of conversations.
use actix_web::web;
use askama::Template;
use crier_core::cases::{self, Queued};
use crier_core::ids::FollowerId;
use crier_core::{App, Timestamp};
use serde::Deserialize;

use crate::agents::attending::Shift;
use crate::answers::{self, Answer};
use crate::bubbles::summary;
use crate::calendar::{Calendar, Moment};
use crate::desk::queues::{Head, Order, Tab, query};
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;

/// Conversations on a page.
const PAGE: usize = 30;

/// Which part of the list.
#[derive(Deserialize, Default, Clone, Copy)]
pub struct Part {
    /// Conversations that come after this moment, in microseconds,
    pub list: Option<i64>,
    /// and of those of the same moment, the ones that come after this one.
    pub after: Option<i64>,
    /// Which queue.
    #[serde(default)]
    pub tab: Tab,
    /// In which order.
    #[serde(default, rename = "sort")]
    pub order: Order,
}

/// The list.
pub struct List {
    pub head: Head,
    /// What an empty list says.
    pub none: String,
    pub none_text: String,
    pub items: Vec<Item>,
    pub newest: Option<String>,
    pub older: Option<String>,
    /// Its own address, to ask for it again.
    pub path: String,
}

/// One conversation of the list.
pub struct Item {
    pub href: String,
    pub initial: String,
    pub name: String,
    pub time: Moment,
    pub summary: String,
    pub unread: bool,
    pub current: bool,
    /// Who has the follower.
    pub holder: Option<String>,
    /// That the follower has waited for too long.
    pub overdue: bool,
}

impl List {
    /// The part of the account's list, with the opened conversation marked.
    pub async fn load(
        app: &App,
        visit: &Visit,
        desk: &Desk,
        part: Part,
        opened: Option<FollowerId>,
        shift: &Shift,
    ) -> crier_core::Result<Self> {
        let after = FollowerId(part.after.unwrap_or_default());
        let after = part.list.map(|at| (Timestamp::from_micros(at), after));
        let id = desk.account.id;
        let (queue, sort) = (part.tab.queue(desk.staff.member.id), part.order.sort());
        let limit = PAGE as i64 + 1;
        let read = app.read(move |conn| Ok(cases::page(conn, id, queue, sort, after, limit)?));
        let mut rows = read.await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let here = format!("{}{}", desk.path("/inbox"), query(part.tab, part.order));
        let and = if here.contains('?') { '&' } else { '?' };
        let now = app.clock.now();
        let calendar = Calendar::of(visit, desk, app);
        let older = rows.last().filter(|_| more).map(|last| {
            let (at, follower) = last.cursor(queue, sort);
            format!("{here}{and}list={}&after={follower}", at.micros())
        });
        let none = match part.order {
            Order::Unread => "inbox-unread-none".to_owned(),
            Order::Wait => "inbox-waiting-none".to_owned(),
            Order::Newest if part.tab == Tab::All => "inbox-none".to_owned(),
            Order::Newest => format!("inbox-{}-none", part.tab.word()),
        };
        // A form that was refused shows the page at its own address, which cannot be asked again.
        let path = opened.map_or_else(
            || visit.path.clone(),
            |follower| desk.path(&format!("/inbox/{follower}{}", query(part.tab, part.order))),
        );
        let list = Listing { visit, desk, calendar, shift, part, opened, now };
        Ok(Self {
            none: visit.speech.say(&none),
            none_text: visit.speech.say(&format!("{none}-text")),
            head: Head::new(visit, desk, shift, (part.tab, part.order), now).returning(&path),
            older,
            newest: part.list.map(|_| here.clone()),
            path,
            items: rows.iter().map(|row| list.item(row)).collect(),
        })
    }
}

/// What every item of a list is made with.
struct Listing<'a> {
    visit: &'a Visit,
    desk: &'a Desk,
    calendar: Calendar,
    shift: &'a Shift,
    part: Part,
    opened: Option<FollowerId>,
    now: Timestamp,
}

impl Listing<'_> {
    fn item(&self, row: &Queued) -> Item {
        let conversation = &row.listed.conversation;
        let case = row.case.as_ref();
        let name = shown_name(&row.listed.name, &row.listed.openid);
        let newest = row.listed.newest.as_ref();
        let query = query(self.part.tab, self.part.order);
        // In one's own list it need not be said.
        let holder =
            self.shift.holder(conversation, case, self.now).filter(|_| self.part.tab != Tab::Mine);
        let minutes = self.shift.settings.first_reply_minutes;
        Item {
            href: self.desk.path(&format!("/inbox/{}{query}", conversation.follower_id)),
            initial: initial(&name),
            name,
            time: self.calendar.short(conversation.last_at),
            summary: newest.map(|newest| summary(&self.visit.speech, newest)).unwrap_or_default(),
            unread: conversation.last_inbound_seq > conversation.account_read_seq,
            current: self.opened == Some(conversation.follower_id),
            holder: holder.map(str::to_owned),
            overdue: case.is_some_and(|case| case.is_overdue(minutes, self.now)),
        }
    }
}

/// A host app need not tell names: the openid's beginning then has to do.
pub fn shown_name(name: &str, openid: &str) -> String {
    match name.trim() {
        "" => format!("{}…", openid.chars().take(10).collect::<String>()),
        name => name.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "console/inbox.html")]
struct Inbox {
    page: Page,
    stream: String,
    list: List,
}

/// The page without a conversation.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, part: web::Query<Part>) -> Answer {
    let shift = Shift::load(&app, &desk).await?;
    answers::page(&Inbox {
        page: visit.page_of(&desk, "nav-inbox"),
        stream: desk.path("/stream"),
        list: List::load(&app, &visit, &desk, *part, None, &shift).await?,
    })
}
