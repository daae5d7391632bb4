//! Codes to follow by: of a poster, a table, a parcel. Each has a picture to print and a page that
//! says what came of it.
mod pictures;
pub mod showing;

use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::ids::SceneCodeId;
use crier_core::rights::Right;
use crier_core::scene_codes::{self, SceneCode};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::{Failure, missing};
use crate::fields::{self, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Handle and code.
pub type Path = web::Path<(String, String)>;

/// Codes of a page.
const PAGE: usize = 30;

#[derive(Template)]
#[template(path = "console/codes.html")]
struct List {
    page: Page,
    base: String,
    error: Option<String>,
    code_name: Field,
    scene: Field,
    rows: Vec<Row>,
    is_first: bool,
    older: Option<String>,
}

struct Row {
    href: String,
    name: String,
    scene: String,
    scans: String,
    gained: String,
    lost: String,
    made: Moment,
    /// Until when it holds, of one that ends.
    until: Option<Moment>,
}

/// Where the page begins.
#[derive(Deserialize, Default)]
pub struct Part {
    after: Option<i64>,
}

/// A code to make.
#[derive(Deserialize, Default)]
pub struct Input {
    code_name: String,
    scene: String,
}

/// The list.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>, part: web::Query<Part>) -> Answer {
    let after = part.after.map(SceneCodeId);
    answers::page(&page(&app, &visit, &desk, after, &Input::default(), None).await?)
}

async fn page(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    after: Option<SceneCodeId>,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<List> {
    let id = desk.account.id;
    let limit = PAGE as i64 + 1;
    let mut codes = app.read(move |conn| Ok(scene_codes::page(conn, id, after, limit)?)).await?;
    let more = codes.len() > PAGE;
    codes.truncate(PAGE);
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let code_name = Field::new(speech, "text", "code_name")
        .value(&input.code_name)
        .hint(speech.say("code-name-hint"))
        .with(r#"required maxlength="60" autocomplete="off""#)
        .fault(fault);
    let scene = Field::new(speech, "text", "scene")
        .value(&input.scene)
        .hint(speech.say("code-scene-hint"))
        .with(r#"maxlength="64" autocomplete="off""#)
        .fault(fault);
    Ok(List {
        page: visit.page_of(desk, "nav-codes"),
        base: desk.path(""),
        error: fields::whole(fault, &[&code_name, &scene]),
        older: codes
            .last()
            .filter(|_| more)
            .map(|last| desk.path(&format!("/codes?after={}", last.id))),
        rows: codes.iter().map(|code| row(desk, &calendar, code)).collect(),
        is_first: after.is_none(),
        code_name,
        scene,
    })
}

fn row(desk: &Desk, calendar: &Calendar, code: &SceneCode) -> Row {
    Row {
        href: path(desk, code.id),
        name: called(code),
        scene: code.scene.clone(),
        scans: grouped(code.scans),
        gained: grouped(code.gained),
        lost: grouped(code.lost),
        made: calendar.short(code.created_at),
        until: code.expires_at.map(|at| calendar.full(at)),
    }
}

/// What a code is called: one that the brand's backend made has its scene alone.
fn called(code: &SceneCode) -> String {
    if code.name.is_empty() { code.scene.clone() } else { code.name.clone() }
}

fn path(desk: &Desk, id: SceneCodeId) -> String {
    desk.path(&format!("/codes/{id}"))
}

fn id(path: &Path) -> Result<SceneCodeId, Failure> {
    path.1.parse().map_err(|_| missing("code"))
}

/// Makes a code without an end. Without a scene its name is the scene.
pub async fn create(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    desk.account.may(Right::SceneCodes)?;
    let id = desk.account.id;
    let name = input.code_name.trim().to_owned();
    let typed = input.scene.trim();
    let scene = if typed.is_empty() { name.clone() } else { typed.to_owned() };
    match app.write(move |tx| scene_codes::add_named(tx, id, &name, &scene)).await {
        Ok(code) => Ok(answers::see_other(format!("{}?done=code-made", path(&desk, code.id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&page(&app, &visit, &desk, None, &input, Some(&fault)).await?)
        }
    }
}
