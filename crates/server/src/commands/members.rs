//! `crier member`.
use std::io::Read as _;

use anyhow::{Context as _, Result};
use crier_core::members::{self, Role};
use crier_core::{Error, brands, second_steps};
use serde_json::{Value, json};

use super::changes::{About, change};
use crate::application;
use crate::cli::MemberCreate;
use crate::settings::Settings;

/// Makes a member; with a brand, its owner.
pub async fn create(settings: &Settings, new: MemberCreate) -> Result<Value> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("no password on standard input")?;
    let hash = members::hash_password(password.trim_end_matches(['\r', '\n']))?;
    let app = application::beside(settings).await?;
    let name = new
        .name
        .clone()
        .unwrap_or_else(|| new.email.split('@').next().unwrap_or_default().to_owned());
    let made = change(&app, "member-create", move |tx| {
        let member = members::create(tx, &new.email, &name, &hash, new.platform_admin)?;
        let brand = new.brand.as_ref().map(|name| brands::ensure(tx, name)).transpose()?;
        if let Some(brand) = &brand {
            members::join(tx, brand.id, member.id, Role::Owner)?;
        }
        let about = About::Member(member.clone(), String::new());
        Ok(((member, brand), about))
    });
    match made.await {
        Ok((member, brand)) => Ok(json!({
            "member": member.id,
            "email": member.email,
            "brand": brand.map(|brand| brand.name),
            "platform_admin": member.platform_admin,
        })),
        Err(Error::Conflict(_)) => anyhow::bail!("a member with this e-mail is there already"),
        Err(error) => Err(error.into()),
    }
}

/// Takes a member's second steps away, and signs them out.
pub async fn reset_second_step(settings: &Settings, email: String) -> Result<Value> {
    let app = application::beside(settings).await?;
    let reset = change(&app, "member-reset-second-step", move |tx| {
        let (member, had) = second_steps::reset_by_command(tx, &email)?;
        Ok(((member.clone(), had), About::Member(member, String::new())))
    });
    match reset.await {
        Ok((member, had)) => Ok(json!({
            "member": member.id,
            "email": member.email,
            "app_removed": had.app,
            "passkeys_removed": had.passkeys,
            "recovery_codes_removed": had.codes,
            "signed_out": true,
        })),
        Err(Error::NotFound(_)) => anyhow::bail!("no member has this e-mail address"),
        Err(error) => Err(error.into()),
    }
}
