//! Broadcasts (`reference/wechat-api.md` 2.3).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::broadcasts::{self, Outgoing, To};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::{contents, fields};

/// To everybody.
pub(super) async fn to_all(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let filter = body.get("filter").unwrap_or(&Value::Null);
    if !fields::flag(filter, "is_to_all") {
        // There are no tags yet, so no tag's number can be right.
        let named = |name: &str| filter.get(name).is_some_and(|tag| !tag.is_null());
        let tagged = named("tag_id") || named("group_id");
        let fault = if tagged { code::BAD_TAG } else { code::BAD_PARAMETER };
        return Err(Refusal::about(fault, "filter.is_to_all must be true"));
    }
    send(call, account, To::All, &body).await
}

/// To a list of openids; one alone may stand there as a text.
pub(super) async fn to_list(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openids: Vec<String> = match body.get("touser") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => {
            let texts = many.iter().map(|one| one.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or(Refusal::new(code::BAD_OPENID_LIST))?
        }
        _ => return Err(Refusal::new(code::BAD_OPENID_LIST)),
    };
    send(call, account, To::Openids(openids), &body).await
}

async fn send(call: Call, account: Arc<Account>, to: To, body: &Value) -> Outcome {
    let content = contents::broadcast(body)?;
    let outgoing = Outgoing { to, content, client_id: fields::some(body, "clientmsgid") };
    let roster = call.app.roster.clone();
    let sent =
        call.app.write(move |tx| broadcasts::send(tx, &roster, account.id, &outgoing)).await?;
    let msg_id = json!(sent.broadcast.id);
    if sent.repeated {
        // The first try is known to have gone out, so 45066 ("too fast, ask again") never applies.
        let extra = Some(("msg_id", msg_id));
        return Err(Refusal { extra, ..Refusal::new(code::CLIENT_ID_EXISTS) });
    }
    let errmsg = "send job submission success";
    Ok(Answer::Done(json!({ "errmsg": errmsg, "msg_id": msg_id })))
}
