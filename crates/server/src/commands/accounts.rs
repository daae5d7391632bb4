//! `crier account`.
use anyhow::Result;
use crier_core::accounts::{self, Account, Draft};
use crier_core::endpoints::{self, Endpoint};
use crier_core::rights::Kind;
use crier_core::{App, Error, brands};
use serde_json::{Value, json};

use crate::application;
use crate::cli::{AccountCreate, Dialect, Kind as CliKind, Mode};
use crate::settings::Settings;

/// Makes an account with its brand and, if given, its endpoint: all of it or nothing.
pub async fn create(settings: &Settings, new: AccountCreate) -> Result<Value> {
    let app = application::beside(settings).await?;
    create_in(&app, new).await
}

/// As [`create`], in an application that is there already.
pub async fn create_in(app: &App, new: AccountCreate) -> Result<Value> {
    let vault = app.vault.clone();
    let endpoint = endpoint_draft(&new);
    let stored = endpoint.clone();
    let made = app
        .write(move |tx| {
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
            if new.webhook_url.is_some() {
                endpoints::set(tx, &vault, account.id, &stored, false)?;
            }
            Ok((account, secret, brand.name))
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
    // Without an endpoint nothing was stored that these would open.
    let endpoint = (!endpoint.url.is_empty()).then_some(endpoint);
    shown["webhook_url"] = json!(endpoint.as_ref().map(|endpoint| &endpoint.url));
    shown["webhook_mode"] = json!(endpoint.as_ref().map(|endpoint| endpoint.mode));
    shown["webhook_token"] = json!(endpoint.as_ref().map(|endpoint| &endpoint.token));
    shown["encoding_aes_key"] = json!(endpoint.as_ref().map(|endpoint| &endpoint.key));
    Ok(shown)
}

fn endpoint_draft(new: &AccountCreate) -> endpoints::Draft {
    endpoints::Draft {
        dialect: match new.webhook_dialect {
            Dialect::Wechat => endpoints::Dialect::Wechat,
        },
        url: new.webhook_url.clone().unwrap_or_default(),
        mode: match new.webhook_mode {
            Mode::Plain => endpoints::Mode::Plain,
            Mode::Compatible => endpoints::Mode::Compatible,
            Mode::Safe => endpoints::Mode::Safe,
        },
        token: new.webhook_token.clone().unwrap_or_else(endpoints::new_token),
        key: new.encoding_aes_key.clone().unwrap_or_else(endpoints::new_key),
    }
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

fn endpoint_shown(endpoint: &Endpoint) -> Value {
    json!({
        "url": endpoint.url,
        "dialect": endpoint.dialect,
        "mode": endpoint.mode,
        "enabled": endpoint.enabled,
        "verified_at": endpoint.verified_at,
    })
}
