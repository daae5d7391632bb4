//! The authenticator app.
use actix_web::web;
use askama::Template;
use crier_core::authenticators::{self, Setup};
use crier_core::{App, Error};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;

use super::{Asking, HOME, Proof, codes, fault, session};
use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::fields::{self, Field};
use crate::forms::{Form, Nothing};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Where an app is set up.
const SETUP: &str = "/console/settings/sign-in/app";
/// Pixels of the picture's side.
const SIDE: u32 = 220;

#[derive(Template)]
#[template(path = "console/app_setup.html")]
struct Page1 {
    page: Page,
    picture: String,
    secret: String,
    error: Option<String>,
    code: Field,
}

/// Begins to set an app up.
pub async fn begin(visit: Visit, app: web::Data<App>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let (member, vault) = (session(&visit)?.member.clone(), app.vault.clone());
    match app.write(move |tx| authenticators::begin(tx, &vault, &member)).await {
        Ok(_) => Ok(answers::see_other(SETUP)),
        Err(Error::Conflict("app_is_on")) => Ok(answers::see_other(HOME)),
        Err(error) => Err(error.into()),
    }
}

async fn page(visit: &Visit, app: &App, fault: Option<&Fault>) -> Result<Page1, Failure> {
    let (member, vault) = (session(visit)?.member.clone(), app.vault.clone());
    let setup = app.read(move |conn| authenticators::pending(conn, &vault, &member)).await?;
    let code = Field::new(&visit.speech, "text", "code").fault(fault);
    let code = code
        .with(r#"required maxlength="10" autocomplete="one-time-code" inputmode="numeric""#)
        .hint(visit.speech.say("app-code-hint"));
    Ok(Page1 {
        page: visit.page("app-title"),
        picture: picture(&setup)?,
        secret: in_fours(&setup.secret),
        error: fields::whole(fault, &[&code]),
        code,
    })
}

/// The picture to scan and the secret to type.
pub async fn show(visit: Visit, app: web::Data<App>) -> Answer {
    match page(&visit, &app, None).await {
        Ok(page) => answers::page(&page),
        Err(Failure::Domain(Error::NotFound(_))) => Ok(answers::see_other(HOME)),
        Err(failure) => Err(failure),
    }
}

/// A code the app shows.
#[derive(Deserialize)]
pub struct Shown {
    code: String,
}

/// Makes the app count.
pub async fn confirm(visit: Visit, app: web::Data<App>, Form(input): Form<Shown>) -> Answer {
    let session = session(&visit)?;
    app.limits.codes.check(&format!("setup:{}", session.member.id)).await?;
    let (member, vault, language) =
        (session.member.clone(), app.vault.clone(), visit.speech.language);
    let done = app
        .write(move |tx| authenticators::confirm(tx, &vault, &member, &input.code, language))
        .await;
    match done {
        Ok(new) => codes::hand_over(&visit, &app, new, "app-on"),
        Err(Error::Conflict("app_is_on")) => Ok(answers::see_other(HOME)),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&page(&visit, &app, Some(&fault)).await?)
        }
    }
}

/// Asks before the app is taken away.
pub async fn confirm_remove(visit: Visit) -> Answer {
    session(&visit)?;
    answers::page(&Asking::new(&visit, "app-remove", true, None))
}

/// Takes the app away.
pub async fn remove(visit: Visit, app: web::Data<App>, Form(proof): Form<Proof>) -> Answer {
    let (session, language) = (session(&visit)?, visit.speech.language);
    match app.remove_app(session, &proof.password, &proof.code, language).await {
        Ok(()) => Ok(answers::see_other(format!("{HOME}?done=app-off"))),
        Err(error) => {
            let fault = fault(&visit, error)?;
            answers::again(&Asking::new(&visit, "app-remove", true, Some(&fault)))
        }
    }
}

fn picture(setup: &Setup) -> Result<String, Failure> {
    let code = QrCode::new(setup.url.as_bytes()).map_err(answers::unsent)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(SIDE, SIDE).build();
    // The page has said already what it is made of.
    let start = drawn.find("<svg").unwrap_or_default();
    Ok(drawn[start..].to_owned())
}

fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let parts = letters.chunks(4).map(|part| part.iter().collect::<String>());
    parts.collect::<Vec<_>>().join(" ")
}
