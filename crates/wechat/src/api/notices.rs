//! Subscription notices (`reference/wechat-api.md` 2.5): templates by title and keyword, and
//! notices to whoever said yes to them.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::notices::ASKED;
use crier_core::templates::library::{self, GENERAL};
use crier_core::templates::{self, Entry, Keyword, Kind, Template};
use crier_core::{followers, industries};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;
use super::templates::{notice, pace};

/// What fits every trade, as a category: clients take 0 for none.
const EVERY: i32 = 100;
/// Titles on one page.
const MAX_TITLES: usize = 30;

/// Sends a notice.
pub(super) async fn send(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let notice = notice(&body, "page")?;
    pace(&call.app, &account, &openid, &notice.template).await?;
    let roster = call.app.roster.clone();
    let sent = call.app.write(move |tx| {
        let follower = followers::by_openid(tx.conn, account.id, &openid)?;
        templates::send_notice(tx, &roster, account.id, follower.id, &notice)
    });
    Ok(Answer::Done(json!({ "msgid": sent.await? })))
}

/// Adopts a title.
pub(super) async fn adopt(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let tid = fields::integer(&body, "tid").ok_or(Refusal::new(code::BAD_TITLE))?;
    let kids: Option<Vec<i64>> = fields::list(&body, "kidList").iter().map(kid).collect();
    let kids = kids.ok_or(Refusal::new(code::BAD_KEYWORDS))?;
    let purpose = fields::words(&body, "sceneDesc");
    let adopted = call
        .app
        .write(move |tx| templates::adopt_notice(tx, account.id, tid, &kids, &purpose))
        .await?;
    Ok(Answer::Done(json!({ "priTmplId": adopted.template_key })))
}

fn kid(said: &Value) -> Option<i64> {
    said.as_i64().or_else(|| said.as_str()?.trim().parse().ok())
}

/// Gives a template up.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "priTmplId", code::BAD_TEMPLATE_ID)?;
    call.app.write(move |tx| templates::remove(tx, account.id, &key, ASKED)).await?;
    Ok(Answer::done())
}

/// Lists the categories titles stand in.
pub(super) async fn categories(_: Call, _: Arc<Account>) -> Outcome {
    let trades =
        (1..).zip(industries::ALL).map(|(id, (_, name))| json!({ "id": id, "name": name }));
    let every = json!({ "id": EVERY, "name": "通用" });
    Ok(Answer::Done(json!({ "data": trades.chain([every]).collect::<Vec<_>>() })))
}

/// Lists the titles of some categories, a page of them.
pub(super) async fn titles(call: Call, _: Arc<Account>) -> Outcome {
    let ids: Option<Vec<i32>> =
        call.need("ids", code::NO_CATEGORIES)?.split(',').map(category).collect();
    let ids = ids.ok_or(Refusal::new(code::BAD_CATEGORIES))?;
    let number = |name, code| {
        let number = call.query(name).map(|text| text.trim().parse::<usize>());
        number.transpose().map_err(|_| Refusal::new(code))
    };
    let start = number("start", code::BAD_START)?.ok_or(Refusal::new(code::BAD_START))?;
    let limit = number("limit", code::BAD_LIMIT)?.filter(|limit| (1..=MAX_TITLES).contains(limit));
    let limit = limit.ok_or(Refusal::new(code::BAD_LIMIT))?;
    let found: Vec<&Entry> = library::all().filter(|entry| ids.contains(&entry.industry)).collect();
    let page: Vec<Value> = found.iter().skip(start).take(limit).map(|entry| title(entry)).collect();
    Ok(Answer::Data(json!({ "count": found.len(), "data": page })))
}

/// The trade a category stands for.
fn category(text: &str) -> Option<i32> {
    let id = text.trim().parse().ok()?;
    if id == EVERY {
        return Some(GENERAL);
    }
    industries::classes(id).map(|_| id)
}

fn title(entry: &Entry) -> Value {
    let category = if entry.industry == GENERAL { EVERY } else { entry.industry };
    json!({
        "tid": entry.tid,
        "title": entry.title,
        "type": kind(entry.kind),
        "categoryId": category.to_string(),
    })
}

/// Lists the keywords of a title.
pub(super) async fn keywords(call: Call, _: Arc<Account>) -> Outcome {
    let tid = call.need("tid", code::BAD_TITLE)?.trim().parse().ok();
    let entry = tid.and_then(library::find_title).ok_or(Refusal::new(code::BAD_TITLE))?;
    let keywords = (1..).zip(entry.keywords).map(|(kid, Keyword { name, example, rule })| {
        json!({ "kid": kid, "name": name, "example": example, "rule": rule })
    });
    let keywords: Vec<Value> = keywords.collect();
    Ok(Answer::Data(json!({ "count": keywords.len(), "data": keywords })))
}

/// Lists the account's own.
pub(super) async fn all(call: Call, account: Arc<Account>) -> Outcome {
    let all = call.app.read(move |conn| templates::all(conn, account.id, ASKED)).await?;
    let own: Vec<Value> = all.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "data": own })))
}

fn shown(template: &Template) -> Value {
    json!({
        "priTmplId": template.template_key,
        "title": template.title,
        "content": template.content,
        "example": template.example,
        "type": kind(template.kind),
    })
}

const fn kind(kind: Kind) -> i32 {
    if matches!(kind, Kind::Long) { 3 } else { 2 }
}
