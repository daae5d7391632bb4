//! Menus: up to three buttons under a conversation, each with up to five beneath it.
use crier_schema::ids::{AccountId, FollowerId};
use crier_schema::tables::menus;
use crier_schema::{AnyConnection, Json, Timestamp, on_each};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::content::{Content, Origin};
use crate::conversations::{Append, append_one};
use crate::drafts;
use crate::error::{Error, Result};
use crate::facts::{Fact, Tap};
use crate::media::{self, MediaKind};
use crate::publications;
use crate::roster::Roster;
use crate::tx::Tx;
use crate::windows::{BY_TAP, Effect};

/// An account's menu.
#[derive(Debug, Clone, PartialEq)]
pub struct Menu {
    /// Its number, which taps on links name; a new menu has a new one.
    pub id: i64,
    /// Its buttons.
    pub buttons: Vec<Button>,
    /// When it was set.
    pub updated_at: Timestamp,
}

/// One button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub name: String,
    /// What a tap does.
    pub action: Action,
}

/// What a tap on a button does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "snake_case")]
pub enum Action {
    /// Opens the buttons beneath.
    Open {
        /// They.
        buttons: Vec<Button>,
    },
    /// Tells the operator.
    Click {
        /// With this key.
        key: String,
    },
    /// Opens a link.
    View {
        /// This one.
        url: String,
    },
    /// Opens a mini program of the host app, or the link where there is none.
    MiniProgram {
        /// Which one.
        app_id: String,
        /// The page in it.
        path: String,
        /// The link.
        url: String,
    },
    /// Has the host app scan, photograph or locate, and tells the operator.
    Ask {
        /// `scancode_push`, `scancode_waitmsg`, `pic_sysphoto`, `pic_photo_or_album`, `pic_weixin`
        /// or `location_select`.
        what: String,
        /// With this key.
        key: String,
    },
    /// Sends stored media.
    Media {
        /// The file's key.
        media_id: String,
    },
    /// Opens a published article.
    Article {
        /// Which one.
        article_id: String,
    },
}

/// The account's menu.
pub fn find(conn: &mut AnyConnection, account: AccountId) -> Result<Option<Menu>> {
    let row: Option<(i64, Json<Vec<Button>>, Timestamp)> = menus::table
        .find(account)
        .select((menus::menu_id, menus::buttons, menus::updated_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(id, Json(buttons), updated_at)| Menu { id, buttons, updated_at }))
}

/// Sets the account's menu.
///
/// # Errors
/// [`Error::Invalid`] when there are too many buttons or an empty name.
pub fn set(tx: &mut Tx<'_>, account: AccountId, buttons: &[Button]) -> Result<()> {
    check(buttons)?;
    let id: i64 = tx.ids.next();
    let text = Json::to_text(&buttons)?;
    let conn = &mut *tx.conn;
    let now = tx.now;
    on_each!(
        conn,
        diesel::insert_into(menus::table)
            .values((
                menus::account_id.eq(account),
                menus::menu_id.eq(id),
                menus::buttons.eq(&text),
                menus::updated_at.eq(now),
            ))
            .on_conflict(menus::account_id)
            .do_update()
            .set((menus::menu_id.eq(id), menus::buttons.eq(&text), menus::updated_at.eq(now),))
            .execute(conn)
    )?;
    Ok(())
}

/// Removes the account's menu.
pub fn remove(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::delete(menus::table.find(account)).execute(tx.conn)?;
    Ok(())
}

fn check(buttons: &[Button]) -> Result<()> {
    if buttons.is_empty() || buttons.len() > 3 {
        return Err(Error::invalid("button", "must be 1 to 3 buttons"));
    }
    for button in buttons {
        if button.name.trim().is_empty() {
            return Err(Error::invalid("name", "must not be empty"));
        }
        if let Action::Open { buttons } = &button.action {
            if buttons.is_empty() || buttons.len() > 5 {
                return Err(Error::invalid("sub_button", "must be 1 to 5 buttons"));
            }
            if buttons.iter().any(|beneath| matches!(beneath.action, Action::Open { .. })) {
                return Err(Error::invalid("sub_button", "must not have buttons beneath"));
            }
        }
    }
    Ok(())
}

impl Menu {
    /// The button of this id (`0`, or `0.1` for one beneath), key or name.
    pub fn button(&self, wanted: &str) -> Option<&Button> {
        let flat = self.flat();
        flat.iter()
            .find(|(id, _)| id == wanted)
            .or_else(|| flat.iter().find(|(_, button)| button.key() == Some(wanted)))
            .or_else(|| flat.iter().find(|(_, button)| button.name == wanted))
            .map(|(_, button)| *button)
    }

    /// Every button with its id, those beneath after the one above.
    pub fn flat(&self) -> Vec<(String, &Button)> {
        let mut flat = Vec::new();
        for (at, button) in self.buttons.iter().enumerate() {
            flat.push((at.to_string(), button));
            if let Action::Open { buttons } = &button.action {
                let beneath = buttons.iter().enumerate();
                flat.extend(beneath.map(|(below, button)| (format!("{at}.{below}"), button)));
            }
        }
        flat
    }
}

impl Button {
    /// The key an operator knows it by.
    pub fn key(&self) -> Option<&str> {
        match &self.action {
            Action::Click { key } | Action::Ask { key, .. } => Some(key),
            _ => None,
        }
    }

    /// What a tap tells, when the button needs nothing more from the follower.
    pub fn tap(&self, menu_id: i64) -> Option<Tap> {
        match &self.action {
            Action::Click { key } => Some(Tap::Click { key: key.clone() }),
            Action::View { url } => Some(Tap::View { url: url.clone(), menu_id }),
            Action::MiniProgram { path, .. } => {
                Some(Tap::MiniProgram { path: path.clone(), menu_id })
            }
            Action::Open { .. }
            | Action::Ask { .. }
            | Action::Media { .. }
            | Action::Article { .. } => None,
        }
    }
}

/// What the host app has done for a button that asks for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Done {
    /// The code's type and content.
    pub scan: Option<(String, String)>,
    /// MD5 of each picture, as hex.
    pub pictures: Vec<String>,
    /// The place.
    pub location: Option<Place>,
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

/// A follower taps a button of the account's menu: the operator is told, or stored media is sent.
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
    let menu = find(tx.conn, account)?.ok_or(Error::NotFound("menu"))?;
    let button = menu.button(wanted).ok_or(Error::NotFound("button"))?;
    let append = match &button.action {
        Action::Open { .. } => return Err(Error::invalid("button", "opens other buttons")),
        Action::Article { article_id } => {
            let content = publications::content(tx.conn, account, article_id)?;
            Append::outbound(follower, Origin::Answer, content, None, Effect::None)
        }
        Action::Media { media_id } => {
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
    Ok(())
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
