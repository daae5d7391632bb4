//! Articles as the protocol writes them, out of and into what is stored
//! (`reference/wechat-api.md` 2.8).
use crier_core::accounts::Account;
use crier_core::articles::{Article, html};
use crier_core::drafts::{self, Piece, PieceKind};
use serde_json::{Map, Value, json};

use super::calls::Call;
use super::errcodes as code;
use super::fields::{flag, link, list, some, words};
use super::refusals::Refusal;

/// Ways to cut a cover that are kept of one article.
const MAX_CROPS: usize = 8;
/// What their names begin with.
const CROP: &str = "pic_crop_";

/// The articles of a call, checked and cleaned: `articles` is a list.
pub(super) async fn read(call: &Call, account: &Account) -> Result<Vec<Piece>, Refusal> {
    let body = call.json()?;
    let said = list(&body, "articles");
    if said.is_empty() {
        return Err(Refusal::new(code::NO_NEWS));
    }
    prepared(call, account, said).await
}

/// The one article of a change: `articles` is an object here, or a list of one.
pub(super) async fn read_one(
    call: &Call,
    account: &Account,
    body: &Value,
) -> Result<Piece, Refusal> {
    let said = match body.get("articles") {
        Some(Value::Array(many)) => many.first(),
        other => other.filter(|one| one.is_object()),
    };
    let said = said.ok_or(Refusal::new(code::NO_NEWS))?;
    let mut ready = prepared(call, account, std::slice::from_ref(said)).await?;
    ready.pop().ok_or(Refusal::new(code::NO_NEWS))
}

async fn prepared(call: &Call, account: &Account, said: &[Value]) -> Result<Vec<Piece>, Refusal> {
    if said.len() > drafts::MAX_PIECES {
        return Err(Refusal::new(code::TOO_MANY_ARTICLES));
    }
    let pieces = said.iter().map(piece).collect::<Result<Vec<Piece>, Refusal>>()?;
    let (public_url, now, id) = (call.app.public_url.clone(), call.app.clock.now(), account.id);
    let ready =
        call.app.read(move |conn| drafts::prepare(conn, id, pieces, &public_url, now)).await?;
    Ok(ready)
}

fn piece(one: &Value) -> Result<Piece, Refusal> {
    let kind = words(one, "article_type");
    let kind = match kind.as_str() {
        "" => PieceKind::News,
        word => PieceKind::parse(word)
            .ok_or_else(|| Refusal::about(code::BAD_PARAMETER, "article_type"))?,
    };
    let pictures = one.get("image_info").map(|info| list(info, "image_list")).unwrap_or_default();
    let pictures: Vec<String> =
        pictures.iter().map(|picture| words(picture, "image_media_id")).collect();
    if kind == PieceKind::Pictures && pictures.is_empty() {
        return Err(Refusal::about(code::BAD_MEDIA_ID, "image_info.image_list is empty"));
    }
    Ok(Piece {
        kind,
        title: words(one, "title"),
        author: words(one, "author"),
        digest: words(one, "digest"),
        content: words(one, "content"),
        source_url: link(one, "content_source_url")?,
        cover: some(one, "thumb_media_id"),
        pictures,
        crops: crops(one),
        show_cover: flag(one, "show_cover_pic"),
        comments_open: flag(one, "need_open_comment"),
        only_fans: flag(one, "only_fans_can_comment"),
    })
}

fn crops(one: &Value) -> Vec<(String, String)> {
    let fields = one.as_object().into_iter().flatten();
    fields
        .filter(|(name, _)| name.starts_with(CROP) && name.len() <= 40)
        .filter_map(|(name, said)| Some((name.clone(), said.as_str()?.to_owned())))
        .take(MAX_CROPS)
        .collect()
}

/// The articles of a draft; `key` is the draft's, for the addresses of their previews.
pub(super) fn of_draft(call: &Call, key: &str, pieces: &[Piece], with_content: bool) -> Vec<Value> {
    let shown = (1_i32..).zip(pieces).map(|(place, piece)| {
        let url = format!("{}/s/draft/{key}/{place}", call.app.public_url);
        shown(call, piece, url, with_content)
    });
    shown.collect()
}

/// The articles of a publication.
pub(super) fn of_publication(call: &Call, articles: &[Article], with_content: bool) -> Vec<Value> {
    let shown = articles.iter().map(|article| {
        let url = format!("{}/s/{}", call.app.public_url, article.article_key);
        let mut one = shown(call, &as_piece(article), url, with_content);
        one["is_deleted"] = json!(article.removed_at.is_some());
        one
    });
    shown.collect()
}

fn as_piece(article: &Article) -> Piece {
    Piece {
        kind: article.kind,
        title: article.title.clone(),
        author: article.author.clone(),
        digest: article.digest.clone(),
        content: article.content.clone(),
        source_url: article.source_url.clone(),
        cover: article.cover_key.clone(),
        pictures: article.pictures.clone(),
        crops: article.crops.clone(),
        show_cover: article.show_cover,
        comments_open: article.comments_open,
        only_fans: article.only_fans,
    }
}

fn shown(call: &Call, piece: &Piece, url: String, with_content: bool) -> Value {
    let public_url = &call.app.public_url;
    let thumb = piece.cover.as_deref().map(|key| format!("{public_url}/media/{key}"));
    let mut one = Map::new();
    let mut put = |name: &str, value: Value| drop(one.insert(name.to_owned(), value));
    put("article_type", json!(piece.kind.as_str()));
    put("title", json!(piece.title));
    put("author", json!(piece.author));
    put("digest", json!(piece.digest));
    if with_content {
        put("content", json!(html::with_whole_addresses(&piece.content, public_url)));
    }
    put("content_source_url", json!(piece.source_url));
    put("thumb_media_id", json!(piece.cover.as_deref().unwrap_or_default()));
    put("thumb_url", json!(thumb.unwrap_or_default()));
    put("show_cover_pic", json!(i32::from(piece.show_cover)));
    put("need_open_comment", json!(i32::from(piece.comments_open)));
    put("only_fans_can_comment", json!(i32::from(piece.only_fans)));
    put("url", json!(url));
    for (name, crop) in &piece.crops {
        put(name, json!(crop));
    }
    if piece.kind == PieceKind::Pictures {
        let list = piece.pictures.iter().map(|key| json!({ "image_media_id": key }));
        put("image_info", json!({ "image_list": list.collect::<Vec<_>>() }));
    }
    Value::Object(one)
}
