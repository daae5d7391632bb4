//! Messages as bots write them, made into content (`reference/wechat-api.md` 2.2 and 2.3).
use crier_core::accounts::Account;
use crier_core::broadcasts::What;
use crier_core::content::{Choice, Content, MAX_TEXT, NewsCard};
use crier_core::drafts::{Piece, PieceKind};
use crier_core::rights::Right;
use serde_json::{Value, json};

use super::errcodes as code;
use super::fields::{flag, link, list, need, some, words};
use super::refusals::Refusal;

/// Bytes of a heading, and of the text beneath one.
const MAX_TITLE: usize = 512;
/// Characters of an article's heading.
const MAX_HEADING: usize = 64;
/// See [`MAX_TITLE`].
const MAX_DESCRIPTION: usize = 2_048;
/// Choices of a menu message.
const MAX_CHOICES: usize = 20;

type Made = Result<Content, Refusal>;

/// A message as it is written, before what it names has been looked up.
pub(super) enum Said {
    /// What it says.
    Content(Content),
    /// A set of articles that is not out: its key.
    Draft(String),
    /// A publication: its key.
    Publication(String),
}

/// The message of `message/custom/send`.
pub(super) fn custom(body: &Value, account: &Account) -> Result<Said, Refusal> {
    match words(body, "msgtype").as_str() {
        "mpnews" => Ok(Said::Draft(need(&body["mpnews"], "media_id", code::NO_MEDIA_ID)?)),
        "mpnewsarticle" => {
            let of = &body["mpnewsarticle"];
            Ok(Said::Publication(need(of, "article_id", code::BAD_ARTICLE_ID)?))
        }
        _ => plain(body, account).map(Said::Content),
    }
}

fn plain(body: &Value, account: &Account) -> Made {
    let kind = words(body, "msgtype");
    let of = &body[kind.as_str()];
    match kind.as_str() {
        "text" => text(of),
        "image" => image(of),
        "voice" => voice(of),
        "video" => video(of),
        "music" => music(of),
        "news" => news(of),
        "msgmenu" => {
            account.may(Right::ChoiceMenu)?;
            menu(of)
        }
        "miniprogrampage" => mini_program(of),
        "wxcard" | "link" => Err(Refusal::new(code::NO_SUCH_TYPE)),
        other => Err(unknown(other)),
    }
}

/// The message of `message/mass/*`.
pub(super) fn broadcast(body: &Value, account: &Account) -> Result<What, Refusal> {
    let kind = words(body, "msgtype");
    let content = match kind.as_str() {
        "mpnews" => {
            return Ok(What::Articles(need(&body["mpnews"], "media_id", code::NO_MEDIA_ID)?));
        }
        "text" => text(&body["text"]),
        "voice" => voice(&body["voice"]),
        "image" => return pictures(body, account),
        // One client puts the film under `voice` (T14).
        "mpvideo" | "video" => {
            let of = ["mpvideo", "video", "voice"].iter().find_map(|name| body.get(*name));
            video(of.ok_or_else(|| missing(&kind))?)
        }
        "wxcard" => Err(Refusal::new(code::NO_SUCH_TYPE)),
        other => Err(unknown(other)),
    };
    content.map(What::Message)
}

fn unknown(kind: &str) -> Refusal {
    Refusal::about(code::BAD_MESSAGE_TYPE, format!("msgtype {kind:?}"))
}

fn missing(kind: &str) -> Refusal {
    Refusal::about(code::BAD_PARAMETER, format!("{kind} is missing"))
}

fn text(of: &Value) -> Made {
    let text = need(of, "content", code::NO_CONTENT)?;
    if text.len() > MAX_TEXT {
        return Err(Refusal::new(code::CONTENT_TOO_LONG));
    }
    Ok(Content::text(text))
}

fn image(of: &Value) -> Made {
    let media_id = need(of, "media_id", code::NO_MEDIA_ID)?;
    Ok(Content::Image { media_id, width: None, height: None })
}

/// `image{media_id}`, or `images{media_ids[]}` under the same type (T14). Several pictures are an
/// article made of them.
fn pictures(body: &Value, account: &Account) -> Result<What, Refusal> {
    if let Some(of) = body.get("image") {
        return image(of).map(What::Message);
    }
    let of = body.get("images").ok_or_else(|| missing("image"))?;
    let keys = list(of, "media_ids").iter().map(|key| key.as_str().map(str::to_owned));
    let keys: Vec<String> = keys.collect::<Option<_>>().ok_or(Refusal::new(code::BAD_MEDIA_ID))?;
    match keys.as_slice() {
        [] => Err(Refusal::new(code::NO_MEDIA_ID)),
        [media_id] => image(&json!({ "media_id": media_id })).map(What::Message),
        _ => Ok(What::Pieces(vec![album(of, keys, account)])),
    }
}

