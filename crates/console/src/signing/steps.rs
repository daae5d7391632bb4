//! The second step at sign-in.
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use crier_core::second_steps::SecondSteps;
use crier_core::{App, Error};
use crier_http::Client;
use serde::Deserialize;

use super::{Door, Passkey, enter, visitor};
use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::fields::Field;
use crate::forms::Form;
use crate::visits::Visit;
use crate::words::Fault;

const COOKIE: &str = "crier_step";
const CODE: &str =
    r#"required maxlength="20" autocomplete="one-time-code" inputmode="text" autofocus"#;

/// What is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    code: String,
    next: String,
    time_zone: String,
}

/// The cookie between the two steps.
pub fn cookie(visit: &Visit, ticket: String) -> Cookie<'static> {
    let mut cookie = visit.lasting(Cookie::new(COOKIE, ticket), 1);
    cookie.set_max_age(actix_web::cookie::time::Duration::minutes(10));
    cookie
}

/// The cookie that removes it.
pub fn gone(visit: &Visit) -> Cookie<'static> {
    visit.lasting(Cookie::new(COOKIE, ""), 0)
}

/// What the first step left; whoever has nothing begins anew.
pub fn ticket(req: &HttpRequest) -> Result<String, Failure> {
    req.cookie(COOKIE).map(|it| it.value().to_owned()).ok_or(Failure::SignedOut)
}

/// One that holds no more begins anew as well.
pub fn over(error: Error) -> Failure {
    match error {
        Error::NotFound("sign_in") => Failure::SignedOut,
        error => error.into(),
    }
}

fn door(visit: &Visit, steps: SecondSteps, next: &str, fault: Option<&Fault>) -> Door {
    let code = Field::new(&visit.speech, "text", "code").fault(fault).with(CODE);
    let hint = if steps.app { "step-hint" } else { "step-hint-recovery" };
    let code = code.hint(visit.speech.say(hint));
    let door = Door::new(visit, "step", "/console/login/step").fields(vec![code], fault);
    let passkey = (steps.passkeys > 0).then(|| Passkey {
        ask: "/console/login/step/passkey/ask",
        answer: "/console/login/step/passkey",
        button: visit.speech.say("step-passkey"),
    });
    Door { next: answers::inside(next).to_owned(), passkey, ..door }
}

/// The page.
pub async fn show(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    query: web::Query<Input>,
) -> Answer {
    let steps = app.step_of(&ticket(&req)?).await.map_err(over)?;
    answers::page(&door(&visit, steps, &query.next, None))
}

/// Takes the code.
pub async fn finish(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(input): Form<Input>,
) -> Answer {
    let ticket = ticket(&req)?;
    let steps = app.step_of(&ticket).await.map_err(over)?;
    let from = visitor(&req, client, &input.time_zone);
    match app.step_with_code(&ticket, &input.code, from).await {
        Ok(token) => enter(&visit, token, &input.next),
        Err(Error::NotFound("sign_in")) => Err(Failure::SignedOut),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let page = door(&visit, steps, &input.next, Some(&fault));
            answers::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}
