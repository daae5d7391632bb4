//! What followers write, as events show it: the fields that the followers' API shows, with links
//! made of media keys.
use std::borrow::Cow;

use crier_core::content::Content;
use crier_core::ids::MessageId;
use serde::{Deserialize, Serialize};

/// A message from a follower.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message<'a> {
    /// Its id, unique in the installation.
    pub id: MessageId,
    /// Its place in the conversation: 1, 2, 3, … without a gap.
    pub seq: i64,
    /// What it says.
    #[serde(flatten)]
    pub body: Body<'a>,
}

/// What a message says, by its type. Followers send these and no others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body<'a> {
    /// Text.
    Text {
        /// What it says.
        text: Cow<'a, str>,
        /// The id of the choice, if it answers a menu message.
        menu_item: Option<Cow<'a, str>>,
    },
    /// A picture.
    Image {
        /// Key of the stored file.
        media_id: Cow<'a, str>,
        /// Where it is.
        url: String,
        /// Where a smaller one is.
        thumbnail_url: String,
        /// Pixels.
        width: Option<i32>,
        /// Pixels.
        height: Option<i32>,
    },
    /// A voice recording.
    Voice {
        /// Key of the stored file.
        media_id: Cow<'a, str>,
        /// Where it is.
        url: String,
        /// The file's short type: `amr`, `mp3`.
        format: Cow<'a, str>,
    },
    /// A video.
    Video {
        /// Key of the stored file.
        media_id: Cow<'a, str>,
        /// Where it is.
        url: String,
        /// Where a still of it is.
        thumbnail_url: Option<String>,
        /// Heading.
        title: Option<Cow<'a, str>>,
        /// Text beneath.
        description: Option<Cow<'a, str>>,
    },
    /// A place.
    Location {
        /// Degrees.
        latitude: f64,
        /// Degrees.
        longitude: f64,
        /// Map zoom.
        scale: u32,
        /// The place's name.
        label: Cow<'a, str>,
    },
    /// A shared web page.
    Link {
        /// Heading.
        title: Cow<'a, str>,
        /// Text beneath.
        description: Cow<'a, str>,
        /// Where it leads.
        url: Cow<'a, str>,
    },
}

impl<'a> Body<'a> {
    /// What this content says, or `None` for what followers do not send.
    pub(super) fn of(content: &'a Content, public_url: &str) -> Option<Self> {
        let link = |key: &str| format!("{public_url}/media/{key}");
        let some = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        Some(match content {
            Content::Text { text, menu_item } => {
                Self::Text { text: text.into(), menu_item: some(menu_item) }
            }
            Content::Image { media_id, width, height } => Self::Image {
                media_id: media_id.into(),
                url: link(media_id),
                thumbnail_url: format!("{}/thumbnail", link(media_id)),
                width: *width,
                height: *height,
            },
            Content::Voice { media_id, format } => Self::Voice {
                media_id: media_id.into(),
                url: link(media_id),
                format: format.into(),
            },
            Content::Video { media_id, thumbnail_id, title, description } => Self::Video {
                media_id: media_id.into(),
                url: link(media_id),
                thumbnail_url: thumbnail_id.as_deref().map(link),
                title: some(title),
                description: some(description),
            },
            Content::Location { latitude, longitude, scale, label } => {
                let (latitude, longitude, scale) = (*latitude, *longitude, *scale);
                Self::Location { latitude, longitude, scale, label: label.into() }
            }
            Content::Link { title, description, url } => {
                let (title, description) = (title.into(), description.into());
                Self::Link { title, description, url: url.into() }
            }
            Content::Music { .. }
            | Content::News { .. }
            | Content::Articles { .. }
            | Content::Menu { .. }
            | Content::Template { .. }
            | Content::MiniProgram { .. } => return None,
        })
    }
}
