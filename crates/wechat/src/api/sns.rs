//! User tokens of web sign-in (`reference/wechat-api.md` 2.12).
use crier_core::grants::{self, Granted, Scope};
use serde_json::json;

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::tokens;

/// A code becomes tokens.
pub(super) async fn redeem(call: Call) -> Outcome {
    let app_id = call.need("appid", code::NO_APP_ID)?;
    let secret = call.need("secret", code::NO_APP_SECRET)?;
    let given = call.need("code", code::NO_CODE)?.to_owned();
    if call.query("grant_type").unwrap_or("authorization_code") != "authorization_code" {
        return Err(Refusal::new(code::BAD_GRANT_TYPE));
    }
    let account = tokens::account_of(&call.app, app_id, secret).await?;
    call.app.limits.operator.check(&account.app_id).await?;
    let account = account.id;
    let granted = call.app.write(move |tx| grants::redeem(tx, account, &given)).await?;
    Ok(shown(&granted))
}

/// A user token is renewed.
pub(super) async fn renew(call: Call) -> Outcome {
    let app_id = call.need("appid", code::NO_APP_ID)?;
    let refresh = call.need("refresh_token", code::NO_REFRESH_TOKEN)?.to_owned();
    if call.query("grant_type").unwrap_or("refresh_token") != "refresh_token" {
        return Err(Refusal::new(code::BAD_GRANT_TYPE));
    }
    let account = tokens::account(&call.app, app_id).await?;
    call.app.limits.operator.check(&account.app_id).await?;
    let account = account.id;
    let granted = call.app.write(move |tx| grants::renew(tx, account, &refresh)).await?;
    Ok(shown(&granted))
}

fn shown(granted: &Granted) -> Answer {
    let scope = match granted.scope {
        Scope::Base => "snsapi_base",
        Scope::Profile => "snsapi_userinfo",
    };
    Answer::Data(json!({
        "access_token": granted.access,
        "expires_in": grants::ACCESS.num_seconds(),
        "refresh_token": granted.refresh,
        "openid": granted.openid,
        "scope": scope,
    }))
}

/// Name and picture, for a token whose owner agreed to it.
pub(super) async fn user_info(call: Call) -> Outcome {
    let (access, openid) = pair(&call)?;
    let now = call.app.clock.now();
    let read = call.app.read(move |conn| grants::bearer(conn, &access, now));
    let (follower, user, scope) = read.await?;
    if follower.openid != openid {
        return Err(Refusal::new(code::BAD_OPENID));
    }
    if scope != Scope::Profile {
        return Err(Refusal::new(code::UNAUTHORIZED));
    }
    Ok(Answer::Data(json!({
        "openid": follower.openid,
        "nickname": user.name,
        "sex": 0,
        "province": "",
        "city": "",
        "country": "",
        "headimgurl": user.picture.unwrap_or_default(),
        "privilege": [],
    })))
}

/// Whether a user token holds.
pub(super) async fn check(call: Call) -> Outcome {
    let (access, openid) = pair(&call)?;
    let now = call.app.clock.now();
    let (follower, ..) = call.app.read(move |conn| grants::bearer(conn, &access, now)).await?;
    if follower.openid == openid { Ok(Answer::done()) } else { Err(Refusal::new(code::BAD_OPENID)) }
}

fn pair(call: &Call) -> Result<(String, String), Refusal> {
    let access = call.need("access_token", code::NO_TOKEN)?.to_owned();
    Ok((access, call.need("openid", code::NO_OPENID)?.to_owned()))
}
