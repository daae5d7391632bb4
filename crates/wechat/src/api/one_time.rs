//! One-time messages (`reference/wechat-api.md` 2.4): sent once to whoever agreed on a web page.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::followers;
use crier_core::one_time::{self, OneTime};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;
use super::templates::{filled, mini_program};

/// Sends the one message.
pub(super) async fn send(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let message = message(&body)?;
    let (vault, roster) = (call.app.vault.clone(), call.app.roster.clone());
    let sent = call.app.write(move |tx| {
        let follower = followers::by_openid(tx.conn, account.id, &openid)?;
        one_time::send(tx, &vault, &roster, account.id, follower.id, &message)
    });
    sent.await?;
    Ok(Answer::Done(json!({})))
}

fn message(body: &Value) -> Result<OneTime, Refusal> {
    let template = fields::need(body, "template_id", code::BAD_TEMPLATE_ID)?;
    let scene = fields::integer(body, "scene").and_then(|scene| i32::try_from(scene).ok());
    let content = body.get("data").and_then(|data| data.get("content"));
    Ok(OneTime {
        template,
        scene: scene.ok_or_else(|| Refusal::about(code::BAD_PARAMETER, "scene"))?,
        title: fields::words(body, "title"),
        text: filled(content.ok_or(Refusal::new(code::BAD_DATA))?),
        url: Some(fields::link(body, "url")?).filter(|url| !url.is_empty()),
        mini_program: mini_program(body)?,
    })
}
