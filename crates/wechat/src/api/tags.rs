//! Tags, and the tag of the blocked (`reference/wechat-api.md` 2.9).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::tags::{self, BLOCKED, Tag};
use crier_core::{Result, followers};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Openids of one page.
const PAGE: i64 = 10_000;

/// Makes a tag.
pub(super) async fn create(call: Call, account: Arc<Account>) -> Outcome {
    let name = fields::words(&call.json()?["tag"], "name");
    let made = call.app.write(move |tx| tags::add(tx, account.id, &name)).await?;
    Ok(Answer::Data(json!({ "tag": { "id": made.number, "name": made.name } })))
}

/// Lists the tags with how many followers each has.
pub(super) async fn all(call: Call, account: Arc<Account>) -> Outcome {
    let all = call.app.read(move |conn| tags::all(conn, account.id)).await?;
    let shown =
        |tag: &Tag| json!({ "id": tag.number, "name": tag.name, "count": tag.follower_count });
    Ok(Answer::Data(json!({ "tags": all.iter().map(shown).collect::<Vec<_>>() })))
}

/// Renames a tag.
pub(super) async fn rename(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (number, name) = (number(&body["tag"], "id")?, fields::words(&body["tag"], "name"));
    call.app.write(move |tx| tags::rename(tx, account.id, number, &name)).await?;
    Ok(Answer::done())
}

/// Removes a tag.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let number = number(&call.json()?["tag"], "id")?;
    call.app.write(move |tx| tags::remove(tx, account.id, number)).await?;
    Ok(Answer::done())
}

fn number(of: &Value, name: &str) -> Result<i64, Refusal> {
    fields::integer(of, name).ok_or(Refusal::new(code::BAD_TAG))
}

/// Openids of a tag's followers. Asked by POST, and once by GET: the body is read either way, and
/// the query where there is none.
pub(super) async fn followers(call: Call, account: Arc<Account>) -> Outcome {
    let (number, after) = match call.json() {
        Ok(body) => (number(&body, "tagid")?, fields::some(&body, "next_openid")),
        Err(refusal) if refusal.code != code::NO_BODY => return Err(refusal),
        Err(_) => {
            let number = call.need("tagid", code::BAD_TAG)?.parse();
            let after = call.query("next_openid").filter(|openid| !openid.is_empty());
            (number.map_err(|_| Refusal::new(code::BAD_TAG))?, after.map(str::to_owned))
        }
    };
    if number == BLOCKED {
        return Err(Refusal::new(code::BAD_TAG));
    }
    Ok(Answer::Data(page(&call, &account, number, after).await?.1))
}

/// A page of a tag's openids in the shape that all lists of openids have (T9), and how many there
/// are in all.
async fn page(
    call: &Call,
    account: &Account,
    number: i64,
    after: Option<String>,
) -> Result<(i64, Value), Refusal> {
    let id = account.id;
    let read = call.app.read(move |conn| {
        let after = after.map(|openid| followers::by_openid(conn, id, &openid));
        let after = after.transpose()?.map(|follower| follower.id);
        let total = tags::get(conn, id, number)?.follower_count;
        Ok((total, tags::page(conn, id, number, after, PAGE)?))
    });
    let (total, openids) = read.await?;
    let Some(last) = openids.last().cloned() else {
        return Ok((total, json!({ "count": 0, "next_openid": "" })));
    };
    let count = openids.len();
    Ok((total, json!({ "count": count, "data": { "openid": openids }, "next_openid": last })))
}

/// Gives a tag to up to fifty followers.
pub(super) async fn give(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (number, openids) = (number(&body, "tagid")?, openids(&body)?);
    call.app.write(move |tx| tags::give(tx, account.id, number, &openids)).await?;
    Ok(Answer::done())
}

/// Takes a tag from up to fifty followers.
pub(super) async fn take(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let (number, openids) = (number(&body, "tagid")?, openids(&body)?);
    call.app.write(move |tx| tags::take(tx, account.id, number, &openids)).await?;
    Ok(Answer::done())
}

fn openids(body: &Value) -> Result<Vec<String>, Refusal> {
    fields::texts(body, "openid_list").ok_or(Refusal::new(code::BAD_OPENID_LIST))
}

/// The tags of one follower.
pub(super) async fn of_follower(call: Call, account: Arc<Account>) -> Outcome {
    let openid = fields::need(&call.json()?, "openid", code::NO_OPENID)?;
    let read = call.app.read(move |conn| {
        let follower = followers::by_openid(conn, account.id, &openid)?;
        tags::of_follower(conn, follower.id)
    });
    Ok(Answer::Data(json!({ "tagid_list": read.await? })))
}

/// Openids of the blocked; the body may be absent, and `begin_openid` empty or null.
pub(super) async fn blocked(call: Call, account: Arc<Account>) -> Outcome {
    let after = match call.json() {
        Ok(body) => fields::some(&body, "begin_openid"),
        Err(refusal) if refusal.code == code::NO_BODY => None,
        Err(refusal) => return Err(refusal),
    };
    let (total, mut page) = page(&call, &account, BLOCKED, after).await?;
    page["total"] = json!(total);
    Ok(Answer::Data(page))
}

/// Blocks up to twenty followers.
pub(super) async fn block(call: Call, account: Arc<Account>) -> Outcome {
    let openids = openids(&call.json()?)?;
    call.app.write(move |tx| tags::block(tx, account.id, &openids)).await?;
    Ok(Answer::done())
}

/// Ends the block of up to twenty followers.
pub(super) async fn unblock(call: Call, account: Arc<Account>) -> Outcome {
    let openids = openids(&call.json()?)?;
    call.app.write(move |tx| tags::unblock(tx, account.id, &openids)).await?;
    Ok(Answer::done())
}
