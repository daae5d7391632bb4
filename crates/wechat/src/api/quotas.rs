//! How often calls may be made in a day, and what is left (`reference/wechat-api.md` 2.1, 5.3).
use std::sync::Arc;

use crier_core::Error;
use crier_core::accounts::Account;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::routes::{FOREIGN, Handler, Route, TABLE};
use super::{fields, tokens};

/// Calls in a day, where the settings say nothing else. Calls that are not listed have no limit.
const USUAL: &[(&str, i64)] = &[
    ("/cgi-bin/token", 2_000),
    ("/cgi-bin/stable_token", 500_000),
    ("/cgi-bin/menu/create", 1_000),
    ("/cgi-bin/menu/get", 10_000),
    ("/cgi-bin/menu/delete", 1_000),
    ("/cgi-bin/tags/create", 1_000),
    ("/cgi-bin/tags/get", 1_000),
    ("/cgi-bin/tags/update", 1_000),
    ("/cgi-bin/tags/members/batchtagging", 100_000),
    ("/cgi-bin/tags/members/batchuntagging", 100_000),
    ("/cgi-bin/media/upload", 5_000),
    ("/cgi-bin/media/get", 10_000),
    ("/cgi-bin/message/custom/send", 500_000),
    ("/cgi-bin/message/mass/sendall", 100),
    ("/cgi-bin/message/mass/send", 100),
    ("/cgi-bin/message/mass/preview", 100),
    ("/cgi-bin/message/mass/delete", 10),
    ("/cgi-bin/media/uploadnews", 10),
    ("/cgi-bin/qrcode/create", 100_000),
    ("/cgi-bin/user/get", 500),
    ("/cgi-bin/user/info", 5_000_000),
    ("/cgi-bin/user/info/batchget", 500_000),
    ("/cgi-bin/user/info/updateremark", 10_000),
    ("/cgi-bin/message/template/send", 100_000),
    ("/cgi-bin/getcallbackip", 5_000),
];

/// Prefixes of one family of calls, of which clients use either (T6): a call has one count.
const ALIASES: (&str, &str) = ("/cgi-bin/customservice/", "/customservice/");

/// Calls that send to an audience: sixty a minute, whatever else the account does.
const BROADCASTS: [&str; 2] = ["/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send"];

/// Whether a call is counted as a broadcast in its minute.
pub(super) fn is_broadcast(path: &str) -> bool {
    BROADCASTS.contains(&path)
}

/// The path a call is counted under: of two under which it stands in the table, the shorter one.
pub(super) fn counted_as(path: &'static str) -> &'static str {
    let Some(rest) = path.strip_prefix(ALIASES.0) else { return path };
    let other = TABLE.iter().map(|route| route.path);
    let mut other = other.filter(|other| other.strip_prefix(ALIASES.1) == Some(rest));
    other.next().unwrap_or(path)
}

/// How often a path may be called in a day if the settings say nothing; 0 is without limit.
pub(super) fn usual(path: &str) -> i64 {
    USUAL.iter().find(|(limited, _)| *limited == path).map_or(0, |(_, limit)| *limit)
}

/// Whether a daily limit can be set for this path: it is one of this face's calls.
pub fn has_limit(path: &str) -> bool {
    route(path).is_some_and(|route| counted_as(route.path) == path)
}

fn route(path: &str) -> Option<&'static Route> {
    TABLE.iter().find(|route| route.path == path)
}

/// Starts all of an account's counts anew.
pub(super) async fn clear(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    if fields::need(&body, "appid", code::NO_APP_ID)? != account.app_id {
        return Err(Refusal::new(code::BAD_APP_ID));
    }
    call.app.clear_calls(&account, None).await?;
    Ok(Answer::done())
}

/// The same for whoever has the secret: without a token, since there may be none to be had (T7).
pub(super) async fn clear_by_secret(call: Call) -> Outcome {
    let app_id = call.anywhere("appid").ok_or(Refusal::new(code::NO_APP_ID))?;
    let secret = call.anywhere("appsecret").ok_or(Refusal::new(code::NO_APP_SECRET))?;
    let account = tokens::account_of(&call.app, &app_id, &secret).await?;
    call.admit(&account).await?;
    call.app.clear_calls(&account, None).await?;
    Ok(Answer::done())
}

/// The counts of one call.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let path = asked(&call.json()?, &account)?;
    let used = call.app.calls_made(&account, path).await?;
    let limit = call.app.quotas.limit(path, usual(path));
    // A call without a limit has the greatest that every client can read.
    let limit = if limit == 0 { i64::from(i32::MAX) } else { limit };
    let (count, seconds) = pace(&call, path);
    Ok(Answer::Done(json!({
        "quota": { "daily_limit": limit, "used": used, "remain": (limit - used).max(0) },
        "rate_limit": { "call_count": count, "refresh_second": seconds },
        "component_rate_limit": { "call_count": 0, "refresh_second": 0 },
    })))
}

/// How many calls in how many seconds.
fn pace(call: &Call, path: &str) -> (u32, u32) {
    let limits = &call.app.limits;
    if is_broadcast(path) {
        return (limits.broadcasts.rate().per_second.get().saturating_mul(60), 60);
    }
    (limits.operator.rate().per_second.get(), 1)
}

/// Starts the count of one call anew.
pub(super) async fn clear_one(call: Call, account: Arc<Account>) -> Outcome {
    let path = asked(&call.json()?, &account)?;
    call.app.clear_calls(&account, Some(path)).await?;
    Ok(Answer::done())
}

/// The path a body names, as it is counted.
fn asked(body: &Value, account: &Account) -> Result<&'static str, Refusal> {
    let named = fields::words(body, "cgi_path");
    let named = named.trim();
    let foreign = |prefix: &&str| {
        named.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let Some(route) = route(named) else {
        let known = FOREIGN.iter().any(foreign);
        return Err(Refusal::new(if known { code::NOT_YOUR_PATH } else { code::NO_SUCH_PATH }));
    };
    if let Handler::Account(right, _) = &route.handler {
        account.may(*right).map_err(|_| Refusal::new(code::NOT_YOUR_PATH))?;
    }
    Ok(counted_as(route.path))
}

/// A count that is full is the day's, not the minute's.
pub(super) fn of_the_day(error: Error) -> Refusal {
    match error {
        Error::Limited { .. } => Refusal::new(code::DAILY_LIMIT),
        error => error.into(),
    }
}
