//! Signing in and out.
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::App;
use crier_core::sessions;
use crier_core::sign_ins::Entry;
use crier_http::Client;
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::fields::Field;
use crate::forms::Form;
use crate::pages::Page;
use crate::signing::{self, steps};
use crate::visits::{Visit, encoded};
use crate::words::Fault;

// The field to fill in next has the focus.
const USERNAME: &str = r#"required autocomplete="username""#;
const USERNAME_FIRST: &str = r#"required autocomplete="username" autofocus"#;
const CURRENT: &str = r#"required autocomplete="current-password""#;
const CURRENT_FIRST: &str = r#"required autocomplete="current-password" autofocus"#;

#[derive(Template)]
#[template(path = "console/login.html")]
struct Login {
    page: Page,
    next: String,
    has_passkeys: bool,
    error: Option<String>,
    email: Field,
    password: Field,
}

impl Login {
    fn new(visit: &Visit, app: &App, input: &Input, fault: Option<&Fault>) -> Self {
        let (speech, wrong) = (&visit.speech, fault.is_some());
        let email = Field::new(speech, "email", "email").value(&input.email);
        let password = Field::new(speech, "password", "password");
        Self {
            page: visit.bare("login-title"),
            next: answers::inside(&input.next).to_owned(),
            has_passkeys: app.has_passkeys(),
            error: fault.map(|fault| fault.text.clone()),
            email: email.with(if wrong { USERNAME } else { USERNAME_FIRST }),
            password: password.with(if wrong { CURRENT_FIRST } else { CURRENT }),
        }
    }
}

/// What is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    email: String,
    password: String,
    next: String,
    time_zone: String,
}

/// The page.
pub async fn show(visit: Visit, app: web::Data<App>, query: web::Query<Input>) -> Answer {
    if visit.session.is_some() {
        return Ok(answers::see_other(answers::inside(&query.next)));
    }
    let next = query.into_inner().next;
    answers::page(&Login::new(&visit, &app, &Input { next, ..Input::default() }, None))
}

/// Signs in.
pub async fn sign_in(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    Form(input): Form<Input>,
) -> Answer {
    let from = signing::visitor(&req, client, &input.time_zone);
    let entry = app.sign_in(&input.email, &input.password, from).await;
    // A session that was there before is not gone on with.
    if let (Ok(_), Some(before)) = (&entry, &visit.session) {
        let before = before.token_hash.clone();
        app.write(move |tx| sessions::end(tx, &before)).await?;
    }
    match entry {
        Ok(Entry::In(token)) => signing::enter(&visit, token, &input.next),
        Ok(Entry::Step(ticket)) => {
            let next = encoded(answers::inside(&input.next));
            let mut answer = answers::see_other(format!("/console/login/step?next={next}"));
            answer.add_cookie(&steps::cookie(&visit, ticket)).map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let page = Login::new(&visit, &app, &input, Some(&fault));
            answers::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// What the browser calls itself.
pub fn user_agent(req: &HttpRequest) -> String {
    let named = req.headers().get("user-agent").and_then(|name| name.to_str().ok());
    named.unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
pub struct Leaving {
    #[serde(default)]
    back: String,
}

/// Signs out.
pub async fn sign_out(visit: Visit, app: web::Data<App>, Form(leaving): Form<Leaving>) -> Answer {
    if let Some(session) = &visit.session {
        let token_hash = session.token_hash.clone();
        app.write(move |tx| sessions::end(tx, &token_hash)).await?;
    }
    let back = match leaving.back.as_str() {
        "" => "/console/login",
        back => answers::inside(back),
    };
    let mut answer = answers::see_other(back);
    answer.add_cookie(&visit.signed_out()).map_err(answers::unsent)?;
    Ok(answer)
}
