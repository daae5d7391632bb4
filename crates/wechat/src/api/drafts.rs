//! Drafts, and the sets of articles that are kept as material or uploaded to be sent
//! (`reference/wechat-api.md` 2.3, 2.7 and 2.8).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::drafts::{self, Draft, DraftKind};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;
use super::{articles, fields};

/// Items of one page.
const MAX_PAGE: i64 = 20;

/// Puts a draft into the box.
pub(super) async fn add(call: Call, account: Arc<Account>) -> Outcome {
    let draft = store(&call, &account, DraftKind::Draft).await?;
    Ok(Answer::Data(json!({ "media_id": draft.media_key })))
}

/// Stores articles as material.
pub(super) async fn add_material(call: Call, account: Arc<Account>) -> Outcome {
    let draft = store(&call, &account, DraftKind::Material).await?;
    Ok(Answer::Data(json!({ "media_id": draft.media_key })))
}

/// Stores articles for three days, to be sent.
pub(super) async fn upload(call: Call, account: Arc<Account>) -> Outcome {
    let draft = store(&call, &account, DraftKind::Upload).await?;
    let (id, at) = (draft.media_key, draft.created_at.seconds());
    Ok(Answer::Data(json!({ "type": "news", "media_id": id, "created_at": at })))
}

async fn store(call: &Call, account: &Account, kind: DraftKind) -> Result<Draft, Refusal> {
    let (pieces, id) = (articles::read(call, account).await?, account.id);
    Ok(call.app.write(move |tx| drafts::add(tx, id, kind, pieces)).await?)
}

/// Gives a draft.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let draft = named(&call, &account, DraftKind::Draft).await?;
    let items = articles::of_draft(&call, &draft.media_key, &draft.articles, true);
    Ok(Answer::Data(json!({
        "news_item": items,
        "create_time": draft.created_at.seconds(),
        "update_time": draft.updated_at.seconds(),
    })))
}

async fn named(call: &Call, account: &Account, kind: DraftKind) -> Result<Draft, Refusal> {
    let key = fields::need(&call.json()?, "media_id", code::NO_MEDIA_ID)?;
    let (id, now) = (account.id, call.app.clock.now());
    Ok(call.app.read(move |conn| drafts::get(conn, id, &[kind], &key, now)).await?)
}

/// The material of the call, if what it names is a set of articles.
pub(super) async fn material(call: &Call, account: &Account) -> Result<Option<Value>, Refusal> {
    let draft = match named(call, account, DraftKind::Material).await {
        Ok(draft) => draft,
        Err(refusal) if refusal.code == code::BAD_MEDIA_ID => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    let items = articles::of_draft(call, &draft.media_key, &draft.articles, true);
    Ok(Some(json!({
        "news_item": items,
        "create_time": draft.created_at.seconds(),
        "update_time": draft.updated_at.seconds(),
    })))
}

/// Changes one article of a draft.
pub(super) async fn update(call: Call, account: Arc<Account>) -> Outcome {
    change(&call, &account, DraftKind::Draft).await
}

/// Changes one article of a material.
pub(super) async fn update_material(call: Call, account: Arc<Account>) -> Outcome {
    change(&call, &account, DraftKind::Material).await
}

async fn change(call: &Call, account: &Account, kind: DraftKind) -> Outcome {
    let body = call.json()?;
    let key = fields::need(&body, "media_id", code::NO_MEDIA_ID)?;
    let index = fields::integer(&body, "index").unwrap_or(0);
    let index = usize::try_from(index).map_err(|_| Refusal::new(code::BAD_ARTICLE_INDEX))?;
    let (piece, id) = (articles::read_one(call, account, &body).await?, account.id);
    call.app.write(move |tx| drafts::set_piece(tx, id, kind, &key, index, piece)).await?;
    Ok(Answer::done())
}

/// Removes a draft.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "media_id", code::NO_MEDIA_ID)?;
    let kind = DraftKind::Draft;
    call.app.write(move |tx| drafts::remove(tx, account.id, kind, &key)).await?;
    Ok(Answer::done())
}

/// Removes a material; whether there was one of this key.
pub(super) async fn remove_material(
    call: &Call,
    account: &Account,
    key: &str,
) -> Result<bool, Refusal> {
    let (id, key, kind) = (account.id, key.to_owned(), DraftKind::Material);
    match call.app.write(move |tx| drafts::remove(tx, id, kind, &key)).await {
        Ok(()) => Ok(true),
        Err(crier_core::Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// How many drafts there are.
pub(super) async fn count(call: Call, account: Arc<Account>) -> Outcome {
    let counted = call.app.read(move |conn| drafts::count(conn, account.id, DraftKind::Draft));
    Ok(Answer::Data(json!({ "total_count": counted.await? })))
}

/// A page of the drafts.
pub(super) async fn page(call: Call, account: Arc<Account>) -> Outcome {
    listed(&call, &account, DraftKind::Draft).await
}

/// A page of the sets of one kind.
pub(super) async fn listed(call: &Call, account: &Account, kind: DraftKind) -> Outcome {
    let body = call.json()?;
    let (offset, limit) = window(&body);
    let with_content = !fields::flag(&body, "no_content");
    let id = account.id;
    let read = call.app.read(move |conn| {
        let total = drafts::count(conn, id, kind)?;
        Ok((total, drafts::page(conn, id, kind, offset, limit)?))
    });
    let (total, page) = read.await?;
    let items: Vec<Value> = page.iter().map(|draft| item(call, draft, with_content)).collect();
    Ok(Answer::Data(json!({ "total_count": total, "item_count": items.len(), "item": items })))
}

/// Where a page begins, and how much of it: 20 at the most.
pub(super) fn window(body: &Value) -> (i64, i64) {
    let offset = fields::integer(body, "offset").unwrap_or(0).max(0);
    (offset, fields::integer(body, "count").unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE))
}

fn item(call: &Call, draft: &Draft, with_content: bool) -> Value {
    let at = draft.updated_at.seconds();
    json!({
        "media_id": draft.media_key,
        "content": {
            "news_item": articles::of_draft(call, &draft.media_key, &draft.articles, with_content),
            "create_time": draft.created_at.seconds(),
            "update_time": at,
        },
        "update_time": at,
    })
}
