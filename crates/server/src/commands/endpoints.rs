//! `crier endpoint`.
use anyhow::{Result, bail};
use chrono::Duration;
use crier_core::accounts::{self, Account};
use crier_core::endpoints::{self, Draft, Endpoint, Options, Pair};
use crier_core::recoveries::{self, Range};
use crier_core::{App, Error};
use serde_json::{Value, json};

use super::changes::{About, change};
use crate::application;
use crate::cli::{Dialect, Endpoint as Words, EndpointAdd, EndpointOptions, Mode, Which};
use crate::settings::Settings;

/// Runs a command about endpoints.
pub async fn run(settings: &Settings, words: Words) -> Result<Value> {
    let app = application::beside(settings).await?;
    match words {
        Words::List { account } => list(&app, account).await,
        Words::Add(new) => add(&app, *new).await,
        Words::Remove(which) => remove(&app, which).await,
        Words::Rotate { which, overlap } => rotate(&app, which, overlap).await,
        Words::Answer(which) => answer(&app, which).await,
        Words::Recover { which, since, until, all } => {
            // No recovery reaches beyond now.
            let until = until.unwrap_or_else(|| app.clock.now());
            recover(&app, which, Range { from: since, until, failed_only: !all }).await
        }
    }
}

async fn list(app: &App, name: String) -> Result<Value> {
    let (_, endpoints) = of(app, name).await?;
    Ok(json!({ "endpoints": endpoints.iter().map(shown).collect::<Value>() }))
}

async fn add(app: &App, new: EndpointAdd) -> Result<Value> {
    let (account, _) = of(app, new.account).await?;
    let draft = draft(&new.webhook_url, new.webhook);
    let (vault, stored) = (app.vault.clone(), draft.clone());
    let added = change(app, "endpoint-add", move |tx| {
        let id = endpoints::add(tx, &vault, account.id, &stored, false)?;
        Ok((id, About::Account(Box::new(account), format!("endpoint={id}"))))
    });
    let id = match added.await {
        Err(Error::Conflict("too_many_endpoints")) => {
            bail!("the account has {} endpoints already; remove one", endpoints::MOST)
        }
        other => other?,
    };
    let mut shown = json!({ "endpoint": id, "webhook_url": draft.url, "webhook_mode": draft.mode });
    show_secrets(&mut shown, draft.dialect, &draft.pair());
    Ok(shown)
}

async fn remove(app: &App, which: Which) -> Result<Value> {
    let (account, endpoint) = one(app, which).await?;
    let id = endpoint.id;
    change(app, "endpoint-remove", move |tx| {
        endpoints::remove(tx, account.id, id)?;
        Ok(((), About::Account(Box::new(account), format!("endpoint={id}"))))
    })
    .await?;
    Ok(json!({ "endpoint": id, "removed": true }))
}

async fn rotate(app: &App, which: Which, overlap: i64) -> Result<Value> {
    let (account, endpoint) = one(app, which).await?;
    let (id, vault) = (endpoint.id, app.vault.clone());
    let Some(overlap) = Duration::try_seconds(overlap) else {
        bail!("--overlap must be at most a week");
    };
    let pair = change(app, "endpoint-rotate", move |tx| {
        let pair = endpoints::rotate(tx, &vault, account.id, id, overlap)?;
        let detail = format!("endpoint={id} overlap={}", overlap.num_seconds());
        Ok((pair, About::Account(Box::new(account), detail)))
    })
    .await?;
    let mut shown = json!({ "endpoint": id, "overlap": overlap.num_seconds() });
    show_secrets(&mut shown, endpoint.dialect, &pair);
    Ok(shown)
}

async fn answer(app: &App, which: Which) -> Result<Value> {
    let (account, endpoint) = one(app, which).await?;
    let id = endpoint.id;
    change(app, "endpoint-answer", move |tx| {
        endpoints::set_answering(tx, account.id, id)?;
        Ok(((), About::Account(Box::new(account), format!("endpoint={id}"))))
    })
    .await?;
    Ok(json!({ "endpoint": id, "answers": true }))
}

