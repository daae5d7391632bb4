//! Buttons as clients send them, each fault with its own code (`reference/wechat-api.md` 6).
use crier_core::menus::{Action, Button};
use serde_json::Value;

use super::super::errcodes as code;
use super::super::fields;
use super::super::refusals::Refusal;

/// The codes and limits of one level of buttons.
struct Level {
    kind: i32,
    name: (i32, usize),
    key: i32,
    url: i32,
    domain: i32,
    is_top: bool,
}

const TOP: Level = Level {
    kind: code::BAD_BUTTON_TYPE,
    name: (code::BAD_BUTTON_NAME, 16),
    key: code::BAD_BUTTON_KEY,
    url: code::BAD_BUTTON_URL,
    domain: code::BAD_BUTTON_DOMAIN,
    is_top: true,
};
const BENEATH: Level = Level {
    kind: code::BAD_SUB_TYPE,
    name: (code::BAD_SUB_NAME, 60),
    key: code::BAD_SUB_KEY,
    url: code::BAD_SUB_URL,
    domain: code::BAD_SUB_DOMAIN,
    is_top: false,
};
/// Bytes of a key.
const MAX_KEY: usize = 128;
/// Bytes of a mini program's page.
const MAX_PATH: usize = 1024;
/// Buttons that ask the host app for something, and tell the operator of it.
const ASKING: [&str; 6] = [
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
];

/// The buttons of a body.
pub(super) fn buttons(body: &Value) -> Result<Vec<Button>, Refusal> {
    let list = match body.get("button") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(_) => return Err(Refusal::about(code::BAD_MENU_TYPE, "button must be a list")),
    };
    if list.is_empty() || list.len() > 3 {
        return Err(Refusal::about(code::BAD_BUTTON_COUNT, "a menu has 1 to 3 buttons"));
    }
    list.iter().map(|one| button(one, &TOP)).collect()
}

fn button(one: &Value, level: &Level) -> Result<Button, Refusal> {
    if !one.is_object() {
        return Err(Refusal::about(level.kind, "a button is an object"));
    }
    let name = fields::words(one, "name");
    if name.trim().is_empty() || name.len() > level.name.1 {
        return Err(Refusal::about(level.name.0, format!("name has 1 to {} bytes", level.name.1)));
    }
    let beneath = beneath(one)?;
    if beneath.is_empty() {
        return Ok(Button { name, action: action(one, level)? });
    }
    if !level.is_top {
        return Err(Refusal::about(code::BAD_SUB_LEVEL, "a menu has two levels"));
    }
    if beneath.len() > 5 {
        return Err(Refusal::about(code::BAD_SUB_COUNT, "1 to 5 buttons stand beneath another"));
    }
    let buttons = beneath.iter().map(|one| button(one, &BENEATH));
    Ok(Button { name, action: Action::Open { buttons: buttons.collect::<Result<_, Refusal>>()? } })
}

/// The buttons beneath: a list, or the object that the menu on show has around it.
fn beneath(one: &Value) -> Result<&[Value], Refusal> {
    match one.get("sub_button") {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(shown @ Value::Object(_)) => Ok(fields::list(shown, "list")),
        Some(_) => Err(Refusal::about(code::BAD_SUB_COUNT, "sub_button must be a list")),
    }
}

fn action(one: &Value, level: &Level) -> Result<Action, Refusal> {
    let kind = fields::words(one, "type");
    Ok(match kind.as_str() {
        "click" => Action::Click { key: key(one, level)? },
        "view" => Action::View { url: url(one, level)? },
        "miniprogram" => Action::MiniProgram {
            app_id: mini_program(one)?,
            path: path(one, level)?,
            url: url(one, level)?,
        },
        "media_id" => Action::Media { media_id: fields::need(one, "media_id", code::NO_MEDIA_ID)? },
        what if ASKING.contains(&what) => Action::Ask { key: key(one, level)?, what: kind },
        "view_limited" => {
            Action::Articles { media_id: fields::need(one, "media_id", code::NO_MEDIA_ID)? }
        }
        "article_id" | "article_view_limited" => {
            Action::Article { article_id: article(one)?, opens: kind != "article_id" }
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
        .map_err(|refusal| refusal.instead(code::URL_TOO_LONG, level.url))
        .map_err(|refusal| refusal.instead(code::BAD_URL_DOMAIN, level.domain))?;
    if url.is_empty() { Err(Refusal::new(level.url)) } else { Ok(url) }
}

/// A mini program's app id: whatever cannot be one is a program the account may not use.
fn mini_program(one: &Value) -> Result<String, Refusal> {
    let app_id = fields::words(one, "appid");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if app_id.is_empty() || app_id.len() > MAX_KEY || !app_id.bytes().all(plain) {
        return Err(Refusal::about(code::NO_MINI_PROGRAM, "appid"));
    }
    Ok(app_id)
}

fn path(one: &Value, level: &Level) -> Result<String, Refusal> {
    let path = fields::words(one, "pagepath");
    if path.len() > MAX_PATH { Err(Refusal::about(level.url, "pagepath")) } else { Ok(path) }
}

fn article(one: &Value) -> Result<String, Refusal> {
    let id = fields::words(one, "article_id");
    if id.is_empty() || id.len() > MAX_KEY {
        return Err(Refusal::new(code::BAD_ARTICLE_ID));
    }
    Ok(id)
}
