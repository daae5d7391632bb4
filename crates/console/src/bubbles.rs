//! Messages as they look, whatever their type.
use askama::Template;
use askama::filters::HtmlSafe;
use crier_core::Timestamp;
use crier_core::content::{ArticleCard, Content, Line, NewsCard, Origin, Sender};
use crier_core::conversations::Opened;
use crier_core::messages::Message;

use crate::calendar::{Calendar, Moment};
use crate::words::Speech;

/// A message in a conversation.
#[derive(Template)]
#[template(path = "console/bubble.html")]
pub struct Bubble {
    seq: i64,
    /// A heading above the first message of a day.
    day: Option<String>,
    out: bool,
    body: Body,
    time: Moment,
    meta: String,
    /// Whether it is what was searched for.
    is_hit: bool,
}

impl Bubble {
    /// Its number in the conversation.
    pub const fn seq(&self) -> i64 {
        self.seq
    }
}

/// It escapes what is in it itself.
impl HtmlSafe for Bubble {}

enum Body {
    Text { text: String, chose: Option<String> },
    Image { href: String, alt: String, size: Option<(i32, i32)> },
    Voice(String),
    Video { src: String, poster: Option<String>, title: String, note: String },
    Card { href: Option<String>, title: String, note: String, picture: Option<String> },
    Place { href: String, label: String, note: String },
    News(Vec<NewsItem>),
    Menu { head: String, items: Vec<String>, tail: String },
    Template { href: Option<String>, title: String, lines: Vec<Toned> },
}

struct NewsItem {
    href: Option<String>,
    title: String,
    picture: Option<String>,
}

struct Toned {
    text: String,
    tone: &'static str,
}

/// The messages of an opened conversation; `hit` is the one that was searched for.
pub fn all(speech: &Speech, calendar: &Calendar, opened: &Opened, hit: Option<i64>) -> Vec<Bubble> {
    let mut last = String::new();
    let mut bubbles = Vec::with_capacity(opened.messages.len());
    for message in &opened.messages {
        let day = calendar.day(message.created_at);
        let heading = (day != last).then(|| day.clone());
        last = day;
        bubbles.push(Bubble {
            seq: message.seq,
            day: heading,
            out: message.sender == Sender::Account,
            body: body(speech, &message.content),
            time: calendar.time(message.created_at),
            meta: meta(speech, opened, message),
            is_hit: hit == Some(message.seq),
        });
    }
    bubbles
}

/// What a follower sees of something that is sent, by itself.
pub fn alone(speech: &Speech, calendar: &Calendar, content: &Content, at: Timestamp) -> Bubble {
    Bubble {
        seq: 0,
        day: None,
        out: false,
        body: body(speech, content),
        time: calendar.time(at),
        meta: String::new(),
        is_hit: false,
    }
}

/// Who wrote, and whether it has been read.
fn meta(speech: &Speech, opened: &Opened, message: &Message) -> String {
    if message.sender == Sender::Follower {
        return String::new();
    }
    let written = message.member_id.and_then(|id| {
        let (_, name) = opened.writers.iter().find(|(writer, _)| *writer == id)?;
        Some(name.clone())
    });
    let as_agent = message.agent_id.and_then(|id| {
        let (_, name) = opened.agents.iter().find(|(agent, _)| *agent == id)?;
        Some(name.clone())
    });
    let written = match (as_agent, written) {
        (Some(agent), Some(member)) if agent != member => Some(format!("{agent} ({member})")),
        (agent, member) => agent.or(member),
    };
    let writer = written.unwrap_or_else(|| match message.origin {
        Origin::Template => speech.say("origin-template"),
        Origin::Broadcast => speech.say("origin-broadcast"),
        Origin::Auto => speech.say("origin-auto"),
        _ => speech.say("origin-backend"),
    });
    if message.seq <= opened.conversation.follower_read_seq {
        return format!("{writer} · {}", speech.say("read"));
    }
    writer
}

