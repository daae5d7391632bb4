//! `crier member`.
use std::io::Read as _;

use anyhow::{Context as _, Result};
use crier_core::activities::{self, Chain, Deed};
use crier_core::members::{self, Role};
use crier_core::{Error, brands};
use serde_json::{Value, json};

use super::command;
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
    let made = app
        .write(move |tx| {
            let member = members::create(tx, &new.email, &name, &hash, new.platform_admin)?;
            let brand = new.brand.as_ref().map(|name| brands::ensure(tx, name)).transpose()?;
            if let Some(brand) = &brand {
                members::join(tx, brand.id, member.id, Role::Owner)?;
            }
            let deed = Deed { detail: member.email.clone(), ..command("member") };
            let chain = brand.as_ref().map_or(Chain::INSTALLATION, |brand| brand.id.into());
            activities::record(tx, chain, &deed)?;
            Ok((member, brand))
        })
        .await;
    match made {
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
