//! The API explorer: calls the account's own API with its own token, and the followers' API as a
//! follower who is there to try things; shows what is sent and what comes back. A call that changes
//! something is made once it is confirmed, and one that followers receive needs the right to send.
mod commands;

use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::Duration;
use crier_core::App;
use crier_core::host_apps::{Told, local_token};
use crier_core::members::Permission;
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::errors::pretty;
use crate::failures::missing;
use crate::fields::{Choice, Field};
use crate::forms::{FileForm, Form};
use crate::gate::Desk;
use crate::numbers::{Unit, real};
use crate::operator::{Answered, Asked, Body, By, Call, Effect, Operator, Past};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Characters of an answer that are shown.
const SHOWN: usize = 65_536;
/// Bytes of a query and of a body.
const QUERY: usize = 2_000;
const BODY: usize = 100_000;
/// How long a token of the follower holds that is shown.
const HOLDS: Duration = Duration::hours(1);
/// What a file is called in the command of a call that was not made yet.
const EXAMPLE: &str = "picture.png";

/// Which call is looked at.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Chosen {
    /// Method and path.
    call: String,
    /// One of the member's own calls before, from 0.
    past: Option<usize>,
}

/// What is filled in.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Input {
    call: String,
    query: String,
    body: String,
    confirmed: String,
    reveal: String,
}

#[derive(Template)]
#[template(path = "console/explorer.html")]
struct Explorer {
    page: Page,
    base: String,
    errors: String,
    choose: Field,
    call: Option<Shown>,
    error: Option<String>,
    answer: Option<Came>,
    past: Vec<Before>,
}

/// The call with its form.
struct Shown {
    /// What it is found by again.
    name: String,
    title: String,
    effect: String,
    badge: &'static str,
    query: Field,
    body: Option<Field>,
    takes_file: bool,
    /// Who makes it, where that is not the account.
    as_whom: Option<String>,
    /// What is agreed to, where it is needed.
    confirm: Option<String>,
    may: bool,
    curl: String,
}

/// What came back.
struct Came {
    status: u16,
    badge: &'static str,
    took: String,
    headers: String,
    body: String,
    curl: String,
    rid: Option<String>,
}

struct Before {
    href: String,
    call: String,
    status: String,
    time: Moment,
}

fn operator(req: &HttpRequest) -> Option<&Operator> {
    req.app_data::<web::Data<Operator>>().map(web::Data::get_ref)
}

/// The explorer, with a call where one is chosen.
pub async fn show(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    chosen: web::Query<Chosen>,
) -> Answer {
    let operator = operator(&req).ok_or_else(|| missing("page"))?;
    let past = operator.past(desk.account.id, desk.staff.member.id);
    let before = chosen.past.and_then(|at| past.get(at)).map(|past| past.call.clone());
    let call = before.or_else(|| found(operator, &chosen.call).cloned());
    answers::page(&shown(&visit, &desk, &app, operator, call.as_ref()))
}

fn found<'o>(operator: &'o Operator, call: &str) -> Option<&'o Call> {
    let (method, path) = call.split_once(' ')?;
    operator.find(method, path)
}

/// Makes a call.
pub async fn call(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    make(&req, &visit, &desk, &app, (&input, None)).await
}

/// Makes a call that sends a file.
pub async fn send_file(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    file: FileForm,
) -> Answer {
    let field = |name| file.field(name).to_owned();
    let input = Input {
        call: field("call"),
        query: field("query"),
        body: String::new(),
        confirmed: field("confirmed"),
        reveal: field("reveal"),
    };
    let chosen = (!file.bytes.is_empty()).then_some(file);
    make(&req, &visit, &desk, &app, (&input, chosen)).await
}

async fn make(
    req: &HttpRequest,
    visit: &Visit,
    desk: &Desk,
    app: &App,
    (input, file): (&Input, Option<FileForm>),
) -> Answer {
    let operator = operator(req).ok_or_else(|| missing("page"))?;
    let known = found(operator, &input.call).ok_or_else(|| missing("call"))?;
    let call = Call { query: asked(&input.query), body: input.body.clone(), ..known.clone() };
    let page = shown(visit, desk, app, operator, Some(&call));
    if let Some(refused) = refused(desk, &call, input, file.is_some()) {
        return answers::again(&Explorer { error: Some(visit.speech.say(refused)), ..page });
    }
    let handle = &desk.account.handle;
    let token = token(app, desk, call.by).await?;
    let name = file.as_ref().map_or(EXAMPLE, |file| &file.name).to_owned();
    let asked = Asked {
        method: call.method.clone(),
        target: commands::target(&call, handle, &token),
        bearer: (call.by == By::Follower).then(|| token.clone()),
        body: carried(&call, file),
    };
    let answered = operator.call(asked).await;
    let status = answered.as_ref().map(|answered| answered.status);
    let past = Past { at: app.clock.now(), call: call.clone(), status };
    operator.remember(desk.account.id, desk.staff.member.id, past);
    let page = shown(visit, desk, app, operator, Some(&call));
    let Some(answered) = answered else {
        let error = Some(visit.speech.say("explorer-no-answer"));
        return answers::again(&Explorer { error, ..page });
    };
    let token = if input.reveal.is_empty() { commands::mask(call.by) } else { token.as_str() };
    let curl = commands::curl(&app.public_url, &call, handle, token, &name);
    let answer = came(&visit.speech, answered, curl);
    answers::page(&Explorer { answer: Some(answer), ..page })
}

