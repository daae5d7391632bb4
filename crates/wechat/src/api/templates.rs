//! Template messages (`reference/wechat-api.md` 2.4).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::followers;
use crier_core::templates::{self, LIBRARY, Notice, Template, Value as Filled};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Bytes of `client_msg_id`.
const MAX_CLIENT_ID: usize = 64;

/// Sends a notice.
pub(super) async fn send(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let notice = notice(&body)?;
    let roster = call.app.roster.clone();
    let sent = call.app.write(move |tx| {
        let follower = followers::by_openid(tx.conn, account.id, &openid)?;
        templates::send(tx, &roster, account.id, follower.id, &notice)
    });
    // A notice needs no window: who doesn't follow is told so by another code.
    let refuse = |error| Refusal::from(error).instead(code::WINDOW_CLOSED, code::WANTS_SUBSCRIBER);
    let id = sent.await.map_err(refuse)?;
    Ok(Answer::Done(json!({ "msgid": id })))
}

fn notice(body: &Value) -> Result<Notice, Refusal> {
    let client_id = fields::some(body, "client_msg_id");
    if client_id.as_ref().is_some_and(|id| id.len() > MAX_CLIENT_ID) {
        return Err(Refusal::new(code::CLIENT_ID_TOO_LONG));
    }
    let data = body.get("data").and_then(Value::as_object).ok_or(Refusal::new(code::BAD_DATA))?;
    let values = data.iter().map(|(name, value)| {
        let (text, color) = (fields::words(value, "value"), fields::some(value, "color"));
        (name.clone(), Filled { text, color })
    });
    Ok(Notice {
        template: fields::need(body, "template_id", code::BAD_TEMPLATE_ID)?,
        values: values.collect(),
        url: Some(fields::link(body, "url")?).filter(|url| !url.is_empty()),
        client_id,
    })
}

/// Adopts a template of the library.
pub(super) async fn adopt(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let short = fields::need(&body, "template_id_short", code::BAD_TEMPLATE_ID)?;
    let names = fields::list(&body, "keyword_name_list").iter();
    let names: Vec<String> = names.filter_map(Value::as_str).map(str::to_owned).collect();
    let adopted = call.app.write(move |tx| templates::adopt(tx, account.id, &short, &names));
    Ok(Answer::Done(json!({ "template_id": adopted.await?.template_key })))
}

/// Lists the account's templates.
pub(super) async fn all(call: Call, account: Arc<Account>) -> Outcome {
    let all = call.app.read(move |conn| templates::all(conn, account.id)).await?;
    let list: Vec<Value> = all.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "template_list": list })))
}

fn shown(template: &Template) -> Value {
    let entry = LIBRARY.iter().find(|entry| entry.title == template.title);
    json!({
        "template_id": template.template_key,
        "title": template.title,
        "primary_industry": entry.map_or("", |entry| entry.industry),
        "deputy_industry": "",
        "content": template.content,
        "example": template.example,
    })
}

/// Gives a template up.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "template_id", code::BAD_TEMPLATE_ID)?;
    call.app.write(move |tx| templates::remove(tx, account.id, &key)).await?;
    Ok(Answer::done())
}
