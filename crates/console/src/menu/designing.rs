//! A menu being designed: the phone beside the form of the button that is chosen on it.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::ids::{ConditionalMenuId, MenuDraftId};
use crier_core::media::{Media, Upload};
use crier_core::menus::{self, Action, Button, Draft};
use crier_core::rights::Right;
use serde::Deserialize;

use super::describing::{Groups, Phone};
use super::editing::{self, At, Op};
use super::forms::{ButtonForm, Input, Who, WhoInput};
use crate::answers::{self, Answer};
use crate::auto_replies::form::files;
use crate::calendar::Calendar;
use crate::failures::{Failure, missing};
use crate::fields::Field;
use crate::forms::{FileForm, Form};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Handle and draft.
pub type Path = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "console/menu_design.html")]
struct Designer {
    page: Page,
    here: String,
    error: Option<String>,
    phone: Phone,
    /// The bar has room for another.
    room: bool,
    /// The button that is chosen.
    button: Option<ButtonForm>,
    /// Who sees it, of a menu for some.
    who: Option<Who>,
    /// When it comes out by itself.
    planned: Option<String>,
    at: Field,
}

/// Which button is chosen.
#[derive(Deserialize, Default)]
pub struct Chosen {
    #[serde(default)]
    at: String,
}

/// What is to be designed.
#[derive(Deserialize)]
pub struct Begun {
    /// `some` for a menu for some.
    #[serde(default)]
    r#for: String,
    /// The menu for some that it will replace.
    #[serde(default)]
    replaces: Option<i64>,
}

/// Begins a draft, or goes on with the one there is.
pub async fn begin(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(begun): Form<Begun>,
) -> Answer {
    let account = desk.account.id;
    let replaces = begun.replaces.map(ConditionalMenuId);
    let for_some = replaces.is_some() || begun.r#for == "some";
    if for_some {
        desk.account.may(Right::ConditionalMenus)?;
    }
    match app.write(move |tx| menus::add_draft(tx, account, for_some, replaces)).await {
        Ok(id) => Ok(answers::see_other(path(&desk, id))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            super::again(&app, &visit, &desk, fault.text).await
        }
    }
}

pub(super) fn path(desk: &Desk, id: MenuDraftId) -> String {
    desk.path(&format!("/menu/drafts/{id}"))
}

pub(super) fn id(path: &Path) -> Result<MenuDraftId, Failure> {
    path.1.parse().map_err(|_| missing("menu_draft"))
}

/// The designer.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    chosen: web::Query<Chosen>,
) -> Answer {
    let known = one(&app, &desk, id(&path)?).await?;
    let at = At::parse(&chosen.at).or_else(|| At::parse("0"));
    answers::page(&designer(&app, &visit, &desk, &known, at, None).await?)
}

pub(super) async fn one(app: &App, desk: &Desk, id: MenuDraftId) -> crier_core::Result<Draft> {
    let account = desk.account.id;
    app.read(move |conn| menus::draft(conn, account, id)).await
}

/// The designer again, because what was asked for could not be done.
pub(super) async fn again(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    draft: &Draft,
    fault: &Fault,
) -> Answer {
    let at = At::parse("0");
    answers::again(&designer(app, visit, desk, draft, at, Some(fault)).await?)
}

