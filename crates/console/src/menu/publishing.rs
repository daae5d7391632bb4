//! Menus coming out, going away, changing places and coming back.
use actix_web::web;
use crier_core::App;
use crier_core::ids::{ConditionalMenuId, MenuDraftId};
use crier_core::menus;
use crier_core::rights::Right;
use serde::Deserialize;

use super::designing::{self, id, one};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::Fault;

type Path = web::Path<(String, String)>;

/// Publishes a draft now.
pub async fn publish(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let id = id(&path)?;
    check_right(&desk, &app, id).await?;
    let account = desk.account.id;
    let done = app.write(move |tx| menus::publish(tx, account, id)).await;
    after(&visit, &desk, &app, id, done, "menu-out").await
}

async fn check_right(desk: &Desk, app: &App, id: MenuDraftId) -> Result<(), Failure> {
    if one(app, desk, id).await?.rule.is_some() {
        desk.account.may(Right::ConditionalMenus)?;
    }
    Ok(())
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    id: MenuDraftId,
    done: crier_core::Result<()>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/menu?done={word}")))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let draft = one(app, desk, id).await?;
            // What a button lacks is said above the form: it may not be the one that is chosen.
            let fault = match fault.field {
                Some("publish_at") => fault,
                _ => Fault { field: None, ..fault },
            };
            designing::again(app, visit, desk, &draft, &fault).await
        }
    }
}

/// When a draft comes out.
#[derive(Deserialize)]
pub struct When {
    #[serde(default)]
    publish_at: String,
    /// `never` takes the time away.
    #[serde(default)]
    act: String,
}

/// Has a draft come out at a time, or not any more.
pub async fn schedule(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(when): Form<When>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    check_right(&desk, &app, id).await?;
    if when.act == "never" {
        app.write(move |tx| menus::unschedule(tx, account, id)).await?;
        return Ok(answers::see_other(format!("{}?done=saved", designing::path(&desk, id))));
    }
    let done = match Calendar::of(&visit, &desk, &app).parse(&when.publish_at) {
        Some(at) => app.write(move |tx| menus::schedule(tx, account, id, at)).await,
        None => Err(crier_core::Error::invalid("publish_at", "must be a date and time")),
    };
    after(&visit, &desk, &app, id, done, "menu-planned").await
}

/// Asks before a draft is given up.
pub async fn confirm_discard(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let draft = one(&app, &desk, id(&path)?).await?;
    answers::page(&Confirm {
        page: visit.page_of(&desk, "menu-discard-title"),
        text: visit.speech.say("menu-discard-text"),
        action: visit.speech.say("menu-discard"),
        back: designing::path(&desk, draft.id),
    })
}

/// Gives a draft up.
pub async fn discard(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    app.write(move |tx| menus::remove_draft(tx, account, id)).await?;
    Ok(answers::see_other(desk.path("/menu?done=menu-discarded")))
}

fn variant(path: &Path) -> Result<ConditionalMenuId, Failure> {
    path.1.parse().map_err(|_| missing("conditional_menu"))
}

/// Which way.
#[derive(Deserialize)]
pub struct Way {
    /// `up` or `down`.
    to: String,
}

/// Has a menu for some tried sooner or later.
pub async fn shift(desk: Desk, app: web::Data<App>, path: Path, Form(way): Form<Way>) -> Answer {
    let (account, id, up) = (desk.account.id, variant(&path)?, way.to == "up");
    app.write(move |tx| menus::move_conditional(tx, account, id, up)).await?;
    Ok(answers::see_other(desk.path("/menu?done=saved#variants")))
}

/// Asks before a menu for some is taken away.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let (account, id) = (desk.account.id, variant(&path)?);
    let all = app.read(move |conn| menus::conditionals(conn, account)).await?;
    if !all.iter().any(|one| one.menu.id == id.0) {
        return Err(missing("conditional_menu"));
    }
    answers::page(&Confirm {
        page: visit.page_of(&desk, "menu-remove-title"),
        text: visit.speech.say("menu-remove-text"),
        action: visit.speech.say("remove"),
        back: desk.path("/menu"),
    })
}

/// Takes a menu for some away.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, variant(&path)?);
    app.write(move |tx| menus::remove_conditional(tx, account, id)).await?;
    Ok(answers::see_other(desk.path("/menu?done=menu-removed")))
}

/// Publishes a menu of before again.
pub async fn restore(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id): (_, i64) = (desk.account.id, path.1.parse().map_err(|_| missing("menu"))?);
    match app.write(move |tx| menus::restore(tx, account, id)).await {
        Ok(()) => Ok(answers::see_other(desk.path("/menu?done=menu-out"))),
        Err(crier_core::Error::NotFound("menu")) => Err(missing("menu")),
        Err(crier_core::Error::NotFound(_)) => {
            super::again(&app, &visit, &desk, visit.speech.say("menu-file-gone")).await
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            super::again(&app, &visit, &desk, fault.text).await
        }
    }
}
