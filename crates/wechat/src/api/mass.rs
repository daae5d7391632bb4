//! Broadcasts (`reference/wechat-api.md` 2.3).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::broadcasts::{self, Outgoing, To, What};
use crier_core::drafts;
use crier_core::ids::BroadcastId;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::{contents, fields};

/// To everybody, or to the followers who have a tag.
pub(super) async fn to_all(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let to = addressed(body.get("filter").unwrap_or(&Value::Null))?;
    send(call, account, to, &body).await
}

/// Tags were groups once, and some clients still say so.
fn addressed(filter: &Value) -> Result<To, Refusal> {
    if fields::flag(filter, "is_to_all") {
        return Ok(To::All);
    }
    let named = ["tag_id", "group_id"].into_iter();
    let Some(name) =
        named.into_iter().find(|name| filter.get(name).is_some_and(|tag| !tag.is_null()))
    else {
        let detail = "filter.is_to_all must be true, or filter.tag_id a tag";
        return Err(Refusal::about(code::BAD_PARAMETER, detail));
    };
    fields::integer(filter, name).map(To::Tag).ok_or(Refusal::new(code::BAD_TAG))
}

/// To a list of openids; one alone may stand there as a text.
pub(super) async fn to_list(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openids = fields::texts(&body, "touser").ok_or(Refusal::new(code::BAD_OPENID_LIST))?;
    send(call, account, To::Openids(openids), &body).await
}

async fn send(call: Call, account: Arc<Account>, to: To, body: &Value) -> Outcome {
    let what = ready(&call, &account, contents::broadcast(body, &account)?).await?;
    let outgoing = Outgoing { to, what, client_id: fields::some(body, "clientmsgid") };
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
    let mut answer = json!({ "errmsg": errmsg, "msg_id": msg_id });
    if let Some(publication) = sent.broadcast.publication_id {
        answer["msg_data_id"] = json!(publication);
    }
    Ok(Answer::Done(answer))
}

/// Articles that are in no draft are checked and cleaned before the transaction that stores them.
async fn ready(call: &Call, account: &Account, what: What) -> Result<What, Refusal> {
    let What::Pieces(pieces) = what else { return Ok(what) };
    let (id, now, public_url) = (account.id, call.app.clock.now(), call.app.public_url.clone());
    let read = call.app.read(move |conn| drafts::prepare(conn, id, pieces, &public_url, now));
    Ok(What::Pieces(read.await?))
}

/// Shows a message to one follower before it is sent to all. Followers have no other name here than
/// their openid, so no user name can be right.
pub(super) async fn preview(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let Some(openid) = fields::some(&body, "touser") else {
        let named = fields::some(&body, "towxname").is_some();
        return Err(Refusal::new(if named { code::BAD_USER_NAME } else { code::BAD_OPENID }));
    };
    let what = ready(&call, &account, contents::broadcast(&body, &account)?).await?;
    let roster = call.app.roster.clone();
    let shown = call.app.write(move |tx| broadcasts::preview(tx, &roster, &account, &openid, what));
    let errmsg = "preview success";
    Ok(Answer::Done(json!({ "errmsg": errmsg, "msg_id": shown.await? })))
}

/// Withdraws a broadcast, or one article of it.
pub(super) async fn withdraw(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let id = msg_id(&body)?;
    // 0 is all of them.
    let index = fields::integer(&body, "article_idx").filter(|index| *index != 0);
    let index = index.map(i32::try_from).transpose();
    let index = index.map_err(|_| Refusal::new(code::BAD_ARTICLE_INDEX))?;
    call.app.write(move |tx| broadcasts::withdraw(tx, account.id, id, index)).await?;
    Ok(Answer::done())
}

fn msg_id(body: &Value) -> Result<BroadcastId, Refusal> {
    let refuse = || Refusal::about(code::BAD_PARAMETER, "msg_id must be a broadcast's");
    fields::integer(body, "msg_id").map(BroadcastId).ok_or_else(refuse)
}

/// What became of a broadcast: it is out with the commit that stores it, so it is never on its way.
pub(super) async fn status(call: Call, account: Arc<Account>) -> Outcome {
    let id = msg_id(&call.json()?)?;
    let broadcast = call.app.read(move |conn| broadcasts::get(conn, account.id, id)).await?;
    let status = if broadcast.withdrawn_at.is_some() { "DELETE" } else { "SEND_SUCCESS" };
    Ok(Answer::Data(json!({ "msg_id": broadcast.id, "msg_status": status })))
}

/// Ten thousand messages a minute, by speed (2.3).
const REAL_SPEEDS: [i32; 5] = [80, 60, 45, 30, 10];

/// The chosen speed.
pub(super) async fn speed(call: Call, account: Arc<Account>) -> Outcome {
    let speed = call.app.read(move |conn| broadcasts::speed(conn, account.id)).await?;
    let real = usize::try_from(speed).ok().and_then(|speed| REAL_SPEEDS.get(speed));
    Ok(Answer::Data(json!({ "speed": speed, "realspeed": real.copied().unwrap_or_default() })))
}

/// Chooses a speed.
pub(super) async fn set_speed(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    if body.get("speed").is_none_or(Value::is_null) {
        return Err(Refusal::new(code::NO_SPEED));
    }
    let speed = fields::integer(&body, "speed").and_then(|speed| i32::try_from(speed).ok());
    let speed = speed.ok_or(Refusal::new(code::BAD_SPEED))?;
    call.app.write(move |tx| broadcasts::set_speed(tx, account.id, speed)).await?;
    Ok(Answer::done())
}
