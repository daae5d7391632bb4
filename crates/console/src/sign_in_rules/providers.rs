//! The provider that vouches for a brand's members.
use actix_web::web;
use crier_core::App;
use crier_core::members::Role;
use crier_core::sign_in_rules::{self, Provider};
use serde::Deserialize;

use super::HOME;
use super::showing::{Wanted, after};
use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::forms::{Form, Nothing};
use crate::gate::Staff;
use crate::visits::Visit;

/// What is filled in.
#[derive(Deserialize)]
pub struct Input {
    issuer: String,
    client_id: String,
    client_secret: String,
    domains: String,
    newcomers: String,
}

/// Sets the provider.
pub async fn set(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let provider = Provider {
        issuer: input.issuer,
        client_id: input.client_id,
        secret: input.client_secret,
        domains: input.domains,
        newcomers: Role::parse(&input.newcomers),
    };
    let (brand, vault, wanted) = (staff.seat.brand.id, app.vault.clone(), provider.clone());
    let done = app.write(move |tx| sign_in_rules::set_provider(tx, &vault, brand, &wanted)).await;
    after(&visit, &staff, &app, done, Some(&provider)).await
}

/// Asks before the provider is removed.
pub async fn confirm_remove(visit: Visit) -> Answer {
    answers::page(&Confirm {
        page: visit.page("provider-remove-title"),
        text: visit.speech.say("provider-remove-text"),
        action: visit.speech.say("remove"),
        back: HOME.into(),
    })
}

/// Removes it.
pub async fn remove(staff: Staff, app: web::Data<App>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let brand = staff.seat.brand.id;
    app.write(move |tx| sign_in_rules::remove_provider(tx, brand)).await?;
    Ok(answers::see_other(format!("{HOME}?done=provider-removed")))
}

/// Says whether passwords still open the brand.
pub async fn allow_passwords(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    Form(input): Form<Wanted>,
) -> Answer {
    let (brand, allowed) = (staff.seat.brand.id, input.wanted.is_some());
    let by = visit.session.as_ref().and_then(|session| session.only_brand);
    let done = app.write(move |tx| sign_in_rules::allow_passwords(tx, brand, by, allowed)).await;
    after(&visit, &staff, &app, done, None).await
}
