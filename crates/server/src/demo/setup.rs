//! The demo's brand, member, account, menu and endpoint; made once, found again later.
use anyhow::Result;
use crier_core::accounts::{self, Account, Draft};
use crier_core::endpoints::{self, Dialect, Mode};
use crier_core::members::{self, Role};
use crier_core::menus::{self, Action, Button};
use crier_core::rights::Kind;
use crier_core::tx::Tx;
use crier_core::{App, brands};

/// What the demo prints and its bot needs.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The account's handle.
    pub handle: String,
    /// The account's name.
    pub name: String,
    /// For the bot.
    pub app_id: String,
    /// For the bot; a fresh one each start, since it is not stored.
    pub app_secret: String,
    /// For the bot.
    pub token: String,
    /// For the console.
    pub email: String,
    /// For the console.
    pub password: String,
}

const BRAND: &str = "Lantern Tea House";
const HANDLE: &str = "lantern";
const EMAIL: &str = "demo@lantern.example";
const PASSWORD: &str = "lantern-demo";
const ABOUT: &str = "Tea, opening hours and the picture of the day. Say hello.";

/// Makes or finds everything and points the account at the bot.
pub async fn ready(app: &App, bot_url: &str) -> Result<Demo> {
    let hash = members::hash_password(PASSWORD)?;
    let (vault, url) = (app.vault.clone(), bot_url.to_owned());
    let demo = app
        .write(move |tx| {
            let account = account(tx, &vault, &hash)?;
            let app_secret = accounts::reset_secret(tx, account.id)?;
            let fresh = endpoints::Draft::fresh(Dialect::Wechat, url);
            let draft = endpoints::Draft { mode: Mode::Plain, ..fresh };
            endpoints::set(tx, &vault, account.id, &draft, true)?;
            Ok(Demo {
                handle: account.handle,
                name: account.name,
                app_id: account.app_id,
                app_secret,
                token: draft.token,
                email: EMAIL.into(),
                password: PASSWORD.into(),
            })
        })
        .await?;
    Ok(demo)
}

fn account(
    tx: &mut Tx<'_>,
    vault: &crier_core::vault::Vault,
    hash: &str,
) -> crier_core::Result<Account> {
    if let Some(account) = accounts::find(tx.conn, HANDLE)? {
        return Ok(account);
    }
    let brand = brands::ensure(tx, BRAND)?;
    let member = members::create(tx, EMAIL, "Lin", hash, false)?;
    members::join(tx, brand.id, member.id, Role::Owner)?;
    let draft = Draft {
        brand: brand.id,
        kind: Kind::Service,
        verified: true,
        handle: Some(HANDLE.into()),
        name: BRAND.into(),
        description: ABOUT.into(),
        time_zone: "Asia/Shanghai".into(),
    };
    let (account, _) = accounts::add(tx, vault, &draft)?;
    menus::set(tx, account.id, &menu())?;
    Ok(account)
}

fn menu() -> Vec<Button> {
    let click = |name: &str, key: &str| Button {
        name: name.into(),
        action: Action::Click { key: key.into() },
    };
    vec![
        click("Picture", "picture"),
        Button {
            name: "Visit".into(),
            action: Action::Open { buttons: vec![click("Hours", "hours"), click("Menu", "menu")] },
        },
    ]
}
