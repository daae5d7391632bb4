//! Writing segments: a form of conditions that are added one by one.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::ids::SegmentId;
use crier_core::plans::Whom;
use crier_core::segments;
use crier_core::tags::{self, Tag};

use super::counts::{self, Asks, Standing};
use super::rules::{self, Input, Line};
use super::{Path, one, page};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::fields::{Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/segment_form.html")]
struct Edit {
    page: Page,
    base: String,
    action: String,
    /// Where it is removed, once it is stored.
    remove: Option<String>,
    error: Option<String>,
    segment_name: Field,
    joins: Vec<(Choice, bool)>,
    lines: Vec<Line>,
    kinds: Vec<Choice>,
    has_room: bool,
}

/// The form of a new segment.
pub async fn new(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let tags = tags_of(&app, &desk).await?;
    answers::page(&edit(&visit, &desk, &tags, None, &Input::new(), None))
}

async fn tags_of(app: &App, desk: &Desk) -> crier_core::Result<Vec<Tag>> {
    let account = desk.account.id;
    app.read(move |conn| tags::all(conn, account)).await
}

fn edit(
    visit: &Visit,
    desk: &Desk,
    tags: &[Tag],
    stored: Option<SegmentId>,
    input: &Input,
    fault: Option<&Fault>,
) -> Edit {
    let speech = &visit.speech;
    let mut lines = rules::lines(speech, tags, input);
    if input.get("act").is_some_and(|act| act == "add") {
        rules::add(speech, tags, &mut lines, input.get("add").map_or("", String::as_str));
    }
    let text = input.get("segment_name").cloned().unwrap_or_default();
    let field = Field::new(speech, "text", "segment_name").value(text).fault(fault);
    let field = field.with(r#"required maxlength="60" autocomplete="off""#);
    let join = input.get("join").map_or("all", String::as_str);
    let joins = ["all", "any"].map(|word| {
        let label = speech.say(&format!("rule-join-{word}"));
        (Choice { value: word.to_owned(), label }, word == join)
    });
    let own = stored.map(|id| page(desk, id));
    let title = if stored.is_some() { "segment-change" } else { "segment-new" };
    Edit {
        page: visit.page_of(desk, title),
        base: desk.path(""),
        action: own
            .as_ref()
            .map_or_else(|| desk.path("/segments/new"), |own| format!("{own}/change")),
        remove: own.map(|own| format!("{own}/remove")),
        error: crate::fields::whole(fault, &[&field]),
        segment_name: field,
        joins: joins.into(),
        has_room: lines.len() < segments::MAX_CONDITIONS,
        lines,
        kinds: rules::kinds(speech),
    }
}

/// Makes a segment, or adds a row to the form.
pub async fn create(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    save(&visit, &desk, &app, None, &input).await
}

/// The form of a stored segment.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let (segment, tags) = one(&app, &desk, &path).await?;
    let input = rules::filled(&segment.name, &segment.rule.0, &Calendar::of(&visit, &desk, &app));
    answers::page(&edit(&visit, &desk, &tags, Some(segment.id), &input, None))
}

/// Changes a segment, or adds a row to the form.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(input): Form<Input>,
) -> Answer {
    let (segment, _) = one(&app, &desk, &path).await?;
    save(&visit, &desk, &app, Some(segment.id), &input).await
}

async fn save(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    stored: Option<SegmentId>,
    input: &Input,
) -> Answer {
    let tags = tags_of(app, desk).await?;
    if input.contains_key("remove") || input.get("act").is_some_and(|act| act == "add") {
        return answers::page(&edit(visit, desk, &tags, stored, input, None));
    }
    let (account, by) = (desk.account.id, desk.staff.member.id);
    let lines = rules::lines(&visit.speech, &tags, input);
    let name = input.get("segment_name").cloned().unwrap_or_default();
    let saved = match rules::read(input, &lines, &Calendar::of(visit, desk, app)) {
        Ok(rule) => {
            let write = app.write(move |tx| match stored {
                Some(id) => {
                    segments::change(tx, account, id, Some(by), &name, &rule)?;
                    Ok(id)
                }
                None => segments::add(tx, account, Some(by), &name, &rule),
            });
            write.await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(id) => Ok(answers::see_other(format!("{}?done=saved", page(desk, id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&edit(visit, desk, &tags, stored, input, Some(&fault)))
        }
    }
}

/// How many the rule in a form means, as far as it can be read.
pub async fn preview(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
    standing: web::Query<Standing>,
) -> Answer {
    let tags = tags_of(&app, &desk).await?;
    let lines = rules::lines(&visit.speech, &tags, &input);
    let (speech, account) = (&visit.speech, desk.account.id);
    let rule = match rules::read(&input, &lines, &Calendar::of(&visit, &desk, &app)) {
        Ok(rule) => {
            let checked = rule.clone();
            let check = app.read(move |conn| checked.check(conn, account));
            check.await.ok().map(|()| rule)
        }
        Err(_) => None,
    };
    let Some(rule) = rule else {
        let text = speech.say("count-unknown");
        return counts::Count { text, next: None, go_on: String::new() }.answer();
    };
    let sentence = rules::sentence(speech, &Calendar::of(&visit, &desk, &app), &tags, &rule);
    let whom = Whom::Segment { id: SegmentId(0), name: String::new(), rule };
    let href = desk.path("/segments/count");
    let count = counts::count(&app, speech, account, whom, *standing, (Asks::Form, &href)).await?;
    counts::Count { text: format!("{sentence}: {}", count.text), ..count }.answer()
}

/// Asks before a segment is removed.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let (segment, _) = one(&app, &desk, &path).await?;
    answers::page(&Confirm {
        page: visit.page_of(&desk, "segment-remove-title"),
        text: visit.speech.with("segment-remove-text", &[("name", segment.name.into())]),
        action: visit.speech.say("remove"),
        back: page(&desk, segment.id),
    })
}

/// Removes a segment.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (segment, _) = one(&app, &desk, &path).await?;
    let (account, id) = (desk.account.id, segment.id);
    app.write(move |tx| segments::remove(tx, account, id)).await?;
    Ok(answers::see_other(desk.path("/segments?done=segment-removed")))
}
