//! One delivery: what it tells, whom, and every attempt at it.
use actix_web::web;
use askama::Template;
use crier_core::deliveries::{self, Attempt, Delivery, State};
use crier_core::ids::DeliveryId;
use crier_core::members::Permission;
use crier_core::{App, Error, endpoints};

use super::{Row, row};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::endpoints::reports::{took, verdict};
use crate::failures::missing;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

#[derive(Template)]
#[template(path = "console/delivery.html")]
struct Detail {
    page: Page,
    stream: String,
    path: String,
    row: Row,
    url: String,
    /// The endpoint's page, while there is one and the member may see it.
    endpoint: Option<String>,
    event: String,
    /// The log of everything that tells this event.
    same: String,
    fact: String,
    retries: Option<String>,
    tries: Vec<Try>,
    error: Option<String>,
    is_open: bool,
}

struct Try {
    look: &'static str,
    title: String,
    verdict: String,
    status: String,
    time: Moment,
    took: String,
    request: String,
    /// Why there is no request.
    without: String,
    answer: String,
}

fn tried(speech: &Speech, calendar: &Calendar, attempt: Attempt) -> Try {
    let good = attempt.verdict == "delivered";
    Try {
        look: if good { "is-ok" } else { "is-bad" },
        title: speech.count("attempt", attempt.number.into()),
        verdict: verdict(speech, &attempt.verdict),
        status: attempt.status.map_or_else(|| speech.say("no-answer"), |status| status.to_string()),
        time: calendar.exact(attempt.at),
        took: took(speech, attempt.took_ms),
        without: if good { speech.say("request-not-kept") } else { speech.say("request-none") },
        request: attempt.request,
        answer: attempt.answer,
    }
}

async fn detail(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    id: DeliveryId,
    error: Option<String>,
) -> crier_core::Result<Detail> {
    let account = desk.account.id;
    let (logged, attempts, is_there) = app
        .read(move |conn| {
            let (logged, attempts) = deliveries::get_logged(conn, account, id)?;
            let known = endpoints::all(conn, account)?;
            let is_there = known.iter().any(|one| one.id == logged.delivery.endpoint_id);
            Ok((logged, attempts, is_there))
        })
        .await?;
    let (speech, delivery) = (&visit.speech, &logged.delivery);
    let calendar = Calendar::of(visit, desk, app);
    let fact = logged.event.as_ref().map(|event| serde_json::to_string_pretty(&event.fact));
    let endpoint = desk.path(&format!("/endpoints/{}", delivery.endpoint_id));
    Ok(Detail {
        page: visit
            .page_of(desk, "nav-deliveries")
            .titled(speech.with("delivery-title", &[("id", id.to_string().into())])),
        stream: desk.path("/stream"),
        path: desk.path(&format!("/deliveries/{id}")),
        row: row(speech, &calendar, desk, &logged),
        endpoint: (is_there && desk.staff.may(Permission::Developer)).then_some(endpoint),
        event: delivery.event_id.to_string(),
        same: desk.path(&format!("/deliveries?event={}", delivery.event_id)),
        retries: retries(speech, delivery),
        fact: fact.transpose()?.unwrap_or_default(),
        tries: attempts.into_iter().map(|one| tried(speech, &calendar, one)).collect(),
        error,
        is_open: !delivery.state.is_ended(),
        url: logged.url,
    })
}

/// Tries by the long schedule, where there are any or will be.
fn retries(speech: &Speech, delivery: &Delivery) -> Option<String> {
    let any = delivery.retries > 0 || delivery.state == State::Waiting;
    any.then(|| speech.count("retries", delivery.retries.into()))
}

fn id(path: &web::Path<(String, String)>) -> Result<DeliveryId, crate::failures::Failure> {
    path.1.parse().map_err(|_| missing("delivery"))
}

/// One delivery.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    answers::page(&detail(&visit, &desk, &app, id(&path)?, None).await?)
}

/// Makes a delivery once more.
pub async fn resend(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    match app.write(move |tx| deliveries::resend(tx, account, id)).await {
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/deliveries/{id}?done=resend")))),
        Err(error @ Error::Conflict(_)) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&detail(&visit, &desk, &app, id, Some(fault.text)).await?)
        }
        Err(error) => Err(error.into()),
    }
}
