//! Closing an account, and opening it again while that can be done.
use actix_web::web;
use askama::Template;
use crier_core::closures::{self, Closure};
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::fields::{self, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/account_close.html")]
struct View {
    page: Page,
    base: String,
    account: String,
    error: Option<String>,
    way: Way,
}

/// What can be done.
enum Way {
    /// It can be closed: its handle is typed.
    Close { handle: Field, data: String },
    /// It is closed.
    Closed(Past),
}

struct Past {
    at: Moment,
    who: String,
    until: Moment,
    /// What became of what is stored about people.
    data: String,
    may_open: bool,
}

fn past(visit: &Visit, calendar: &Calendar, app: &App, closure: Closure) -> Past {
    let is_over = closure.ends_at <= app.clock.now();
    let data = match (is_over, closure.emptied_at) {
        (false, _) => "close-data-kept",
        (true, None) => "close-data-going",
        (true, Some(_)) => "close-data-gone",
    };
    Past {
        at: calendar.full(closure.closed_at),
        who: closure.closed_name,
        until: calendar.full(closure.ends_at),
        data: visit.speech.say(data),
        may_open: !is_over,
    }
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    typed: &str,
    fault: Option<&Fault>,
) -> crier_core::Result<View> {
    let (speech, id) = (&visit.speech, desk.account.id);
    let closure = app.read(move |conn| closures::of_account(conn, id)).await?;
    let label = [("handle", desk.account.handle.clone().into())];
    let handle = Field::new(speech, "text", "handle").value(typed).fault(fault);
    let handle = handle.labelled(speech.with("close-type", &label));
    let handle =
        handle.with(r#"required autocomplete="off" autocapitalize="none" spellcheck="false""#);
    let error = fields::whole(fault, &[&handle]);
    let way = match closure {
        Some(closure) => Way::Closed(past(visit, &Calendar::of(visit, desk, app), app, closure)),
        None => Way::Close { handle, data: speech.count("close-data", app.closed_days) },
    };
    Ok(View {
        page: visit.page_of(desk, "account-close"),
        base: desk.path(""),
        account: desk.account.name.clone(),
        error,
        way,
    })
}

/// What closing means, and the form; or how the account is closed.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&view(&visit, &desk, &app, "", None).await?)
}

/// The account's handle, typed by hand.
#[derive(Deserialize)]
pub struct Typed {
    handle: String,
}

/// Closes it.
pub async fn close(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(typed): Form<Typed>,
) -> Answer {
    if typed.handle.trim() != desk.account.handle {
        let fault = Fault { field: Some("handle"), text: visit.speech.say("close-other") };
        return answers::again(&view(&visit, &desk, &app, &typed.handle, Some(&fault)).await?);
    }
    let (id, by, days) = (desk.account.id, desk.staff.member.clone(), app.closed_days);
    let done = app.write(move |tx| closures::close(tx, &by, id, days).map(drop)).await;
    after(&visit, &desk, &app, done, "account-closed").await
}

/// Opens it again.
pub async fn open_again(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (id, by) = (desk.account.id, desk.staff.member.clone());
    let done = app.write(move |tx| closures::open_again(tx, &by, id).map(drop)).await;
    after(&visit, &desk, &app, done, "account-opened").await
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    done: Result<(), Error>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/close?done={word}")))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&view(visit, desk, app, "", Some(&fault)).await?)
        }
    }
}
