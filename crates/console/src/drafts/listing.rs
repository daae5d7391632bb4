//! The account's drafts: found by heading, by who changed them, by when, by how far they are.
use std::collections::BTreeMap;

use actix_web::web;
use askama::Template;
use chrono::Duration;
use crier_core::drafts::{self, Listed, ListedState, Piece, Wanted, Writer};
use crier_core::ids::DraftId;
use crier_core::members;
use crier_core::{App, Timestamp};
use serde::Deserialize;

use super::{Path, heading, page};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::confirm::Confirm;
use crate::fields::{Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Drafts on a page.
const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "console/drafts.html")]
struct List {
    page: Page,
    here: String,
    filters: [Field; 4],
    is_filtered: bool,
    rows: Vec<Row>,
    is_first: bool,
    older: Option<String>,
}

struct Row {
    href: String,
    title: String,
    others: Vec<String>,
    state: String,
    badge: &'static str,
    due: Option<Moment>,
    failure: Option<String>,
    who: String,
    time: Moment,
    is_open: bool,
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    words: String,
    state: String,
    by: String,
    days: String,
    before: String,
}

impl Input {
    fn wanted(&self, now: Timestamp) -> Wanted {
        let days = self.days.parse::<i64>().ok().filter(|days| (1..=366).contains(days));
        Wanted {
            words: self.words.chars().take(100).collect(),
            state: ListedState::parse(&self.state),
            by: match self.by.as_str() {
                "api" => Some(Writer::Api),
                id => id.parse().ok().map(Writer::Member),
            },
            since: days.map(|days| now.plus(-Duration::days(days))),
            before: self.before.split_once('-').and_then(|(at, id)| {
                Some((Timestamp::from_micros(at.parse().ok()?), DraftId(id.parse().ok()?)))
            }),
        }
    }

    /// The address of the page after this draft.
    fn after(&self, base: &str, last: &Listed) -> String {
        let before = format!("{}-{}", last.updated_at.micros(), last.id);
        let said = BTreeMap::from([
            ("words", self.words.as_str()),
            ("state", &self.state),
            ("by", &self.by),
            ("days", &self.days),
            ("before", &before),
        ]);
        let said = said.iter().filter(|(_, value)| !value.is_empty());
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish();
        format!("{base}?{query}")
    }

    fn is_filtered(&self) -> bool {
        [&self.words, &self.state, &self.by, &self.days].iter().any(|said| !said.is_empty())
    }
}

/// The list.
pub async fn list(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    let (id, brand, wanted) =
        (desk.account.id, desk.account.brand_id, input.wanted(app.clock.now()));
    let read = app.read(move |conn| {
        Ok((drafts::list(conn, id, &wanted, PAGE)?, members::of_brand(conn, brand)?))
    });
    let (rows, colleagues) = read.await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let here = desk.path("/drafts");
    let last = rows.last().filter(|_| rows.len() as i64 == PAGE);
    let people = colleagues
        .into_iter()
        .map(|one| Choice { value: one.member.id.to_string(), label: one.member.name });
    answers::page(&List {
        page: visit.page_of(&desk, "nav-drafts"),
        filters: filters(&visit.speech, &input, people.collect()),
        is_filtered: input.is_filtered(),
        older: last.map(|last| input.after(&here, last)),
        is_first: input.before.is_empty(),
        rows: rows.iter().map(|row| self::row(&visit.speech, &desk, &calendar, row)).collect(),
        here,
    })
}

