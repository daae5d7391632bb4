//! One conversation: its messages, its reply window, and the reply.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::canned_answers::{self, CannedAnswer};
use crier_core::cases::{self, Case};
use crier_core::content::Content;
use crier_core::conversations::{self, Conversation, Opened};
use crier_core::ids::FollowerId;
use crier_core::messages::Span;
use crier_core::presences::Doing;
use crier_core::rights::Right;
use crier_core::scheduled_replies::{self, ScheduledReply};
use crier_core::templates::{self, Kind};
use crier_core::{App, Timestamp, agents, notes, publications};
use serde::Deserialize;

use crate::agents::attending::{Attendance, Shift, done_path};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::desk::composing::{self, Composer, Refused};
use crate::desk::follower_of;
use crate::desk::presence::Others;
use crate::desk::queues::{Order, Tab, query};
use crate::desk::thread::{self, Entry, Planned};
use crate::fields::Choice;
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
/// Published sets that can be sent.
const OFFERED: i64 = 20;

#[derive(Template)]
#[template(path = "console/conversation.html")]
pub struct View {
    page: Page,
    stream: String,
    list: List,
    back: String,
    path: String,
    follower: i64,
    initial: String,
    name: String,
    openid: String,
    window: Window,
    /// Who has the follower.
    attendance: Attendance,
    others: Others,
    entries: Vec<Entry>,
    planned: Vec<Planned>,
    /// Where the messages before these are.
    earlier: Option<String>,
    /// Whether these are not the newest.
    is_past: bool,
    /// Where these and all newer ones are, to ask for them again.
    again: String,
    composer: Composer,
}

/// How the reply window stands.
struct Window {
    open: bool,
    text: String,
    /// Its end for a script that counts down, and what it says then.
    until: Option<(String, String)>,
}

/// Which messages.
#[derive(Deserialize, Default, Clone, Copy)]
pub struct Which {
    /// Those before this number.
    before: Option<i64>,
    /// Those from this number on.
    from: Option<i64>,
    /// Those around this number, which was searched for.
    at: Option<i64>,
    /// The canned answer to put into the reply.
    canned: Option<i64>,
    /// The part of the inbox it was opened from.
    #[serde(default)]
    tab: Tab,
    /// And its order.
    #[serde(default, rename = "sort")]
    order: Order,
}

impl Which {
    fn span(self) -> (Span, i64) {
        match (self.before, self.from, self.at) {
            (Some(before), ..) => (Span::Before(before), PAGE),
            (None, Some(from), _) => (Span::After(from.saturating_sub(1)), AGAIN),
            (None, None, Some(at)) => (Span::Around(at), PAGE),
            (None, None, None) => (Span::Before(i64::MAX), PAGE),
        }
    }
}

fn window(speech: &Speech, calendar: &Calendar, row: &Conversation, now: Timestamp) -> Window {
    let window = row.window();
    let closed = speech.say("window-closed");
    if window.until <= now {
        return Window { open: false, text: closed, until: None };
    }
    if window.left <= 0 {
        return Window { open: false, text: speech.say("window-spent"), until: None };
    }
    let until = calendar.full(window.until);
    let values = [("count", window.left.into()), ("until", until.shown.into())];
    Window {
        open: true,
        text: speech.with("window-open", &values),
        until: Some((until.iso, closed)),
    }
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    which: web::Query<Which>,
    req: HttpRequest,
) -> Answer {
    let follower = follower_of(&path)?;
    let view = view(&visit, &desk, &app, follower, *which, Refused::default()).await?;
    // What a script asks for again says nothing new about who looks.
    if !req.headers().contains_key("hx-request") {
        app.attend(desk.account.id, follower, desk.staff.member.id, Doing::Looks);
    }
    answers::page(&view)
}

/// Everything that is read for the page.
struct Read {
    opened: Opened,
    session: Option<agents::AgentSession>,
    case: Option<Case>,
    planned: Vec<ScheduledReply>,
    canned: Vec<CannedAnswer>,
    articles: Vec<Choice>,
    templates: Vec<templates::Template>,
    is_mentioned: bool,
}

async fn read(
    app: &App,
    desk: &Desk,
    follower: FollowerId,
    which: Which,
) -> crier_core::Result<Read> {
    let (account, me, (span, limit)) = (desk.account.id, desk.staff.member.id, which.span());
    let may_notice = desk.account.may(Right::Templates).is_ok();
    app.read(move |conn| {
        let opened = conversations::open(conn, account, follower, span, limit)?;
        let out = publications::titles(conn, account, OFFERED)?;
        let offered = out.into_iter().map(|(key, title)| Choice { value: key, label: title });
        Ok(Read {
            session: agents::current(conn, follower)?,
            case: cases::find(conn, follower)?,
            planned: scheduled_replies::pending(conn, follower)?,
            canned: canned_answers::all(conn, account)?,
            is_mentioned: notes::is_mentioned(conn, follower, me)?,
            articles: offered.collect(),
            templates: if may_notice {
                templates::all(conn, account, &[Kind::Message])?
            } else {
                Vec::new()
            },
            opened,
        })
    })
    .await
}

