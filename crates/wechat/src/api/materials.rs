//! Permanent media, "material" in the protocol (`reference/wechat-api.md` 2.7).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::drafts::{self as stored, DraftKind};
use crier_core::media::{self, Media, MediaKind, Owner, Upload};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::media::{address, download, file, kept, kind};
use super::refusals::Refusal;
use super::{drafts, fields};

/// Items of one page.
const MAX_PAGE: i64 = 20;

/// Stores a file until it is removed. A film's `description` is JSON in the form or in the query
/// (T14).
pub(super) async fn add(call: Call, account: Arc<Account>) -> Outcome {
    let form = call.form().await?;
    let kind = kind(&call, &form)?;
    let said = form.field("description").or_else(|| call.query("description"));
    let about: Value = match said {
        Some(said) if kind == MediaKind::Video => serde_json::from_str(said)
            .map_err(|error| Refusal::about(code::BAD_JSON, format!("description: {error}")))?,
        _ => Value::Null,
    };
    let (title, introduction) =
        (fields::some(&about, "title"), fields::some(&about, "introduction"));
    let (name, bytes) = file(form)?;
    let upload = Upload { title, introduction, ..kept(&account, kind, name, bytes) };
    let media = call.app.store_media(upload).await?;
    let mut data = json!({ "media_id": media.media_key });
    if matches!(kind, MediaKind::Image | MediaKind::Thumb) {
        data["url"] = json!(address(&call, &media));
    }
    Ok(Answer::Data(data))
}

/// Gives a file, or a set of articles; a film as an address it can be fetched from, with its texts.
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    if let Some(news) = drafts::material(&call, &account).await? {
        return Ok(Answer::Data(news));
    }
    let key = fields::need(&call.json()?, "media_id", code::NO_MEDIA_ID)?;
    let media = call.app.media(&key).await?;
    if !media.permanent || media.account_id != Some(account.id) {
        return Err(Refusal::new(code::BAD_MEDIA_ID));
    }
    if media.kind != MediaKind::Video {
        return download(&call, media).await;
    }
    let url = address(&call, &media);
    let (title, description) = (media.title, media.introduction);
    Ok(Answer::Data(json!({ "title": title, "description": description, "down_url": url })))
}

/// Removes a file, or a set of articles.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    let key = fields::need(&call.json()?, "media_id", code::NO_MEDIA_ID)?;
    if drafts::remove_material(&call, &account, &key).await? {
        return Ok(Answer::done());
    }
    call.app.remove_media(Owner::Account(account.id), &key).await?;
    Ok(Answer::done())
}

/// How many files of each kind there are, and sets of articles.
pub(super) async fn count(call: Call, account: Arc<Account>) -> Outcome {
    let read = call.app.read(move |conn| {
        let mut of = |kind| media::count_permanent(conn, account.id, kind);
        let files = (of(MediaKind::Voice)?, of(MediaKind::Video)?, of(MediaKind::Image)?);
        Ok((files, stored::count(conn, account.id, DraftKind::Material)?))
    });
    let ((voices, films, pictures), news) = read.await?;
    Ok(Answer::Data(json!({
        "voice_count": voices, "video_count": films, "image_count": pictures, "news_count": news,
    })))
}

/// A page of the files of one kind.
pub(super) async fn page(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let said = fields::words(&body, "type");
    let offset = fields::integer(&body, "offset").unwrap_or(0).max(0);
    let limit = fields::integer(&body, "count").unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
    let kind = match MediaKind::parse(&said) {
        Some(kind) if kind != MediaKind::Thumb => kind,
        None if said == "news" => {
            return drafts::listed(&call, &account, DraftKind::Material).await;
        }
        _ => return Err(Refusal::new(code::BAD_MEDIA_TYPE)),
    };
    let read = call.app.read(move |conn| {
        let total = media::count_permanent(conn, account.id, kind)?;
        Ok((total, media::permanent(conn, account.id, kind, offset, limit)?))
    });
    let (total, page) = read.await?;
    Ok(listed(total, page.iter().map(|media| item(&call, media)).collect()))
}

fn item(call: &Call, media: &Media) -> Value {
    json!({
        "media_id": media.media_key,
        "name": media.name,
        "update_time": media.created_at.seconds(),
        "url": address(call, media),
    })
}

fn listed(total: i64, items: Vec<Value>) -> Answer {
    Answer::Data(json!({ "total_count": total, "item_count": items.len(), "item": items }))
}