/// Why a call is not made, if it is not.
fn refused(desk: &Desk, call: &Call, input: &Input, has_file: bool) -> Option<&'static str> {
    if call.effect == Effect::Sends && !desk.staff.may(Permission::Send) {
        Some("explorer-no-sending")
    } else if call.effect != Effect::Reads && input.confirmed.is_empty() {
        Some("explorer-confirm-first")
    } else if call.query.len() > QUERY || call.body.len() > BODY {
        Some("explorer-too-long")
    } else if call.file.is_some() && !has_file {
        Some("explorer-file-first")
    } else {
        None
    }
}

fn carried(call: &Call, file: Option<FileForm>) -> Body {
    match (&call.file, file) {
        (Some(field), Some(FileForm { name, bytes, .. })) => {
            Body::File { field: field.clone(), name, bytes }
        }
        _ if call.takes_body() => Body::Json(call.body.clone()),
        _ => Body::None,
    }
}

/// Each member has a follower of their own at each account, so that two who try do not meet.
async fn token(app: &App, desk: &Desk, by: By) -> crier_core::Result<String> {
    if by == By::Account {
        return Ok(app.stable_access_token(desk.account.id, None).await?.token);
    }
    let user = format!("explorer-{}-{}", desk.account.id, desk.staff.member.id);
    let told = Told::name(follower_name(desk));
    Ok(local_token(&app.vault, &user, told, app.clock.now(), HOLDS)?.0)
}

fn follower_name(desk: &Desk) -> String {
    format!("{} (API)", desk.staff.member.name)
}

/// The query without a token of the member's own: the account's is added.
fn asked(query: &str) -> String {
    let query = query.trim().trim_start_matches('?');
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let pairs = pairs.filter(|(name, _)| name != "access_token");
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn came(speech: &Speech, answered: Answered, curl: String) -> Came {
    let said: serde_json::Value = serde_json::from_str(&answered.body).unwrap_or_default();
    let failed = answered.status >= 400 || said["errcode"].as_i64().is_some_and(|code| code != 0);
    let rid = said["errmsg"].as_str().and_then(|text| Some(text.split_once("rid: ")?.1.to_owned()));
    let headers: Vec<String> =
        answered.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    Came {
        status: answered.status,
        badge: if failed { "is-bad" } else { "is-ok" },
        took: Unit::Millis.full(speech, real(answered.took_ms)),
        headers: headers.join("\n"),
        body: pretty(&answered.body).chars().take(SHOWN).collect(),
        curl,
        rid,
    }
}

fn named(call: &Call) -> String {
    format!("{} {}", call.method, call.path)
}

fn shown(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    operator: &Operator,
    call: Option<&Call>,
) -> Explorer {
    let speech = &visit.speech;
    let handle = &desk.account.handle;
    let titled = |call: &Call| format!("{} {}", call.method, commands::path(call, handle));
    let choices =
        operator.calls.iter().map(|call| Choice { value: named(call), label: titled(call) });
    let calendar = Calendar::of(visit, desk, app);
    let past = operator.past(desk.account.id, desk.staff.member.id);
    let before = |(at, past): (usize, &Past)| Before {
        href: desk.path(&format!("/explorer?past={at}")),
        call: titled(&past.call),
        status: past.status.map_or_else(|| "–".into(), |status| status.to_string()),
        time: calendar.exact(past.at),
    };
    Explorer {
        page: visit.page_of(desk, "nav-explorer"),
        base: desk.path(""),
        errors: desk.path("/errors"),
        choose: Field::new(speech, "select", "call")
            .choices(choices.collect())
            .value(call.map(named).unwrap_or_default()),
        call: call.map(|call| one(speech, desk, app, call, titled(call))),
        error: None,
        answer: None,
        past: past.iter().enumerate().map(before).collect(),
    }
}

fn one(speech: &Speech, desk: &Desk, app: &App, call: &Call, title: String) -> Shown {
    let (effect, badge) = match call.effect {
        Effect::Reads => ("explorer-reads", "is-ok"),
        Effect::Changes => ("explorer-changes", "is-warn"),
        Effect::Sends => ("explorer-sends", "is-bad"),
    };
    let confirm = match (call.effect, call.by) {
        (Effect::Reads, _) => None,
        (_, By::Follower) => Some("explorer-confirm-follower"),
        (Effect::Changes, By::Account) => Some("explorer-confirm-changes"),
        (Effect::Sends, By::Account) => Some("explorer-confirm-sends"),
    };
    let query = match call.by {
        By::Account => "explorer-query-hint",
        By::Follower => "explorer-query-hint-follower",
    };
    let body = Field::new(speech, "area", "body").value(call.body.as_str());
    let follower = [("name", follower_name(desk).into())];
    let (url, token) = (&app.public_url, commands::mask(call.by));
    Shown {
        name: named(call),
        title,
        effect: speech.say(effect),
        badge,
        query: Field::new(speech, "code", "query")
            .value(call.query.as_str())
            .hint(speech.say(query))
            .with(r#"maxlength="2000" autocomplete="off" spellcheck="false""#),
        body: call
            .takes_body()
            .then(|| body.with(r#"data-code spellcheck="false" maxlength="100000""#)),
        takes_file: call.file.is_some(),
        as_whom: (call.by == By::Follower).then(|| speech.with("explorer-as-follower", &follower)),
        confirm: confirm.map(|key| speech.say(key)),
        may: call.effect != Effect::Sends || desk.staff.may(Permission::Send),
        curl: commands::curl(url, call, &desk.account.handle, token, EXAMPLE),
    }
}
