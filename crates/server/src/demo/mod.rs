//! `crier demo`: the platform with a brand, an operator backend that is a real bot over HTTP, and
//! one conversation as it happens.
mod bot;
mod conversation;
mod picture;
mod setup;
mod xml;

use std::io::Write as _;
use std::net::TcpListener;

use anyhow::{Context as _, Result};

use crate::application::{Application, told_to_stop};
use crate::settings::Settings;

/// The demo keeps its own data and may reach its own bot.
pub fn adapt(settings: &mut Settings) {
    if let Ok(loopback) = "127.0.0.0/8".parse() {
        settings.webhook_allow.push(loopback);
    }
    if settings.log == "info" {
        settings.log = "warn".into();
    }
}

/// Serves until told to stop.
pub async fn run(settings: &Settings) -> Result<()> {
    let application = Application::build(settings).await?;
    let app = application.app().clone();
    let bot_listener = TcpListener::bind("127.0.0.1:0").context("no port for the demo bot")?;
    let bot_url = format!("http://{}/", bot_listener.local_addr()?);
    let demo = setup::ready(&app, &bot_url).await?;
    let base = format!("http://{}", application.address());
    let bot = bot::Bot::new(&demo, base.clone());
    let bot_serving = bot::serve(bot, bot_listener)?;
    let serving = actix_web::rt::spawn(application.run(told_to_stop()));
    greet(&app.public_url, &demo, &bot_url)?;
    if let Err(error) = conversation::show(&app, &base, &demo).await {
        eprintln!("crier: the demo conversation stopped: {error:#}");
    }
    let result = serving.await?;
    bot_serving.stop(true).await;
    result
}

fn greet(public_url: &str, demo: &setup::Demo, bot_url: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nCrier demo\n")?;
    writeln!(out, "  follower page  {public_url}/app?account={}", demo.handle)?;
    writeln!(out, "  console        {public_url}/console")?;
    writeln!(out, "  sign-in        {}  {}", demo.email, demo.password)?;
    writeln!(out, "  API reference  {public_url}/docs")?;
    writeln!(out, "  demo bot       {bot_url} (speaks the WeChat dialect)\n")?;
    Ok(())
}
