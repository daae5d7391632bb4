//! What an account says of itself.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::mails::Language;
use crier_core::media::{MediaKind, Owner, Upload};
use crier_core::profiles::{self, Former, Profile};
use crier_core::{App, Error};
use serde::Deserialize;

use super::history::standing;
use crate::activities::recording::remark;
use crate::answers::{self, Answer};
use crate::calendar::{self, Calendar};
use crate::fields::{self, Choice, Field};
use crate::forms::{FileForm, Form, Nothing};
use crate::gate::Desk;
use crate::home::initial;
use crate::languages;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/profile.html")]
struct View {
    page: Page,
    base: String,
    initial: String,
    handle: String,
    app_id: String,
    picture: Option<String>,
    standing: (String, &'static str),
    error: Option<String>,
    picture_error: Option<String>,
    name: Field,
    description: Field,
    time_zone: Field,
    language: Field,
    former: Vec<(String, String)>,
}

/// What is filled in.
#[derive(Debug, Clone, Deserialize)]
pub struct Input {
    name: String,
    #[serde(default)]
    description: String,
    time_zone: String,
    #[serde(default)]
    language: String,
}

impl Input {
    fn of(desk: &Desk) -> Self {
        let account = &desk.account;
        Self {
            name: account.name.clone(),
            description: account.description.clone(),
            time_zone: account.time_zone.clone(),
            language: account.language.clone(),
        }
    }
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<View> {
    let (speech, account) = (&visit.speech, &desk.account);
    let id = account.id;
    let former = app.read(move |conn| profiles::former_names(conn, id)).await?;
    let calendar = Calendar::new(&account.time_zone, app.clock.now(), speech.clone());
    let field = |kind, name, value: &str| Field::new(speech, kind, name).value(value).fault(fault);
    let spoken = Language::ALL.iter().map(|language| Choice {
        value: language.as_str().into(),
        label: languages::own_name(*language).into(),
    });
    let unsaid = Choice { value: String::new(), label: speech.say("language-unsaid") };
    let name = field("text", "name", &input.name).with(r#"required maxlength="60""#);
    let description = field("area", "description", &input.description);
    let time_zone = field("select", "time_zone", &input.time_zone);
    let language = field("select", "language", &input.language).hint(speech.say("language-hint"));
    let until = |one: Former| (one.name, calendar.date(one.until));
    let picture_error = fault.filter(|fault| fault.field == Some("picture"));
    let is_other = picture_error.is_none();
    let error = fields::whole(fault, &[&name, &description, &time_zone]).filter(|_| is_other);
    Ok(View {
        page: visit.page_of(desk, "nav-profile"),
        base: desk.path(""),
        initial: initial(&account.name),
        handle: account.handle.clone(),
        app_id: account.app_id.clone(),
        picture: account.picture_key.as_ref().map(|key| format!("/media/{key}")),
        standing: standing(speech, account),
        error,
        picture_error: picture_error.map(|fault| fault.text.clone()),
        name: name.hint(speech.say("profile-name-hint")),
        description: description.hint(speech.say("description-hint")).with(r#"maxlength="300""#),
        time_zone: time_zone.hint(speech.say("time-zone-hint")).choices(calendar::zone_choices()),
        language: language.choices(std::iter::once(unsaid).chain(spoken).collect()),
        former: former.into_iter().map(until).collect(),
    })
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&view(&visit, &desk, &app, &Input::of(&desk), None).await?)
}

/// Changes it.
pub async fn change(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let profile = Profile {
        name: input.name.clone(),
        description: input.description.clone(),
        time_zone: input.time_zone.clone(),
        language: Language::parse(&input.language),
    };
    if profile.name.trim() != desk.account.name {
        remark(&req, format!("{} → {}", desk.account.name, profile.name.trim()));
    }
    let (id, by) = (desk.account.id, desk.staff.member.id);
    let done = app.write(move |tx| profiles::change(tx, id, by, &profile)).await;
    after(&visit, &desk, &app, &input, done).await
}

/// Gives it a picture.
pub async fn set_picture(visit: Visit, desk: Desk, app: web::Data<App>, file: FileForm) -> Answer {
    let id = desk.account.id;
    let upload = Upload {
        owner: Owner::Account(id),
        kind: Some(MediaKind::Image),
        name: file.name,
        bytes: file.bytes,
        permanent: false,
        title: None,
        introduction: None,
    };
    let done = match app.clone().into_inner().store_media(upload).await {
        Ok(media) => {
            let key = media.media_key;
            app.write(move |tx| profiles::set_picture(tx, id, Some(&key))).await
        }
        Err(Error::Invalid { problem, .. }) => Err(Error::invalid("picture", problem)),
        Err(error) => Err(error),
    };
    after(&visit, &desk, &app, &Input::of(&desk), done).await
}

/// Takes the picture away.
pub async fn remove_picture(
    desk: Desk,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let id = desk.account.id;
    app.write(move |tx| profiles::set_picture(tx, id, None)).await?;
    Ok(answers::see_other(desk.path("/profile?done=saved")))
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    done: crier_core::Result<()>,
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(desk.path("/profile?done=saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&view(visit, desk, app, input, Some(&fault)).await?)
        }
    }
}
