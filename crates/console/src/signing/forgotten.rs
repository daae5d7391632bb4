//! Forgotten passwords.
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use crier_core::{App, Error, password_resets};
use crier_http::Client;
use serde::Deserialize;

use super::{Door, visitor};
use crate::answers::{self, Answer};
use crate::fields::Field;
use crate::forms::Form;
use crate::visits::Visit;
use crate::words::Fault;

/// An address to write to.
#[derive(Deserialize, Default)]
pub struct Address {
    email: String,
}

fn asking(visit: &Visit, email: &str, fault: Option<&Fault>) -> Door {
    let field = Field::new(&visit.speech, "email", "email").value(email).fault(fault);
    let field = field.with(r#"required autocomplete="username" autofocus"#);
    Door::new(visit, "forgotten", "/console/forgotten").fields(vec![field], fault)
}

/// The page.
pub async fn ask(visit: Visit) -> Answer {
    answers::page(&asking(&visit, "", None))
}

/// Mails a link, if there is somebody to mail it to. The answer is the same either way, and does
/// not wait for it.
pub async fn send(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(input): Form<Address>,
) -> Answer {
    if let Err(error) = app.check_password_reset(&input.email, &visitor(&req, client, "")).await {
        let fault = visit.speech.fault(error)?;
        return answers::again(&asking(&visit, &input.email, Some(&fault)));
    }
    let (app, language) = (app.into_inner(), visit.speech.language);
    tokio::spawn(async move {
        if let Err(error) = app.mail_password_reset(input.email, language).await {
            tracing::warn!(%error, "a link to a new password was not mailed");
        }
    });
    Ok(answers::see_other("/console/login?done=reset-mailed"))
}

/// A password to set.
#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
}

fn choosing(visit: &Visit, token: &str, fault: Option<&Fault>) -> Door {
    let speech = &visit.speech;
    let field = Field::new(speech, "password", "password").fault(fault);
    let field = field.labelled(speech.say("field-new-password")).hint(speech.say("password-hint"));
    let field = field.with(r#"required autocomplete="new-password" autofocus"#);
    let action = format!("/console/forgotten/{token}");
    Door::new(visit, "reset", action).fields(vec![field], fault)
}

fn gone(visit: &Visit) -> Answer {
    let door = Door::new(visit, "reset-gone", "");
    let again = ("/console/forgotten".to_owned(), visit.speech.say("forgotten"));
    let door = Door { ways: vec![again], ..door };
    answers::with_status(StatusCode::NOT_FOUND, &door)
}

/// The page a link leads to.
pub async fn show(visit: Visit, app: web::Data<App>, token: web::Path<String>) -> Answer {
    let (asked, now) = (token.clone(), app.clock.now());
    match app.read(move |conn| password_resets::get(conn, &asked, now)).await {
        Ok(_) => answers::page(&choosing(&visit, &token, None)),
        Err(Error::NotFound(_)) => gone(&visit),
        Err(error) => Err(error.into()),
    }
}

/// Sets the password.
pub async fn set(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    token: web::Path<String>,
    Form(input): Form<NewPassword>,
) -> Answer {
    let (from, language) = (visitor(&req, client, ""), visit.speech.language);
    match app.reset_password(&token, &input.password, &from, language).await {
        Ok(()) => Ok(answers::see_other("/console/login?done=reset")),
        Err(Error::NotFound(_)) => gone(&visit),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&choosing(&visit, &token, Some(&fault)))
        }
    }
}
