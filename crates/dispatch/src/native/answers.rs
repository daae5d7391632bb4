//! Answers to events: a reply for the follower, or nothing.
use crier_core::accounts::has_control;
use crier_core::content::{Content, MAX_TEXT, NewsCard};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::Url;

use crate::dialect::{Fault, Reply};
use crate::verdicts;

/// Bytes of a heading.
const MAX_TITLE: usize = 512;
/// Bytes of the text beneath a heading.
const MAX_DESCRIPTION: usize = 2_048;
/// Bytes of a link.
const MAX_URL: usize = 1_024;
/// Bytes of a media key.
const MAX_KEY: usize = 128;
/// Cards of one reply.
const MAX_CARDS: usize = 8;

/// What the body of an answer with status 200 to 299 says. Only a JSON object can say anything:
/// receivers answer `ok`, pages, or nothing at all, and mean that the event was taken. Of the
/// object only `reply` is looked at, and that strictly.
///
/// # Errors
/// A [`Fault`] naming the field, for a JSON object that is broken and for a reply that is none.
pub fn read(body: &[u8]) -> Result<Reply, Fault> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    if !body.starts_with(b"{") {
        return Ok(Reply::Nothing);
    }
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|error| malformed(format!("the answer is no JSON object: {error}")))?;
    match answer.reply {
        Value::Null => Ok(Reply::Nothing),
        Value::Object(fields) => Ok(Reply::Say(content(fields)?)),
        _ => Err(malformed("reply must be an object or null")),
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    reply: Value,
}

type Fields = Map<String, Value>;

fn content(mut fields: Fields) -> Result<Content, Fault> {
    let kind = match fields.remove("type") {
        Some(Value::String(kind)) => kind,
        Some(_) => return Err(malformed("reply.type must be text")),
        None => return Err(malformed("reply.type is missing")),
    };
    match kind.as_str() {
        "text" => text(of(fields)?),
        "image" => {
            Ok(Content::Image { media_id: key(of::<File>(fields)?)?, width: None, height: None })
        }
        // What kind of recording it is stands in the media store.
        "voice" => {
            Ok(Content::Voice { media_id: key(of::<File>(fields)?)?, format: String::new() })
        }
        "video" => video(of(fields)?),
        "music" => music(of(fields)?),
        "news" => news(of(fields)?),
        other => Err(malformed(format!(
            "reply.type {other:?} is none of text, image, voice, video, music, news"
        ))),
    }
}

/// The fields of one type: all that it needs, and none that it does not know.
fn of<T: DeserializeOwned>(fields: Fields) -> Result<T, Fault> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        let dot = if path == "." { "" } else { "." };
        malformed(format!("reply{dot}{}: {}", path.trim_start_matches('.'), error.inner()))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    media_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Video {
    media_id: String,
    title: Option<String>,
    description: Option<String>,
    thumbnail_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Music {
    title: String,
    #[serde(default)]
    description: String,
    url: String,
    hq_url: Option<String>,
    thumbnail_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct News {
    articles: Vec<Card>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    title: String,
    #[serde(default)]
    description: String,
    url: String,
    #[serde(default)]
    picture_url: String,
}

fn text(Text { text }: Text) -> Result<Content, Fault> {
    within("reply.text", &text, 1, MAX_TEXT)?;
    Ok(Content::text(text))
}

fn key(File { media_id }: File) -> Result<String, Fault> {
    within("reply.media_id", &media_id, 1, MAX_KEY)?;
    Ok(media_id)
}

fn video(video: Video) -> Result<Content, Fault> {
    let Video { media_id, title, description, thumbnail_id } = video;
    within("reply.media_id", &media_id, 1, MAX_KEY)?;
    perhaps("reply.title", title.as_ref(), MAX_TITLE)?;
    perhaps("reply.description", description.as_ref(), MAX_DESCRIPTION)?;
    perhaps("reply.thumbnail_id", thumbnail_id.as_ref(), MAX_KEY)?;
    Ok(Content::Video { media_id, thumbnail_id, title, description })
}

fn music(music: Music) -> Result<Content, Fault> {
    let Music { title, description, url, hq_url, thumbnail_id } = music;
    within("reply.title", &title, 0, MAX_TITLE)?;
    within("reply.description", &description, 0, MAX_DESCRIPTION)?;
    perhaps("reply.thumbnail_id", thumbnail_id.as_ref(), MAX_KEY)?;
    link("reply.url", &url)?;
    let hq_url = hq_url.unwrap_or_else(|| url.clone());
    link("reply.hq_url", &hq_url)?;
    Ok(Content::Music { title, description, url, hq_url, thumbnail_id })
}

fn news(News { articles }: News) -> Result<Content, Fault> {
    if articles.is_empty() || articles.len() > MAX_CARDS {
        return Err(malformed(format!("reply.articles must have 1 to {MAX_CARDS} articles")));
    }
    let cards = articles.into_iter().enumerate().map(|(at, it)| card(at, it));
    Ok(Content::News { articles: cards.collect::<Result<_, _>>()? })
}

fn card(at: usize, card: Card) -> Result<NewsCard, Fault> {
    let Card { title, description, url, picture_url } = card;
    let name = |field: &str| format!("reply.articles[{at}].{field}");
    within(&name("title"), &title, 1, MAX_TITLE)?;
    within(&name("description"), &description, 0, MAX_DESCRIPTION)?;
    link(&name("url"), &url)?;
    if !picture_url.is_empty() {
        link(&name("picture_url"), &picture_url)?;
    }
    Ok(NewsCard { title, description, url, picture_url })
}

fn perhaps(field: &str, text: Option<&String>, most: usize) -> Result<(), Fault> {
    text.map_or(Ok(()), |text| within(field, text, 0, most))
}

fn within(field: &str, text: &str, least: usize, most: usize) -> Result<(), Fault> {
    if text.len() < least || text.len() > most {
        return Err(malformed(format!("{field} must have {least} to {most} bytes")));
    }
    if has_control(text) {
        return Err(malformed(format!("{field} has control characters")));
    }
    Ok(())
}

/// Followers tap links, so only those of the web are taken.
fn link(field: &str, text: &str) -> Result<(), Fault> {
    within(field, text, 1, MAX_URL)?;
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(()),
        _ => Err(malformed(format!("{field} must be an http or https address"))),
    }
}

fn malformed(detail: impl Into<String>) -> Fault {
    Fault::new(verdicts::MALFORMED, detail)
}
