//! How an account's members answer: how soon, and what rests meanwhile.
use actix_web::web;
use askama::Template;
use crier_core::desk_settings::{self, DeskSettings};
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::fields::{self, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/desk_settings.html")]
struct Settings {
    page: Page,
    error: Option<String>,
    minutes: Field,
    bot_rests: bool,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Input {
    first_reply_minutes: String,
    #[serde(default)]
    bot_rests: Option<String>,
}

fn page(visit: &Visit, desk: &Desk, input: &Input, fault: Option<&Fault>) -> Settings {
    let minutes = Field::new(&visit.speech, "number", "first_reply_minutes")
        .value(&input.first_reply_minutes)
        .hint(visit.speech.say("desk-minutes-hint"))
        .fault(fault);
    Settings {
        page: visit.page_of(desk, "desk-title"),
        error: fields::whole(fault, &[&minutes]),
        minutes: minutes.with(r#"required min="1" max="2880" inputmode="numeric""#),
        bot_rests: input.bot_rests.is_some(),
    }
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let account = desk.account.id;
    let now = app.read(move |conn| Ok(desk_settings::get(conn, account)?)).await?;
    let input = Input {
        first_reply_minutes: now.first_reply_minutes.to_string(),
        bot_rests: now.bot_rests.then(String::new),
    };
    answers::page(&page(&visit, &desk, &input, None))
}

/// Changes them.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let account = desk.account.id;
    let to = DeskSettings {
        // What is no number is as wrong as one that is too small.
        first_reply_minutes: input.first_reply_minutes.trim().parse().unwrap_or_default(),
        bot_rests: input.bot_rests.is_some(),
    };
    let changed: Result<(), Error> = app.write(move |tx| desk_settings::set(tx, account, to)).await;
    match changed {
        Ok(()) => Ok(answers::see_other(desk.path("/desk?done=saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&page(&visit, &desk, &input, Some(&fault)))
        }
    }
}