async fn designer(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    draft: &Draft,
    at: Option<At>,
    fault: Option<&Fault>,
) -> crier_core::Result<Designer> {
    let account = desk.account.id;
    let groups = app.read(move |conn| Groups::read(conn, account)).await?;
    let media = files(app, account).await?;
    let speech = &visit.speech;
    let buttons = draft.buttons.0.as_slice();
    let at = at.filter(|at| editing::button(buttons, *at).is_some());
    let chosen = at.and_then(|at| Some((at, editing::button(buttons, at)?)));
    let calendar = Calendar::of(visit, desk, app);
    let planned = draft.publish_at.map(|at| calendar.full(at).shown);
    let when = Field::new(speech, "datetime-local", "publish_at")
        .value(draft.publish_at.map(|at| calendar.input(at)).unwrap_or_default())
        .hint(desk.account.time_zone.clone())
        .with(r#"required autocomplete="off""#)
        .fault(fault);
    let title = if draft.rule.is_some() { "menu-design-some" } else { "menu-design-all" };
    let failure = draft.failure.as_deref().map(|word| failed(speech, word));
    let placed = ["publish_at", "button_name", "button_text", "button_key", "button_url"];
    let whole = fault.filter(|it| it.field.is_none_or(|field| !placed.contains(&field)));
    Ok(Designer {
        page: visit.page_of(desk, title),
        here: path(desk, draft.id),
        error: whole.map(|fault| fault.text.clone()).or(failure),
        phone: Phone::new(&desk.account.name, buttons, at),
        room: buttons.len() < 3,
        button: chosen.map(|(at, button)| form(speech, buttons, at, button, &media, fault)),
        who: draft.rule.as_ref().map(|rule| Who::new(speech, &draft.name, rule, &groups)),
        planned,
        at: when,
    })
}

/// Why a menu did not come out at its time.
pub(super) fn failed(speech: &Speech, word: &str) -> String {
    let sentence = [format!("invalid-{word}"), format!("conflict-{word}")];
    let why = sentence.iter().find_map(|key| speech.find(key, None));
    speech.with("menu-failed", &[("why", why.unwrap_or_else(|| word.to_owned()).into())])
}

fn form(
    speech: &Speech,
    buttons: &[Button],
    at: At,
    button: &Button,
    media: &[Media],
    fault: Option<&Fault>,
) -> ButtonForm {
    let above = &buttons[at.top];
    let beneath = match &above.action {
        Action::Open { buttons } => buttons.len(),
        _ => 0,
    };
    let last = if at.beneath.is_some() { beneath } else { buttons.len() };
    let place = at.beneath.unwrap_or(at.top);
    ButtonForm {
        can_forth: place > 0,
        can_back: place + 1 < last,
        can_add: at.beneath.is_none() && beneath < 5,
        ..ButtonForm::new(speech, at, button, media, fault)
    }
}

/// Changes the button that is chosen, and does something to the menu.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(input): Form<Input>,
) -> Answer {
    let known = one(&app, &desk, id(&path)?).await?;
    let media = files(&app, desk.account.id).await?;
    let mut buttons = known.buttons.0.clone();
    let at = At::parse(&input.at);
    if let Some(button) = at.and_then(|at| editing::button_mut(&mut buttons, at)) {
        let changed = input.action(&button.action, &media);
        button.name = input.name(&button.name);
        button.action = changed;
    }
    let name = visit.speech.say("menu-button-new");
    let now = editing::apply(&mut buttons, at, Op::parse(&input.op), &name);
    keep(&app, &visit, &desk, known, buttons, (at, now)).await
}

/// Stores what the buttons are now, and shows the one that is chosen then; that of before, if they
/// cannot be kept.
async fn keep(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    known: Draft,
    buttons: Vec<Button>,
    (before, now): (Option<At>, Option<At>),
) -> Answer {
    let (account, id, called, stored) =
        (desk.account.id, known.id, known.name.clone(), buttons.clone());
    let done = app.write(move |tx| menus::change_draft(tx, account, id, &called, None, &stored));
    match done.await {
        Ok(()) => {
            let chosen = now.map(|at| format!("?at={at}")).unwrap_or_default();
            Ok(answers::see_other(format!("{}{chosen}", path(desk, id))))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let mut typed = known;
            typed.buttons.0 = buttons;
            answers::again(&designer(app, visit, desk, &typed, before, Some(&fault)).await?)
        }
    }
}

/// Stores a file among the account's, and has the button that is chosen send it.
pub async fn upload(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    file: FileForm,
) -> Answer {
    let known = one(&app, &desk, id(&path)?).await?;
    let at = At::parse(file.field("at"));
    let name = file.field("button_name").trim().to_owned();
    let upload = Upload::kept(desk.account.id, file.name, file.bytes);
    match app.clone().into_inner().store_media(upload).await {
        Ok(media) => {
            let mut buttons = known.buttons.0.clone();
            if let Some(button) = at.and_then(|at| editing::button_mut(&mut buttons, at)) {
                button.name = name;
                button.action = Action::Media { media_id: media.media_key };
            }
            keep(&app, &visit, &desk, known, buttons, (at, at)).await
        }
        Err(error) => {
            let fault = Fault { field: None, ..visit.speech.fault(error)? };
            answers::again(&designer(&app, &visit, &desk, &known, at, Some(&fault)).await?)
        }
    }
}

/// Says who sees the menu, and what it is called.
pub async fn address(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(input): Form<WhoInput>,
) -> Answer {
    let known = one(&app, &desk, id(&path)?).await?;
    let (account, id, rule) = (desk.account.id, known.id, input.rule());
    let (name, buttons) = (input.menu_name.clone(), known.buttons.0.clone());
    let done = app
        .write(move |tx| menus::change_draft(tx, account, id, &name, Some(&rule), &buttons))
        .await;
    match done {
        Ok(()) => Ok(answers::see_other(format!("{}?done=saved", self::path(&desk, id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            again(&app, &visit, &desk, &known, &fault).await
        }
    }
}
