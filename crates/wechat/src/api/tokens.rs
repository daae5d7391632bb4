//! Access tokens and page tickets (`reference/wechat-api.md` 2.1, 2.12).
use std::sync::Arc;

use crier_core::access_tokens::Issued;
use crier_core::accounts::Account;
use crier_core::{App, Error};
use serde_json::json;

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// The account of an app id and its secret.
pub(super) async fn account_of(
    app: &App,
    app_id: &str,
    secret: &str,
) -> Result<Arc<Account>, Refusal> {
    let account = account(app, app_id).await?;
    if account.secret_is(secret) || app.held_secret(account.id, secret).await? {
        return Ok(account);
    }
    Err(Refusal::new(code::BAD_APP_SECRET))
}

/// The account of exactly this app id: `App::account` takes handles too.
pub(super) async fn account(app: &App, app_id: &str) -> Result<Arc<Account>, Refusal> {
    let account = app.account(app_id).await?;
    if account.app_id == app_id { Ok(account) } else { Err(Refusal::new(code::BAD_APP_ID)) }
}

/// A new classic token. The one before it holds five more minutes, so that a bot's other processes
/// have time to notice (T8).
pub(super) async fn classic(call: Call) -> Outcome {
    if call.need("grant_type", code::BAD_GRANT_TYPE)? != "client_credential" {
        return Err(Refusal::new(code::BAD_GRANT_TYPE));
    }
    let app_id = call.need("appid", code::NO_APP_ID)?;
    let secret = call.need("secret", code::NO_APP_SECRET)?;
    let account = account_of(&call.app, app_id, secret).await?;
    call.admit(&account).await?;
    within_the_day(&call, call.app.issue_access_token(account.id).await)
}

/// The stable token, the same for all of a bot's processes.
pub(super) async fn stable(call: Call) -> Outcome {
    let body = call.json()?;
    if fields::words(&body, "grant_type") != "client_credential" {
        return Err(Refusal::new(code::BAD_GRANT_TYPE));
    }
    let app_id = fields::need(&body, "appid", code::NO_APP_ID)?;
    let secret = fields::need(&body, "secret", code::NO_APP_SECRET)?;
    let account = account_of(&call.app, &app_id, &secret).await?;
    call.admit(&account).await?;
    let from = fields::flag(&body, "force_refresh").then_some(&*call.client);
    within_the_day(&call, call.app.stable_access_token(account.id, from).await)
}

/// Issuing and forcing have limits of their own, counted in days.
fn within_the_day(call: &Call, issued: crier_core::Result<Issued>) -> Outcome {
    match issued {
        Ok(issued) => Ok(token(call, &issued)),
        Err(Error::Limited { .. }) => Err(Refusal::new(code::DAILY_LIMIT)),
        Err(error) => Err(error.into()),
    }
}

fn token(call: &Call, issued: &Issued) -> Answer {
    let left = issued.seconds_left(call.app.clock.now());
    Answer::Data(json!({ "access_token": issued.token, "expires_in": left }))
}

/// The ticket web pages sign with.
pub(super) async fn ticket(call: Call, account: Arc<Account>) -> Outcome {
    match call.query("type").unwrap_or("jsapi") {
        "jsapi" => {
            let issued = call.app.page_ticket(account.id);
            let left = issued.seconds_left(call.app.clock.now());
            Ok(Answer::Done(json!({ "ticket": issued.token, "expires_in": left })))
        }
        "wx_card" | "sdk" => Err(Refusal::new(code::UNAUTHORIZED)),
        _ => Err(Refusal::about(code::BAD_PARAMETER, "type must be jsapi")),
    }
}
