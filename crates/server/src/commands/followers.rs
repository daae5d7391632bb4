//! `crier follower`.
use anyhow::Result;
use chrono::Duration;
use crier_core::host_apps::{self, Told};
use serde_json::{Value, json};

use crate::application;
use crate::settings::Settings;

/// Signs a token for a user of the `local` host app, which is entered if it is not there.
pub async fn token(settings: &Settings, user: &str, told: Told, ttl: i64) -> Result<Value> {
    let app = application::beside(settings).await?;
    let lasts = Duration::seconds(ttl);
    let (token, expires_at) =
        host_apps::local_token(&app.vault, user, told, app.clock.now(), lasts)?;
    Ok(json!({ "token": token, "expires_at": expires_at }))
}
