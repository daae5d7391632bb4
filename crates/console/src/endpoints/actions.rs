//! What can be done with an endpoint. Each answer leads back to its page.
use actix_web::{HttpResponse, web};
use chrono::Duration;
use crier_core::ids::EndpointId;
use crier_core::{App, Error, endpoints};
use serde::Deserialize;

use super::input::Input;
use super::reports::Report;
use super::saving::{self, Saved};
use super::showing::{Detail, Extra};
use super::{Path, id, one};
use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::visits::Visit;

/// Fills in a fresh secret or another dialect, or checks and stores.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(mut input): Form<Input>,
) -> Answer {
    let stored = one(&app, &desk, &path).await?;
    if input.prepare() {
        let extra = Extra { input: Some(input), ..Extra::default() };
        return answers::page(&Detail::new(&app, &visit, &desk, stored, extra).await?);
    }
    let extra = match saving::save(&app, &visit, &desk, &input, Some(&stored.0)).await? {
        Saved::Stored(id, report) => {
            let done = if report.is_some() { "webhook" } else { "saved" };
            return saving::see(&app, &visit, &desk, id, done, report);
        }
        Saved::Failed(report) => Extra { report: Some(report), ..Extra::default() },
        Saved::Wrong(fault) => Extra { fault: Some(fault), ..Extra::default() },
    };
    let extra = Extra { input: Some(input), ..extra };
    answers::again(&Detail::new(&app, &visit, &desk, stored, extra).await?)
}

/// Checks the endpoint as it is stored; one that passes is switched on.
pub async fn verify(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let stored = one(&app, &desk, &path).await?;
    let (draft, id) = (stored.0.draft(&stored.1), stored.0.id);
    let report = app.check_endpoint(draft.clone()).await?;
    if !report.passed {
        let report = Some(Report::failed(&visit.speech, report, "check-not-changed"));
        let extra = Extra { report, ..Extra::default() };
        return answers::again(&Detail::new(&app, &visit, &desk, stored, extra).await?);
    }
    let (account, vault) = (desk.account.id, app.vault.clone());
    app.write(move |tx| endpoints::change(tx, &vault, account, id, &draft, true)).await?;
    saving::see(&app, &visit, &desk, id, "verified", Some(report))
}

/// Where to go when `done` is done.
fn back(desk: &Desk, endpoint: EndpointId, done: &str) -> HttpResponse {
    answers::see_other(format!("{}?done={done}", super::page(desk, endpoint)))
}

/// Which way.
#[derive(Deserialize)]
pub struct Switch {
    /// `on` or `off`.
    to: String,
}

/// Switches an endpoint on or off.
pub async fn switch(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(wanted): Form<Switch>,
) -> Answer {
    let (account, id, enabled) = (desk.account.id, id(&path)?, wanted.to == "on");
    app.write(move |tx| endpoints::set_enabled(tx, account, id, enabled)).await?;
    Ok(back(&desk, id, if enabled { "webhook-on" } else { "webhook-off" }))
}

/// Makes this the endpoint whose answers become messages.
pub async fn answer(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    app.write(move |tx| endpoints::set_answering(tx, account, id)).await?;
    Ok(back(&desk, id, "answering"))
}

/// For how long.
#[derive(Deserialize)]
pub struct Rotation {
    /// Hours.
    overlap: String,
}

/// Gives an endpoint fresh secrets.
pub async fn rotate(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(wanted): Form<Rotation>,
) -> Answer {
    let (account, id, vault) = (desk.account.id, id(&path)?, app.vault.clone());
    // No number, and one that is too great to be hours, is out of bounds.
    let hours = wanted.overlap.parse().ok().and_then(Duration::try_hours);
    let overlap = hours.unwrap_or(Duration::hours(-1));
    match app.write(move |tx| endpoints::rotate(tx, &vault, account, id, overlap)).await {
        Ok(_) => Ok(back(&desk, id, "rotated")),
        Err(error @ Error::Invalid { .. }) => {
            let stored = one(&app, &desk, &path).await?;
            let overlap = Some(visit.speech.fault(error)?);
            let extra = Extra { overlap, ..Extra::default() };
            answers::again(&Detail::new(&app, &visit, &desk, stored, extra).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks before an endpoint is removed.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let (endpoint, _) = one(&app, &desk, &path).await?;
    let speech = &visit.speech;
    let text =
        if endpoint.may_answer { "endpoint-remove-answering" } else { "endpoint-remove-text" };
    let title = speech.with("endpoint-remove-title", &[("name", endpoint.name.clone().into())]);
    answers::page(&Confirm {
        page: visit.page_of(&desk, "endpoint-remove").titled(title),
        text: speech.say(text),
        action: speech.say("endpoint-remove"),
        back: super::page(&desk, endpoint.id),
    })
}

/// Removes an endpoint.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    app.write(move |tx| endpoints::remove(tx, account, id)).await?;
    Ok(answers::see_other(desk.path("/developer?done=endpoint-removed#webhook")))
}
