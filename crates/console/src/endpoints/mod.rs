//! An account's endpoints: each has a page of its own, and nothing is told to an address that has
//! not passed its check.
pub mod actions;
pub mod adding;
pub mod form;
pub mod input;
pub mod recovering;
pub mod reports;
mod saving;
pub mod showing;

use actix_web::web;
use crier_core::App;
use crier_core::endpoints::{self, Endpoint, OffReason, Secrets};
use crier_core::ids::EndpointId;

use crate::calendar::Calendar;
use crate::failures::{Failure, missing};
use crate::gate::Desk;
use crate::words::Speech;

/// Handle and endpoint.
pub type Path = web::Path<(String, String)>;

/// How an endpoint stands, in words.
pub struct Standing {
    /// The look of its badge.
    pub badge: &'static str,
    /// A few words.
    pub state: String,
    /// What follows from it.
    pub text: String,
}

impl Standing {
    /// As the endpoint stands now.
    pub fn of(speech: &Speech, calendar: &Calendar, endpoint: &Endpoint) -> Self {
        if !endpoint.enabled {
            let (badge, why) = match endpoint.off_reason {
                Some(OffReason::Failing) => ("is-bad", "failing"),
                Some(OffReason::Gone) => ("is-bad", "gone"),
                Some(OffReason::Closed) => ("", "closed"),
                _ => ("is-warn", "switched"),
            };
            let state = speech.say(&format!("endpoint-off-{why}"));
            return Self { badge, state, text: speech.say(&format!("endpoint-off-{why}-text")) };
        }
        if let Some(since) = endpoint.failing_since {
            let when = [("when", calendar.full(since).shown.into())];
            let state = speech.with("endpoint-failing-since", &when);
            return Self { badge: "is-bad", state, text: speech.say("endpoint-failing-text") };
        }
        let state = speech.say("endpoint-healthy");
        Self { badge: "is-ok", state, text: speech.say("endpoint-healthy-text") }
    }
}

/// When the endpoint's URL check last passed, in words.
fn checked(speech: &Speech, calendar: &Calendar, endpoint: &Endpoint) -> String {
    endpoint.verified_at.map_or_else(
        || speech.say("endpoint-unverified"),
        |at| speech.with("endpoint-verified-at", &[("when", calendar.full(at).shown.into())]),
    )
}

/// An endpoint in a list.
pub struct Row {
    /// Its page.
    pub href: String,
    /// What the brand calls it.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// Its protocol.
    pub dialect: String,
    /// How it stands.
    pub standing: Standing,
    /// Whether its answers become messages.
    pub answers: bool,
    /// When its check last passed.
    pub checked: String,
}

/// The account's endpoints.
pub async fn rows(app: &App, speech: &Speech, desk: &Desk) -> crier_core::Result<Vec<Row>> {
    let id = desk.account.id;
    let all = app.read(move |conn| Ok(endpoints::all(conn, id)?)).await?;
    let calendar = Calendar::new(&desk.account.time_zone, app.clock.now(), speech.clone());
    let row = |endpoint: Endpoint| Row {
        href: page(desk, endpoint.id),
        dialect: speech.say(&format!("dialect-{}", endpoint.dialect)),
        standing: Standing::of(speech, &calendar, &endpoint),
        answers: endpoint.may_answer,
        checked: checked(speech, &calendar, &endpoint),
        name: endpoint.name,
        url: endpoint.url,
    };
    Ok(all.into_iter().map(row).collect())
}

/// The page of an endpoint.
fn page(desk: &Desk, id: EndpointId) -> String {
    desk.path(&format!("/endpoints/{id}"))
}

fn id(path: &Path) -> Result<EndpointId, Failure> {
    path.1.parse().map_err(|_| missing("endpoint"))
}

/// The endpoint of the address, with its secrets.
async fn one(app: &App, desk: &Desk, path: &Path) -> Result<(Endpoint, Secrets), Failure> {
    let (account, id) = (desk.account.id, id(path)?);
    let (vault, now) = (app.vault.clone(), app.clock.now());
    let found = app
        .read(move |conn| {
            let endpoint = endpoints::get_of(conn, account, id)?;
            let secrets = endpoint.secrets(&vault, now)?;
            Ok((endpoint, secrets))
        })
        .await?;
    Ok(found)
}
