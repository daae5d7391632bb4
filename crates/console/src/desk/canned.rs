//! Canned answers: the list with a form, one of them, and its end.
use actix_web::web;
use askama::Template;
use crier_core::canned_answers::{self, CannedAnswer};
use crier_core::ids::CannedAnswerId;
use crier_core::members::Permission;
use crier_core::{App, Result};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::fields::{self, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/canned_answers.html")]
struct List {
    page: Page,
    base: String,
    rows: Vec<CannedAnswer>,
    has_room: bool,
    /// Where it is said how this account answers, for who may.
    settings: Option<String>,
    form: Fields,
}

#[derive(Template)]
#[template(path = "console/canned_answer.html")]
struct One {
    page: Page,
    base: String,
    id: i64,
    form: Fields,
}

/// The form's fields.
struct Fields {
    error: Option<String>,
    shortcut: Field,
    answer: Field,
}

/// What is filled in.
#[derive(Deserialize, Default)]
pub struct Input {
    shortcut: String,
    answer: String,
}

impl Fields {
    fn new(visit: &Visit, input: &Input, fault: Option<&Fault>) -> Self {
        let speech = &visit.speech;
        let shortcut = Field::new(speech, "text", "shortcut").value(&input.shortcut).fault(fault);
        let answer = Field::new(speech, "area", "answer").value(&input.answer).fault(fault);
        let error = fields::whole(fault, &[&shortcut, &answer]);
        Self {
            error,
            shortcut: shortcut
                .hint(speech.say("canned-shortcut-hint"))
                .with(r#"required maxlength="21" autocomplete="off" autocapitalize="none""#),
            answer: answer
                .hint(speech.say("canned-answer-hint"))
                .with("required maxlength=\"2048\""),
        }
    }
}

async fn all(visit: &Visit, desk: &Desk, app: &App, form: Fields) -> Result<List> {
    let account = desk.account.id;
    let rows = app.read(move |conn| Ok(canned_answers::all(conn, account)?)).await?;
    let may_set = desk.staff.may(Permission::Agents);
    Ok(List {
        page: visit.page_of(desk, "nav-canned"),
        base: desk.path(""),
        has_room: (rows.len() as i64) < canned_answers::MOST,
        settings: may_set.then(|| desk.path("/desk")),
        rows,
        form,
    })
}

/// The list.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let form = Fields::new(&visit, &Input::default(), None);
    answers::page(&all(&visit, &desk, &app, form).await?)
}

/// Adds one.
pub async fn add(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let (account, shortcut, answer) =
        (desk.account.id, input.shortcut.clone(), input.answer.clone());
    let added = app.write(move |tx| canned_answers::add(tx, account, &shortcut, &answer)).await;
    match added {
        Ok(_) => Ok(answers::see_other(desk.path("/canned?done=saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let form = Fields::new(&visit, &input, Some(&fault));
            answers::again(&all(&visit, &desk, &app, form).await?)
        }
    }
}

async fn of_path(
    app: &App,
    desk: &Desk,
    path: &web::Path<(String, String)>,
) -> std::result::Result<CannedAnswer, Failure> {
    let id: CannedAnswerId = path.1.parse().map_err(|_| missing("canned_answer"))?;
    let account = desk.account.id;
    Ok(app.read(move |conn| canned_answers::get(conn, account, id)).await?)
}

fn one(visit: &Visit, desk: &Desk, found: &CannedAnswer, form: Fields) -> One {
    One {
        page: visit.page_of(desk, "nav-canned").titled(format!("/{}", found.shortcut)),
        base: desk.path(""),
        id: found.id.0,
        form,
    }
}

/// One of them.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let found = of_path(&app, &desk, &path).await?;
    let input = Input { shortcut: found.shortcut.clone(), answer: found.body.clone() };
    answers::page(&one(&visit, &desk, &found, Fields::new(&visit, &input, None)))
}

/// Changes it.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(input): Form<Input>,
) -> Answer {
    let found = of_path(&app, &desk, &path).await?;
    let (account, id) = (desk.account.id, found.id);
    let (shortcut, answer) = (input.shortcut.clone(), input.answer.clone());
    let changed =
        app.write(move |tx| canned_answers::change(tx, account, id, &shortcut, &answer)).await;
    match changed {
        Ok(()) => Ok(answers::see_other(desk.path("/canned?done=saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let form = Fields::new(&visit, &input, Some(&fault));
            answers::again(&one(&visit, &desk, &found, form))
        }
    }
}

/// Asks before it is removed.
pub async fn confirm_remove(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let found = of_path(&app, &desk, &path).await?;
    let title = [("name", format!("/{}", found.shortcut).into())];
    answers::page(&Confirm {
        page: visit
            .page_of(&desk, "nav-canned")
            .titled(visit.speech.with("canned-remove-title", &title)),
        text: visit.speech.say("canned-remove-text"),
        action: visit.speech.say("remove"),
        back: desk.path(&format!("/canned/{}", found.id)),
    })
}

/// Removes it.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let found = of_path(&app, &desk, &path).await?;
    let account = desk.account.id;
    app.write(move |tx| canned_answers::remove(tx, account, found.id)).await?;
    Ok(answers::see_other(desk.path("/canned?done=canned-removed")))
}