async fn recover(app: &App, which: Which, range: Range) -> Result<Value> {
    let (account, endpoint) = one(app, which).await?;
    let id = endpoint.id;
    let started = change(app, "endpoint-recover", move |tx| {
        let recovery = recoveries::start(tx, account.id, id, range)?;
        let detail = format!("endpoint={id} {} - {}", range.from, range.until);
        Ok((recovery, About::Account(Box::new(account), detail)))
    });
    match started.await {
        Ok(recovery) => Ok(json!({ "endpoint": id, "recovery": recovery })),
        Err(Error::Conflict("endpoint_off")) => {
            bail!("the endpoint is switched off; switch it on in the console first")
        }
        Err(Error::Conflict("recovery_running")) => {
            bail!("a recovery of this endpoint is running; wait for its end")
        }
        Err(Error::Invalid { .. }) => bail!("--since must be before --until, and in the past"),
        Err(error) => Err(error.into()),
    }
}

/// The account of this handle or app id, with its endpoints.
async fn of(app: &App, name: String) -> Result<(Account, Vec<Endpoint>)> {
    let found = app
        .read(move |conn| {
            let Some(account) = accounts::find(conn, &name)? else { return Ok(None) };
            let endpoints = endpoints::all(conn, account.id)?;
            Ok(Some((account, endpoints)))
        })
        .await?;
    found.ok_or_else(|| anyhow::anyhow!("no account has this handle or app id"))
}

async fn one(app: &App, which: Which) -> Result<(Account, Endpoint)> {
    let (account, mut endpoints) = of(app, which.account).await?;
    if let Some(id) = which.endpoint {
        endpoints.retain(|endpoint| endpoint.id == id);
    }
    match (endpoints.pop(), endpoints.is_empty()) {
        (Some(endpoint), true) => Ok((account, endpoint)),
        (Some(_), false) => bail!(
            "the account has several endpoints; name one with --endpoint (crier endpoint list)"
        ),
        (None, _) if which.endpoint.is_some() => {
            bail!("the account has no endpoint of this number (crier endpoint list)")
        }
        (None, _) => bail!("the account has no endpoint; add one with crier endpoint add"),
    }
}

/// The endpoint that these words describe.
pub fn draft(url: &str, webhook: EndpointOptions) -> Draft {
    let dialect = match webhook.webhook_dialect {
        Dialect::Native => endpoints::Dialect::Native,
        Dialect::Wechat => endpoints::Dialect::Wechat,
    };
    let usual = Options::of(dialect);
    let options = Options {
        name: webhook.webhook_name.unwrap_or_default(),
        hears: webhook.webhook_events,
        headers: webhook.webhook_header,
        timeout_ms: webhook.webhook_timeout_ms,
        persistent: webhook.webhook_persistent.unwrap_or(usual.persistent),
        rate: webhook.webhook_rate,
        concurrency: webhook.webhook_concurrency,
    };
    let fresh = Draft::fresh(dialect, url);
    Draft {
        dialect,
        url: fresh.url,
        mode: match webhook.webhook_mode {
            Mode::Plain => endpoints::Mode::Plain,
            Mode::Compatible => endpoints::Mode::Compatible,
            Mode::Safe => endpoints::Mode::Safe,
        },
        token: webhook.webhook_token.unwrap_or(fresh.token),
        key: webhook.encoding_aes_key.unwrap_or(fresh.key),
        options,
    }
}

/// Puts an endpoint's secrets under the names that its dialect's users know.
pub fn show_secrets(shown: &mut Value, dialect: endpoints::Dialect, pair: &Pair) {
    let is_native = dialect == endpoints::Dialect::Native;
    let only = |wanted: bool, text: &String| json!(wanted.then_some(text));
    shown["webhook_dialect"] = json!(dialect);
    shown["webhook_secret"] = only(is_native, &pair.token);
    shown["webhook_token"] = only(!is_native, &pair.token);
    shown["encoding_aes_key"] = only(!is_native, &pair.key);
}

/// An endpoint without its secrets and headers.
pub fn shown(endpoint: &Endpoint) -> Value {
    let off = endpoint.off_reason.filter(|_| !endpoint.enabled);
    json!({
        "endpoint": endpoint.id,
        "name": endpoint.name,
        "url": endpoint.url,
        "dialect": endpoint.dialect,
        "mode": endpoint.mode,
        "events": endpoint.hears,
        "timeout_ms": endpoint.timeout_ms,
        "persistent": endpoint.persistent,
        "rate": endpoint.rate,
        "concurrency": endpoint.concurrency,
        "answers": endpoint.may_answer,
        "enabled": endpoint.enabled,
        "off_reason": off,
        "failing_since": endpoint.failing_since,
        "verified_at": endpoint.verified_at,
        "old_secret_until": endpoint.previous_until,
        "created_at": endpoint.created_at,
    })
}
