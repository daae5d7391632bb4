//! `crier template`.
use anyhow::{Result, bail};
use crier_core::{Error, accounts, templates};
use serde_json::{Value, json};

use super::changes::{About, change};
use crate::application;
use crate::cli::Template as Words;
use crate::settings::Settings;

/// Forbids a template, or allows it again.
pub async fn run(settings: &Settings, words: Words) -> Result<Value> {
    let app = application::beside(settings).await?;
    let (which, banned, word) = match words {
        Words::Ban(which) => (which, true, "template-ban"),
        Words::Unban(which) => (which, false, "template-unban"),
    };
    let key = which.template.clone();
    let set = change(&app, word, move |tx| {
        let account = accounts::find(tx.conn, &which.account)?;
        let account = account.ok_or(Error::NotFound("account"))?;
        templates::set_banned(tx, account.id, &which.template, banned)?;
        Ok(((), About::Account(Box::new(account), format!("template={}", which.template))))
    })
    .await;
    match set {
        Err(Error::NotFound("account")) => bail!("no account has this handle or app id"),
        Err(Error::NotFound("template")) => bail!("the account has no template of this key"),
        other => other?,
    }
    Ok(json!({ "template": key, "banned": banned }))
}
