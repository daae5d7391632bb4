//! Notes that mention the member who looks.
use actix_web::web;
use askama::Template;
use crier_core::ids::NoteId;
use crier_core::notes::{self, Mention};
use crier_core::{App, members};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::gate::Desk;
use crate::inbox::shown_name;
use crate::pages::Page;
use crate::visits::Visit;

/// Notes on a page.
const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "console/mentions.html")]
struct Mentions {
    page: Page,
    rows: Vec<Row>,
    newest: Option<String>,
    older: Option<String>,
}

/// One note.
struct Row {
    href: String,
    name: String,
    by: String,
    text: String,
    time: Moment,
    is_new: bool,
}

/// Where the page begins.
#[derive(Deserialize)]
pub struct Part {
    before: Option<i64>,
}

/// The list. What is opened from it counts as seen.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>, part: web::Query<Part>) -> Answer {
    let (account, me) = (desk.account.id, desk.staff.member.id);
    let before = part.before.map(NoteId);
    let read = app.read(move |conn| {
        let found = notes::mentioning(conn, account, me, before, PAGE + 1)?;
        let writers: Vec<_> = found.iter().filter_map(|one| one.note.member_id).collect();
        Ok((members::names(conn, &writers)?, found))
    });
    let (writers, mut found) = read.await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let calendar = Calendar::of(&visit, &desk, &app);
    let here = desk.path("/mentions");
    let row = |one: &Mention| {
        let note = &one.note;
        let writer = writers.iter().find(|(id, _)| Some(*id) == note.member_id);
        let (follower, at) = (note.follower_id, note.after_seq.max(1));
        Row {
            href: desk.path(&format!("/inbox/{follower}?at={at}#n{}", note.id)),
            name: shown_name(&one.name, &one.openid),
            by: match writer {
                Some((_, name)) => name.clone(),
                None => visit.speech.say("later-failed-short"),
            },
            text: note.body.chars().take(200).collect(),
            time: calendar.full(note.created_at),
            is_new: !one.is_seen,
        }
    };
    answers::page(&Mentions {
        page: visit.page_of(&desk, "nav-mentions"),
        older: found.last().filter(|_| more).map(|last| format!("{here}?before={}", last.note.id)),
        newest: part.before.map(|_| here.clone()),
        rows: found.iter().map(row).collect(),
    })
}
