//! Menus: up to three buttons under a conversation, each with up to five beneath it. An account has
//! one for everybody, and may have others for some of its followers.
mod conditional;
mod drafts;
mod history;
mod publishing;
mod taps;

use crier_schema::ids::AccountId;
use crier_schema::tables::menus;
use crier_schema::{AnyConnection, Json, Timestamp, on_each};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use conditional::speaks;
pub use conditional::{
    Conditional, Rule, Viewer, add_conditional, conditionals, move_conditional, remove_conditional,
    seen_by, shown_to,
};
pub use drafts::{
    Draft, MOST_BENEATH, MOST_DRAFTS, MOST_TOP, add_draft, change_draft, draft, drafts,
    remove_draft,
};
pub use history::{Past, history, restore};
pub(crate) use publishing::unschedule_all;
pub use publishing::{check_stored, keep_publishing, publish, publish_due, schedule, unschedule};
pub use taps::{Done, Place, tap};

use crate::accounts::has_control;
use crate::content::MAX_TEXT;
use crate::error::{Error, Result};
use crate::facts::Tap;
use crate::mint::fingerprint;
use crate::tx::Tx;

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
    /// Sends this text. The console makes such buttons; the protocol only shows them.
    Say {
        /// What is sent: at most 2,048 bytes.
        text: String,
    },
    /// Sends stored media.
    Media {
        /// The file's key.
        media_id: String,
    },
    /// Sends a published article, or opens it at once.
    Article {
        /// Which one.
        article_id: String,
        /// Whether it is opened rather than sent.
        #[serde(default)]
        opens: bool,
    },
    /// Opens articles stored as one file.
    Articles {
        /// The file's key.
        media_id: String,
    },
}

/// The menu for everybody.
pub fn find(conn: &mut AnyConnection, account: AccountId) -> Result<Option<Menu>> {
    let row: Option<(i64, Json<Vec<Button>>, Timestamp)> = menus::table
        .find(account)
        .select((menus::menu_id, menus::buttons, menus::updated_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(id, Json(buttons), updated_at)| Menu { id, buttons, updated_at }))
}

/// Sets the menu for everybody; those for some stay.
///
/// # Errors
/// [`Error::Invalid`] when there are too many buttons or an empty name.
pub fn set(tx: &mut Tx<'_>, account: AccountId, buttons: &[Button]) -> Result<()> {
    check(buttons)?;
    let id: i64 = tx.ids.next();
    history::keep(tx, account, id, ("", None, buttons))?;
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

/// Removes every menu of the account: those for some never stand alone.
pub fn remove(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    conditional::clear(tx, account)?;
    diesel::delete(menus::table.find(account)).execute(tx.conn)?;
    Ok(())
}

/// Whether a button of the account's menu sends this file.
pub fn uses(conn: &mut AnyConnection, account: AccountId, media_key: &str) -> Result<bool> {
    let Some(menu) = find(conn, account)? else { return Ok(false) };
    let sends = |button: &Button| match &button.action {
        Action::Media { media_id } => media_id == media_key,
        _ => false,
    };
    Ok(menu.flat().iter().any(|(_, button)| sends(button)))
}

fn check(buttons: &[Button]) -> Result<()> {
    if buttons.is_empty() || buttons.len() > 3 {
        return Err(Error::invalid("button", "must be 1 to 3 buttons"));
    }
    for button in flat(buttons) {
        if button.name.trim().is_empty() {
            return Err(Error::invalid("name", "must not be empty"));
        }
        if let Action::Say { text } = &button.action
            && (text.trim().is_empty() || text.len() > MAX_TEXT || has_control(text))
        {
            return Err(Error::invalid("button_text", "must have 1 to 2048 bytes"));
        }
        if button.texts().any(|text| text.chars().any(char::is_control)) {
            return Err(Error::invalid("name", "must not have control characters"));
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

/// Every button, those beneath after the one above.
pub fn flat(buttons: &[Button]) -> impl Iterator<Item = &Button> {
    buttons.iter().flat_map(|button| {
        let beneath = match &button.action {
            Action::Open { buttons } => buttons.as_slice(),
            _ => &[],
        };
        std::iter::once(button).chain(beneath)
    })
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
    /// Every text it is made of.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts: [&str; 3] = match &self.action {
            // Lines may be broken in what is sent.
            Action::Open { .. } | Action::Say { .. } => [""; 3],
            Action::Click { key } => [key, "", ""],
            Action::View { url } => [url, "", ""],
            Action::MiniProgram { app_id, path, url } => [app_id, path, url],
            Action::Ask { what, key } => [what, key, ""],
            Action::Media { media_id } | Action::Articles { media_id } => [media_id, "", ""],
            Action::Article { article_id, .. } => [article_id, "", ""],
        };
        std::iter::once(self.name.as_str()).chain(texts)
    }

    /// The key an operator knows it by.
    pub fn key(&self) -> Option<&str> {
        match &self.action {
            Action::Click { key } | Action::Ask { key, .. } => Some(key),
            _ => None,
        }
    }

    /// What its taps are counted under: buttons that do the same count together, in whichever menu
    /// they are, and a menu that is changed does not begin anew.
    pub fn tally(&self) -> String {
        fingerprint(&serde_json::to_string(&self.action).unwrap_or_default())
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
            | Action::Say { .. }
            | Action::Ask { .. }
            | Action::Media { .. }
            | Action::Article { .. }
            | Action::Articles { .. } => None,
        }
    }
}
