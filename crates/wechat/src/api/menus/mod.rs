//! Menus (`reference/wechat-api.md` 2.6).
mod asked;
mod conditional;
mod shown;

use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::menus::{self, Action, Button};
use crier_core::tx::Tx;
use crier_core::{Error, drafts, media, publications};
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
        check_media(tx, &account, &buttons)?;
        menus::set(tx, account.id, &buttons)
    });
    set.await?;
    Ok(Answer::done())
}

/// What menus send must be the account's own and stay: a tap may come in a year.
fn check_media(tx: &mut Tx<'_>, account: &Account, buttons: &[Button]) -> crier_core::Result<()> {
    for button in menus::flat(buttons) {
        match &button.action {
            Action::Media { media_id } | Action::Articles { media_id } => {
                check_stored(tx, account, media_id)?;
            }
            Action::Article { article_id, .. } => {
                publications::by_key(tx.conn, account.id, article_id)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file that stays, or a set of articles.
fn check_stored(tx: &mut Tx<'_>, account: &Account, key: &str) -> crier_core::Result<()> {
    match drafts::content(tx.conn, account.id, key, tx.now) {
        Err(Error::NotFound(_)) => {}
        found => return found.map(drop),
    }
    let file = media::get(tx.conn, key, tx.now)?;
    if !file.permanent || file.account_id != Some(account.id) {
        return Err(Error::NotFound("media"));
    }
    Ok(())
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
