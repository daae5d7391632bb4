//! Buttons as they are read back.
use crier_core::menus::{Action, Button, Conditional, Menu, Rule};
use crier_core::users::Platform;
use serde_json::{Value, json};

/// Platforms by their numbers.
pub(super) const PLATFORMS: [(i64, Platform); 3] =
    [(1, Platform::Ios), (2, Platform::Android), (3, Platform::Other)];

/// All buttons of a menu.
pub(super) fn buttons(menu: &Menu) -> Vec<Value> {
    menu.buttons.iter().map(button).collect()
}

/// A menu for some, with its rule.
pub(super) fn conditional(one: &Conditional) -> Value {
    let buttons = buttons(&one.menu);
    json!({ "button": buttons, "matchrule": rule(&one.rule), "menuid": one.menu.id })
}

/// Numbers are numbers, and a tag goes by its two names: clients read the one or the other (T5).
fn rule(rule: &Rule) -> Value {
    let mut said = serde_json::Map::new();
    if let Some(tag) = rule.tag {
        said.insert("group_id".to_owned(), tag.into());
        said.insert("tag_id".to_owned(), tag.into());
    }
    let number = |wanted| PLATFORMS.iter().find(|(_, platform)| *platform == wanted);
    if let Some((number, _)) = rule.platform.and_then(number) {
        said.insert("client_platform_type".to_owned(), (*number).into());
    }
    if let Some(language) = &rule.language {
        said.insert("language".to_owned(), language.replace('-', "_").into());
    }
    Value::Object(said)
}

/// A button as the call for the menu on show has it: those beneath stand in an object (2.6).
pub(super) fn on_show(one: &Button) -> Value {
    let mut shown = button(one);
    if let Value::Object(fields) = &mut shown {
        fields.remove("sub_button");
        if let Action::Open { buttons } = &one.action {
            let list: Vec<Value> = buttons.iter().map(on_show).collect();
            fields.insert("sub_button".to_owned(), json!({ "list": list }));
        }
    }
    shown
}

fn button(one: &Button) -> Value {
    let name = &one.name;
    let beneath: [Value; 0] = [];
    match &one.action {
        Action::Open { buttons } => {
            let beneath: Vec<Value> = buttons.iter().map(button).collect();
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
        Action::Say { text } => {
            json!({ "type": "text", "name": name, "value": text, "sub_button": beneath })
        }
        Action::Ask { what, key } => {
            json!({ "type": what, "name": name, "key": key, "sub_button": beneath })
        }
        Action::Media { media_id } => json!({
            "type": "media_id", "name": name, "media_id": media_id, "sub_button": beneath,
        }),
        Action::Article { article_id, opens } => json!({
            "type": if *opens { "article_view_limited" } else { "article_id" },
            "name": name, "article_id": article_id, "sub_button": beneath,
        }),
        Action::Articles { media_id } => json!({
            "type": "view_limited", "name": name, "media_id": media_id, "sub_button": beneath,
        }),
    }
}
