//! Answers to pushes: `reference/wechat-api.md` 4.6, with what its last paragraphs ask to put up
//! with (T12).
use crier_core::content::{Content, MAX_TEXT, NewsCard};
use crier_core::endpoints::Mode;
use crier_core::facts::Fact;
use crier_dispatch::dialect::{Fault, Push, Reply};
use crier_dispatch::verdicts;

use super::crypto::{Envelope, Sealed, sign};
use super::xml::{self, Element};

/// Cards in an answer to an event.
const NEWS: usize = 8;
/// Bytes of what is said of a fault. It quotes the answer, of which the log keeps its own excerpt.
pub(super) const MAX_DETAIL: usize = 512;

/// What an answer says.
///
/// # Errors
/// A [`Fault`] when it is no answer in this protocol.
pub(crate) fn read(push: &Push, body: &[u8]) -> Result<Reply, Fault> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("the answer is not UTF-8"))?;
    if is_nothing(text) {
        return Ok(Reply::Nothing);
    }
    let outer = document(text)?;
    if outer.child("Encrypt").is_none() {
        if push.target.endpoint.mode == Mode::Safe {
            return Err(malformed("a plain answer where only encrypted ones are taken"));
        }
        return reply(push, &outer);
    }
    let inner = open(push, &outer)?;
    if is_nothing(&inner) {
        return Ok(Reply::Nothing);
    }
    reply(push, &document(&inner)?)
}

fn is_nothing(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    text.is_empty() || text == "success"
}

fn document(text: &str) -> Result<Element, Fault> {
    let root = xml::read(text).map_err(malformed)?;
    if !root.name.eq_ignore_ascii_case("xml") {
        return Err(malformed(format!("the root is <{}>, not <xml>", root.name)));
    }
    Ok(root)
}

/// Opens an encrypted answer. It is verified with its own time and nonce, which SDKs make afresh
/// (4.3); the key before the last change is still taken while it overlaps.
fn open(push: &Push, outer: &Element) -> Result<String, Fault> {
    let secrets = &push.target.secrets;
    let sealed = outer.value("Encrypt");
    let stamp = [outer.value("TimeStamp"), outer.value("Nonce")];
    let expected = sign(&[&secrets.now.token, stamp[0], stamp[1], sealed]);
    if expected != outer.value("MsgSignature") {
        return Err(bad_signature("MsgSignature does not match"));
    }
    let app_id = &push.account.app_id;
    let with = |key: &str| Envelope::new(key, app_id).and_then(|envelope| envelope.open(sealed));
    with(&secrets.now.key)
        .or_else(|fault| match &secrets.previous {
            Some(previous) if fault != Sealed::Shape => with(&previous.key),
            _ => Err(fault),
        })
        .map_err(|fault| bad_signature(fault.problem()))
}

fn reply(push: &Push, root: &Element) -> Result<Reply, Fault> {
    if !push.event.fact.takes_answer() {
        return Ok(Reply::Nothing);
    }
    let recipient = root.value("ToUserName");
    if push.event.openid.as_deref() != Some(recipient) {
        let detail = format!("the answer is addressed to {recipient:?}");
        return Err(fault(verdicts::WRONG_RECIPIENT, detail));
    }
    let content = match root.value("MsgType") {
        "text" => text(root)?,
        "image" => Content::Image { media_id: media(root, "Image")?, width: None, height: None },
        // What kind of recording it is stands in the media store.
        "voice" => Content::Voice { media_id: media(root, "Voice")?, format: String::new() },
        "video" => video(root)?,
        "music" => music(root)?,
        "news" => news(root, matches!(push.event.fact, Fact::Message { .. }))?,
        "transfer_customer_service" => return Ok(Reply::HandOver(agent(root))),
        "" => return Err(malformed("MsgType is missing")),
        other => return Err(malformed(format!("the message type {other:?} is unknown"))),
    };
    Ok(Reply::Say(content))
}

fn text(root: &Element) -> Result<Content, Fault> {
    let text = root.value("Content");
    if text.is_empty() {
        return Err(malformed("Content is empty"));
    }
    if text.len() > MAX_TEXT {
        return Err(malformed(format!("Content has more than {MAX_TEXT} bytes")));
    }
    Ok(Content::text(text))
}

fn media(root: &Element, kind: &'static str) -> Result<String, Fault> {
    match root.child(kind).map(|body| body.value("MediaId")) {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => Err(malformed(format!("{kind}/MediaId is missing"))),
    }
}

fn video(root: &Element) -> Result<Content, Fault> {
    let media_id = media(root, "Video")?;
    let body = root.child("Video");
    let of = |name: &str| {
        let value = body.map_or("", |body| body.value(name));
        (!value.is_empty()).then(|| value.to_owned())
    };
    let (title, description) = (of("Title"), of("Description"));
    Ok(Content::Video { media_id, thumbnail_id: None, title, description })
}

fn music(root: &Element) -> Result<Content, Fault> {
    let body = root.child("Music").ok_or_else(|| malformed("Music is missing"))?;
    let of = |name: &str| body.value(name).to_owned();
    let (url, hq_url) = (of("MusicUrl"), of("HQMusicUrl"));
    if url.is_empty() && hq_url.is_empty() {
        return Err(malformed("Music/MusicUrl is missing"));
    }
    let thumbnail = of("ThumbMediaId");
    Ok(Content::Music {
        title: of("Title"),
        description: of("Description"),
        url: if url.is_empty() { hq_url.clone() } else { url },
        hq_url,
        thumbnail_id: (!thumbnail.is_empty()).then_some(thumbnail),
    })
}

/// One card in answer to a message, up to eight to an event; more are cut, which is no fault
/// (4.6). `ArticleCount` is not looked at: the items are what counts.
fn news(root: &Element, to_message: bool) -> Result<Content, Fault> {
    let most = if to_message { 1 } else { NEWS };
    let items = root.child("Articles").map(|body| body.children.as_slice()).unwrap_or_default();
    let articles: Vec<NewsCard> = items
        .iter()
        .filter(|item| item.name == "item")
        .take(most)
        .map(|item| NewsCard {
            title: item.value("Title").to_owned(),
            description: item.value("Description").to_owned(),
            url: item.value("Url").to_owned(),
            picture_url: item.value("PicUrl").to_owned(),
        })
        .collect();
    if articles.is_empty() {
        return Err(malformed("Articles has no item"));
    }
    Ok(Content::News { articles })
}

fn agent(root: &Element) -> Option<String> {
    let account = root.child("TransInfo")?.value("KfAccount");
    (!account.is_empty()).then(|| account.to_owned())
}

fn malformed(detail: impl Into<String>) -> Fault {
    fault(verdicts::MALFORMED, detail)
}

fn bad_signature(detail: impl Into<String>) -> Fault {
    fault(verdicts::BAD_SIGNATURE, detail)
}

fn fault(verdict: &'static str, detail: impl Into<String>) -> Fault {
    let mut detail = detail.into();
    detail.truncate(detail.floor_char_boundary(MAX_DETAIL));
    Fault::new(verdict, detail)
}
