//! One conversation: its messages, its reply window, and the reply.
use actix_web::web;
use askama::Template;
use crier_core::agents;
use crier_core::content::Content;
use crier_core::conversations::{self, Conversation, Opened, Reply};
use crier_core::ids::FollowerId;
use crier_core::messages::Span;
use crier_core::{App, Timestamp, mint};
use serde::Deserialize;

use crate::agents::attending::{Attendance, Shift, Tab};
use crate::answers::{self, Answer};
use crate::bubbles::{self, Bubble};
use crate::calendar::Calendar;
use crate::failures::missing;
use crate::forms::Form;
use crate::gate::Desk;
use crate::home::initial;
use crate::inbox::{List, Part, shown_name};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Messages on a page.
const PAGE: i64 = 30;
/// Messages asked for again at the most when one comes.
const AGAIN: i64 = 200;

#[derive(Template)]
#[template(path = "console/conversation.html")]
struct View {
    page: Page,
    stream: String,
    list: List,
    back: String,
    path: String,
    follower: i64,
    initial: String,
    name: String,
    openid: String,
    note: Note,
    /// Who has the follower.
    attendance: Option<Attendance>,
    bubbles: Vec<Bubble>,
    /// Where the messages before these are.
    earlier: Option<String>,
    /// Whether these are not the newest.
    is_past: bool,
    /// Where these and all newer ones are, to ask for them again.
    again: String,
    text: String,
    error: Option<String>,
    client_id: String,
}

/// How the reply window stands.
struct Note {
    open: bool,
    text: String,
}

/// Which messages.
#[derive(Deserialize, Default, Clone, Copy)]
pub struct Which {
    /// Those before this number.
    before: Option<i64>,
    /// Those from this number on.
    from: Option<i64>,
    /// The part of the inbox it was opened from.
    #[serde(default)]
    tab: Tab,
}

/// What was written and not taken.
#[derive(Default)]
struct Refused {
    text: String,
    error: Option<String>,
}

impl Which {
    fn span(self) -> (Span, i64) {
        match (self.before, self.from) {
            (Some(before), _) => (Span::Before(before), PAGE),
            (None, Some(from)) => (Span::After(from.saturating_sub(1)), AGAIN),
            (None, None) => (Span::Before(i64::MAX), PAGE),
        }
    }
}

fn note(speech: &Speech, calendar: &Calendar, row: &Conversation, now: Timestamp) -> Note {
    let window = row.window();
    if window.until <= now {
        return Note { open: false, text: speech.say("window-closed") };
    }
    if window.left <= 0 {
        return Note { open: false, text: speech.say("window-spent") };
    }
    let until = calendar.full(window.until).shown;
    let values = [("count", window.left.into()), ("until", until.into())];
    Note { open: true, text: speech.with("window-open", &values) }
}

/// The conversation of the path, if the account has it.
fn follower(path: &web::Path<(String, String)>) -> Option<FollowerId> {
    path.1.parse().ok()
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    which: web::Query<Which>,
) -> Answer {
    let follower = follower(&path).ok_or_else(|| missing("conversation"))?;
    let view = view(&visit, &desk, &app, follower, *which, Refused::default()).await?;
    answers::page(&view)
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    follower: FollowerId,
    which: Which,
    refused: Refused,
) -> crier_core::Result<View> {
    let (account, (span, limit)) = (desk.account.id, which.span());
    let read = app.read(move |conn| {
        let opened = conversations::open(conn, account, follower, span, limit)?;
        Ok((opened, agents::current(conn, follower)?))
    });
    let (opened, session) = read.await?;
    let shift = Shift::load(app, desk).await?;
    if which.before.is_none() {
        mark_read(app, &opened.conversation).await?;
    }
    let speech = &visit.speech;
    let now = app.clock.now();
    let calendar = Calendar::new(&desk.account.time_zone, now, speech.clone());
    let here = desk.path(&format!("/inbox/{follower}"));
    let first = opened.messages.first().map_or(1, |message| message.seq);
    let name = shown_name(&opened.user.name, &opened.follower.openid);
    let row = &opened.conversation;
    let attendance = Attendance::new(speech, &calendar, &shift, row, session.as_ref(), now);
    let part = Part { tab: which.tab, ..Part::default() };
    Ok(View {
        page: visit.page_of(desk, "nav-inbox").titled(name.clone()),
        stream: desk.path("/stream"),
        list: List::load(app, visit, desk, part, Some(follower), &shift).await?,
        back: desk.path(&format!("/inbox{}", which.tab.query())),
        attendance,
        follower: follower.0,
        initial: initial(&name),
        name,
        note: note(speech, &calendar, &opened.conversation, now),
        bubbles: bubbles::all(speech, &calendar, &opened),
        earlier: (first > 1).then(|| format!("{here}?before={first}")),
        is_past: is_past(&opened),
        again: format!("{here}?from={first}"),
        openid: opened.follower.openid,
        path: here,
        text: refused.text,
        error: refused.error,
        client_id: mint::hex_token::<8>(),
    })
}

fn is_past(opened: &Opened) -> bool {
    opened.messages.last().is_some_and(|last| last.seq < opened.conversation.last_seq)
}

/// Who has it open has read it.
async fn mark_read(app: &App, row: &Conversation) -> crier_core::Result<()> {
    if row.last_inbound_seq <= row.account_read_seq {
        return Ok(());
    }
    let (follower, seq) = (row.follower_id, row.last_seq);
    app.write(move |tx| conversations::read_by_account(tx, follower, seq)).await
}

/// What is written.
#[derive(Deserialize)]
pub struct Written {
    text: String,
    client_id: String,
}

/// Sends a reply.
pub async fn reply(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(written): Form<Written>,
) -> Answer {
    let follower = follower(&path).ok_or_else(|| missing("conversation"))?;
    let reply = Reply {
        account: desk.account.id,
        follower,
        member: desk.staff.member.id,
        content: Content::text(written.text.clone()),
        client_id: written.client_id.chars().take(32).collect(),
    };
    match app.reply(reply).await {
        Ok(_) => Ok(answers::see_other(desk.path(&format!("/inbox/{follower}")))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let refused = Refused { text: written.text, error: Some(fault.text) };
            let which = Which::default();
            answers::again(&view(&visit, &desk, &app, follower, which, refused).await?)
        }
    }
}
