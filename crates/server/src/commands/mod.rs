//! The commands, one file a noun.
mod accounts;
mod changes;
mod endpoints;
mod followers;
mod members;
mod serve;
mod templates;

use std::io::Write as _;

use anyhow::Result;
use crier_core::host_apps::Told;
use serde_json::{Value, json};

use crate::cli::{Account, Cli, Command, Follower, Member};
use crate::settings::{self, Settings};
use crate::{application, demo};

/// Runs a command.
pub fn run(cli: Cli) -> Result<()> {
    let mut settings = settings::load(cli.config.as_deref(), variable)?;
    if matches!(cli.command, Command::Demo) {
        demo::adapt(&mut settings);
    }
    let _traces = crate::traces::start(&settings)?;
    let result = actix_web::rt::System::new().block_on(dispatch(cli.command, settings))?;
    result.map_or(Ok(()), |value| print(&value, cli.json))
}

async fn dispatch(command: Command, settings: Settings) -> Result<Option<Value>> {
    let result = match command {
        Command::Serve => {
            serve::serve(&settings).await?;
            return Ok(None);
        }
        Command::Demo => {
            demo::run(&settings).await?;
            return Ok(None);
        }
        Command::Migrate => json!({ "steps": application::prepare(&settings)? }),
        Command::Member(Member::Create(new)) => members::create(&settings, new).await?,
        Command::Member(Member::ResetSecondStep { email }) => {
            members::reset_second_step(&settings, email).await?
        }
        Command::Account(Account::Create(new)) => accounts::create(&settings, *new).await?,
        Command::Account(Account::Show { account }) => accounts::show(&settings, account).await?,
        Command::Endpoint(words) => endpoints::run(&settings, words).await?,
        Command::Template(words) => templates::run(&settings, words).await?,
        Command::Follower(Follower::Token { user, name, picture, locale, platform, ttl }) => {
            let told = Told { name, picture, locale, platform };
            followers::token(&settings, &user, told, ttl).await?
        }
    };
    Ok(Some(result))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The result on standard output: one JSON object, or a line a field.
fn print(value: &Value, as_json: bool) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match value.as_object() {
        Some(fields) if !as_json => {
            for (name, value) in fields {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                writeln!(out, "{name}: {text}")?;
            }
        }
        _ => writeln!(out, "{value}")?,
    }
    Ok(())
}
