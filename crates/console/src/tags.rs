//! The tags that an account sorts its followers by.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::members::Permission;
use crier_core::tags::{self, STARRED, Tag};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::fields::Field;
use crate::followers::asking::tag_name;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Handle and tag.
type Path = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "console/tags.html")]
struct List {
    page: Page,
    base: String,
    rows: Vec<Row>,
    /// What is wrong with a change of a tag.
    error: Option<String>,
    /// The form of a new one, for whoever may make it.
    new: Option<Field>,
}

struct Row {
    number: i64,
    name: String,
    count: String,
    /// Whether it can be changed: the account's own.
    own: bool,
}

/// A name.
#[derive(Deserialize)]
pub struct Named {
    tag_name: String,
}

/// The list.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&page(&app, &visit, &desk, "", None).await?)
}

async fn page(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    typed: &str,
    fault: Option<&Fault>,
) -> crier_core::Result<List> {
    let id = desk.account.id;
    let all = app.read(move |conn| tags::all(conn, id)).await?;
    let speech = &visit.speech;
    let may = desk.staff.may(Permission::Audience);
    let row = |tag: &Tag| Row {
        number: tag.number,
        name: tag_name(speech, tag),
        count: grouped(tag.follower_count),
        own: may && tag.number != STARRED,
    };
    let own = fault.filter(|fault| fault.field == Some("tag_name"));
    let field = Field::new(speech, "text", "tag_name")
        .value(typed)
        .fault(own)
        .with(r#"required maxlength="30" autocomplete="off""#);
    Ok(List {
        page: visit.page_of(desk, "nav-tags"),
        base: desk.path(""),
        rows: all.iter().map(row).collect(),
        error: fault.filter(|_| own.is_none()).map(|fault| fault.text.clone()),
        new: may.then_some(field),
    })
}

/// Makes a tag.
pub async fn create(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(named): Form<Named>,
) -> Answer {
    let (id, name) = (desk.account.id, named.tag_name.clone());
    let made = app.write(move |tx| tags::add(tx, id, &name)).await.map(drop);
    after(&app, &visit, &desk, &named.tag_name, made, "tag-made").await
}

async fn after(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    typed: &str,
    done: crier_core::Result<()>,
    word: &str,
) -> Answer {
    let Err(error) = done else {
        return Ok(answers::see_other(desk.path(&format!("/tags?done={word}"))));
    };
    let fault = visit.speech.fault(error)?;
    // A name that is taken or empty is the field's.
    let is_name = matches!(fault.field, Some("tag" | "tag_name")) || word == "tag-made";
    let fault = Fault { field: is_name.then_some("tag_name"), ..fault };
    answers::again(&page(app, visit, desk, typed, Some(&fault)).await?)
}

fn number(path: &Path) -> Result<i64, Failure> {
    path.1.parse().map_err(|_| missing("tag"))
}

/// Renames a tag.
pub async fn rename(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(named): Form<Named>,
) -> Answer {
    let (id, number, name) = (desk.account.id, number(&path)?, named.tag_name);
    match app.write(move |tx| tags::rename(tx, id, number, &name)).await {
        Err(error) if !matches!(error, crier_core::Error::NotFound(_)) => {
            let fault = Fault { field: None, ..visit.speech.fault(error)? };
            answers::again(&page(&app, &visit, &desk, "", Some(&fault)).await?)
        }
        done => after(&app, &visit, &desk, "", done, "saved").await,
    }
}

/// Asks before a tag is removed.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let (id, number) = (desk.account.id, number(&path)?);
    let tag = app.read(move |conn| tags::get(conn, id, number)).await?;
    let speech = &visit.speech;
    let values = [("name", tag.name.clone().into()), ("count", tag.follower_count.into())];
    answers::page(&Confirm {
        page: visit.page_of(&desk, "tag-remove-title"),
        text: speech.with("tag-remove-text", &values),
        action: speech.say("remove"),
        back: desk.path("/tags"),
    })
}

/// Removes a tag.
pub async fn remove(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (id, number) = (desk.account.id, number(&path)?);
    let done = app.write(move |tx| tags::remove(tx, id, number)).await;
    after(&app, &visit, &desk, "", done, "tag-removed").await
}
