//! A member's own settings.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::error::Denial;
use crier_core::sessions::Session;
use crier_core::{Error, members};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar;
use crate::failures::Failure;
use crate::fields::{self, Field};
use crate::forms::Form;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/settings.html")]
struct Settings {
    page: Page,
    email: String,
    /// Not for whom a brand's provider vouched.
    has_password: bool,
    name: Field,
    zone: Field,
    error: Option<String>,
    current: Field,
    password: Field,
    /// Whether a mail tells of mentions.
    mention_mails: bool,
}

fn session(visit: &Visit) -> Result<&Session, Failure> {
    visit.session.as_ref().ok_or(Failure::SignedOut)
}

impl Settings {
    async fn load(
        visit: &Visit,
        app: &App,
        name: Option<&str>,
        fault: Option<&Fault>,
    ) -> Result<Self, Failure> {
        let (speech, member) = (&visit.speech, &session(visit)?.member);
        let id = member.id;
        let mention_mails = app.read(move |conn| Ok(members::wants_mention_mails(conn, id)?));
        let name = Field::new(speech, "text", "name").value(name.unwrap_or(&member.name));
        let name = name.with(r#"required maxlength="60" autocomplete="name""#).fault(fault);
        let zone = Field::new(speech, "select", "time_zone").choices(calendar::zone_choices());
        let zone = zone.value(member.zone()).hint(speech.say("own-zone-hint")).fault(fault);
        let current = Field::new(speech, "password", "current").fault(fault);
        let current = current.with(r#"required autocomplete="current-password""#);
        let password = Field::new(speech, "password", "password").fault(fault);
        let password = password.labelled(speech.say("field-new-password"));
        let password = password.hint(speech.say("password-hint"));
        let password = password.with(r#"required autocomplete="new-password""#);
        Ok(Self {
            page: visit.page("nav-settings"),
            email: member.email.clone(),
            has_password: session(visit)?.check_own().is_ok(),
            error: fields::whole(fault, &[&name, &zone, &current, &password]),
            name,
            zone,
            current,
            password,
            mention_mails: mention_mails.await?,
        })
    }
}

/// The page.
pub async fn show(visit: Visit, app: web::Data<App>) -> Answer {
    answers::page(&Settings::load(&visit, &app, None, None).await?)
}

/// A name to change to.
#[derive(Deserialize)]
pub struct NewName {
    name: String,
}

/// Changes the member's name.
pub async fn rename(visit: Visit, app: web::Data<App>, Form(input): Form<NewName>) -> Answer {
    let (id, name) = (session(&visit)?.member.id, input.name.clone());
    match app.write(move |tx| members::rename(tx, id, &name)).await {
        Ok(()) => Ok(answers::see_other("/console/settings?done=saved")),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&Settings::load(&visit, &app, Some(&input.name), Some(&fault)).await?)
        }
    }
}

/// A time zone to change to.
#[derive(Deserialize)]
pub struct NewZone {
    time_zone: String,
}

/// Changes the time zone that the member reads times in.
pub async fn move_zone(visit: Visit, app: web::Data<App>, Form(input): Form<NewZone>) -> Answer {
    let (id, zone) = (session(&visit)?.member.id, input.time_zone);
    match app.write(move |tx| members::set_zone(tx, id, &zone)).await {
        Ok(()) => Ok(answers::see_other("/console/settings?done=saved")),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&Settings::load(&visit, &app, None, Some(&fault)).await?)
        }
    }
}

/// A password to change to.
#[derive(Deserialize)]
pub struct NewPassword {
    current: String,
    password: String,
}

/// Changes the member's password; their other sessions end.
pub async fn change_password(
    visit: Visit,
    app: web::Data<App>,
    Form(input): Form<NewPassword>,
) -> Answer {
    let done = app.change_password(session(&visit)?, &input.current, &input.password).await;
    let fault = match done {
        Ok(()) => return Ok(answers::see_other("/console/settings?done=password")),
        Err(Error::Denied(Denial::Credentials)) => {
            let text = visit.speech.say("invalid-current");
            Fault { field: Some("current"), text }
        }
        Err(error) => visit.speech.fault(error)?,
    };
    answers::again(&Settings::load(&visit, &app, None, Some(&fault)).await?)
}

/// Of what the member wants mails.
#[derive(Deserialize)]
pub struct Mails {
    #[serde(default)]
    mentions: Option<String>,
}

/// Chooses of what the member has mails.
pub async fn choose_mails(visit: Visit, app: web::Data<App>, Form(input): Form<Mails>) -> Answer {
    let (id, wanted) = (session(&visit)?.member.id, input.mentions.is_some());
    app.write(move |tx| members::want_mention_mails(tx, id, wanted)).await?;
    Ok(answers::see_other("/console/settings?done=saved"))
}
