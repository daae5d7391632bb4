//! The page, and whether a second step is wanted.
use actix_web::web;
use askama::Template;
use crier_core::members::Role;
use crier_core::sign_in_rules::{self, Provider};
use crier_core::{App, Error};
use serde::Deserialize;

use super::HOME;
use crate::answers::{self, Answer};
use crate::fields::{self, Choice, Field};
use crate::forms::Form;
use crate::gate::Staff;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/sign_in_rules.html")]
pub struct Showing {
    page: Page,
    brand: String,
    second_step: bool,
    passwords: bool,
    has_provider: bool,
    /// Whether whoever looks has come through the provider.
    came_through: bool,
    sign_in_url: String,
    redirect_url: String,
    error: Option<String>,
    fields: Vec<Field>,
}

/// The page, with what was filled in.
pub async fn page(
    visit: &Visit,
    staff: &Staff,
    app: &App,
    filled: Option<&Provider>,
    fault: Option<&Fault>,
) -> crier_core::Result<Showing> {
    let brand = staff.seat.brand.id;
    let rules = app.read(move |conn| sign_in_rules::get(conn, brand)).await?;
    let stored = Provider {
        issuer: rules.issuer.clone(),
        client_id: rules.client_id.clone(),
        domains: rules.domains().collect::<Vec<_>>().join(" "),
        newcomers: rules.newcomers,
        secret: String::new(),
    };
    let fields = form(&visit.speech, filled.unwrap_or(&stored), rules.has_provider(), fault);
    let shown: Vec<&Field> = fields.iter().collect();
    let only = visit.session.as_ref().and_then(|session| session.only_brand);
    Ok(Showing {
        page: visit.page("nav-sign-in-rules"),
        brand: staff.seat.brand.name.clone(),
        second_step: rules.second_step,
        passwords: rules.passwords,
        has_provider: rules.has_provider(),
        came_through: only == Some(brand),
        sign_in_url: format!("{}/console/sso/{brand}", app.public_url),
        redirect_url: format!("{}/console/sso/{brand}/callback", app.public_url),
        error: fields::whole(fault, &shown),
        fields,
    })
}

fn form(speech: &Speech, filled: &Provider, has: bool, fault: Option<&Fault>) -> Vec<Field> {
    let field = |kind, name| Field::new(speech, kind, name).fault(fault);
    let nobody = Choice { value: String::new(), label: speech.say("newcomers-nobody") };
    let roles = Role::ALL
        .iter()
        .map(|role| Choice { value: role.to_string(), label: speech.say(&format!("role-{role}")) });
    let newcomers = filled.newcomers.map(|role| role.to_string()).unwrap_or_default();
    let secret = field("password", "client_secret");
    let secret = if has { secret.hint(speech.say("client-secret-hint")) } else { secret };
    vec![
        field("url", "issuer")
            .value(&filled.issuer)
            .hint(speech.say("issuer-hint"))
            .with(r#"required maxlength="500" placeholder="https://""#),
        field("text", "client_id").value(&filled.client_id).with(r#"required maxlength="500""#),
        secret.with(r#"maxlength="500" autocomplete="off""#),
        field("text", "domains")
            .value(&filled.domains)
            .hint(speech.say("domains-hint"))
            .with(r#"required maxlength="2000""#),
        field("select", "newcomers")
            .value(newcomers)
            .hint(speech.say("newcomers-hint"))
            .choices(std::iter::once(nobody).chain(roles).collect()),
    ]
}

/// The page.
pub async fn show(visit: Visit, staff: Staff, app: web::Data<App>) -> Answer {
    answers::page(&page(&visit, &staff, &app, None, None).await?)
}

/// A box that is ticked or not.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Wanted {
    /// Present if it is.
    pub wanted: Option<String>,
}

/// Says whether a second step is wanted.
pub async fn want_second_step(
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Wanted>,
) -> Answer {
    let (brand, wanted) = (staff.seat.brand.id, input.wanted.is_some());
    app.write(move |tx| sign_in_rules::want_second_step(tx, brand, wanted)).await?;
    Ok(answers::see_other(format!("{HOME}?done=saved")))
}

/// After something was set, or what was wrong with it.
pub async fn after(
    visit: &Visit,
    staff: &Staff,
    app: &App,
    done: Result<(), Error>,
    filled: Option<&Provider>,
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(format!("{HOME}?done=saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&page(visit, staff, app, filled, Some(&fault)).await?)
        }
    }
}
