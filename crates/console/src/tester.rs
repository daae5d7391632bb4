//! The webhook tester: tells an endpoint a sample of an event, or one of each, and shows what it
//! said. Nothing of it is on record.
use actix_web::web;
use askama::Template;
use crier_core::endpoints::{self, Endpoint};
use crier_core::facts::Fact;
use crier_core::ids::EndpointId;
use crier_core::samples::Sampled;
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::endpoints::reports::verdict;
use crate::failures::{Failure, missing};
use crate::fields::{Choice, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::numbers::Unit;
use crate::pages::Page;
use crate::visits::Visit;

/// The choice of every kind, one after the other.
const EVERY: &str = "every";

/// What is filled in.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Input {
    endpoint: String,
    /// A kind of event, or `every`.
    kind: String,
}

#[derive(Template)]
#[template(path = "console/tester.html")]
struct Tester {
    page: Page,
    base: String,
    endpoint: Field,
    kind: Field,
    has_endpoints: bool,
    error: Option<String>,
    results: Vec<Told>,
    summary: String,
}

/// What came of one sample.
struct Told {
    event: String,
    badge: &'static str,
    status: String,
    verdict: String,
    took: String,
    request: String,
    answer: String,
}

/// The form.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    answers::page(&shown(&visit, &desk, &app, &input).await?)
}

/// Tells what was chosen.
pub async fn tell(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let endpoint: EndpointId = input.endpoint.parse().map_err(|_| missing("endpoint"))?;
    let kinds: Vec<&str> = match input.kind.as_str() {
        EVERY => Fact::NAMES.to_vec(),
        kind => vec![kind],
    };
    let page = shown(&visit, &desk, &app, &input).await?;
    let mut results = Vec::with_capacity(kinds.len());
    for kind in kinds {
        match app.tell_sample(desk.account.clone(), endpoint, kind).await {
            Ok(sampled) => results.push(told(&visit, kind, sampled)),
            Err(error @ (Error::Invalid { .. } | Error::Unavailable(_))) => {
                let error = Some(fault(&visit, error)?);
                return answers::again(&Tester { error, results, ..page });
            }
            Err(error) => return Err(error.into()),
        }
    }
    let passed = results.iter().filter(|one| one.badge != "is-bad").count();
    let values = [("passed", passed.into()), ("count", results.len().into())];
    let summary = visit.speech.with("tester-summary", &values);
    answers::page(&Tester { results, summary, ..page })
}

fn fault(visit: &Visit, error: Error) -> Result<String, Failure> {
    match error {
        Error::Unavailable(_) => Ok(visit.speech.say("tester-away")),
        error => Ok(visit.speech.fault(error)?.text),
    }
}

fn told(visit: &Visit, kind: &str, sampled: Sampled) -> Told {
    let speech = &visit.speech;
    let badge = match sampled.verdict.as_str() {
        "not_spoken" => "is-warn",
        _ if sampled.passed => "is-ok",
        _ => "is-bad",
    };
    Told {
        event: speech.say(&format!("event-{kind}")),
        badge,
        status: sampled.status.map_or_else(|| "–".into(), |status| status.to_string()),
        verdict: verdict(speech, &sampled.verdict),
        took: Unit::Millis.full(speech, f64::from(sampled.took_ms)),
        request: sampled.request,
        answer: sampled.answer,
    }
}

async fn shown(visit: &Visit, desk: &Desk, app: &App, input: &Input) -> crier_core::Result<Tester> {
    let (speech, account) = (&visit.speech, desk.account.id);
    let known: Vec<Endpoint> = app.read(move |conn| Ok(endpoints::all(conn, account)?)).await?;
    let choice = |value: String, label: String| Choice { value, label };
    let places =
        known.iter().map(|one| choice(one.id.to_string(), format!("{} · {}", one.name, one.url)));
    let kinds = Fact::NAMES
        .iter()
        .map(|kind| choice((*kind).to_owned(), speech.say(&format!("event-{kind}"))));
    let every = choice(EVERY.to_owned(), speech.say("tester-every"));
    Ok(Tester {
        page: visit.page_of(desk, "nav-tester"),
        base: desk.path(""),
        has_endpoints: !known.is_empty(),
        endpoint: Field::new(speech, "select", "endpoint")
            .choices(places.collect())
            .value(input.endpoint.as_str()),
        kind: Field::new(speech, "select", "kind")
            .labelled(speech.say("event"))
            .choices(kinds.chain([every]).collect())
            .value(input.kind.as_str()),
        error: None,
        results: Vec::new(),
        summary: String::new(),
    })
}
