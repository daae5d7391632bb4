//! Signing in with a passkey: what the script asks and answers, as JSON.
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use crier_core::App;
use crier_core::passkeys::{Asked, Purpose};
use crier_http::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{hand_out, steps, visitor};
use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::forms::{Form, Nothing};
use crate::visits::Visit;

/// What a browser made of it.
#[derive(Deserialize)]
pub struct Answered {
    /// Which question it answers.
    pub ceremony: String,
    /// The credential, as JSON.
    pub answer: String,
    /// Where to go on.
    #[serde(default)]
    pub next: String,
    /// Which time zone it is in.
    #[serde(default)]
    pub time_zone: String,
    /// What a new key is called.
    #[serde(default, rename = "key-name")]
    pub name: String,
}

impl Answered {
    /// The credential.
    pub fn credential(&self) -> Result<Value, Failure> {
        serde_json::from_str(&self.answer).map_err(|_| Failure::Unreadable)
    }
}

/// A question for the script, or what is in the way of it.
pub fn asked(visit: &Visit, asked: crier_core::Result<Asked>) -> Answer {
    match asked {
        Ok(asked) => Ok(HttpResponse::Ok().json(asked)),
        Err(error) => refused(visit, error),
    }
}

/// A sentence for the script to show.
pub fn refused(visit: &Visit, error: crier_core::Error) -> Answer {
    use crier_core::Error;
    use crier_core::error::Denial;
    let text = match error {
        Error::Denied(Denial::Credentials) | Error::NotFound(_) => {
            visit.speech.say("invalid-passkey")
        }
        error => visit.speech.fault(error)?.text,
    };
    let said = json!({ "error": text });
    Ok(HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY).json(said))
}

/// Where the script goes on.
pub fn on(path: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "to": path }))
}

fn entered(visit: &Visit, token: crier_core::Result<String>, next: &str) -> Answer {
    match token {
        Ok(token) => {
            let mut answer = on(answers::inside(next));
            hand_out(&mut answer, visit, token)?;
            Ok(answer)
        }
        Err(error) => refused(visit, error),
    }
}

/// Asks for any key.
pub async fn ask(
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    asked(&visit, app.ask_for_passkey(Purpose::SignIn, &client.key()).await)
}

/// Signs in.
pub async fn sign_in(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(input): Form<Answered>,
) -> Answer {
    let from = visitor(&req, client, &input.time_zone);
    let token = app.sign_in_with_passkey(&input.ceremony, input.credential()?, from).await;
    entered(&visit, token, &input.next)
}

/// Asks for a key of whoever has given their password.
pub async fn ask_for_step(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    asked(&visit, app.ask_for_step(&steps::ticket(&req)?, &client.key()).await)
}

/// Finishes a sign-in.
pub async fn step(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(input): Form<Answered>,
) -> Answer {
    let from = visitor(&req, client, &input.time_zone);
    let ticket = steps::ticket(&req)?;
    let done = app.step_with_passkey(&ticket, &input.ceremony, input.credential()?, from).await;
    entered(&visit, done, &input.next)
}
