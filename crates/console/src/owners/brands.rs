//! The brand itself: its name, how long things are kept, and whose it is.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::error::Denial;
use crier_core::mails::Language;
use crier_core::members::{self, Colleague, Role};
use crier_core::retentions::{self, Settings};
use crier_core::{App, Error, handovers};
use serde::Deserialize;

use super::keeping::{days_field, days_of, is_about_less};
use crate::activities::recording::remark;
use crate::answers::{self, Answer};
use crate::failures::{Failure, missing};
use crate::fields::{self, Choice, Field};
use crate::forms::Form;
use crate::gate::Staff;
use crate::languages;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/brand_settings.html")]
struct View {
    page: Page,
    brand: String,
    error: Option<String>,
    name: Field,
    contact: Field,
    language: Field,
    messages: Field,
    activities: Field,
    /// Whether it must be said that what is older may go.
    asks: bool,
}

/// What is filled in.
#[derive(Debug, Clone, Deserialize)]
pub struct Input {
    brand: String,
    #[serde(default)]
    contact_email: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    message_days: String,
    #[serde(default)]
    activity_days: String,
    #[serde(default)]
    sure: String,
}

impl Input {
    fn of(staff: &Staff, settings: &Settings) -> Self {
        let days = |days: Option<i32>| days.map(|days| days.to_string()).unwrap_or_default();
        Self {
            brand: staff.seat.brand.name.clone(),
            contact_email: settings.contact.clone(),
            language: settings.language.map_or("", Language::as_str).to_owned(),
            message_days: days(settings.message_days),
            activity_days: days(settings.activity_days),
            sure: String::new(),
        }
    }

    fn settings(&self) -> Settings {
        Settings {
            language: Language::parse(&self.language),
            contact: self.contact_email.clone(),
            message_days: days_of(&self.message_days),
            activity_days: days_of(&self.activity_days),
        }
    }
}

fn view(visit: &Visit, staff: &Staff, input: &Input, fault: Option<&Fault>) -> View {
    let (speech, settings) = (&visit.speech, input.settings());
    let spoken = Language::ALL.iter().map(|language| Choice {
        value: language.as_str().into(),
        label: languages::own_name(*language).into(),
    });
    let unsaid = Choice { value: String::new(), label: speech.say("language-any") };
    let name = Field::new(speech, "text", "brand").value(&input.brand).fault(fault);
    let contact = Field::new(speech, "email", "contact_email").value(&input.contact_email);
    let contact = contact.fault(fault).hint(speech.say("brand-contact-hint"));
    let language = Field::new(speech, "select", "language").value(&input.language);
    let messages = days_field(speech, "message_days", settings.message_days, "keep-for-ever");
    let messages = messages.fault(fault).hint(speech.say("keep-messages-hint"));
    let activities = days_field(speech, "activity_days", settings.activity_days, "keep-two-years");
    let activities = activities.fault(fault).hint(speech.say("keep-activities-hint"));
    View {
        page: visit.page("nav-brand-settings"),
        brand: staff.seat.brand.name.clone(),
        error: fields::whole(fault, &[&name, &contact, &messages, &activities]),
        name: name.with(r#"required maxlength="60""#),
        contact,
        language: language.choices(std::iter::once(unsaid).chain(spoken).collect()),
        messages,
        activities,
        asks: false,
    }
}

/// The page.
pub async fn show(visit: Visit, staff: Staff, app: web::Data<App>) -> Answer {
    let brand = staff.seat.brand.id;
    let settings = app.read(move |conn| retentions::of_brand(conn, brand)).await?;
    answers::page(&view(&visit, &staff, &Input::of(&staff, &settings), None))
}

/// Changes them.
pub async fn change(
    req: HttpRequest,
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let (brand, name, settings) = (staff.seat.brand.id, input.brand.clone(), input.settings());
    remark(&req, format!("{} / {} / {}", input.brand, input.message_days, input.activity_days));
    let sure = !input.sure.is_empty();
    let change = app.write(move |tx| retentions::change_brand(tx, brand, &name, &settings, sure));
    match change.await {
        Ok(()) => Ok(answers::see_other("/console/brand/settings?done=saved")),
        Err(error) => {
            let asks = is_about_less(&error);
            let fault = visit.speech.fault(error)?;
            answers::again(&View { asks, ..view(&visit, &staff, &input, Some(&fault)) })
        }
    }
}

#[derive(Template)]
#[template(path = "console/brand_transfer.html")]
struct Transfer {
    page: Page,
    brand: String,
    error: Option<String>,
    has_heirs: bool,
    member: Field,
    remain: Field,
    current: Field,
}

/// To whom.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Heir {
    member: String,
    remain: String,
    current: String,
}

