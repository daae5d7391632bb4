//! The list of conversations.
use actix_web::web;
use askama::Template;
use crier_core::cases::{self, Queue, Sort};
use crier_core::conversations::{self, Listed};
use crier_core::ids::FollowerId;
use crier_core::{App, Timestamp};
use serde::Deserialize;

use crate::agents::attending::{Head, Shift, Tab};
use crate::answers::{self, Answer};
use crate::bubbles::summary;
use crate::calendar::{Calendar, Moment};
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;

/// Conversations on a page.
const PAGE: usize = 30;
/// Conversations of agents on a page.
const QUEUE: i64 = 100;

/// Which part of the list.
#[derive(Deserialize, Default, Clone, Copy)]
pub struct Part {
    /// Conversations that moved before this moment, in microseconds,
    pub list: Option<i64>,
    /// and of those that moved at it, the ones that come after this one.
    pub after: Option<i64>,
    /// All of them, or those of agents.
    #[serde(default)]
    pub tab: Tab,
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
    /// The agent who has the follower.
    pub holder: Option<String>,
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
        let before = part.list.map(|at| (Timestamp::from_micros(at), after));
        let id = desk.account.id;
        let limit = PAGE as i64 + 1;
        let me = desk.staff.member.id;
        let queue = match part.tab {
            Tab::Waiting => Some(Queue::Waiting),
            Tab::Mine => Some(Queue::Of(me)),
            Tab::All => None,
        };
        let read = app.read(move |conn| {
            let Some(queue) = queue else {
                return Ok(conversations::inbox(conn, id, before, limit)?);
            };
            let page = cases::page(conn, id, queue, Sort::Newest, None, QUEUE)?;
            Ok(page.into_iter().map(|one| one.listed).collect())
        });
        let mut rows = read.await?;
        let more = part.tab == Tab::All && rows.len() > PAGE;
        if part.tab == Tab::All {
            rows.truncate(PAGE);
        }
        let here = desk.path("/inbox");
        let last = rows.last().map(|row| &row.conversation);
        let now = app.clock.now();
        let calendar = Calendar::new(&desk.account.time_zone, now, visit.speech.clone());
        let item = |row| {
            // In one's own list it need not be said.
            let holder = |id| shift.name(id).filter(|_| part.tab != Tab::Mine).map(str::to_owned);
            Item {
                holder: Listed::agent(row, now).and_then(holder),
                ..item(visit, &here, &calendar, row, opened, part.tab)
            }
        };
        let none = match part.tab {
            Tab::Waiting => "inbox-waiting-none",
            Tab::Mine => "inbox-mine-none",
            Tab::All => "inbox-none",
        };
        Ok(Self {
            none: visit.speech.say(none),
            none_text: visit.speech.say(&format!("{none}-text")),
            head: Head::new(visit, desk, shift, part.tab, now),
            older: last.filter(|_| more).map(|last| {
                format!("{here}?list={}&after={}", last.last_at.micros(), last.follower_id)
            }),
            newest: part.list.map(|_| here.clone()),
            path: visit.path.clone(),
            items: rows.iter().map(item).collect(),
        })
    }
}

fn item(
    visit: &Visit,
    here: &str,
    calendar: &Calendar,
    row: &Listed,
    opened: Option<FollowerId>,
    tab: Tab,
) -> Item {
    let conversation = &row.conversation;
    let name = shown_name(&row.name, &row.openid);
    let newest = row.newest.as_ref();
    Item {
        href: format!("{here}/{}{}", conversation.follower_id, tab.query()),
        initial: initial(&name),
        name,
        time: calendar.short(conversation.last_at),
        summary: newest.map(|newest| summary(&visit.speech, newest)).unwrap_or_default(),
        unread: conversation.last_inbound_seq > conversation.account_read_seq,
        current: opened == Some(conversation.follower_id),
        holder: None,
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
