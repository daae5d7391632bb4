//! The delivery log: every event on its way to the webhook, and every attempt at it.
use actix_web::web;
use askama::Template;
use crier_core::deliveries::{self, Attempt, Logged, State};
use crier_core::ids::DeliveryId;
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::missing;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::webhooks::took;
use crate::words::Speech;

/// Deliveries on a page.
const PAGE: usize = 40;

/// Which part of the log.
#[derive(Deserialize, Default)]
pub struct Part {
    state: Option<String>,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct Log {
    page: Page,
    path: String,
    stream: String,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    /// Whether this is the newest page, which changes.
    is_live: bool,
    newest: Option<String>,
    older: Option<String>,
}

struct Filter {
    href: String,
    label: String,
    current: bool,
}

/// One delivery, for the list and its own page.
struct Row {
    href: String,
    id: i64,
    badge: &'static str,
    state: String,
    event: String,
    verdict: String,
    attempts: String,
    time: Moment,
}

const fn badge(state: State) -> &'static str {
    match state {
        State::Pending => "is-warn",
        State::Delivered => "is-ok",
        State::Failed => "is-bad",
    }
}

fn row(speech: &Speech, calendar: &Calendar, desk: &Desk, logged: &Logged) -> Row {
    let delivery = &logged.delivery;
    let event = logged.event.as_ref().map_or("unknown", |event| event.fact.name());
    Row {
        href: desk.path(&format!("/deliveries/{}", delivery.id)),
        id: delivery.id.0,
        badge: badge(delivery.state),
        state: speech.say(&format!("state-{}", delivery.state)),
        event: speech.say(&format!("event-{event}")),
        verdict: delivery.verdict.as_deref().map(|word| verdict(speech, word)).unwrap_or_default(),
        attempts: delivery.attempts.to_string(),
        time: calendar.exact(delivery.created_at),
    }
}

/// A verdict's sentence; its word where a newer version of the dispatcher has one more.
fn verdict(speech: &Speech, word: &str) -> String {
    speech.find(&format!("verdict-{word}"), None).unwrap_or_else(|| word.to_owned())
}

/// The log.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>, part: web::Query<Part>) -> Answer {
    let state = part.state.as_deref().and_then(State::parse);
    let (id, before) = (desk.account.id, part.before.map(DeliveryId));
    let limit = PAGE as i64 + 1;
    let mut found =
        app.read(move |conn| Ok(deliveries::page(conn, id, state, before, limit)?)).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let calendar = Calendar::new(&desk.account.time_zone, app.clock.now(), visit.speech.clone());
    let here = match state {
        Some(state) => desk.path(&format!("/deliveries?state={state}&")),
        None => desk.path("/deliveries?"),
    };
    let last = found.last().map(|logged| logged.delivery.id).filter(|_| more);
    answers::page(&Log {
        page: visit.page_of(&desk, "nav-deliveries"),
        path: visit.path.clone(),
        stream: desk.path("/stream"),
        filters: filters(&visit.speech, &desk, state),
        rows: found.iter().map(|logged| row(&visit.speech, &calendar, &desk, logged)).collect(),
        is_live: before.is_none(),
        newest: before.map(|_| here[..here.len() - 1].to_owned()),
        older: last.map(|last| format!("{here}before={last}")),
    })
}

fn filters(speech: &Speech, desk: &Desk, chosen: Option<State>) -> Vec<Filter> {
    let all = Filter {
        href: desk.path("/deliveries"),
        label: speech.say("state-all"),
        current: chosen.is_none(),
    };
    let each = State::ALL.iter().map(|state| Filter {
        href: desk.path(&format!("/deliveries?state={state}")),
        label: speech.say(&format!("state-{state}")),
        current: chosen == Some(*state),
    });
    std::iter::once(all).chain(each).collect()
}

#[derive(Template)]
#[template(path = "console/delivery.html")]
struct Detail {
    page: Page,
    log: String,
    stream: String,
    path: String,
    row: Row,
    url: String,
    fact: String,
    tries: Vec<Try>,
    error: Option<String>,
    is_pending: bool,
}

struct Try {
    look: &'static str,
    title: String,
    verdict: String,
    status: String,
    time: Moment,
    took: String,
    request: String,
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
    let (logged, attempts) =
        app.read(move |conn| deliveries::get_logged(conn, account, id)).await?;
    let speech = &visit.speech;
    let calendar = Calendar::new(&desk.account.time_zone, app.clock.now(), speech.clone());
    let fact = logged.event.as_ref().map(|event| serde_json::to_string_pretty(&event.fact));
    Ok(Detail {
        page: visit
            .page_of(desk, "nav-deliveries")
            .titled(speech.with("delivery-title", &[("id", id.to_string().into())])),
        log: desk.path("/deliveries"),
        stream: desk.path("/stream"),
        path: desk.path(&format!("/deliveries/{id}")),
        row: row(speech, &calendar, desk, &logged),
        url: logged.url.clone(),
        fact: fact.transpose()?.unwrap_or_default(),
        tries: attempts.into_iter().map(|one| tried(speech, &calendar, one)).collect(),
        error,
        is_pending: logged.delivery.state == State::Pending,
    })
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
    match app.write(move |tx| deliveries::resend_of(tx, account, id)).await {
        Ok(()) => Ok(answers::see_other(desk.path(&format!("/deliveries/{id}?done=resend")))),
        Err(error @ Error::Conflict(_)) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&detail(&visit, &desk, &app, id, Some(fault.text)).await?)
        }
        Err(error) => Err(error.into()),
    }
}
