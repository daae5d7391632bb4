//! Refused calls by the number in their answer (`reference/wechat-api.md` 2.1).
use std::sync::Arc;

use actix_web::{FromRequest as _, HttpRequest};
use crier_core::accounts::Account;
use crier_core::clock::random;
use crier_core::refusals::{self, Refused};
use crier_core::{App, Timestamp};
use crier_http::clients::Client;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::{Call, Seen};
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Names of what nobody may read later.
const SECRETS: [&str; 7] =
    ["access_token", "refresh_token", "secret", "appsecret", "password", "token", "code"];
/// What stands in their place.
const MASK: &str = "***";

/// A number for an answer: the second it came in, and noise.
pub(super) fn mint(now: Timestamp) -> String {
    let noise = hex::encode(random::<8>());
    format!("{:08x}-{}-{}", now.seconds(), &noise[..8], &noise[8..])
}

fn is_rid(text: &str) -> bool {
    let hex = |part: &str| {
        part.len() == 8 && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == 3 && parts.into_iter().all(hex)
}

/// Keeps a refused call of an account that is known.
pub(super) async fn keep(
    app: &App,
    request: &HttpRequest,
    seen: &Seen,
    (rid, began): (&str, Timestamp),
    answer: &str,
) {
    let Some(account) = seen.account.get() else { return };
    let client = Client::extract(request).await;
    let cost = (app.clock.now().micros() - began.micros()) / 1_000;
    let query = query_masked(request.query_string());
    let mark = if query.is_empty() { "" } else { "?" };
    let refused = Refused {
        rid: rid.to_owned(),
        account_id: account.id,
        invoked_at: began,
        cost_ms: i32::try_from(cost.max(0)).unwrap_or(i32::MAX),
        url: format!("{}{}{mark}{query}", app.public_url, request.path()),
        request_body: seen.body.get().map(|body| body_masked(body)).unwrap_or_default(),
        response_body: answer.to_owned(),
        client_ip: client.map(|client| client.0.to_string()).unwrap_or_default(),
    };
    app.keep_refused(account, refused).await;
}

/// What was asked and answered under a number.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let rid = fields::words(&call.json()?, "rid");
    let rid = rid.trim().to_owned();
    if !is_rid(&rid) {
        return Err(Refusal::new(code::BAD_RID));
    }
    let found = call.app.read(move |conn| refusals::get(conn, &rid)).await?;
    if found.account_id != account.id {
        return Err(Refusal::new(code::NOT_YOUR_RID));
    }
    Ok(Answer::Done(json!({ "request": {
        "invoke_time": found.invoked_at.seconds(),
        "cost_in_ms": found.cost_ms,
        "request_url": found.url,
        "request_body": found.request_body,
        "response_body": found.response_body,
        "client_ip": found.client_ip,
    } })))
}

fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// A query or a form with its secrets masked, each pair otherwise as it came.
fn query_masked(query: &str) -> String {
    let pair = |pair: &str| {
        let name = url::form_urlencoded::parse(pair.as_bytes()).next();
        match name {
            Some((name, _)) if is_secret(&name) => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        }
    };
    query.split('&').map(pair).collect::<Vec<_>>().join("&")
}

fn body_masked(body: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(body) else { return format!("({} bytes)", body.len()) };
    if let Ok(mut value) = serde_json::from_str::<Value>(text) {
        mask(&mut value);
        return value.to_string();
    }
    if text.trim_start().starts_with("--") {
        return format!("(a form of {} bytes)", body.len());
    }
    // What is neither JSON nor a form may hold a secret anywhere that we would look for in vain.
    let suspect = text.to_ascii_lowercase();
    let names = SECRETS[..5].iter().any(|secret| suspect.contains(secret));
    let form = !text.contains(['{', '"', '<', '\n']);
    match (names, form) {
        (_, true) => query_masked(text),
        (true, false) => format!("({} bytes that are no JSON and name a secret)", body.len()),
        (false, false) => text.to_owned(),
    }
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_secret(name) && !value.is_object() && !value.is_array() {
                    *value = MASK.into();
                } else {
                    mask(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        assert_eq!(query_masked("a=1&access_token=x&b"), "a=1&access_token=***&b");
        assert_eq!(query_masked("%73ecret=x"), "secret=***");
        let body = br#"{"a":[{"Secret":"x","password":7}],"appsecret":"x"}"#;
        let masked = body_masked(body);
        assert_eq!(masked, r#"{"a":[{"Secret":"***","password":"***"}],"appsecret":"***"}"#);
        assert_eq!(body_masked(b"appid=wx&appsecret=x"), "appid=wx&appsecret=***");
        assert!(!body_masked(b"{\"secret\":\"hidden\"").contains("hidden"));
        assert_eq!(body_masked(b"{\"a\":"), "{\"a\":");
        assert_eq!(body_masked(&[0xff, 0xfe]), "(2 bytes)");
    }

    #[test]
    fn a_number_has_three_parts() {
        assert!(is_rid(&mint(Timestamp::from_seconds(1_767_225_600))));
        for bad in ["", "abc", "6a-b-c", "69560000-aaaaaaaa-AAAAAAAA", "69560000-aaaaaaaa"] {
            assert!(!is_rid(bad), "{bad}");
        }
    }
}
