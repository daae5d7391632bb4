//! Messages to one follower inside their reply window (`reference/wechat-api.md` 2.2).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::content::Origin;
use crier_core::conversations::Append;
use crier_core::windows::Effect;
use crier_core::{followers, media};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::{contents, fields};

/// Sends one message. `customservice` and other keys beside it are taken and not looked at.
pub(super) async fn send(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let content = contents::custom(&body, &account)?;
    let now = call.app.clock.now();
    let read = call.app.read(move |conn| {
        let follower = followers::by_openid(conn, account.id, &openid)?;
        Ok((follower.id, media::complete(conn, content, now)?))
    });
    let (follower, content) = read.await?;
    let message = Append::outbound(follower, Origin::Api, content, None, Effect::Spend);
    call.app.append(message).await?;
    Ok(Answer::done())
}
