//! Sending a range of the log again: to one endpoint, what failed or everything, between two moments.
use actix_web::web;
use askama::Template;
use crier_core::endpoints::{self, Endpoint};
use crier_core::ids::EndpointId;
use crier_core::recoveries::{self, Range};
use crier_core::{App, Error, Timestamp};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::fields::{self, Choice, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// The beginning of what is sent again has to be said.
const NEEDED: &str = "required";

/// What is filled in; the log's own filters fill it in first.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    endpoint: String,
    /// In the account's time zone.
    from: String,
    /// The same; empty is now.
    until: String,
    /// `failed` or `all`.
    what: String,
}

#[derive(Template)]
#[template(path = "console/deliveries_again.html")]
struct Again {
    page: Page,
    log: String,
    error: Option<String>,
    fields: Vec<Field>,
}

impl Input {
    fn read(&self, calendar: &Calendar, now: Timestamp) -> crier_core::Result<(EndpointId, Range)> {
        let at = |field, text: &str| {
            calendar.parse(text).ok_or_else(|| Error::invalid(field, "must be day and time"))
        };
        let endpoint = self.endpoint.parse().map_err(|_| Error::NotFound("endpoint"))?;
        let from = at("from", &self.from)?;
        let until = if self.until.is_empty() { now } else { at("until", &self.until)? };
        Ok((endpoint, Range { from, until, failed_only: self.what != "all" }))
    }
}

/// The form, filled in with what the log was searched for.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    let mut input = input.into_inner();
    if input.from.is_empty() {
        let calendar = Calendar::of(&visit, &desk, &app);
        input.from = calendar.input(calendar.ago(chrono::Duration::days(1)));
    }
    answers::page(&shown(&visit, &desk, &app, &input, None).await?)
}

/// Begins to send again; the endpoint's page shows how far it is.
pub async fn start(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let (account, now) = (desk.account.id, app.clock.now());
    let calendar = Calendar::of(&visit, &desk, &app);
    let started = match input.read(&calendar, now) {
        Ok((endpoint, range)) => app
            .write(move |tx| recoveries::start(tx, account, endpoint, range))
            .await
            .map(|_| endpoint),
        Err(error) => Err(error),
    };
    match started {
        Ok(endpoint) => {
            let page = desk.path(&format!("/endpoints/{endpoint}?done=recovering#recover"));
            Ok(answers::see_other(page))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&shown(&visit, &desk, &app, &input, Some(&fault)).await?)
        }
    }
}

async fn shown(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<Again> {
    let account = desk.account.id;
    let known = app.read(move |conn| Ok(endpoints::all(conn, account)?)).await?;
    let fields = fields(&visit.speech, desk, &known, input, fault);
    let placed: Vec<&Field> = fields.iter().collect();
    Ok(Again {
        page: visit.page_of(desk, "again-title"),
        log: desk.path("/deliveries"),
        error: fields::whole(fault, &placed),
        fields,
    })
}

fn fields(
    speech: &Speech,
    desk: &Desk,
    known: &[Endpoint],
    input: &Input,
    fault: Option<&Fault>,
) -> Vec<Field> {
    let moment =
        |name, value: &str| Field::new(speech, "datetime-local", name).value(value).fault(fault);
    let named =
        known.iter().map(|one| Choice { value: one.id.to_string(), label: one.name.clone() });
    let what = ["failed", "all"].map(|word| Choice {
        value: word.to_owned(),
        label: speech.say(&format!("recover-{word}")),
    });
    let zone = [("zone", desk.account.time_zone.clone().into())];
    vec![
        Field::new(speech, "select", "endpoint")
            .choices(named.collect())
            .value(input.endpoint.as_str())
            .fault(fault),
        moment("from", &input.from).with(NEEDED).hint(speech.with("zone", &zone)),
        moment("until", &input.until).hint(speech.say("until-hint")),
        Field::new(speech, "select", "what").choices(what.to_vec()).value(input.what.as_str()),
    ]
}