/// The page with what was refused in its composer.
pub async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    follower: FollowerId,
    which: Which,
    refused: Refused,
) -> crier_core::Result<View> {
    let read = read(app, desk, follower, which).await?;
    let shift = Shift::load(app, desk).await?;
    if which.before.is_none() {
        mark_read(app, desk, &read).await?;
    }
    let speech = &visit.speech;
    let now = app.clock.now();
    let calendar = Calendar::of(visit, desk, app);
    let here = desk.path(&format!("/inbox/{follower}"));
    let opened = &read.opened;
    let first = opened.messages.first().map_or(1, |message| message.seq);
    let name = shown_name(&opened.user.name, &opened.follower.openid);
    let row = &opened.conversation;
    let standing = (row, read.case.as_ref(), read.session.as_ref());
    let me = shift.me.as_ref().map_or(desk.staff.member.name.as_str(), |me| &me.nickname);
    let part = Part { tab: which.tab, order: which.order, ..Part::default() };
    Ok(View {
        page: visit.page_of(desk, "nav-inbox").titled(name.clone()),
        stream: desk.path("/stream"),
        list: List::load(app, visit, desk, part, Some(follower), &shift).await?,
        back: format!("{}{}", desk.path("/inbox"), query(which.tab, which.order)),
        attendance: Attendance::new(speech, &calendar, &shift, standing, now),
        others: Others::new(app, speech, desk, &shift, follower),
        follower: follower.0,
        initial: initial(&name),
        window: window(speech, &calendar, row, now),
        entries: thread::entries(speech, &calendar, opened, which.at),
        planned: thread::planned(speech, &calendar, &read.planned),
        earlier: (first > 1).then(|| format!("{here}?before={first}")),
        is_past: is_past(opened),
        again: format!("{here}?from={first}"),
        composer: Composer::new(refused)
            .with(desk, (&read.canned, read.articles.clone()), (&name, me))
            .noticing(&read.templates)
            .between(&calendar, now, &shift)
            .choosing(which.canned),
        openid: opened.follower.openid.clone(),
        path: here,
        name,
    })
}

fn is_past(opened: &Opened) -> bool {
    opened.messages.last().is_some_and(|last| last.seq < opened.conversation.last_seq)
}

/// Who has it open has read it, and what mentions them in it.
async fn mark_read(app: &App, desk: &Desk, read: &Read) -> crier_core::Result<()> {
    let row = &read.opened.conversation;
    let is_unread = row.last_inbound_seq > row.account_read_seq;
    if !is_unread && !read.is_mentioned {
        return Ok(());
    }
    let (follower, seq, me) = (row.follower_id, row.last_seq, desk.staff.member.id);
    app.write(move |tx| {
        conversations::read_by_account(tx, follower, seq)?;
        notes::see(tx, follower, me)
    })
    .await
}

/// What is written.
#[derive(Deserialize)]
pub struct Written {
    text: String,
    client_id: String,
    /// When to send it, as the calendar's inputs say it.
    #[serde(default)]
    later: String,
    /// `hour`, `morning`, or `later` when it is to be sent then. Whoever fills in a time means it,
    /// whichever button the browser takes for the form's.
    #[serde(default)]
    act: String,
}

impl Written {
    /// When to send it; now if absent. What is no moment is refused where it is planned.
    fn at(&self, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
        match self.act.as_str() {
            "hour" => Some(now.plus(chrono::Duration::hours(1))),
            "morning" => {
                let tomorrow = calendar.input(now.plus(chrono::Duration::days(1)));
                let day = tomorrow.split('T').next().unwrap_or_default();
                Some(calendar.parse(&format!("{day}T09:00")).unwrap_or_default())
            }
            "later" => Some(calendar.parse(&self.later).unwrap_or_default()),
            _ if !self.later.is_empty() => Some(calendar.parse(&self.later).unwrap_or_default()),
            _ => None,
        }
    }
}

/// Sends a reply, or plans it.
pub async fn reply(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(written): Form<Written>,
) -> Answer {
    let follower = follower_of(&path)?;
    let now = app.clock.now();
    let calendar = Calendar::of(&visit, &desk, &app);
    let (at, content) = (written.at(&calendar, now), Content::text(written.text.clone()));
    let refused = Refused { text: written.text, later: written.later, ..Refused::default() };
    let Some(at) = at else {
        let sent = composing::send(&app, &desk, follower, content, &written.client_id).await;
        let done = (sent, "text".to_owned());
        return composing::after(&visit, &desk, &app, follower, done, refused).await;
    };
    let reply = composing::reply(&desk, follower, content, &written.client_id);
    match app.write(move |tx| scheduled_replies::add(tx, reply, at)).await {
        Ok(()) => Ok(answers::see_other(done_path(&desk, follower, "later"))),
        planned => {
            let done = (planned, "text".to_owned());
            composing::after(&visit, &desk, &app, follower, done, refused).await
        }
    }
}