fn body(speech: &Speech, content: &Content) -> Body {
    match content {
        Content::Text { text, menu_item } => Body::Text {
            text: text.clone(),
            chose: menu_item.as_ref().map(|_| speech.say("message-chose")),
        },
        Content::Image { media_id, width, height } => Body::Image {
            href: media(media_id),
            alt: speech.say("type-image"),
            size: width.zip(*height).map(fitted),
        },
        Content::Voice { media_id, .. } => Body::Voice(media(media_id)),
        Content::Video { media_id, thumbnail_id, title, description } => Body::Video {
            note: description.clone().unwrap_or_default(),
            src: media(media_id),
            poster: thumbnail_id.as_deref().map(media),
            title: title.clone().unwrap_or_default(),
        },
        Content::Music { title, description, url, thumbnail_id, .. } => {
            let kind = speech.say("type-music");
            let note =
                if description.is_empty() { kind } else { format!("{kind} · {description}") };
            card(Some(url), title, &note, thumbnail_id.as_deref())
        }
        Content::Link { title, description, url } => card(Some(url), title, description, None),
        Content::MiniProgram { title, app_id, path, thumbnail_id } => {
            let note = format!("{} · {app_id} {path}", speech.say("type-mini_program"));
            card(None, title, &note, thumbnail_id.as_deref())
        }
        Content::Location { latitude, longitude, label, .. } => Body::Place {
            href: format!("https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"),
            label: Some(label.clone())
                .filter(|label| !label.is_empty())
                .unwrap_or_else(|| speech.say("type-location")),
            note: format!("{latitude:.5}, {longitude:.5}"),
        },
        Content::News { articles } => Body::News(articles.iter().map(news).collect()),
        Content::Articles { articles, .. } => Body::News(articles.iter().map(article).collect()),
        Content::Menu { head, items, tail } => Body::Menu {
            head: head.clone(),
            items: items.iter().map(|item| item.text.clone()).collect(),
            tail: tail.clone(),
        },
        Content::Template { title, lines, url, .. } => Body::Template {
            href: url.as_deref().and_then(link),
            title: title.clone(),
            lines: lines.iter().map(toned).collect(),
        },
    }
}

fn media(key: &str) -> String {
    format!("/media/{key}")
}

/// Only what a browser opens as a page: never `javascript:`.
fn link(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    matches!(parsed.scheme(), "http" | "https").then(|| parsed.to_string())
}

fn card(url: Option<&str>, title: &str, note: &str, picture: Option<&str>) -> Body {
    let (href, picture) = (url.and_then(link), picture.map(media));
    Body::Card { href, title: title.to_owned(), note: note.to_owned(), picture }
}

/// The room a picture takes is kept free before it is there.
fn fitted((width, height): (i32, i32)) -> (i32, i32) {
    const SIDE: i32 = 272;
    let longer = width.max(height).max(1);
    if longer <= SIDE {
        return (width, height);
    }
    let scale = |side: i32| i64::from(side) * i64::from(SIDE) / i64::from(longer);
    let whole = |side: i64| i32::try_from(side).unwrap_or(SIDE).max(1);
    (whole(scale(width)), whole(scale(height)))
}

fn news(card: &NewsCard) -> NewsItem {
    NewsItem { href: link(&card.url), title: card.title.clone(), picture: link(&card.picture_url) }
}

fn article(card: &ArticleCard) -> NewsItem {
    NewsItem {
        href: Some(format!("/s/{}", card.key)),
        title: card.title.clone(),
        picture: card.cover.as_deref().map(media),
    }
}

fn toned(line: &Line) -> Toned {
    Toned { text: line.text.clone(), tone: line.color.as_deref().map_or("", tone) }
}

/// The class nearest to a colour an account chose: its own value could be unreadable on a dark
/// ground, and the content policy forbids styles on elements.
fn tone(color: &str) -> &'static str {
    let Some(hex) = color.strip_prefix('#').filter(|hex| hex.len() == 6) else { return "" };
    let Ok(number) = i32::from_str_radix(hex, 16) else { return "" };
    let (red, green, blue) = (number >> 16 & 255, number >> 8 & 255, number & 255);
    let (high, low) = (red.max(green).max(blue), red.min(green).min(blue));
    let spread = high - low;
    if high < 51 {
        return "";
    }
    if spread < 31 {
        return "tone-grey";
    }
    let turn = if high == red {
        60 * (green - blue) / spread
    } else if high == green {
        120 + 60 * (blue - red) / spread
    } else {
        240 + 60 * (red - green) / spread
    };
    match (turn + 360) % 360 {
        0..20 | 330.. => "tone-red",
        20..65 => "tone-amber",
        65..165 => "tone-green",
        165..255 => "tone-blue",
        _ => "tone-violet",
    }
}

/// One line for lists.
pub fn summary(speech: &Speech, message: &Message) -> String {
    let words = message.content.summary();
    let words = if words.is_empty() {
        speech.say(&format!("type-{}", message.content.type_name()))
    } else {
        words.chars().take(120).collect()
    };
    match message.sender {
        Sender::Follower => words,
        Sender::Account => speech.with("summary-out", &[("text", words.into())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_tones() {
        for (color, expected) in [
            ("#173177", "tone-blue"),
            ("#ff0000", "tone-red"),
            ("#00aa00", "tone-green"),
            ("#000000", ""),
            ("#888888", "tone-grey"),
            ("red", ""),
            ("#zzzzzz", ""),
        ] {
            assert_eq!(tone(color), expected, "{color}");
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("https://example.com/a?b=1").as_deref(), Some("https://example.com/a?b=1"));
    }

    #[test]
    fn pictures_keep_their_shape() {
        assert_eq!(fitted((100, 50)), (100, 50));
        assert_eq!(fitted((2720, 1360)), (272, 136));
        assert_eq!(fitted((1, 100_000)), (1, 272));
    }
}
