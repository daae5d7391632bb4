//! Menus (`reference/wechat-api.md` 2.6).
mod asked;
mod conditional;
mod shown;

use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::menus;
use serde_json::{Value, json};

pub(super) use conditional::{add, remove_one, try_match};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::refusals::Refusal;

/// Sets the menu for everybody.
pub(super) async fn set(call: Call, account: Arc<Account>) -> Outcome {
    let buttons = asked::buttons(&call.json()?)?;
    let set = call.app.write(move |tx| {
        menus::check_stored(tx, account.id, &buttons)?;
        menus::set(tx, account.id, &buttons)
    });
    set.await?;
    Ok(Answer::done())
}

/// Every menu, or 46003 without one (T15).
pub(super) async fn get(call: Call, account: Arc<Account>) -> Outcome {
    let read = call.app.read(move |conn| {
        let menu = menus::find(conn, account.id)?;
        Ok((menu, menus::conditionals(conn, account.id)?))
    });
    let (menu, conditional) = read.await?;
    let menu = menu.ok_or(Refusal::new(code::NO_MENU))?;
    let mut data = json!({ "menu": { "button": shown::buttons(&menu), "menuid": menu.id } });
    if !conditional.is_empty() {
        let conditional: Vec<Value> = conditional.iter().map(shown::conditional).collect();
        data["conditionalmenu"] = conditional.into();
    }
    Ok(Answer::Data(data))
}

/// The menu on show, which is open when there is one.
pub(super) async fn on_show(call: Call, account: Arc<Account>) -> Outcome {
    let menu = call.app.read(move |conn| menus::find(conn, account.id)).await?;
    let is_open = i32::from(menu.is_some());
    let buttons: Vec<Value> =
        menu.iter().flat_map(|menu| &menu.buttons).map(shown::on_show).collect();
    Ok(Answer::Data(json!({ "is_menu_open": is_open, "selfmenu_info": { "button": buttons } })))
}

/// Removes every menu; one that isn't there is no fault.
pub(super) async fn remove(call: Call, account: Arc<Account>) -> Outcome {
    call.app.write(move |tx| menus::remove(tx, account.id)).await?;
    Ok(Answer::done())
}
