//! What owners ask the platform for, to those who decide.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::applications::{self, Application, Decision, Listed, State};
use crier_core::ids::ApplicationId;
use crier_core::{App, Timestamp, reviews};
use serde::Deserialize;

use super::history::{Past, standing, told};
use super::verification::{Paper, facts, file};
use crate::activities::recording::{belongs, remark};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::{Failure, missing};
use crate::fields::Field;
use crate::forms::Form;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Applications on a page.
const PAGE: i64 = 40;

#[derive(Template)]
#[template(path = "console/applications.html")]
struct Queue {
    page: Page,
    is_settled: bool,
    zone: &'static str,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    href: String,
    account: String,
    brand: String,
    kind: String,
    state: String,
    badge: &'static str,
    at: Moment,
}

/// Which part of the queue.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Part {
    settled: Option<String>,
    /// Where the page before ended: microseconds and an id, or an id.
    after: String,
}

impl Part {
    fn after(&self) -> Option<(Timestamp, ApplicationId)> {
        let (at, id) = self.after.split_once('-')?;
        Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
    }
}

fn row(speech: &Speech, calendar: &Calendar, listed: &Listed) -> Row {
    let application = &listed.application;
    Row {
        href: format!("/console/platform/applications/{}", application.id),
        account: listed.account.name.clone(),
        brand: listed.brand.clone(),
        kind: speech.say(&format!("application-kind-{}", application.kind)),
        state: speech.say(&format!("application-{}", application.state)),
        badge: badge(application.state),
        at: calendar.full(application.submitted_at.unwrap_or(application.created_at)),
    }
}

const fn badge(state: State) -> &'static str {
    match state {
        State::Approved => "is-ok",
        State::Rejected => "is-bad",
        State::Asked | State::Submitted => "is-warn",
        State::Draft | State::Withdrawn => "",
    }
}

/// The queue.
pub async fn list(visit: Visit, app: web::Data<App>, part: web::Query<Part>) -> Answer {
    let (is_settled, after) = (part.settled.is_some(), part.after());
    let before: Option<ApplicationId> = part.after.parse().ok();
    let mut found = app
        .read(move |conn| {
            if is_settled {
                applications::settled(conn, before, PAGE + 1)
            } else {
                applications::waiting(conn, after, PAGE + 1)
            }
        })
        .await?;
    let has_more = found.len() as i64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let more = found.last().filter(|_| has_more).map(|last| more(&last.application, is_settled));
    let calendar = Calendar::own(&visit, &app);
    answers::page(&Queue {
        page: visit.page("nav-platform-applications"),
        is_settled,
        rows: found.iter().map(|listed| row(&visit.speech, &calendar, listed)).collect(),
        zone: calendar.zone_name(),
        more,
    })
}

fn more(last: &Application, is_settled: bool) -> String {
    match last.submitted_at {
        Some(at) if !is_settled => format!("?after={}-{}", at.micros(), last.id),
        _ => format!("?settled=1&after={}", last.id),
    }
}

#[derive(Template)]
#[template(path = "console/application.html")]
struct View {
    page: Page,
    id: i64,
    handle: String,
    account_href: String,
    brand: String,
    kind: String,
    state: (String, &'static str),
    standing: (String, &'static str),
    facts: Vec<(String, String)>,
    papers: Vec<Paper>,
    past: Vec<Past>,
    is_waiting: bool,
    reason: Field,
    error: Option<String>,
}

async fn view(
    visit: &Visit,
    app: &App,
    id: ApplicationId,
    input: &Input,
    fault: Option<&Fault>,
) -> Result<View, Failure> {
    let speech = &visit.speech;
    let (listed, papers, history) = app
        .read(move |conn| {
            let listed = applications::get(conn, id)?;
            let history = reviews::of_account(conn, listed.account.id)?;
            Ok((listed, applications::documents(conn, id)?, history))
        })
        .await?;
    let Listed { application, account, brand } = listed;
    let calendar = Calendar::new(&account.time_zone, app.clock.now(), speech.clone());
    let reason = Field::new(speech, "area", "reason").value(&input.reason).fault(fault);
    let title = [("name", account.name.clone().into())];
    let page = visit.page("nav-platform-applications");
    Ok(View {
        page: page.titled(speech.with("application-title", &title)),
        id: id.0,
        standing: standing(speech, &account),
        account_href: format!("/console/platform/accounts/{}", account.id),
        handle: account.handle,
        brand,
        kind: speech.say(&format!("application-kind-{}", application.kind)),
        state: (
            speech.say(&format!("application-{}", application.state)),
            badge(application.state),
        ),
        facts: facts(speech, &application),
        papers: papers.into_iter().map(Paper::of).collect(),
        past: told(speech, &calendar, history),
        is_waiting: application.state == State::Submitted,
        error: crate::fields::whole(fault, &[&reason]),
        reason: reason.hint(speech.say("reason-hint")).with(r#"maxlength="500""#),
    })
}

fn id_of(path: &str) -> Result<ApplicationId, Failure> {
    path.parse().map_err(|_| missing("application"))
}

/// One application.
pub async fn show(visit: Visit, app: web::Data<App>, path: web::Path<String>) -> Answer {
    answers::page(&view(&visit, &app, id_of(&path)?, &Input::default(), None).await?)
}

/// A paper of it.
pub async fn paper(app: web::Data<App>, path: web::Path<(String, String)>) -> Answer {
    let document = path.1.parse().map_err(|_| missing("document"))?;
    let (document, bytes) = app.document(id_of(&path.0)?, document).await?;
    Ok(file(&document, bytes))
}

/// What is decided.
#[derive(Debug, Clone, Deserialize, Default)]
pub struct Input {
    #[serde(default)]
    reason: String,
    /// `approve`, `reject` or `ask`.
    decision: String,
}

/// Decides.
pub async fn decide(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(input): Form<Input>,
) -> Answer {
    let id = id_of(&path)?;
    let decision = match input.decision.as_str() {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject(input.reason.clone()),
        "ask" => Decision::Ask(input.reason.clone()),
        _ => return Err(Failure::Unreadable),
    };
    let by = visit.session.as_ref().ok_or(Failure::SignedOut)?.member.clone();
    match app.write(move |tx| applications::decide(tx, &by, id, &decision)).await {
        Ok(account) => {
            belongs(&req, account.brand_id, Some(account.id));
            remark(&req, format!("{} {}", input.decision, input.reason.trim()));
            let word = format!("decided-{}", input.decision);
            Ok(answers::see_other(format!("/console/platform/applications?done={word}")))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&view(&visit, &app, id, &input, Some(&fault)).await?)
        }
    }
}
