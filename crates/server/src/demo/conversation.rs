//! One conversation, held over HTTP by a demo follower and printed as it happens.
use std::io::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::Duration as Span;
use crier_core::App;
use crier_core::content::{Content, Sender};
use crier_core::host_apps;
use crier_core::messages::Message;
use crier_core::tx::{Live, News};
use serde_json::json;
use tokio::sync::mpsc::Receiver;

use super::setup::Demo;

/// What the follower says, one after the other's answer.
const LINES: &[&str] = &["hello", "hours", "picture"];
/// How long an answer may take before the demo goes on without it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Follows, speaks, and prints both sides.
pub async fn show(app: &App, base: &str, demo: &Demo) -> Result<()> {
    let user = format!("demo-{}", app.clock.now().seconds());
    let lasts = Span::hours(1);
    let now = app.clock.now();
    let (token, _) =
        host_apps::local_token(&app.vault, &user, host_apps::Told::name("Mei"), now, lasts)?;
    let (host, claims) = app.verify_follower_token(&token).await?;
    let mut news = app.hub.of_user(app.user(&host, &claims).await?);
    let client = reqwest::ClientBuilder::new().no_proxy().build()?;
    let account = format!("{base}/v1/accounts/{}", demo.handle);
    say("A follower named Mei opens the follower page:")?;
    let followed = client.put(format!("{account}/follow")).bearer_auth(&token).json(&json!({}));
    followed.send().await?.error_for_status().context("Mei could not follow")?;
    answer(&mut news, demo).await?;
    for line in LINES {
        let message = json!({ "client_id": line, "type": "text", "text": line });
        let sent = client.post(format!("{account}/messages")).bearer_auth(&token).json(&message);
        sent.send().await?.error_for_status().context("Mei could not write")?;
        answer(&mut news, demo).await?;
    }
    say("\nNow it is your turn: open the follower page and say hello. Ctrl-C stops the demo.")
}

/// Prints what comes until the account has spoken.
async fn answer(news: &mut Receiver<Live>, demo: &Demo) -> Result<()> {
    loop {
        let next = tokio::time::timeout(PATIENCE, news.recv()).await;
        let Ok(Some(live)) = next else { return Ok(()) };
        let News::Message(message) = live.news else { continue };
        say(&line(&message, demo))?;
        if message.sender == Sender::Account {
            return Ok(());
        }
    }
}

fn line(message: &Message, demo: &Demo) -> String {
    let who = match message.sender {
        Sender::Follower => "Mei",
        Sender::Account => &demo.name,
    };
    let said = match &message.content {
        Content::Text { text, .. } => text.clone(),
        other => format!("({})", other.type_name()),
    };
    format!("  {who:>18}  {said}")
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")?;
    Ok(())
}
