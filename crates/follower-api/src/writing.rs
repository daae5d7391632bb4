//! What a follower writes: from JSON into the domain's words, within every limit.
use crier_core::content::{Content, MAX_TEXT};
use crier_http::Problem;

use crate::fields::{Fields, required};

/// A message as a follower sends it.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it describes; `content` below reads it, so that each field is named")]
pub struct Writing {
    /// Your own id for it, 1 to 64 characters: the same one again gives the first answer.
    #[schema(min_length = 1, max_length = 64, example = "3f0c…")]
    client_id: Option<String>,
    #[schema(inline)]
    #[serde(flatten)]
    body: WritingBody,
}

/// What it says, by its type.
#[derive(utoipa::ToSchema, serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(dead_code, reason = "it describes")]
pub enum WritingBody {
    /// Text of 1 to 2048 bytes.
    Text {
        text: String,
        /// The id of the item chosen from a `menu` message.
        menu_item: Option<String>,
    },
    Image {
        media_id: String,
    },
    Voice {
        media_id: String,
    },
    Video {
        media_id: String,
        title: Option<String>,
        description: Option<String>,
    },
    Location {
        #[schema(minimum = -90, maximum = 90)]
        latitude: f64,
        #[schema(minimum = -180, maximum = 180)]
        longitude: f64,
        #[schema(minimum = 1, maximum = 28)]
        scale: Option<u32>,
        label: Option<String>,
    },
    Link {
        title: String,
        description: Option<String>,
        /// `http` or `https`.
        url: String,
    },
}

const TYPES: &str = "must be text, image, voice, video, location or link";

/// The content of a message from a follower. Media is only named here; the store checks it.
pub fn content(fields: &Fields) -> Result<Content, Problem> {
    let kind = required("type", fields.text("type", 0, 64)?)?;
    match kind.as_str() {
        "text" => text(fields),
        "image" => Ok(Content::Image { media_id: media_id(fields)?, width: None, height: None }),
        "voice" => Ok(Content::Voice { media_id: media_id(fields)?, format: String::new() }),
        "video" => Ok(Content::Video {
            media_id: media_id(fields)?,
            thumbnail_id: None,
            title: fields.text("title", 0, 100)?,
            description: fields.text("description", 0, 300)?,
        }),
        "location" => location(fields),
        "link" => link(fields),
        _ => Err(Problem::invalid("type", TYPES)),
    }
}

/// The writer's own id for a message.
pub fn client_id(fields: &Fields) -> Result<Option<String>, Problem> {
    fields.text("client_id", 1, 64)
}

fn text(fields: &Fields) -> Result<Content, Problem> {
    let text = required("text", fields.text("text", 0, usize::MAX)?)?;
    if text.is_empty() || text.len() > MAX_TEXT {
        return Err(Problem::invalid("text", format!("must have 1 to {MAX_TEXT} bytes")));
    }
    Ok(Content::Text { text, menu_item: fields.text("menu_item", 1, 64)? })
}

fn media_id(fields: &Fields) -> Result<String, Problem> {
    required("media_id", fields.text("media_id", 1, 128)?)
}

fn location(fields: &Fields) -> Result<Content, Problem> {
    let scale = fields.whole("scale", 1, 28)?.unwrap_or(16);
    Ok(Content::Location {
        latitude: required("latitude", fields.number("latitude", -90.0, 90.0)?)?,
        longitude: required("longitude", fields.number("longitude", -180.0, 180.0)?)?,
        scale: u32::try_from(scale).unwrap_or(16),
        label: fields.text("label", 0, 300)?.unwrap_or_default(),
    })
}

fn link(fields: &Fields) -> Result<Content, Problem> {
    let address = required("url", fields.text("url", 1, 2_048)?)?;
    let parsed = url::Url::parse(&address).ok();
    if !parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
        return Err(Problem::invalid("url", "must be an http or https address"));
    }
    Ok(Content::Link {
        title: required("title", fields.text("title", 1, 200)?)?,
        description: fields.text("description", 0, 500)?.unwrap_or_default(),
        url: address,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: serde_json::Value) -> Result<Content, Option<String>> {
        let fields: Fields = serde_json::from_value(value).unwrap();
        content(&fields).map_err(|problem| problem.field)
    }

    fn refused(value: serde_json::Value, field: &str) {
        assert_eq!(read(value.clone()), Err(Some(field.to_owned())), "{value}");
    }

    #[test]
    fn text_is_bounded_in_bytes() {
        assert_eq!(read(json!({"type": "text", "text": "你好"})), Ok(Content::text("你好")));
        assert!(read(json!({"type": "text", "text": "é".repeat(1024)})).is_ok());
        refused(json!({"type": "text", "text": "é".repeat(1024) + "!"}), "text");
        refused(json!({"type": "text", "text": ""}), "text");
        refused(json!({"type": "text", "text": 5}), "text");
        refused(json!({"type": "text", "text": "a\u{0}b"}), "text");
        refused(json!({"type": "text"}), "text");
    }

    #[test]
    fn types_are_those_of_followers() {
        refused(json!({"text": "x"}), "type");
        refused(json!({"type": "news", "articles": []}), "type");
        refused(json!({"type": "image"}), "media_id");
    }

    #[test]
    fn places_are_on_the_earth() {
        let at = |latitude: f64, longitude: f64| json!({"type": "location", "latitude": latitude, "longitude": longitude});
        assert!(read(at(-90.0, 180.0)).is_ok());
        refused(at(90.5, 0.0), "latitude");
        refused(at(0.0, -180.5), "longitude");
        refused(json!({"type": "location", "latitude": "1", "longitude": 1}), "latitude");
        refused(json!({"type": "location", "latitude": 1, "longitude": 1, "scale": 29}), "scale");
    }

    #[test]
    fn links_lead_to_the_web() {
        let to = |url: &str| json!({"type": "link", "title": "T", "url": url});
        assert!(read(to("https://example.com/?a=1")).is_ok());
        for url in ["javascript:alert(1)", "file:///etc/passwd", "//example.com", "http://", ""] {
            refused(to(url), "url");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_taken_that_a_store_would_refuse(text in ".*") {
            if let Ok(Content::Text { text, .. }) = read(json!({"type": "text", "text": text})) {
                proptest::prop_assert!(!text.contains('\0') && text.len() <= MAX_TEXT);
            }
        }
    }
}