fn filters(speech: &Speech, input: &Input, people: Vec<Choice>) -> [Field; 4] {
    let any = |key: &str| Choice { value: String::new(), label: speech.say(key) };
    let word = |value: &str, key: String| Choice { value: value.into(), label: speech.say(&key) };
    let states = ListedState::ALL.iter().filter(|state| **state != ListedState::Publishing);
    let states = states.map(|state| word(state.as_str(), format!("draft-state-{state}")));
    let days = ["1", "7", "30"].map(|days| word(days, format!("draft-days-{days}")));
    let api = word("api", "draft-by-api".into());
    [
        Field::new(speech, "search", "words")
            .labelled(speech.say("draft-words"))
            .value(&input.words)
            .with(r#"maxlength="100""#),
        Field::new(speech, "select", "state")
            .labelled(speech.say("state"))
            .choices(std::iter::once(any("draft-any")).chain(states).collect())
            .value(&input.state),
        Field::new(speech, "select", "by")
            .labelled(speech.say("draft-by"))
            .choices(std::iter::once(any("draft-by-any")).chain(people).chain([api]).collect())
            .value(&input.by),
        Field::new(speech, "select", "days")
            .labelled(speech.say("draft-when"))
            .choices(std::iter::once(any("draft-days-any")).chain(days).collect())
            .value(&input.days),
    ]
}

fn row(speech: &Speech, desk: &Desk, calendar: &Calendar, row: &Listed) -> Row {
    let mut titles = row.titles.split('\n').map(|title| heading(speech, title));
    Row {
        href: page(desk, &row.key, ""),
        title: titles.next().unwrap_or_default(),
        others: titles.collect(),
        state: speech.say(&format!("draft-state-{}", row.state)),
        badge: match row.state {
            ListedState::Unfinished => "",
            ListedState::Ready => "is-ok",
            ListedState::Scheduled | ListedState::Publishing => "is-accent",
            ListedState::Failed => "is-bad",
        },
        due: row.due_at.map(|at| calendar.full(at)),
        failure: row.failure.as_ref().map(|word| speech.say(&format!("draft-failure-{word}"))),
        who: row.changed_by.clone().unwrap_or_else(|| speech.say("draft-by-api")),
        time: calendar.full(row.updated_at),
        is_open: row.state != ListedState::Publishing,
    }
}

#[derive(Template)]
#[template(path = "console/draft_new.html")]
struct New {
    page: Page,
    drafts: String,
}

/// The page that a draft is begun from, for whoever comes by a link: the palette's, or one of their
/// own.
pub async fn new(visit: Visit, desk: Desk) -> Answer {
    let page = visit.page_of(&desk, "nav-drafts-new");
    answers::page(&New { page, drafts: desk.path("/drafts") })
}

/// Begins a draft.
pub async fn create(desk: Desk, app: web::Data<App>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let (account, member) = (desk.account.id, desk.staff.member.id);
    let begun = app.write(move |tx| drafts::begin(tx, account, member, vec![Piece::blank()]));
    Ok(answers::see_other(super::article(&desk, &begun.await?.media_key, 1)))
}

/// Begins a draft that says the same.
pub async fn copy(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let draft = super::one(&app, &desk, &path.1).await?;
    let (account, member) = (desk.account.id, desk.staff.member.id);
    let mut pieces = draft.articles;
    if let Some(first) = pieces.first_mut()
        && !first.title.is_empty()
    {
        let values = [("title", first.title.clone().into())];
        let title = visit.speech.with("draft-copy-of", &values);
        first.title = title.chars().take(drafts::MAX_TITLE).collect();
    }
    let begun = app.write(move |tx| drafts::begin(tx, account, member, pieces)).await?;
    let own = super::article(&desk, &begun.media_key, 1);
    Ok(answers::see_other(format!("{own}?done=draft-copied")))
}

/// Asks before a draft is deleted.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let draft = super::one(&app, &desk, &path.1).await?;
    let first = draft.titles.split('\n').next().unwrap_or_default();
    let title = heading(&visit.speech, first);
    answers::page(&Confirm {
        page: visit.page_of(&desk, "draft-remove-title"),
        text: visit.speech.with("draft-remove-text", &[("title", title.into())]),
        action: visit.speech.say("draft-remove"),
        back: page(&desk, &draft.media_key, ""),
    })
}

/// Deletes a draft.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, key) = (desk.account.id, path.1.clone());
    app.write(move |tx| drafts::delete(tx, account, &key)).await?;
    Ok(answers::see_other(desk.path("/drafts?done=draft-removed")))
}