async fn transfer(
    visit: &Visit,
    staff: &Staff,
    app: &App,
    input: &Heir,
    fault: Option<&Fault>,
) -> crier_core::Result<Transfer> {
    let (speech, brand, me) = (&visit.speech, staff.seat.brand.id, staff.member.id);
    let people = app.read(move |conn| members::of_brand(conn, brand)).await?;
    let label = |one: &Colleague| format!("{} ({})", one.member.name, one.member.email);
    let heirs: Vec<Choice> = people
        .iter()
        .filter(|one| one.member.id != me)
        .map(|one| Choice { value: one.member.id.to_string(), label: label(one) })
        .collect();
    let roles = Role::ALL.iter().map(|role| Choice {
        value: role.as_str().to_owned(),
        label: speech.say(&format!("role-{role}")),
    });
    let remain = Role::parse(&input.remain).unwrap_or(Role::Marketer);
    let member = Field::new(speech, "select", "member").value(&input.member).fault(fault);
    let current = Field::new(speech, "password", "current").fault(fault);
    let stays = Field::new(speech, "select", "remain").value(remain.as_str());
    Ok(Transfer {
        page: visit.page("brand-transfer"),
        brand: staff.seat.brand.name.clone(),
        error: fields::whole(fault, &[&member, &current]),
        has_heirs: !heirs.is_empty(),
        member: member.labelled(speech.say("transfer-to")).choices(heirs),
        remain: stays.choices(roles.collect()),
        current: current.with(r#"required autocomplete="current-password""#),
    })
}

/// The page on which a brand is handed over.
pub async fn show_transfer(visit: Visit, staff: Staff, app: web::Data<App>) -> Answer {
    answers::page(&transfer(&visit, &staff, &app, &Heir::default(), None).await?)
}

/// Hands it over.
pub async fn hand_over(
    req: HttpRequest,
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Heir>,
) -> Answer {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let heir = input.member.parse().map_err(|_| missing("member"))?;
    let remain = Role::parse(&input.remain).unwrap_or(Role::Marketer);
    let (brand, from) = (staff.seat.brand.clone(), staff.member.clone());
    let language = visit.speech.language;
    let done = match app.check_own_password(session, &input.current).await {
        Ok(()) => {
            let give = move |tx: &mut crier_core::tx::Tx<'_>| {
                handovers::give_brand(tx, &brand, &from, heir, remain, language)
            };
            app.write(give).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            remark(&req, format!("→ {}", input.member));
            Ok(answers::see_other("/console/team?done=brand-given"))
        }
        Err(error) => {
            let fault = password_fault(&visit, error)?;
            answers::again(&transfer(&visit, &staff, &app, &input, Some(&fault)).await?)
        }
    }
}

/// A wrong password is told beside its field.
pub fn password_fault(visit: &Visit, error: Error) -> Result<Fault, Failure> {
    match error {
        Error::Denied(Denial::Credentials) => {
            Ok(Fault { field: Some("current"), text: visit.speech.say("invalid-current") })
        }
        error => visit.speech.fault(error),
    }
}
