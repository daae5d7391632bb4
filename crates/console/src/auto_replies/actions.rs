//! A rule's page, and what can be done there. Each answer leads back to a page.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::auto_replies::{self, Kind};
use crier_core::ids::AutoReplyId;
use serde::Deserialize;

use super::form::{self, RuleForm};
use super::input::Input;
use super::{Path, id, one};
use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/auto_reply.html")]
struct Rule {
    page: Page,
    base: String,
    /// Where it is removed, once it is stored.
    remove: Option<String>,
    form: RuleForm,
}

/// Which kind to add.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    kind: String,
}

/// The form of a new rule.
pub async fn new(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    wanted: web::Query<Wanted>,
) -> Answer {
    let kind = Kind::parse(&wanted.kind).unwrap_or(Kind::Keyword);
    let name = match kind {
        Kind::Keyword | Kind::Hours => String::new(),
        single => visit.speech.say(&format!("auto-kind-{single}")),
    };
    let input = Input::fresh(kind, name);
    answers::page(&page(&visit, &desk, &app, None, &input, None).await?)
}

async fn page(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    stored: Option<AutoReplyId>,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<Rule> {
    let files = form::files(app, desk.account.id).await?;
    let own = stored.map(|id| super::page(desk, id));
    let action = own.clone().unwrap_or_else(|| desk.path("/auto-replies/new"));
    let title = match stored {
        Some(_) => format!("auto-kind-{}", input.kind()),
        None => format!("auto-add-{}", input.kind()),
    };
    Ok(Rule {
        page: visit.page_of(desk, &title),
        base: desk.path(""),
        remove: own.map(|own| format!("{own}/remove")),
        form: RuleForm::new(&visit.speech, action, input, (&files, &desk.account.time_zone), fault),
    })
}

/// Makes a rule.
pub async fn create(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    save(&visit, &desk, &app, None, &input).await
}

/// The form of a stored rule.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let rule = one(&app, &desk, id(&path)?).await?;
    let input = Input::of(&rule);
    answers::page(&page(&visit, &desk, &app, Some(rule.id), &input, None).await?)
}

/// Changes a rule.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(input): Form<Input>,
) -> Answer {
    let rule = one(&app, &desk, id(&path)?).await?;
    let input = Input { kind: rule.kind.as_str().to_owned(), ..input };
    save(&visit, &desk, &app, Some(rule.id), &input).await
}

async fn save(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    stored: Option<AutoReplyId>,
    input: &Input,
) -> Answer {
    let account = desk.account.id;
    let draft = input.draft(&form::files(app, account).await?);
    let saved = app.write(move |tx| match stored {
        Some(id) => auto_replies::change(tx, account, id, draft),
        None => auto_replies::add(tx, account, draft).map(drop),
    });
    match saved.await {
        Ok(()) => Ok(answers::see_other(desk.path("/auto-replies?done=saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&page(visit, desk, app, stored, input, Some(&fault)).await?)
        }
    }
}

/// Which way.
#[derive(Deserialize)]
pub struct Switch {
    /// `on` or `off`.
    to: String,
}

/// Switches a rule on or off.
pub async fn switch(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(wanted): Form<Switch>,
) -> Answer {
    let (account, id, enabled) = (desk.account.id, id(&path)?, wanted.to == "on");
    app.write(move |tx| auto_replies::set_enabled(tx, account, id, enabled)).await?;
    let done = if enabled { "auto-on" } else { "auto-off" };
    Ok(answers::see_other(desk.path(&format!("/auto-replies?done={done}"))))
}

/// Asks before a rule is removed.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let rule = one(&app, &desk, id(&path)?).await?;
    answers::page(&Confirm {
        page: visit.page_of(&desk, "auto-remove-title"),
        text: visit.speech.with("auto-remove-text", &[("name", rule.name.clone().into())]),
        action: visit.speech.say("remove"),
        back: super::page(&desk, rule.id),
    })
}

/// Removes a rule.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    app.write(move |tx| auto_replies::remove(tx, account, id)).await?;
    Ok(answers::see_other(desk.path("/auto-replies?done=auto-removed")))
}
