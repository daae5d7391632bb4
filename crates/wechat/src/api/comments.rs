//! Comments (`reference/wechat-api.md` 2.8). `index` counts from 0 here, unlike everywhere else.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::articles::{self, Article};
use crier_core::comments::{self, Listed, Which};
use crier_core::ids::PublicationId;
use crier_core::rights::Right;
use crier_core::tx::Tx;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Comments of one page.
const MAX_PAGE: i64 = 50;

/// Which article is meant.
#[derive(Clone, Copy)]
struct Named {
    publication: PublicationId,
    idx: i32,
}

impl Named {
    fn read(body: &Value, account: &Account) -> Result<Self, Refusal> {
        account.may(Right::Comments)?;
        let id = fields::integer(body, "msg_data_id").ok_or(Refusal::new(code::NO_ARTICLE))?;
        let index = fields::integer(body, "index").unwrap_or(0);
        let idx = i32::try_from(index).ok().and_then(|index| index.checked_add(1));
        let idx = idx.filter(|idx| *idx > 0).ok_or(Refusal::new(code::NO_ARTICLE))?;
        Ok(Self { publication: PublicationId(id), idx })
    }
}

fn refusal(error: crier_core::Error) -> Refusal {
    Refusal::from(error).instead(code::BAD_ARTICLE_ID, code::NO_ARTICLE)
}

/// Lets readers comment.
pub(super) async fn open(call: Call, account: Arc<Account>) -> Outcome {
    set_open(call, account, true).await
}

/// Lets them no longer.
pub(super) async fn close(call: Call, account: Arc<Account>) -> Outcome {
    set_open(call, account, false).await
}

async fn set_open(call: Call, account: Arc<Account>, open: bool) -> Outcome {
    let Named { publication, idx } = Named::read(&call.json()?, &account)?;
    let set =
        call.app.write(move |tx| comments::set_open(tx, account.id, publication, idx, open)).await;
    set.map_err(refusal)?;
    Ok(Answer::done())
}

/// A page of the comments under an article.
pub(super) async fn page(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let Named { publication, idx } = Named::read(&body, &account)?;
    let limit = fields::integer(&body, "count").unwrap_or(0);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Refusal::new(code::BAD_COMMENT_COUNT));
    }
    let which = match fields::integer(&body, "type").unwrap_or(0) {
        0 => Which::All,
        1 => Which::Normal,
        2 => Which::Elected,
        _ => return Err(Refusal::about(code::BAD_PARAMETER, "type")),
    };
    let begin = fields::integer(&body, "begin").unwrap_or(0).max(0);
    let read = call.app.read(move |conn| {
        let article = articles::at(conn, account.id, publication, idx)?;
        let page = comments::page(conn, article.id, which, begin, limit)?;
        Ok((total(&article, which), page))
    });
    let (total, page) = read.await.map_err(refusal)?;
    let shown: Vec<Value> = page.iter().map(shown).collect();
    Ok(Answer::Done(json!({ "total": total, "comment": shown })))
}

const fn total(article: &Article, which: Which) -> i32 {
    match which {
        Which::All => article.comment_count,
        Which::Normal => article.comment_count - article.elected_count,
        Which::Elected => article.elected_count,
    }
}

fn shown(listed: &Listed) -> Value {
    let comment = &listed.comment;
    let mut shown = json!({
        "user_comment_id": comment.number,
        "openid": listed.openid,
        "create_time": comment.created_at.seconds(),
        "content": comment.content,
        "comment_type": i32::from(comment.elected),
    });
    if let (Some(reply), Some(at)) = (&comment.reply, comment.replied_at) {
        shown["reply"] = json!({ "content": reply, "create_time": at.seconds() });
    }
    shown
}

/// Shows a comment to everybody.
pub(super) async fn elect(call: Call, account: Arc<Account>) -> Outcome {
    change(&call, &account, |tx, article, number| {
        comments::set_elected(tx, article.id, number, true)
    })
    .await
}

/// Shows it to its writer alone.
pub(super) async fn unelect(call: Call, account: Arc<Account>) -> Outcome {
    change(&call, &account, |tx, article, number| {
        comments::set_elected(tx, article.id, number, false)
    })
    .await
}

/// Removes a comment.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    change(&call, &account, |tx, article, number| comments::remove(tx, article.id, number)).await
}

/// Says something to a comment.
pub(super) async fn reply(call: Call, account: Arc<Account>) -> Outcome {
    let text = fields::words(&call.json()?, "content");
    change(&call, &account, move |tx, article, number| {
        comments::reply(tx, article.id, number, &text)
    })
    .await
}

/// Takes back what was said to it.
pub(super) async fn unreply(call: Call, account: Arc<Account>) -> Outcome {
    change(&call, &account, |tx, article, number| comments::remove_reply(tx, article.id, number))
        .await
}

async fn change(
    call: &Call,
    account: &Account,
    does: impl FnOnce(&mut Tx<'_>, &Article, i32) -> crier_core::Result<()> + Send + 'static,
) -> Outcome {
    let body = call.json()?;
    let Named { publication, idx } = Named::read(&body, account)?;
    let number = fields::integer(&body, "user_comment_id");
    let number = number.and_then(|number| i32::try_from(number).ok());
    let number = number.ok_or(Refusal::new(code::NO_COMMENT))?;
    let id = account.id;
    let changed = call.app.write(move |tx| {
        let article = articles::at(tx.conn, id, publication, idx)?;
        does(tx, &article, number)
    });
    changed.await.map_err(refusal)?;
    Ok(Answer::done())
}
