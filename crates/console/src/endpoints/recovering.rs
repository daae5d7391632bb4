//! Making deliveries again: what an endpoint missed, a few at a time.
use actix_web::web;
use chrono::Duration;
use crier_core::endpoints::Endpoint;
use crier_core::ids::{EndpointId, RecoveryId};
use crier_core::mint::minted_at;
use crier_core::recoveries::{self, Range, Recovery, State};
use crier_core::{App, Error, Result};
use serde::Deserialize;

use super::showing::{Detail, Extra};
use super::{Path, id, one};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::failures::missing;
use crate::fields::{self, Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::numbers::grouped;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Recoveries of an account that are looked at, and those of one endpoint that are shown.
const LOOK: i64 = 50;
const SHOWN: usize = 5;
/// The beginning of what is sent again has to be said.
const NEEDED: &str = "required";

/// What is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    /// In the account's time zone.
    from: String,
    /// The same; empty is now.
    until: String,
    /// `failed` or `all`.
    what: String,
}

impl Input {
    fn range(&self, calendar: &Calendar, now: crier_core::Timestamp) -> Result<Range> {
        let at = |field, text: &str| {
            calendar.parse(text).ok_or_else(|| Error::invalid(field, "must be day and time"))
        };
        let until = if self.until.is_empty() { now } else { at("until", &self.until)? };
        let from = at("from", &self.from)?;
        Ok(Range { from, until, failed_only: self.what != "all" })
    }
}

/// The form.
pub struct RecoveryForm {
    pub error: Option<String>,
    pub from: Field,
    pub until: Field,
    pub what: Field,
}

impl RecoveryForm {
    /// The form as it was sent, or with the time since when the endpoint has failed.
    pub fn new(
        speech: &Speech,
        calendar: &Calendar,
        desk: &Desk,
        endpoint: &Endpoint,
        sent: Option<(Input, Fault)>,
    ) -> Self {
        let (input, fault) = sent.map_or_else(
            || (Input { from: begin(calendar, endpoint), ..Input::default() }, None),
            |(input, fault)| (input, Some(fault)),
        );
        let fault = fault.as_ref();
        let moment = |name, value: String| {
            Field::new(speech, "datetime-local", name).value(value).fault(fault)
        };
        let zone = [("zone", desk.account.time_zone.clone().into())];
        let from = moment("from", input.from).with(NEEDED).hint(speech.with("zone", &zone));
        let until = moment("until", input.until).hint(speech.say("until-hint"));
        let choice = |word: &str| Choice {
            value: word.to_owned(),
            label: speech.say(&format!("recover-{word}")),
        };
        let what = Field::new(speech, "select", "what")
            .choices(vec![choice("failed"), choice("all")])
            .value(input.what);
        Self { error: fields::whole(fault, &[&from, &until]), from, until, what }
    }
}

/// When it began to fail; else a day ago.
fn begin(calendar: &Calendar, endpoint: &Endpoint) -> String {
    calendar.input(endpoint.failing_since.unwrap_or_else(|| calendar.ago(Duration::days(1))))
}

/// A recovery in words.
pub struct Progress {
    pub badge: &'static str,
    pub state: String,
    pub range: String,
    pub resent: String,
    pub percent: i64,
    pub is_running: bool,
    /// Where to stop it.
    pub stop: String,
}

/// The endpoint's last recoveries, newest first.
pub async fn of(
    app: &App,
    speech: &Speech,
    calendar: &Calendar,
    desk: &Desk,
    endpoint: EndpointId,
) -> Result<Vec<Progress>> {
    let account = desk.account.id;
    let latest = app.read(move |conn| recoveries::latest(conn, account, LOOK)).await?;
    let own = latest.iter().filter(|recovery| recovery.endpoint_id == endpoint).take(SHOWN);
    Ok(own.map(|recovery| progress(speech, calendar, desk, recovery)).collect())
}

fn progress(speech: &Speech, calendar: &Calendar, desk: &Desk, recovery: &Recovery) -> Progress {
    let when = |id: crier_core::ids::DeliveryId| calendar.full(minted_at(id.0)).shown.into();
    let ends = [("from", when(recovery.first_id)), ("until", when(recovery.last_id))];
    let what = if recovery.failed_only { "recovery-failed" } else { "recovery-all" };
    let resent = [("count", recovery.resent.into()), ("shown", grouped(recovery.resent).into())];
    let is_running = recovery.state == State::Running;
    Progress {
        badge: if is_running { "is-warn" } else { "" },
        state: speech.say(&format!("recovery-{}", recovery.state)),
        range: speech.with(what, &ends),
        resent: speech.with("recovery-resent", &resent),
        percent: percent(recovery),
        is_running,
        stop: desk
            .path(&format!("/endpoints/{}/recoveries/{}/stop", recovery.endpoint_id, recovery.id)),
    }
}

/// How much of the time has been gone through.
const fn percent(recovery: &Recovery) -> i64 {
    let all = recovery.last_id.0 - recovery.first_id.0;
    let done = recovery.reached_id.0 - recovery.first_id.0;
    if done <= 0 || all <= 0 {
        return 0;
    }
    let percent = done / (all / 100 + 1);
    if percent > 100 { 100 } else { percent }
}

/// Starts a recovery.
pub async fn start(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(input): Form<Input>,
) -> Answer {
    let (account, id, now) = (desk.account.id, id(&path)?, app.clock.now());
    let calendar = Calendar::of(&visit, &desk, &app);
    let started = match input.range(&calendar, now) {
        Ok(range) => app.write(move |tx| recoveries::start(tx, account, id, range)).await,
        Err(error) => Err(error),
    };
    let Err(error) = started else { return Ok(see(&desk, id, "recovering")) };
    let fault = visit.speech.fault(error)?;
    let stored = one(&app, &desk, &path).await?;
    let extra = Extra { recovery: Some((input, fault)), ..Extra::default() };
    answers::again(&Detail::new(&app, &visit, &desk, stored, extra).await?)
}

fn see(desk: &Desk, endpoint: EndpointId, done: &str) -> actix_web::HttpResponse {
    answers::see_other(format!("{}?done={done}#recover", super::page(desk, endpoint)))
}

/// Stops a recovery. One that has just ended is as good as stopped.
pub async fn stop(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (_, endpoint, recovery) = path.into_inner();
    let endpoint: EndpointId = endpoint.parse().map_err(|_| missing("endpoint"))?;
    let recovery: RecoveryId = recovery.parse().map_err(|_| missing("recovery"))?;
    let account = desk.account.id;
    app.write(move |tx| {
        let own = recoveries::latest(tx.conn, account, LOOK)?.into_iter();
        match own.into_iter().find(|one| (one.id, one.endpoint_id) == (recovery, endpoint)) {
            Some(one) if one.state == State::Running => recoveries::stop(tx, account, recovery),
            Some(_) => Ok(()),
            None => Err(Error::NotFound("recovery")),
        }
    })
    .await?;
    Ok(see(&desk, endpoint, "recovery-stopped"))
}
