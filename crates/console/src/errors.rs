//! Calls that were refused: found by the number that their answers carry, and listed.
use actix_web::web;
use askama::Template;
use crier_core::refusals::{self, Refused, Search};
use crier_core::{App, Error};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::fields::Field;
use crate::gate::Desk;
use crate::numbers::Unit;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Calls on a page.
const PAGE: i64 = 40;
/// Characters that are searched for.
const MOST: usize = 100;

/// What is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Input {
    /// A number to look up.
    rid: String,
    /// Part of the address or answer.
    part: String,
    /// The number that the page before ended with.
    before: String,
}

#[derive(Template)]
#[template(path = "console/errors.html")]
struct Errors {
    page: Page,
    base: String,
    explorer: String,
    rid: Field,
    part: Field,
    is_narrow: bool,
    rows: Vec<Row>,
    older: Option<String>,
    newest: Option<String>,
}

struct Row {
    href: String,
    rid: String,
    call: String,
    code: String,
    message: String,
    time: Moment,
}

#[derive(Template)]
#[template(path = "console/refusal.html")]
struct Detail {
    page: Page,
    row: Row,
    url: String,
    request: String,
    answer: String,
    took: String,
    from: String,
}

/// The list, or the call of a number that was asked for.
pub async fn list(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    let rid = input.rid.trim();
    if !rid.is_empty() {
        return match one(&desk, &app, rid).await {
            Ok(found) => {
                Ok(answers::see_other(desk.path(&format!("/errors/{}", encoded(&found.rid)))))
            }
            Err(Error::NotFound(_)) => {
                let text = visit.speech.say("rid-unknown");
                let fault = Fault { field: Some("rid"), text };
                answers::again(&shown(&visit, &desk, &app, &input, Some(&fault)).await?)
            }
            Err(error) => Err(error.into()),
        };
    }
    answers::page(&shown(&visit, &desk, &app, &input, None).await?)
}

async fn one(desk: &Desk, app: &App, rid: &str) -> crier_core::Result<Refused> {
    let rid = pasted(rid);
    let account = desk.account.id;
    app.read(move |conn| refusals::get_of(conn, account, &rid)).await
}

/// The number in what was pasted: people copy the whole answer, or a line of their log.
fn pasted(text: &str) -> String {
    let behind = text.rsplit("rid:").next().unwrap_or(text).trim();
    behind.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').take(MOST).collect()
}

async fn shown(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<Errors> {
    let (account, base) = (desk.account.id, desk.path("/errors"));
    let part: String = input.part.trim().chars().take(MOST).collect();
    let (search, before) = (Search { part: part.clone() }, input.before.clone());
    let found = app.read(move |conn| {
        // One that has been swept since is as good as none: the list begins anew.
        let before = refusals::get_of(conn, account, &before).ok();
        Ok::<_, Error>(refusals::page(conn, account, &search, before.as_ref(), PAGE)?)
    });
    let found = found.await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let query = |before: &str| {
        let pairs = [("part", part.as_str()), ("before", before)];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    let is_full = found.len() == usize::try_from(PAGE).unwrap_or_default();
    let last = found.last().filter(|_| is_full).map(|last| last.rid.clone());
    Ok(Errors {
        page: visit.page_of(desk, "nav-errors"),
        explorer: desk.path("/explorer"),
        rid: Field::new(speech, "text", "rid")
            .value(input.rid.as_str())
            .with(r#"autocomplete="off" spellcheck="false" maxlength="100""#)
            .fault(fault),
        part: Field::new(speech, "search", "part").value(part.as_str()).with(r#"maxlength="100""#),
        is_narrow: !part.is_empty(),
        rows: found.iter().map(|one| row(&calendar, desk, one)).collect(),
        older: last.map(|last| format!("{base}?{}", query(&last))),
        newest: (!input.before.is_empty()).then(|| format!("{base}?{}", query(""))),
        base,
    })
}

/// One call.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Answer {
    let found = one(&desk, &app, &path.1).await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(&visit, &desk, &app);
    answers::page(&Detail {
        page: visit.page_of(&desk, "nav-errors").titled(found.rid.clone()),
        row: row(&calendar, &desk, &found),
        request: pretty(&found.request_body),
        answer: pretty(&found.response_body),
        took: Unit::Millis.full(speech, f64::from(found.cost_ms)),
        url: found.url,
        from: found.client_ip,
    })
}

fn row(calendar: &Calendar, desk: &Desk, one: &Refused) -> Row {
    let said: serde_json::Value = serde_json::from_str(&one.response_body).unwrap_or_default();
    let message = said["errmsg"].as_str().unwrap_or_default();
    let code = said["errcode"].as_i64().map(|code| code.to_string());
    Row {
        href: desk.path(&format!("/errors/{}", encoded(&one.rid))),
        rid: one.rid.clone(),
        call: one.url.split('?').next().unwrap_or_default().to_owned(),
        code: code.unwrap_or_default(),
        message: message.split(" rid:").next().unwrap_or_default().to_owned(),
        time: calendar.exact(one.invoked_at),
    }
}

/// JSON with a line for each value; other text as it is.
pub fn pretty(text: &str) -> String {
    let read: Option<serde_json::Value> = serde_json::from_str(text).ok();
    read.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or(text.to_owned())
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
