//! The log: newest first, narrowed down, page by page, as a file, and looked over.
use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use crier_core::accounts::{self, Account};
use crier_core::activities::{self, Chain, Check};
use crier_core::members;
use crier_core::{App, ids::BrandId};
use serde::Deserialize;

use super::search::{self, Input, Known};
use super::{Row, Teller, csv, people, sentence};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::fields::Field;
use crate::gate::Staff;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Deeds on a page.
const PAGE: i64 = 50;
/// Rows that one look goes over: some 20 ms.
const CHECKED: i64 = 4_000;

#[derive(Template)]
#[template(path = "console/activity.html")]
struct Log {
    page: Page,
    base: &'static str,
    whose: String,
    zone: String,
    fields: Vec<Field>,
    error: Option<String>,
    is_narrow: bool,
    rows: Vec<Row>,
    csv: String,
    newest: Option<String>,
    older: Option<String>,
}

/// Whose log is read.
struct Whose {
    chain: Chain,
    brand: Option<BrandId>,
    name: String,
    base: &'static str,
    title: &'static str,
}

impl Whose {
    fn brand(staff: &Staff) -> Self {
        Self {
            chain: staff.seat.brand.id.into(),
            brand: Some(staff.seat.brand.id),
            name: staff.seat.brand.name.clone(),
            base: "/console/activity",
            title: "nav-activity",
        }
    }

    fn installation(visit: &Visit) -> Self {
        Self {
            chain: Chain::INSTALLATION,
            brand: None,
            name: visit.speech.say("platform"),
            base: "/console/platform/activity",
            title: "platform-activity",
        }
    }

    /// The brand's accounts and what its rows are told with.
    async fn teller(&self, visit: &Visit, app: &App) -> crier_core::Result<(Teller, Vec<Account>)> {
        let found = match self.brand {
            Some(brand) => app.read(move |conn| accounts::of_brand(conn, brand)).await?,
            None => Vec::new(),
        };
        let teller = Teller {
            speech: visit.speech.clone(),
            calendar: Calendar::own(visit, app),
            accounts: found.iter().map(|one| (one.id, one.name.clone())).collect::<HashMap<_, _>>(),
        };
        Ok((teller, found))
    }
}

/// The brand's log.
pub async fn show(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    list(&visit, &Whose::brand(&staff), &app, &input).await
}

/// The installation's log.
pub async fn show_platform(visit: Visit, app: web::Data<App>, input: web::Query<Input>) -> Answer {
    list(&visit, &Whose::installation(&visit), &app, &input).await
}

async fn list(visit: &Visit, whose: &Whose, app: &App, input: &Input) -> Answer {
    let (teller, accounts) = whose.teller(visit, app).await?;
    let (chain, brand, before) = (whose.chain, whose.brand, input.before());
    let (found, fault) = match input.search(&teller.calendar) {
        Ok(search) => {
            let page = move |conn: &mut _| activities::page(conn, chain, &search, before, PAGE + 1);
            (app.read(page).await?, None)
        }
        Err(error) => (Vec::new(), Some(visit.speech.fault(error)?)),
    };
    let (colleagues, actions) = app
        .read(move |conn| {
            let colleagues = brand.map(|brand| members::of_brand(conn, brand)).transpose()?;
            Ok((colleagues.unwrap_or_default(), activities::actions(conn, chain)?))
        })
        .await?;
    let named = |action: String| (action.clone(), sentence(&visit.speech, &action));
    let known = Known {
        members: people(colleagues),
        accounts: accounts.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
        actions: actions.into_iter().map(named).collect(),
    };
    let page = log(visit, whose, &teller, input, (found, known), fault.as_ref());
    if fault.is_some() { answers::again(&page) } else { answers::page(&page) }
}

fn log(
    visit: &Visit,
    whose: &Whose,
    teller: &Teller,
    input: &Input,
    (mut found, known): (Vec<activities::Activity>, Known),
    fault: Option<&Fault>,
) -> Log {
    let has_more = found.len() as i64 > PAGE;
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let last = found.last().map(|row| row.seq).filter(|_| has_more);
    let fields = input.fields(&visit.speech, known, fault);
    Log {
        page: visit.page(whose.title),
        base: whose.base,
        whose: whose.name.clone(),
        zone: teller.calendar.zone_name().to_owned(),
        error: search::whole(fault, &fields),
        fields,
        is_narrow: input.is_narrow(),
        rows: found.into_iter().map(|deed| teller.row(deed)).collect(),
        csv: format!("{}/export{}", whose.base, input.query(None)),
        newest: input.before().map(|_| format!("{}{}", whose.base, input.query(None))),
        older: last.map(|last| format!("{}{}", whose.base, input.query(Some(last)))),
    }
}

/// The brand's log as a file.
pub async fn export(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    file(&visit, &Whose::brand(&staff), app, &input).await
}

/// The installation's log as a file.
pub async fn export_platform(
    visit: Visit,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    file(&visit, &Whose::installation(&visit), app, &input).await
}

async fn file(visit: &Visit, whose: &Whose, app: web::Data<App>, input: &Input) -> Answer {
    let (teller, _) = whose.teller(visit, &app).await?;
    let search = input.search(&teller.calendar)?;
    Ok(csv::file(app.into_inner(), teller, whose.chain, search))
}

#[derive(Template)]
#[template(path = "console/activity_check.html")]
struct Checked {
    page: Page,
    base: &'static str,
    found: Check,
    text: String,
    after: Option<i64>,
}

/// Where a look over the chain begins.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct After {
    after: i64,
}

/// Looks over the brand's chain.
pub async fn check(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    at: web::Query<After>,
) -> Answer {
    look_over(&visit, &Whose::brand(&staff), &app, at.after).await
}

/// Looks over the installation's chain.
pub async fn check_platform(visit: Visit, app: web::Data<App>, at: web::Query<After>) -> Answer {
    look_over(&visit, &Whose::installation(&visit), &app, at.after).await
}

async fn look_over(visit: &Visit, whose: &Whose, app: &App, after: i64) -> Answer {
    let chain = whose.chain;
    let found = app.read(move |conn| activities::check(conn, chain, after, CHECKED)).await?;
    let key = match found {
        Check { broken: Some(_), .. } => "activity-broken",
        found if found.is_whole() => "activity-whole",
        _ => "activity-so-far",
    };
    let values = [
        ("from", found.from.into()),
        ("to", found.to.into()),
        ("end", found.end.into()),
        ("broken", found.broken.unwrap_or_default().into()),
    ];
    answers::page(&Checked {
        page: visit.page("activity-check"),
        base: whose.base,
        text: visit.speech.with(key, &values),
        after: (found.broken.is_none() && found.to < found.end).then_some(found.to),
        found,
    })
}
