//! The API explorer: calls the account's own API with its own token, and shows what is sent and what
//! comes back. A call that changes something is made once it is confirmed, and one that followers
//! receive needs the right to send.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::App;
use crier_core::members::Permission;
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::errors::pretty;
use crate::failures::missing;
use crate::fields::{Choice, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::numbers::{Unit, real};
use crate::operator::{Answered, Asked, Call, Effect, Operator, Past};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Speech;

/// Characters of an answer that are shown.
const SHOWN: usize = 65_536;
/// Bytes of a query and of a body.
const QUERY: usize = 2_000;
const BODY: usize = 100_000;
/// What stands for the token where it is not to be seen.
const MASK: &str = "ACCESS_TOKEN";

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
    title: String,
    effect: String,
    badge: &'static str,
    query: Field,
    body: Option<Field>,
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
    let operator = operator(&req).ok_or_else(|| missing("page"))?;
    let known = found(operator, &input.call).ok_or_else(|| missing("call"))?;
    let call = Call { query: asked(&input.query), body: input.body.clone(), ..known.clone() };
    let page = shown(&visit, &desk, &app, operator, Some(&call));
    let refused = if call.effect == Effect::Sends && !desk.staff.may(Permission::Send) {
        Some("explorer-no-sending")
    } else if call.effect != Effect::Reads && input.confirmed.is_empty() {
        Some("explorer-confirm-first")
    } else if call.query.len() > QUERY || call.body.len() > BODY {
        Some("explorer-too-long")
    } else {
        None
    };
    if let Some(refused) = refused {
        return answers::again(&Explorer { error: Some(visit.speech.say(refused)), ..page });
    }
    let token = app.stable_access_token(desk.account.id, None).await?.token;
    let target = target(&call, &token);
    let post = call.method == "POST";
    let answered = operator.call(Asked { post, target, body: call.body.clone() }).await;
    let status = answered.as_ref().map(|answered| answered.status);
    let past = Past { at: app.clock.now(), call: call.clone(), status };
    operator.remember(desk.account.id, desk.staff.member.id, past);
    let page = shown(&visit, &desk, &app, operator, Some(&call));
    let Some(answered) = answered else {
        let error = Some(visit.speech.say("explorer-no-answer"));
        return answers::again(&Explorer { error, ..page });
    };
    let token = if input.reveal.is_empty() { MASK } else { token.as_str() };
    let answer = came(&visit.speech, answered, curl(&app.public_url, &call, token));
    answers::page(&Explorer { answer: Some(answer), ..page })
}

/// The query without a token of the member's own: the account's is added.
fn asked(query: &str) -> String {
    let query = query.trim().trim_start_matches('?');
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let pairs = pairs.filter(|(name, _)| name != "access_token");
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn target(call: &Call, token: &str) -> String {
    let more = if call.query.is_empty() { String::new() } else { format!("&{}", call.query) };
    format!("{}?access_token={token}{more}", call.path)
}

/// The call as a command for a shell.
fn curl(public_url: &str, call: &Call, token: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let address = quoted(&format!("{public_url}{}", target(call, token)));
    if call.method == "GET" {
        return format!("curl {address}");
    }
    let body = quoted(&call.body);
    format!("curl -X POST {address} \\\n  -H 'content-type: application/json' \\\n  -d {body}")
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

fn shown(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    operator: &Operator,
    call: Option<&Call>,
) -> Explorer {
    let speech = &visit.speech;
    let named = |call: &Call| format!("{} {}", call.method, call.path);
    let choices =
        operator.calls.iter().map(|call| Choice { value: named(call), label: named(call) });
    let calendar = Calendar::of(visit, desk, app);
    let past = operator.past(desk.account.id, desk.staff.member.id);
    let before = |(at, past): (usize, &Past)| Before {
        href: desk.path(&format!("/explorer?past={at}")),
        call: named(&past.call),
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
        call: call.map(|call| one(speech, desk, app, call, named(call))),
        error: None,
        answer: None,
        past: past.iter().enumerate().map(before).collect(),
    }
}

fn one(speech: &Speech, desk: &Desk, app: &App, call: &Call, title: String) -> Shown {
    let (effect, badge, confirm) = match call.effect {
        Effect::Reads => ("explorer-reads", "is-ok", None),
        Effect::Changes => ("explorer-changes", "is-warn", Some("explorer-confirm-changes")),
        Effect::Sends => ("explorer-sends", "is-bad", Some("explorer-confirm-sends")),
    };
    let body = Field::new(speech, "area", "body").value(call.body.as_str());
    Shown {
        title,
        effect: speech.say(effect),
        badge,
        query: Field::new(speech, "code", "query")
            .value(call.query.as_str())
            .hint(speech.say("explorer-query-hint"))
            .with(r#"maxlength="2000" autocomplete="off" spellcheck="false""#),
        body: (call.method == "POST")
            .then(|| body.with(r#"data-code spellcheck="false" maxlength="100000""#)),
        confirm: confirm.map(|key| speech.say(key)),
        may: call.effect != Effect::Sends || desk.staff.may(Permission::Send),
        curl: curl(&app.public_url, call, MASK),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_quoted_for_a_shell() {
        let call = Call {
            method: "POST".into(),
            path: "/cgi-bin/tags/create".into(),
            query: asked("?access_token=stolen&a=b c"),
            body: "{\"name\":\"it's\"}".into(),
            effect: Effect::Changes,
        };
        let command = curl("https://crier.example", &call, MASK);
        assert!(command.starts_with(
            "curl -X POST 'https://crier.example/cgi-bin/tags/create?access_token=ACCESS_TOKEN&a=b+c'"
        ));
        assert!(command.ends_with(r#"-d '{"name":"it'\''s"}'"#), "{command}");
    }
}
