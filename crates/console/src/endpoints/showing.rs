//! An endpoint's own page: how it stands, what it is made of, and what can be done with it.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::App;
use crier_core::endpoints::{Endpoint, Secrets};

use super::form::EndpointForm;
use super::input::Input;
use super::recovering::{self, Progress, RecoveryForm};
use super::reports::Report;
use super::{Path, Standing, checked, one};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::fields::{Choice, Field};
use crate::gate::Desk;
use crate::once::{self, Once};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/endpoint.html")]
pub struct Detail {
    page: Page,
    path: String,
    standing: Standing,
    enabled: bool,
    answers: bool,
    url: String,
    dialect: String,
    checked: String,
    /// Until when the secrets before the present ones are good.
    previous: Option<String>,
    log: String,
    report: Option<Report>,
    form: EndpointForm,
    overlap: Field,
    recovery: RecoveryForm,
    recoveries: Vec<Progress>,
    is_recovering: bool,
}

/// What the page shows besides what is stored.
#[derive(Default)]
pub struct Extra {
    /// What came of a check.
    pub report: Option<Report>,
    /// A form that is not stored.
    pub input: Option<Input>,
    /// What is wrong with it.
    pub fault: Option<Fault>,
    /// A recovery that was not started, and why.
    pub recovery: Option<(recovering::Input, Fault)>,
    /// What is wrong with the overlap.
    pub overlap: Option<Fault>,
}

impl Detail {
    /// The page of this endpoint.
    pub async fn new(
        app: &App,
        visit: &Visit,
        desk: &Desk,
        (endpoint, secrets): (Endpoint, Secrets),
        extra: Extra,
    ) -> crier_core::Result<Self> {
        let (speech, path) = (&visit.speech, super::page(desk, endpoint.id));
        let calendar = Calendar::of(visit, desk, app);
        let input = extra.input.unwrap_or_else(|| Input::of(&endpoint, &secrets));
        let recoveries = recovering::of(app, speech, &calendar, desk, endpoint.id).await?;
        Ok(Self {
            standing: Standing::of(speech, &calendar, &endpoint),
            enabled: endpoint.enabled,
            answers: endpoint.may_answer,
            dialect: speech.say(&format!("dialect-{}", endpoint.dialect)),
            checked: checked(speech, &calendar, &endpoint),
            previous: previous(speech, &calendar, &endpoint, &secrets),
            log: desk.path(&format!("/deliveries?endpoint={}", endpoint.id)),
            report: extra.report,
            form: EndpointForm::of_old(speech, path.clone(), &input, extra.fault.as_ref()),
            overlap: overlaps(speech, extra.overlap.as_ref()),
            recovery: RecoveryForm::new(speech, &calendar, desk, &endpoint, extra.recovery),
            is_recovering: recoveries.iter().any(|one| one.is_running),
            recoveries,
            page: visit.page_of(desk, "nav-developer").titled(endpoint.name),
            url: endpoint.url,
            path,
        })
    }
}

fn previous(
    speech: &Speech,
    calendar: &Calendar,
    endpoint: &Endpoint,
    secrets: &Secrets,
) -> Option<String> {
    let until = endpoint.previous_until.filter(|_| secrets.previous.is_some())?;
    Some(speech.with("endpoint-previous", &[("when", calendar.full(until).shown.into())]))
}

/// Hours that old secrets may stay good for.
const OVERLAPS: [&str; 4] = ["0", "1", "24", "168"];

fn overlaps(speech: &Speech, fault: Option<&Fault>) -> Field {
    let choice = |hours: &&str| Choice {
        value: (*hours).to_owned(),
        label: speech.say(&format!("overlap-{hours}")),
    };
    let choices = OVERLAPS.iter().map(choice).collect();
    let field = Field::new(speech, "select", "overlap").choices(choices).value("24").fault(fault);
    field.hint(speech.say("overlap-hint"))
}

/// The page.
pub async fn show(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
) -> Answer {
    let stored = one(&app, &desk, &path).await?;
    let left = once::take(&req, &app);
    let report = match left.clone() {
        Some(Once::Check { account, endpoint, status, took_ms, answer })
            if (account, endpoint) == (desk.account.id, stored.0.id) =>
        {
            Some(Report::passed(&visit.speech, status, took_ms, answer))
        }
        _ => None,
    };
    let extra = Extra { report, ..Extra::default() };
    let mut answer = answers::page(&Detail::new(&app, &visit, &desk, stored, extra).await?)?;
    if left.is_some() {
        answer.add_cookie(&once::gone(&visit)).map_err(answers::unsent)?;
    }
    Ok(answer)
}
