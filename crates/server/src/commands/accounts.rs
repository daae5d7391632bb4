//! `crier account`.
use anyhow::Result;
use crier_core::accounts::{self, Account, Draft};
use crier_core::endpoints;
use crier_core::rights::Kind;
use crier_core::{App, Error, brands};
use serde_json::{Value, json};

use super::changes::{About, change};
use super::endpoints::{draft, show_secrets, shown as endpoint_shown};
use crate::application;
use crate::cli::{AccountCreate, Kind as CliKind};
use crate::settings::Settings;

/// Makes an account with its brand and, if given, its endpoint: all of it or nothing.
pub async fn create(settings: &Settings, new: AccountCreate) -> Result<Value> {
    let app = application::beside(settings).await?;
    create_in(&app, new).await
}

/// As [`create`], in an application that is there already.
pub async fn create_in(app: &App, new: AccountCreate) -> Result<Value> {
    let vault = app.vault.clone();
    let endpoint = new.webhook_url.as_deref().map(|url| draft(url, new.webhook));
    let stored = endpoint.clone();
    let made = change(app, "account-create", move |tx| {
        let brand = brands::ensure(tx, &new.brand)?;
        let draft = Draft {
            brand: brand.id,
            kind: match new.kind {
                CliKind::Service => Kind::Service,
                CliKind::Subscription => Kind::Subscription,
            },
            verified: true,
            handle: new.handle.clone(),
            name: new.name.clone(),
            description: new.description.clone(),
            time_zone: new.time_zone.clone(),
        };
        let (account, secret) = accounts::add(tx, &vault, &draft)?;
        let detail = match &stored {
            Some(draft) => {
                format!("endpoint={}", endpoints::add(tx, &vault, account.id, draft, false)?)
            }
            None => String::new(),
        };
        let about = About::Account(Box::new(account.clone()), detail);
        Ok(((account, secret, brand.name), about))
    })
    .await;
    let (account, secret, brand) = match made {
        Err(Error::Conflict("handle_taken")) => {
            anyhow::bail!("this handle is taken; choose another with --handle")
        }
        other => other?,
    };
    let mut shown = describe(&account, &brand);
    shown["app_secret"] = json!(secret);
    shown["webhook_url"] = json!(endpoint.as_ref().map(|endpoint| &endpoint.url));
    shown["webhook_mode"] = json!(endpoint.as_ref().map(|endpoint| endpoint.mode));
    // Without an endpoint nothing was stored that these would open.
    for name in ["webhook_secret", "webhook_token", "encoding_aes_key"] {
        shown[name] = Value::Null;
    }
    if let Some(endpoint) = &endpoint {
        show_secrets(&mut shown, endpoint.dialect, &endpoint.pair());
    }
    Ok(shown)
}

/// Shows an account and where its operator backend listens; no secrets.
pub async fn show(settings: &Settings, name: String) -> Result<Value> {
    let app = application::beside(settings).await?;
    let found = app
        .read(move |conn| {
            let account = accounts::find(conn, &name)?.ok_or(Error::NotFound("account"))?;
            let brand = brands::get(conn, account.brand_id)?;
            let endpoints = endpoints::all(conn, account.id)?;
            Ok((account, brand.name, endpoints))
        })
        .await;
    let (account, brand, endpoints) = match found {
        Err(Error::NotFound(_)) => anyhow::bail!("no account has this handle or app id"),
        other => other?,
    };
    let mut shown = describe(&account, &brand);
    shown["endpoints"] = endpoints.iter().map(endpoint_shown).collect();
    Ok(shown)
}

fn describe(account: &Account, brand: &str) -> Value {
    json!({
        "account": account.handle,
        "name": account.name,
        "kind": account.kind,
        "brand": brand,
        "app_id": account.app_id,
        "original_id": account.original_id,
        "verified": account.verified,
        "followers": account.follower_count,
        "time_zone": account.time_zone,
        "created_at": account.created_at,
    })
}
