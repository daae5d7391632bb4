//! The installation as its administrators see it: every account, and what is decided for all.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::accounts::{self, Account, Search, State};
use crier_core::ids::AccountId;
use crier_core::installations::{self, APPROVE_ACCOUNTS};
use crier_core::members::Member;
use crier_core::{App, applications, brands, reviews};
use serde::Deserialize;

use super::history::{Past, standing, told};
use crate::activities::recording::{belongs, remark};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::failures::{Failure, missing};
use crate::fields::{Choice, Field};
use crate::forms::Form;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Accounts on a page.
const PAGE: i64 = 50;
/// Applications are counted as far as this.
const COUNTED: i64 = 100;

#[derive(Template)]
#[template(path = "console/platform.html")]
struct Platform {
    page: Page,
    waiting: String,
    is_on: bool,
}

/// The first page.
pub async fn show(visit: Visit, app: web::Data<App>) -> Answer {
    let (waiting, is_on) = app
        .read(|conn| {
            let waiting = applications::count_waiting(conn, COUNTED)?;
            Ok((waiting, installations::is_on(conn, APPROVE_ACCOUNTS)?))
        })
        .await?;
    answers::page(&Platform {
        page: visit.page("nav-platform"),
        waiting: visit.speech.count("applications-waiting", waiting),
        is_on,
    })
}

/// On or off.
#[derive(Deserialize)]
pub struct Switch {
    to: String,
}

/// Says whether new accounts wait for approval.
pub async fn switch(req: HttpRequest, app: web::Data<App>, Form(input): Form<Switch>) -> Answer {
    let on = input.to == "on";
    remark(&req, if on { "on" } else { "off" });
    app.write(move |tx| installations::switch(tx, APPROVE_ACCOUNTS, on)).await?;
    Ok(answers::see_other("/console/platform?done=saved"))
}

#[derive(Template)]
#[template(path = "console/platform_accounts.html")]
struct List {
    page: Page,
    words: String,
    state: Field,
    is_narrow: bool,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Row {
    href: String,
    name: String,
    handle: String,
    brand: String,
    kind: String,
    standing: (String, &'static str),
    followers: String,
}

fn row(speech: &Speech, (account, brand): (Account, String)) -> Row {
    Row {
        href: format!("/console/platform/accounts/{}", account.id),
        standing: standing(speech, &account),
        kind: speech.say(&format!("kind-{}", account.kind)),
        followers: speech.count("followers-count", account.follower_count),
        name: account.name,
        handle: account.handle,
        brand,
    }
}

/// Which accounts.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Sought {
    q: String,
    state: String,
    before: String,
}

impl Sought {
    fn older(&self, last: AccountId) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::from("?"));
        for (name, value) in [("q", &self.q), ("state", &self.state)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("before", &last.to_string());
        query.finish()
    }
}

/// Every account.
pub async fn list(visit: Visit, app: web::Data<App>, sought: web::Query<Sought>) -> Answer {
    let speech = &visit.speech;
    let words: String = sought.q.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    let search = Search { words: words.clone(), state: State::parse(&sought.state) };
    let before = sought.before.parse().ok();
    let mut found = app.read(move |conn| accounts::every(conn, &search, before, PAGE + 1)).await?;
    let has_more = found.len() as i64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let older = found.last().filter(|_| has_more).map(|(last, _)| sought.older(last.id));
    let states = State::ALL.iter().map(|state| Choice {
        value: state.as_str().to_owned(),
        label: speech.say(&format!("account-state-{state}")),
    });
    let any = Choice { value: String::new(), label: speech.say("any") };
    let state =
        Field::new(speech, "select", "state").labelled(speech.say("state")).value(&sought.state);
    answers::page(&List {
        page: visit.page("nav-platform-accounts"),
        is_narrow: !words.is_empty() || !sought.state.is_empty(),
        words,
        state: state.choices(std::iter::once(any).chain(states).collect()),
        rows: found.into_iter().map(|one| row(speech, one)).collect(),
        older,
    })
}

#[derive(Template)]
#[template(path = "console/platform_account.html")]
struct One {
    page: Page,
    id: i64,
    handle: String,
    app_id: String,
    brand: String,
    standing: (String, &'static str),
    is_suspended: bool,
    created: String,
    followers: String,
    past: Vec<Past>,
    reason: Field,
    error: Option<String>,
}

async fn one(
    visit: &Visit,
    app: &App,
    id: AccountId,
    input: &Reason,
    fault: Option<&Fault>,
) -> Result<One, Failure> {
    let speech = &visit.speech;
    let (account, brand, history) = app
        .read(move |conn| {
            let account = accounts::get(conn, id)?;
            let brand = brands::get(conn, account.brand_id)?;
            Ok((account, brand.name, reviews::of_account(conn, id)?))
        })
        .await?;
    let calendar = Calendar::new(&account.time_zone, app.clock.now(), speech.clone());
    let reason = Field::new(speech, "area", "reason").value(&input.reason).fault(fault);
    Ok(One {
        page: visit.page("nav-platform-accounts").titled(account.name.clone()),
        id: id.0,
        standing: standing(speech, &account),
        is_suspended: account.state == State::Suspended,
        created: calendar.full(account.created_at).shown,
        followers: speech.count("followers-count", account.follower_count),
        handle: account.handle,
        app_id: account.app_id,
        brand,
        past: told(speech, &calendar, history),
        error: crate::fields::whole(fault, &[&reason]),
        reason: reason.hint(speech.say("reason-hint")).with(r#"maxlength="500""#),
    })
}

fn id_of(path: &str) -> Result<AccountId, Failure> {
    path.parse().map_err(|_| missing("account"))
}

/// One account.
pub async fn show_account(visit: Visit, app: web::Data<App>, path: web::Path<String>) -> Answer {
    answers::page(&one(&visit, &app, id_of(&path)?, &Reason::default(), None).await?)
}

/// Why.
#[derive(Debug, Clone, Deserialize, Default)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

/// Suspends it.
pub async fn suspend(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(input): Form<Reason>,
) -> Answer {
    let (id, by, reason) = (id_of(&path)?, admin(&visit)?, input.reason.clone());
    let done = app.write(move |tx| reviews::suspend(tx, &by, id, &reason)).await;
    after((&req, &visit, &app), id, &input, done).await
}

/// Opens it again.
pub async fn reopen(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(input): Form<Reason>,
) -> Answer {
    let (id, by, reason) = (id_of(&path)?, admin(&visit)?, input.reason.clone());
    let done = app.write(move |tx| reviews::reopen(tx, &by, id, &reason)).await;
    after((&req, &visit, &app), id, &input, done).await
}

fn admin(visit: &Visit) -> Result<Member, Failure> {
    Ok(visit.session.as_ref().ok_or(Failure::SignedOut)?.member.clone())
}

async fn after(
    (req, visit, app): (&HttpRequest, &Visit, &App),
    id: AccountId,
    input: &Reason,
    done: crier_core::Result<Account>,
) -> Answer {
    match done {
        Ok(account) => {
            belongs(req, account.brand_id, Some(id));
            remark(req, input.reason.trim());
            Ok(answers::see_other(format!("/console/platform/accounts/{id}?done=saved")))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&one(visit, app, id, input, Some(&fault)).await?)
        }
    }
}
