//! Menus (`reference/wechat-api.md` 2.6).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::ids::AccountId;
use crier_core::menus::{self, Action, Button};
use crier_core::tx::Tx;
use crier_core::{Error, drafts, media, publications};
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// The codes and limits of one level of buttons.
struct Level {
    kind: i32,
    name: (i32, usize),
    key: i32,
    url: i32,
}

const TOP: Level = Level {
    kind: code::BAD_BUTTON_TYPE,
    name: (code::BAD_BUTTON_NAME, 16),
    key: code::BAD_BUTTON_KEY,
    url: code::BAD_BUTTON_URL,
};
const BENEATH: Level = Level {
    kind: code::BAD_SUB_TYPE,
    name: (code::BAD_SUB_NAME, 60),
    key: code::BAD_SUB_KEY,
    url: code::BAD_SUB_URL,
};
/// Bytes of a key.
const MAX_KEY: usize = 128;
/// Buttons that ask the host app for something, and tell the operator of it.
const ASKING: [&str; 6] = [
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
];

/// Sets the menu.
pub(super) async fn set(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let buttons = fields::list(&body, "button").iter().map(|one| button(one, &TOP));
    let buttons = buttons.collect::<Result<Vec<Button>, Refusal>>()?;
    let set = call.app.write(move |tx| {
        for media_id in named(&buttons, media_of) {
            check_media(tx, account.id, media_id)?;
        }
        for article_id in named(&buttons, article_of) {
            publications::by_key(tx.conn, account.id, article_id)?;
        }
        menus::set(tx, account.id, &buttons)
    });
    set.await?;
    Ok(Answer::done())
}

/// What buttons name, also those beneath others.
fn named(buttons: &[Button], of: fn(&Action) -> Option<&str>) -> Vec<&str> {
    buttons
        .iter()
        .flat_map(|button| match &button.action {
            Action::Open { buttons } => named(buttons, of),
            action => of(action).into_iter().collect(),
        })
        .collect()
}

fn media_of(action: &Action) -> Option<&str> {
    match action {
        Action::Media { media_id } => Some(media_id),
        _ => None,
    }
}

fn article_of(action: &Action) -> Option<&str> {
    match action {
        Action::Article { article_id } => Some(article_id),
        _ => None,
    }
}

/// A button may send a file or a set of articles.
fn check_media(tx: &mut Tx<'_>, account: AccountId, key: &str) -> crier_core::Result<()> {
    match drafts::content(tx.conn, account, key, tx.now) {
        Err(Error::NotFound(_)) => media::get(tx.conn, key, tx.now).map(drop),
        found => found.map(drop),
    }
}

fn button(one: &Value, level: &Level) -> Result<Button, Refusal> {
    let name = fields::words(one, "name");
    if name.trim().is_empty() || name.len() > level.name.1 {
        return Err(Refusal::about(level.name.0, format!("name has 1 to {} bytes", level.name.1)));
    }
    let beneath = fields::list(one, "sub_button");
    if beneath.is_empty() {
        return Ok(Button { name, action: action(one, level)? });
    }
    let buttons = beneath.iter().map(|one| button(one, &BENEATH));
    Ok(Button { name, action: Action::Open { buttons: buttons.collect::<Result<_, Refusal>>()? } })
}

fn action(one: &Value, level: &Level) -> Result<Action, Refusal> {
    let kind = fields::words(one, "type");
    Ok(match kind.as_str() {
        "click" => Action::Click { key: key(one, level)? },
        "view" => Action::View { url: url(one, level)? },
        "miniprogram" => Action::MiniProgram {
            app_id: fields::words(one, "appid"),
            path: fields::words(one, "pagepath"),
            url: url(one, level)?,
        },
        // Retired: what it opened is sent instead.
        "media_id" | "view_limited" => {
            Action::Media { media_id: fields::need(one, "media_id", code::NO_MEDIA_ID)? }
        }
        what if ASKING.contains(&what) => Action::Ask { key: key(one, level)?, what: kind },
        "article_id" | "article_view_limited" => {
            Action::Article { article_id: fields::need(one, "article_id", code::BAD_ARTICLE_ID)? }
        }
        _ => return Err(Refusal::new(level.kind)),
    })
}

fn key(one: &Value, level: &Level) -> Result<String, Refusal> {
    let key = fields::words(one, "key");
    if key.is_empty() || key.len() > MAX_KEY { Err(Refusal::new(level.key)) } else { Ok(key) }
}

fn url(one: &Value, level: &Level) -> Result<String, Refusal> {
    let url = fields::link(one, "url")
        .map_err(|refusal| refusal.instead(code::URL_TOO_LONG, level.url))?;
    if url.is_empty() { Err(Refusal::new(level.url)) } else { Ok(url) }
}

/// The menu, or 46003 without one (T15).
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let found = call.app.read(move |conn| menus::find(conn, account.id)).await?;
    let menu = found.ok_or(Refusal::new(code::NO_MENU))?;
    let buttons: Vec<Value> = menu.buttons.iter().map(shown).collect();
    Ok(Answer::Data(json!({ "menu": { "button": buttons, "menuid": menu.id } })))
}

fn shown(button: &Button) -> Value {
    let name = &button.name;
    let beneath: [Value; 0] = [];
    match &button.action {
        Action::Open { buttons } => {
            let beneath: Vec<Value> = buttons.iter().map(shown).collect();
            json!({ "name": name, "sub_button": beneath })
        }
        Action::Click { key } => {
            json!({ "type": "click", "name": name, "key": key, "sub_button": beneath })
        }
        Action::View { url } => {
            json!({ "type": "view", "name": name, "url": url, "sub_button": beneath })
        }
        Action::MiniProgram { app_id, path, url } => json!({
            "type": "miniprogram", "name": name, "url": url, "appid": app_id, "pagepath": path,
            "sub_button": beneath,
        }),
        Action::Ask { what, key } => {
            json!({ "type": what, "name": name, "key": key, "sub_button": beneath })
        }
        Action::Media { media_id } => json!({
            "type": "media_id", "name": name, "media_id": media_id, "sub_button": beneath,
        }),
        Action::Article { article_id } => json!({
            "type": "article_id", "name": name, "article_id": article_id, "sub_button": beneath,
        }),
    }
}

/// Removes the menu; one that isn't there is no fault.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    call.app.write(move |tx| menus::remove(tx, account.id)).await?;
    Ok(Answer::done())
}
