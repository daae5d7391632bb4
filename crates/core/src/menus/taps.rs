//! Taps: what a button does.
use crier_schema::ids::{AccountId, FollowerId};

use super::{Action, Viewer, seen_by};
use crate::content::{Content, Origin};
use crate::conversations::{Append, append_one};
use crate::drafts;
use crate::error::{Error, Result};
use crate::facts::{Fact, Tap};
use crate::followers;
use crate::media::{self, MediaKind};
use crate::publications;
use crate::roster::Roster;
use crate::tallies::{self, Noun};
use crate::tx::Tx;
use crate::users::{self, Platform};
use crate::windows::{BY_TAP, Effect};

/// What the host app has done for a button that asks for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Done {
    /// The code's type and content.
    pub scan: Option<(String, String)>,
    /// MD5 of each picture, as hex.
    pub pictures: Vec<String>,
    /// The place.
    pub location: Option<Place>,
    /// What it was done on, if that is known better than from the follower's last visit.
    pub platform: Option<Platform>,
}

/// A place chosen from a button.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Degrees.
    pub latitude: f64,
    /// Degrees.
    pub longitude: f64,
    /// Map zoom.
    pub scale: u32,
    /// The place's name.
    pub label: String,
    /// The point of interest's name.
    pub poi: String,
}

/// A follower taps a button of the menu they see: the operator is told, or stored media is sent.
/// `wanted` is a button's id, key or name.
///
/// # Errors
/// `NotFound` of menu, button, article or media; [`Error::Invalid`] when the button opens others,
/// or asks for something that `done` has not got.
pub fn tap(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    wanted: &str,
    done: &Done,
) -> Result<()> {
    let user = followers::get(tx.conn, follower)?.user_id;
    let user = users::get(tx.conn, user)?;
    let viewer = Viewer { follower: Some(follower), ..Viewer::of(&user, done.platform) };
    let menu = seen_by(tx.conn, account, &viewer, tx.now)?.ok_or(Error::NotFound("menu"))?;
    let button = menu.button(wanted).ok_or(Error::NotFound("button"))?;
    let append = match &button.action {
        Action::Open { .. } => return Err(Error::invalid("button", "opens other buttons")),
        Action::Article { article_id, .. } => {
            let content = publications::content(tx.conn, account, article_id)?;
            Append::outbound(follower, Origin::Answer, content, None, Effect::None)
        }
        Action::Say { text } => {
            let content = Content::text(text.clone());
            Append::outbound(follower, Origin::Answer, content, None, Effect::None)
        }
        Action::Media { media_id } | Action::Articles { media_id } => {
            let content = stored(tx, account, media_id)?;
            Append::outbound(follower, Origin::Answer, content, None, Effect::None)
        }
        Action::Ask { what, key } => opening(follower, asked(what, key, done)?),
        Action::Click { key } => opening(follower, Tap::Click { key: key.clone() }),
        Action::View { .. } | Action::MiniProgram { .. } => {
            let told = button.tap(menu.id).ok_or(Error::NotFound("button"))?;
            Append::event(follower, Fact::Tapped(told), Effect::None)
        }
    };
    append_one(tx, roster, append)?;
    tallies::add(tx, account, Noun::Tapped, &button.tally())
}

fn opening(follower: FollowerId, told: Tap) -> Append {
    Append::event(follower, Fact::Tapped(told), Effect::Open(BY_TAP))
}

/// A file, or a set of articles.
fn stored(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<Content> {
    match drafts::content(tx.conn, account, key, tx.now) {
        Err(Error::NotFound(_)) => {}
        found => return found,
    }
    let media_id = key.to_owned();
    let content = match media::get(tx.conn, key, tx.now)?.kind {
        MediaKind::Image | MediaKind::Thumb => {
            Content::Image { media_id, width: None, height: None }
        }
        MediaKind::Voice => Content::Voice { media_id, format: String::new() },
        MediaKind::Video => {
            Content::Video { media_id, thumbnail_id: None, title: None, description: None }
        }
    };
    media::complete(tx.conn, content, tx.now)
}

fn asked(what: &str, key: &str, done: &Done) -> Result<Tap> {
    let key = key.to_owned();
    match what {
        "scancode_push" | "scancode_waitmsg" => {
            let missing = || Error::invalid("scan", "is what this button asks for");
            let (scan_type, result) = done.scan.clone().ok_or_else(missing)?;
            Ok(Tap::ScanCode { waits: what == "scancode_waitmsg", key, scan_type, result })
        }
        "location_select" => {
            let missing = || Error::invalid("location", "is what this button asks for");
            let Place { latitude, longitude, scale, label, poi } =
                done.location.clone().ok_or_else(missing)?;
            Ok(Tap::Location { key, latitude, longitude, scale, label, poi })
        }
        _ if done.pictures.is_empty() => {
            Err(Error::invalid("pictures", "are what this button asks for"))
        }
        how => Ok(Tap::Pictures { how: how.to_owned(), key, md5: done.pictures.clone() }),
    }
}
