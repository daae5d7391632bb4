//! Search over all conversations and notes of the account.
use actix_web::web;
use askama::Template;
use crier_core::content::Sender;
use crier_core::ids::FollowerId;
use crier_core::search::{self, By, Found, Hit, MOST, Piece, Question, snippet};
use crier_core::words::{self, Asked};
use crier_core::{App, members};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::fields::Choice;
use crate::gate::Desk;
use crate::inbox::shown_name;
use crate::pages::Page;
use crate::visits::Visit;

/// Hits on a page.
const PAGE: usize = 30;

#[derive(Template)]
#[template(path = "console/search.html")]
struct Searching {
    page: Page,
    base: String,
    q: String,
    by: Vec<(Choice, bool)>,
    from: String,
    until: String,
    follower: String,
    is_narrowed: bool,
    /// Whether anything was asked for that can be found.
    is_asked: bool,
    rows: Vec<Row>,
    newest: Option<String>,
    older: Option<String>,
}

/// One hit.
struct Row {
    href: String,
    name: String,
    by: String,
    pieces: Vec<Piece>,
    time: Moment,
    is_note: bool,
}

/// What is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    q: String,
    /// `followers`, `account` or `notes`.
    by: String,
    /// The first day, as `2026-11-26`.
    from: String,
    /// The last day.
    until: String,
    /// In one conversation alone.
    follower: String,
    before: Option<i64>,
}

impl Input {
    fn question(&self, calendar: &Calendar) -> Question {
        let midnight = |day: &str| calendar.parse(&format!("{day}T00:00"));
        Question {
            text: self.q.chars().take(MOST).collect(),
            by: match self.by.as_str() {
                "followers" => Some(By::Followers),
                "account" => Some(By::Account),
                "notes" => Some(By::Notes),
                _ => None,
            },
            follower: self.follower.parse().ok().map(FollowerId),
            from: midnight(&self.from),
            until: midnight(&self.until).map(|day| day.plus(chrono::Duration::days(1))),
            before: self.before,
        }
    }

    fn query(&self, before: Option<i64>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let parts = [
            ("q", &self.q),
            ("by", &self.by),
            ("from", &self.from),
            ("until", &self.until),
            ("follower", &self.follower),
        ];
        for (name, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(before) = before {
            query.append_pair("before", &before.to_string());
        }
        query.finish()
    }
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    let calendar = Calendar::of(&visit, &desk, &app);
    let (account, question) = (desk.account.id, input.question(&calendar));
    let asked = words::asked(&question.text);
    let read = app.read(move |conn| {
        let found = search::page(conn, account, &question, PAGE)?;
        let writers: Vec<_> = found.hits.iter().filter_map(|hit| hit.found.member()).collect();
        Ok((members::names(conn, &writers)?, found))
    });
    let (writers, found) = read.await?;
    let here = desk.path("/search");
    let shown = Shown { visit: &visit, desk: &desk, calendar: &calendar, asked: &asked };
    let row = |hit: &Hit| {
        let member = hit.found.member();
        let writer = writers.iter().find(|(id, _)| Some(*id) == member);
        shown.row(hit, writer.map(|(_, name)| name.as_str()))
    };
    let by = |word: &'static str| {
        let label = visit.speech.say(&format!("search-by-{word}"));
        (Choice { value: word.to_owned(), label }, input.by == word)
    };
    let narrowing = [&input.by, &input.from, &input.until, &input.follower];
    answers::page(&Searching {
        page: visit.page_of(&desk, "search-title"),
        base: desk.path(""),
        by: ["all", "followers", "account", "notes"].map(by).into(),
        is_narrowed: narrowing.iter().any(|part| !part.is_empty() && *part != "all"),
        is_asked: !asked.words.is_empty(),
        rows: found.hits.iter().map(row).collect(),
        newest: input.before.map(|_| format!("{here}?{}", input.query(None))),
        older: found.before.map(|before| format!("{here}?{}", input.query(Some(before)))),
        q: input.q.clone(),
        from: input.from.clone(),
        until: input.until.clone(),
        follower: input.follower.clone(),
    })
}

/// What every hit is shown with.
struct Shown<'a> {
    visit: &'a Visit,
    desk: &'a Desk,
    calendar: &'a Calendar,
    asked: &'a Asked,
}

impl Shown<'_> {
    fn row(&self, hit: &Hit, writer: Option<&str>) -> Row {
        let name = shown_name(&hit.name, &hit.openid);
        let follower = hit.found.follower();
        let (at, mark) = match &hit.found {
            Found::Message(message) => (message.seq, format!("m{}", message.seq)),
            Found::Note(note) => (note.after_seq.max(1), format!("n{}", note.id)),
        };
        let by = match &hit.found {
            Found::Message(message) if message.sender == Sender::Follower => name.clone(),
            _ => writer.map_or_else(|| self.visit.speech.say("origin-backend"), str::to_owned),
        };
        Row {
            href: self.desk.path(&format!("/inbox/{follower}?at={at}#{mark}")),
            name,
            by,
            pieces: snippet(self.asked, &hit.found.text()),
            time: self.calendar.full(hit.found.at()),
            is_note: matches!(hit.found, Found::Note(_)),
        }
    }
}
