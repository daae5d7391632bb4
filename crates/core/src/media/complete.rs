//! Filling in what only the store knows of the media in a message, and refusing media that is not
//! there: done once, before anything of the message is stored.
use crier_schema::{AnyConnection, Timestamp};

use super::{MediaKind, check_sendable};
use crate::content::Content;
use crate::error::Result;

/// The content with its media checked, and with size and format filled in.
///
/// # Errors
/// `NotFound("media")` for a key that is unknown or has expired; `Invalid` for one of another kind.
pub fn complete(conn: &mut AnyConnection, content: Content, now: Timestamp) -> Result<Content> {
    Ok(match content {
        Content::Image { media_id, .. } => {
            let media = check_sendable(conn, &media_id, MediaKind::Image, now)?;
            Content::Image { media_id, width: media.width, height: media.height }
        }
        Content::Voice { media_id, .. } => {
            let media = check_sendable(conn, &media_id, MediaKind::Voice, now)?;
            Content::Voice { media_id, format: media.format().to_owned() }
        }
        Content::Video { media_id, thumbnail_id, title, description } => {
            let media = check_sendable(conn, &media_id, MediaKind::Video, now)?;
            Content::Video {
                media_id,
                thumbnail_id: picture(conn, thumbnail_id, now)?,
                title: title.or(media.title),
                description: description.or(media.introduction),
            }
        }
        Content::Music { title, description, url, hq_url, thumbnail_id } => {
            let thumbnail_id = picture(conn, thumbnail_id, now)?;
            Content::Music { title, description, url, hq_url, thumbnail_id }
        }
        Content::MiniProgram { title, app_id, path, thumbnail_id } => {
            let thumbnail_id = picture(conn, thumbnail_id, now)?;
            Content::MiniProgram { title, app_id, path, thumbnail_id }
        }
        Content::Text { .. }
        | Content::Location { .. }
        | Content::Link { .. }
        | Content::News { .. }
        | Content::Articles { .. }
        | Content::Menu { .. }
        | Content::Template { .. } => content,
    })
}

/// A still or cover, if one is named: an empty name is none, as clients send it.
fn picture(
    conn: &mut AnyConnection,
    key: Option<String>,
    now: Timestamp,
) -> Result<Option<String>> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Ok(None) };
    super::get(conn, &key, now)?;
    Ok(Some(key))
}
