//! The page an article is written on. It is one form, which works as it is; a script makes the text
//! a page, saves by itself and shows who else is there.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::drafts::{Draft, Flaw, MAX_PIECES, MAX_WORDS, Piece, PieceKind};
use serde::Deserialize;

use super::form::{self, Comments, Line};
use super::{Path, PlacePath, article, heading, page};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::missing;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

#[derive(Template)]
#[template(path = "console/draft.html")]
struct Editor {
    page: Page,
    /// The draft's address, and the article's.
    draft: String,
    own: String,
    key: String,
    place: usize,
    revision: i64,
    error: Option<String>,
    /// When it comes out: until then nothing changes.
    due: Option<Moment>,
    failure: Option<String>,
    issue: Vec<Item>,
    can_add: bool,
    title: Line,
    lines: [Line; 3],
    comments: Vec<Comments>,
    content: String,
    content_error: String,
    cover: Option<String>,
    cover_error: String,
    show_cover: bool,
    pictures: Vec<String>,
    most_words: usize,
    saved: String,
    /// What the script says, as JSON.
    words: String,
}

/// An article of the issue.
struct Item {
    place: usize,
    href: String,
    title: String,
    cover: Option<String>,
    current: bool,
    is_first: bool,
    is_last: bool,
    flaws: i64,
    trouble: String,
}

/// Whether to show what is missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    check: String,
}

/// Leads to the first article.
pub async fn first(desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let draft = super::one(&app, &desk, &path.1).await?;
    Ok(answers::see_other(article(&desk, &draft.media_key, 1)))
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: PlacePath,
    asked: web::Query<Asked>,
) -> Answer {
    let draft = super::one(&app, &desk, &path.1).await?;
    let flaws = super::flaws_of(&app, &draft).await?;
    let told = if asked.check.is_empty() { Vec::new() } else { flaws.clone() };
    let piece = path.2.checked_sub(1).and_then(|at| draft.articles.get(at)).cloned();
    let piece = piece.ok_or_else(|| missing("article"))?;
    let shown = Showing { draft: &draft, place: path.2, piece: &piece, flaws: &flaws, told: &told };
    answers::page(&editor(&visit, &desk, &app, &shown, None))
}

/// What an editor is about.
pub struct Showing<'a> {
    pub draft: &'a Draft,
    pub place: usize,
    /// What stands in the form.
    pub piece: &'a Piece,
    pub flaws: &'a [Flaw],
    /// Those that are told at their fields.
    pub told: &'a [Flaw],
}

/// The page with a fault above it.
pub fn again(visit: &Visit, desk: &Desk, app: &App, shown: &Showing<'_>, fault: String) -> Answer {
    answers::again(&editor(visit, desk, app, shown, Some(fault)))
}

fn editor(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    shown: &Showing<'_>,
    error: Option<String>,
) -> Editor {
    let Showing { draft, place, piece, flaws, told } = *shown;
    let (speech, key) = (&visit.speech, &draft.media_key);
    let told: Vec<Flaw> = told.iter().filter(|flaw| flaw.place == place).copied().collect();
    let calendar = Calendar::of(visit, desk, app);
    let (title, lines) = form::lines(speech, piece, &told);
    let address = |key: &String| format!("/media/{key}");
    let saved = [("time", calendar.short(draft.updated_at).shown.into())];
    Editor {
        page: visit.page_of(desk, "draft-write").titled(heading(speech, &piece.title)),
        draft: page(desk, key, ""),
        own: article(desk, key, place),
        key: key.clone(),
        place,
        revision: draft.revision,
        error,
        due: draft.due_at.map(|at| calendar.full(at)),
        failure: draft.failure.as_ref().map(|word| speech.say(&format!("draft-failure-{word}"))),
        issue: issue(speech, desk, draft, place, flaws),
        can_add: draft.articles.len() < MAX_PIECES,
        title,
        lines,
        comments: form::comments(speech, piece),
        content: piece.content.clone(),
        content_error: form::error(speech, &told, "content"),
        cover: piece.cover.as_ref().filter(|_| piece.kind == PieceKind::News).map(address),
        cover_error: form::error(speech, &told, "cover"),
        show_cover: piece.show_cover,
        pictures: piece.pictures.iter().map(address).collect(),
        most_words: MAX_WORDS,
        saved: speech.with("draft-saved-at", &saved),
        words: script_words(speech),
    }
}

fn issue(speech: &Speech, desk: &Desk, draft: &Draft, place: usize, flaws: &[Flaw]) -> Vec<Item> {
    let last = draft.articles.len();
    let item = |(at, piece): (usize, &Piece)| {
        let count = flaws.iter().filter(|flaw| flaw.place == at).count();
        let count = i64::try_from(count).unwrap_or_default();
        Item {
            place: at,
            href: article(desk, &draft.media_key, at),
            title: heading(speech, &piece.title),
            cover: piece.cover.as_ref().map(|key| format!("/media/{key}")),
            current: at == place,
            is_first: at == 1,
            is_last: at == last,
            flaws: count,
            trouble: speech.count("draft-flaws", count),
        }
    };
    (1..).zip(&draft.articles).map(item).collect()
}

/// What the script says.
fn script_words(speech: &Speech) -> String {
    const KEYS: [&str; 19] = [
        "saving",
        "saved",
        "unsaved",
        "offline",
        "failed",
        "conflict",
        "gone",
        "local",
        "restore",
        "discard",
        "words",
        "uploading",
        "upload-failed",
        "remote",
        "page",
        "reading",
        "found",
        "found-none",
        "link",
    ];
    let words = KEYS.map(|key| (key, speech.say(&format!("editor-{key}"))));
    serde_json::to_string(&std::collections::BTreeMap::from(words)).unwrap_or_default()
}
