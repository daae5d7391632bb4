//! Template messages and the trades they are for (`reference/wechat-api.md` 2.4).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::content::MiniProgram;
use crier_core::mint::fingerprint;
use crier_core::templates::{self, Kind, Notice, Template, Value as Filled};
use crier_core::{App, followers, industries};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Bytes of `client_msg_id`.
const MAX_CLIENT_ID: usize = 64;
/// Bytes of a mini program's id.
const MAX_APP_ID: usize = 64;
/// Bytes of a page in it.
const MAX_PATH: usize = 1024;

/// Sends a template message.
pub(super) async fn send(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let notice = notice(&body, "url")?;
    pace(&call.app, &account, &openid, &notice.template).await?;
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

/// Counts a notice to a follower; too many of one template have a code of their own.
pub(super) async fn pace(
    app: &App,
    account: &Account,
    openid: &str,
    template: &str,
) -> Result<(), Refusal> {
    let key = fingerprint(&format!("{}\n{openid}\n{template}", account.id));
    let checked = app.limits.notices.check(&key).await;
    let refuse = |error| Refusal::from(error).instead(code::MINUTE_LIMIT, code::TOO_OFTEN_TO_USER);
    checked.map_err(refuse)
}

/// The notice a call describes; `link` is the field that says where a tap leads.
pub(super) fn notice(body: &Value, link: &str) -> Result<Notice, Refusal> {
    let client_id = fields::some(body, "client_msg_id");
    if client_id.as_ref().is_some_and(|id| id.len() > MAX_CLIENT_ID) {
        return Err(Refusal::new(code::CLIENT_ID_TOO_LONG));
    }
    let template = fields::need(body, "template_id", code::BAD_TEMPLATE_ID)?;
    let data = body.get("data").and_then(Value::as_object).ok_or(Refusal::new(code::BAD_DATA))?;
    let values = data.iter().map(|(name, value)| (name.clone(), filled(value)));
    Ok(Notice {
        template,
        values: values.collect(),
        url: Some(fields::link(body, link)?).filter(|url| !url.is_empty()),
        mini_program: mini_program(body)?,
        client_id,
    })
}

/// A value with its colour.
pub(super) fn filled(value: &Value) -> Filled {
    Filled { text: fields::words(value, "value"), color: fields::some(value, "color") }
}

/// The mini program a tap opens. Clients send it empty where there is none.
pub(super) fn mini_program(body: &Value) -> Result<Option<MiniProgram>, Refusal> {
    let Some(said) = body.get("miniprogram").filter(|said| said.is_object()) else {
        return Ok(None);
    };
    let Some(app_id) = fields::some(said, "appid") else { return Ok(None) };
    let path = fields::some(said, "pagepath").unwrap_or_else(|| fields::words(said, "path"));
    let is_plain = |text: &str| !text.chars().any(char::is_control);
    if app_id.len() > MAX_APP_ID || path.len() > MAX_PATH || !is_plain(&app_id) || !is_plain(&path)
    {
        return Err(Refusal::about(code::BAD_PARAMETER, "miniprogram"));
    }
    Ok(Some(MiniProgram { app_id, path }))
}

/// Sets both trades.
pub(super) async fn set_industries(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let number = |name| {
        let number = fields::integer(&body, name).and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| Refusal::about(code::BAD_INDUSTRY, name))
    };
    let (first, second) = (number("industry_id1")?, number("industry_id2")?);
    call.app.write(move |tx| industries::set(tx, &account, first, second)).await?;
    Ok(Answer::done())
}

/// Reads them; both are empty before they are set.
pub(super) async fn industries(call: Call, account: Arc<Account>) -> Outcome {
    let set = call.app.read(move |conn| industries::find(conn, account.id)).await?;
    let shown = |number: Option<i32>| {
        let (first, second) = number.and_then(industries::classes).unwrap_or_default();
        json!({ "first_class": first, "second_class": second })
    };
    Ok(Answer::Data(json!({
        "primary_industry": shown(set.map(|set| set.first)),
        "secondary_industry": shown(set.map(|set| set.second)),
    })))
}

/// Adopts a template of the library.
pub(super) async fn adopt(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let short = fields::need(&body, "template_id_short", code::BAD_TEMPLATE_ID)?;
    let keywords = fields::list(&body, "keyword_name_list");
    let keywords: Vec<String> =
        keywords.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let adopted = call.app.write(move |tx| templates::adopt(tx, account.id, &short, &keywords));
    Ok(Answer::Done(json!({ "template_id": adopted.await?.template_key })))
}

/// Lists the account's templates.
pub(super) async fn all(call: Call, account: Arc<Account>) -> Outcome {
    let all = call.app.read(move |conn| templates::all(conn, account.id, &[Kind::Message])).await?;
    let list: Vec<Value> = all.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "template_list": list })))
}

fn shown(template: &Template) -> Value {
    let (first, second) = template.entry().map(templates::Entry::classes).unwrap_or_default();
    json!({
        "template_id": template.template_key,
        "title": template.title,
        "primary_industry": first,
        "deputy_industry": second,
        "content": template.content,
        "example": template.example,
    })
}

/// Gives a template up.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "template_id", code::BAD_TEMPLATE_ID)?;
    call.app.write(move |tx| templates::remove(tx, account.id, &key, &[Kind::Message])).await?;
    Ok(Answer::done())
}
