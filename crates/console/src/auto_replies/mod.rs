//! What an account answers by itself: its rules, each with a page, and a field to try them with.
pub mod actions;
pub mod form;
mod input;
mod telling;

use actix_web::web;
use askama::Template;
use crier_core::auto_replies::{self, AutoReply, Kind, Rules, Trigger, shadows};
use crier_core::content::Content;
use crier_core::endpoints;
use crier_core::ids::AutoReplyId;
use crier_core::{App, Result, Timestamp};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::failures::{Failure, missing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Handle and rule.
pub type Path = web::Path<(String, String)>;

/// Characters of a sentence to try.
const MOST_TRIED: usize = 600;

/// Characters of a reply that the list shows.
const SHOWN: usize = 80;

#[derive(Template)]
#[template(path = "console/auto_replies.html")]
struct List {
    page: Page,
    base: String,
    /// The endpoint whose answers come instead, if one is on.
    resting: Option<String>,
    /// Kinds that can be added.
    addable: Vec<Addable>,
    rows: Vec<Row>,
    /// What was tried, and what came of it.
    said: String,
    /// The moment it was tried at, as its field has it.
    at: String,
    zone: String,
    tried: Option<Tried>,
}

/// A button that adds a rule.
struct Addable {
    kind: &'static str,
    label: String,
    is_main: bool,
}

struct Row {
    href: String,
    name: String,
    kind: String,
    words: String,
    /// Words that never answer, and the rule that does instead.
    shadowed: Vec<String>,
    replies: String,
    enabled: bool,
}

/// What would be answered.
struct Tried {
    rule: Option<(String, String)>,
    replies: Vec<String>,
}

/// A sentence to try.
#[derive(Deserialize)]
pub struct Say {
    #[serde(default)]
    say: String,
    /// When, as a field for date and time has it; now if absent.
    #[serde(default)]
    at: String,
}

/// The rules, and what one of them answers to a sentence.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, say: web::Query<Say>) -> Answer {
    let id = desk.account.id;
    let read = app.read(move |conn| Ok((auto_replies::all(conn, id)?, endpoints::all(conn, id)?)));
    let (rules, endpoints) = read.await?;
    let said: String = say.say.trim().chars().take(MOST_TRIED).collect();
    let resting = endpoints.into_iter().find(|one| one.enabled && one.may_answer);
    let now = app.clock.now();
    let calendar = Calendar::of(&visit, &desk, &app);
    let at = calendar.parse(&say.at).unwrap_or(now);
    let tried = (!said.is_empty()).then(|| tried(&visit.speech, &desk, rules.clone(), (&said, at)));
    let shadowed = telling::shadowed(&visit.speech, &rules, &shadows(&rules));
    answers::page(&List {
        page: visit.page_of(&desk, "nav-auto-replies"),
        base: desk.path(""),
        resting: resting.map(|endpoint| endpoint.name),
        addable: addable(&visit.speech, &rules),
        rows: rules
            .iter()
            .zip(shadowed)
            .map(|(rule, shadowed)| row(&visit.speech, &desk, rule, shadowed))
            .collect(),
        said,
        at: calendar.input(at),
        zone: desk.account.time_zone.clone(),
        tried,
    })
}

fn addable(speech: &Speech, rules: &[AutoReply]) -> Vec<Addable> {
    let free = |kind: &&Kind| {
        matches!(kind, Kind::Keyword | Kind::Hours) || rules.iter().all(|rule| rule.kind != **kind)
    };
    let button = |kind: &Kind| Addable {
        kind: kind.as_str(),
        label: speech.say(&format!("auto-add-{kind}")),
        is_main: *kind == Kind::Keyword,
    };
    Kind::ALL.iter().filter(free).map(button).collect()
}

fn row(speech: &Speech, desk: &Desk, rule: &AutoReply, shadowed: Vec<String>) -> Row {
    let words: Vec<&str> = rule.keywords.0.iter().map(|word| word.text.as_str()).collect();
    let words = match &rule.hours {
        Some(hours) => telling::hours(speech, hours),
        None => words.join(" · "),
    };
    Row {
        shadowed,
        href: page(desk, rule.id),
        name: rule.name.clone(),
        kind: speech.say(&format!("auto-kind-{}", rule.kind)),
        words,
        replies: summaries(speech, &rule.replies.0).join(" · "),
        enabled: rule.enabled,
    }
}

fn tried(
    speech: &Speech,
    desk: &Desk,
    rules: Vec<AutoReply>,
    (said, at): (&str, Timestamp),
) -> Tried {
    let rules = Rules::of(rules, &desk.account.time_zone);
    let content = Content::text(said);
    let found = rules.answering(Trigger::Message(&content), at);
    Tried {
        replies: found.map(|rule| summaries(speech, &rule.replies.0)).unwrap_or_default(),
        rule: found.map(|rule| (page(desk, rule.id), rule.name.clone())),
    }
}

/// Each reply in a few words.
fn summaries(speech: &Speech, replies: &[Content]) -> Vec<String> {
    let one = |reply: &Content| match reply {
        Content::Text { text, .. } => text.clone(),
        other => {
            let kind = speech.say(&format!("auto-type-{}", other.type_name()));
            let words = other.summary();
            if words.is_empty() { kind } else { format!("{kind}: {words}") }
        }
    };
    let short = |words: String| {
        let cut = words.chars().count() > SHOWN;
        let shown: String = words.chars().take(SHOWN).collect();
        if cut { format!("{shown}…") } else { shown }
    };
    replies.iter().map(one).map(short).collect()
}

/// The page of a rule.
fn page(desk: &Desk, id: AutoReplyId) -> String {
    desk.path(&format!("/auto-replies/{id}"))
}

fn id(path: &Path) -> std::result::Result<AutoReplyId, Failure> {
    path.1.parse().map_err(|_| missing("auto_reply"))
}

/// The rule of the address.
async fn one(app: &App, desk: &Desk, id: AutoReplyId) -> Result<AutoReply> {
    let account = desk.account.id;
    app.read(move |conn| auto_replies::get(conn, account, id)).await
}
