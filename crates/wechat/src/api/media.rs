//! Media (`reference/wechat-api.md` 2.7).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::media::{Media, MediaKind, Owner, Upload};
use serde_json::json;

use super::answers::{Answer, Outcome};
use super::calls::{Call, Form};
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Bytes of a picture for an article.
const MAX_PICTURE: usize = 1024 * 1024;

/// The kind an upload says it is; the parameter moves between query and form (T14).
pub(super) fn kind(call: &Call, form: &Form) -> Result<MediaKind, Refusal> {
    let said = call.query("type").or_else(|| form.field("type")).unwrap_or_default();
    MediaKind::parse(said).ok_or(Refusal::new(code::BAD_MEDIA_TYPE))
}

/// The form's file, which must be there.
pub(super) fn file(form: Form) -> Result<(String, Vec<u8>), Refusal> {
    form.file.filter(|(_, bytes)| !bytes.is_empty()).ok_or(Refusal::new(code::NO_MEDIA))
}

/// Stores a file for three days.
pub(super) async fn upload(call: Call, account: Arc<Account>) -> Outcome {
    let form = call.form().await?;
    let kind = kind(&call, &form)?;
    let (name, bytes) = file(form)?;
    let upload = Upload {
        owner: Owner::Account(account.id),
        kind: Some(kind),
        name,
        bytes,
        permanent: false,
        title: None,
        introduction: None,
    };
    let media = call.app.store_media(upload).await?;
    let (id, at) = (&media.media_key, media.created_at.seconds());
    let mut data = json!({ "type": kind.as_str(), "media_id": id, "created_at": at });
    if kind == MediaKind::Thumb {
        data["thumb_media_id"] = json!(id);
    }
    Ok(Answer::Data(data))
}

/// Gives a film its texts, as broadcasts want them: the same film under another key.
pub(super) async fn film(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let media = call.app.media(&fields::need(&body, "media_id", code::NO_MEDIA_ID)?).await?;
    if media.kind != MediaKind::Video {
        return Err(Refusal::new(code::BAD_MEDIA_ID));
    }
    let upload = Upload {
        owner: Owner::Account(account.id),
        kind: Some(MediaKind::Video),
        name: media.name.clone(),
        bytes: call.app.media_bytes(&media).await?,
        permanent: false,
        title: fields::some(&body, "title"),
        introduction: fields::some(&body, "description"),
    };
    let media = call.app.store_media(upload).await?;
    let (id, at) = (&media.media_key, media.created_at.seconds());
    Ok(Answer::Data(json!({ "type": "video", "media_id": id, "created_at": at })))
}

/// Gives a file; a film as an address it can be fetched from.
pub(super) async fn get(call: Call, _: Arc<Account>) -> Outcome {
    let media = call.app.media(call.need("media_id", code::NO_MEDIA_ID)?).await?;
    if media.kind == MediaKind::Video {
        return Ok(Answer::Data(json!({ "video_url": address(&call, &media) })));
    }
    download(&call, media).await
}

/// Gives a voice that a web page recorded. It is kept as it came: there is no better copy.
pub(super) async fn get_voice(call: Call, _: Arc<Account>) -> Outcome {
    let media = call.app.media(call.need("media_id", code::NO_MEDIA_ID)?).await?;
    if media.kind != MediaKind::Voice {
        return Err(Refusal::new(code::BAD_MEDIA_ID));
    }
    download(&call, media).await
}

/// A file as a download.
pub(super) async fn download(call: &Call, media: Media) -> Outcome {
    let bytes = call.app.media_bytes(&media).await?;
    let name = format!("{}.{}", media.media_key, media.format());
    Ok(Answer::File { mime: media.mime, name: Some(name), bytes })
}

/// Where a file is read without a token.
pub(super) fn address(call: &Call, media: &Media) -> String {
    format!("{}/media/{}", call.app.public_url, media.media_key)
}

/// Stores a picture for articles: JPEG or PNG, one megabyte.
pub(super) async fn upload_picture(call: Call, account: Arc<Account>) -> Outcome {
    let (name, bytes) = file(call.form().await?)?;
    if bytes.len() > MAX_PICTURE {
        return Err(Refusal::new(code::BAD_IMAGE_SIZE));
    }
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) && !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err(Refusal::about(code::BAD_FILE_TYPE, "the picture must be JPEG or PNG"));
    }
    let media = call.app.store_media(kept(&account, MediaKind::Image, name, bytes)).await?;
    Ok(Answer::Data(json!({ "url": address(&call, &media) })))
}

/// An upload that is kept until it is removed.
pub(super) fn kept(account: &Account, kind: MediaKind, name: String, bytes: Vec<u8>) -> Upload {
    Upload {
        owner: Owner::Account(account.id),
        kind: Some(kind),
        name,
        bytes,
        permanent: true,
        title: None,
        introduction: None,
    }
}
