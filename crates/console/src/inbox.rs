//! The list of conversations.
use actix_web::web;
use askama::Template;
use crier_core::conversations::{self, Listed};
use crier_core::ids::FollowerId;
use crier_core::{App, Timestamp};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::bubbles::summary;
use crate::calendar::{Calendar, Moment};
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;

/// Conversations on a page.
const PAGE: usize = 30;

/// Which part of the list.
#[derive(Deserialize, Default, Clone, Copy)]
pub struct Part {
    /// Conversations that moved before this moment, in microseconds,
    pub list: Option<i64>,
    /// and of those that moved at it, the ones that come after this one.
    pub after: Option<i64>,
}

/// The list.
pub struct List {
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
}

impl List {
    /// The part of the account's list, with the opened conversation marked.
    pub async fn load(
        app: &App,
        visit: &Visit,
        desk: &Desk,
        part: Part,
        opened: Option<FollowerId>,
    ) -> crier_core::Result<Self> {
        let after = FollowerId(part.after.unwrap_or_default());
        let before = part.list.map(|at| (Timestamp::from_micros(at), after));
        let id = desk.account.id;
        let limit = PAGE as i64 + 1;
        let mut rows =
            app.read(move |conn| Ok(conversations::inbox(conn, id, before, limit)?)).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let here = desk.path("/inbox");
        let last = rows.last().map(|row| &row.conversation);
        let calendar =
            Calendar::new(&desk.account.time_zone, app.clock.now(), visit.speech.clone());
        Ok(Self {
            older: last.filter(|_| more).map(|last| {
                format!("{here}?list={}&after={}", last.last_at.micros(), last.follower_id)
            }),
            newest: part.list.map(|_| here.clone()),
            path: visit.path.clone(),
            items: rows.iter().map(|row| item(visit, &here, &calendar, row, opened)).collect(),
        })
    }
}

fn item(
    visit: &Visit,
    here: &str,
    calendar: &Calendar,
    row: &Listed,
    opened: Option<FollowerId>,
) -> Item {
    let conversation = &row.conversation;
    let name = shown_name(&row.name, &row.openid);
    let newest = row.newest.as_ref();
    Item {
        href: format!("{here}/{}", conversation.follower_id),
        initial: initial(&name),
        name,
        time: calendar.short(conversation.last_at),
        summary: newest.map(|newest| summary(&visit.speech, newest)).unwrap_or_default(),
        unread: conversation.last_inbound_seq > conversation.account_read_seq,
        current: opened == Some(conversation.follower_id),
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
    answers::page(&Inbox {
        page: visit.page_of(&desk, "nav-inbox"),
        stream: desk.path("/stream"),
        list: List::load(&app, &visit, &desk, *part, None).await?,
    })
}