/// Pictures under their recommendation, or under the account's name.
fn album(of: &Value, pictures: Vec<String>, account: &Account) -> Piece {
    let words = some(of, "recommend").unwrap_or_else(|| account.name.clone());
    Piece {
        kind: PieceKind::Pictures,
        title: words.chars().take(MAX_HEADING).collect(),
        author: String::new(),
        digest: String::new(),
        content: words.replace('&', "&amp;").replace('<', "&lt;"),
        source_url: String::new(),
        cover: pictures.first().cloned(),
        pictures,
        crops: Vec::new(),
        show_cover: false,
        comments_open: flag(of, "need_open_comment"),
        only_fans: flag(of, "only_fans_can_comment"),
    }
}

fn voice(of: &Value) -> Made {
    let media_id = need(of, "media_id", code::NO_MEDIA_ID)?;
    Ok(Content::Voice { media_id, format: String::new() })
}

fn video(of: &Value) -> Made {
    Ok(Content::Video {
        media_id: need(of, "media_id", code::NO_MEDIA_ID)?,
        thumbnail_id: some(of, "thumb_media_id"),
        title: Some(title(of)?).filter(|title| !title.is_empty()),
        description: Some(description(of)?).filter(|text| !text.is_empty()),
    })
}

fn music(of: &Value) -> Made {
    let (url, hq_url) = (link(of, "musicurl")?, link(of, "hqmusicurl")?);
    if url.is_empty() && hq_url.is_empty() {
        return Err(missing("musicurl"));
    }
    Ok(Content::Music {
        title: title(of)?,
        description: description(of)?,
        url: if url.is_empty() { hq_url.clone() } else { url },
        hq_url,
        thumbnail_id: some(of, "thumb_media_id"),
    })
}

/// Exactly one card: more have been refused since 2018 (2.2).
fn news(of: &Value) -> Made {
    match list(of, "articles") {
        [] => Err(Refusal::new(code::NO_NEWS)),
        [one] => Ok(Content::News {
            articles: vec![NewsCard {
                title: title(one)?,
                description: description(one)?,
                url: link(one, "url")?,
                picture_url: link(one, "picurl")?,
            }],
        }),
        _ => Err(Refusal::new(code::TOO_MANY_ARTICLES)),
    }
}

fn menu(of: &Value) -> Made {
    let choices = list(of, "list");
    if choices.is_empty() || choices.len() > MAX_CHOICES {
        return Err(Refusal::about(code::BAD_PARAMETER, "list must have 1 to 20 items"));
    }
    let items = choices.iter().map(choice).collect::<Result<Vec<Choice>, Refusal>>()?;
    let (head, tail) = (words(of, "head_content"), words(of, "tail_content"));
    let all = items.iter().map(|item| item.text.len()).sum::<usize>();
    if head.len() + tail.len() + all > MAX_TEXT {
        return Err(Refusal::new(code::CONTENT_TOO_LONG));
    }
    Ok(Content::Menu { head, items, tail })
}

fn choice(item: &Value) -> Result<Choice, Refusal> {
    let text = need(item, "content", code::NO_CONTENT)?;
    let id = need(item, "id", code::BAD_PARAMETER)?;
    if id.len() > 128 {
        return Err(Refusal::about(code::BAD_PARAMETER, "id must have at most 128 bytes"));
    }
    Ok(Choice { id, text })
}

fn mini_program(of: &Value) -> Made {
    Ok(Content::MiniProgram {
        title: title(of)?,
        app_id: need(of, "appid", code::NO_APP_ID)?,
        path: words(of, "pagepath"),
        thumbnail_id: some(of, "thumb_media_id"),
    })
}

fn title(of: &Value) -> Result<String, Refusal> {
    let title = words(of, "title");
    if title.len() > MAX_TITLE { Err(Refusal::new(code::TITLE_TOO_LONG)) } else { Ok(title) }
}

fn description(of: &Value) -> Result<String, Refusal> {
    let text = words(of, "description");
    if text.len() > MAX_DESCRIPTION {
        return Err(Refusal::new(code::DESCRIPTION_TOO_LONG));
    }
    Ok(text)
}
