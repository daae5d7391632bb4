//! Short addresses and keys (`reference/wechat-api.md` 2.10).
use std::sync::Arc;

use chrono::Duration;
use crier_core::accounts::Account;
use crier_core::short_keys::{self, Kind};
use serde_json::json;

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// A short address for a long one.
pub(super) async fn shorten(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    if fields::words(&body, "action") != "long2short" {
        return Err(Refusal::about(code::BAD_PARAMETER, "action must be long2short"));
    }
    let link = fields::need(&body, "long_url", code::BAD_URL_DOMAIN)?;
    if link.len() > short_keys::MOST_LINK {
        return Err(Refusal::new(code::URL_TOO_LONG));
    }
    let made = call.app.write(move |tx| short_keys::shorten(tx, account.id, &link)).await?;
    let address = format!("{}/w/{}", call.app.public_url, made.short_key);
    Ok(Answer::Done(json!({ "short_url": address })))
}

/// A key for data.
pub(super) async fn keep(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let data = fields::need(&body, "long_data", code::NO_CONTENT)?;
    if data.len() > short_keys::MOST_DATA {
        return Err(Refusal::new(code::CONTENT_TOO_LONG));
    }
    let lasts = match body.get("expire_seconds") {
        None => short_keys::LONGEST,
        Some(_) => fields::integer(&body, "expire_seconds")
            .and_then(Duration::try_seconds)
            .ok_or(Refusal::about(code::BAD_PARAMETER, "expire_seconds"))?,
    };
    let made = call.app.write(move |tx| short_keys::keep(tx, account.id, &data, lasts)).await?;
    Ok(Answer::Done(json!({ "short_key": made.short_key })))
}

/// The data of a key.
pub(super) async fn fetch(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "short_key", code::BAD_PARAMETER)?;
    let now = call.app.clock.now();
    let found = call.app.read(move |conn| short_keys::get(conn, &key, Kind::Data, now)).await?;
    if found.account_id != account.id {
        return Err(Refusal::new(code::BAD_PARAMETER));
    }
    let left = found.expires_at.map_or(0, |end| end.seconds() - now.seconds());
    Ok(Answer::Done(json!({
        "long_data": found.content,
        "create_time": found.created_at.seconds(),
        "expire_seconds": left,
    })))
}
