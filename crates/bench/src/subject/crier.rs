//! Crier: fresh data, accounts with an endpoint each, followers, one node or two.
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use chrono::Duration;
use crier_core::clock::{Clock as _, SystemClock};
use crier_core::host_apps;
use crier_core::vault::Vault;
use serde_json::Value;
use tokio::task::JoinSet;

use super::copies;
use super::node::Node;
use crate::http::{self, bearer};
use crate::load::{Target, Template};
use crate::services::Database;

/// Every node's secret key. It guards nothing but what this run throws away.
const SECRET_KEY: &str = "the key of a server that lives for one measurement";
/// Requests at once while followers are entered.
const AT_ONCE: usize = 64;

/// How endpoints are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Protection {
    /// The WeChat dialect, signed, in clear.
    Plain,
    /// The WeChat dialect, encrypted (AES).
    Safe,
    /// The native dialect, signed by the Standard Webhooks specification.
    Native,
}

impl Protection {
    /// Its words on the command line.
    pub fn words(self) -> [&'static str; 2] {
        match self {
            Self::Plain => ["--webhook-mode", "plain"],
            Self::Safe => ["--webhook-mode", "safe"],
            Self::Native => ["--webhook-dialect", "native"],
        }
    }
}

/// Where a Crier's data is, and what its processes are started with.
#[derive(Clone)]
pub struct Site {
    /// The binary.
    pub binary: PathBuf,
    /// Its data directory.
    pub folder: PathBuf,
    /// Its database.
    pub database: Database,
    /// Its Redis.
    pub redis: Option<String>,
}

impl Site {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .env("CRIER_DATA_DIR", &self.folder)
            .env("CRIER_DATABASE_URL", self.database.url())
            .env("CRIER_SECRET_KEY", SECRET_KEY)
            .env("CRIER_WEBHOOK_ALLOW", "127.0.0.0/8")
            .env("CRIER_LOG", "warn")
            // What is measured is the machine, not the limiter.
            .env("CRIER_MESSAGES_PER_SECOND", "1000000")
            .env("CRIER_MESSAGES_BURST", "1000000")
            .env_remove("CRIER_REDIS_URL");
        if let Some(redis) = &self.redis {
            command.env("CRIER_REDIS_URL", redis);
        }
        command
    }

    /// Starts a node.
    pub async fn serve(&self) -> Result<Node> {
        let site = self.clone();
        Node::start(move |port| {
            let mut command = site.command();
            command.arg("serve").env("CRIER_LISTEN", format!("127.0.0.1:{port}"));
            command.stdout(Stdio::null());
            command
        })
        .await
    }

    /// Makes the first account by the command line, and the others as its copies. No server runs yet.
    pub async fn accounts(&self, count: usize, sink: u16, words: &[String]) -> Result<Value> {
        let url = format!("http://127.0.0.1:{sink}/e0");
        let mut all = vec!["account", "create", "--kind", "service", "--name", "Bench"];
        all.extend(["--handle", "bench0", "--webhook-url", &url]);
        all.extend(words.iter().map(String::as_str));
        let account = self.cli(&all)?;
        copies::of_account(&self.database, count).await?;
        Ok(account)
    }

    fn cli(&self, words: &[&str]) -> Result<Value> {
        let output = self.command().args(words).arg("--json").output();
        let output = output.with_context(|| format!("{}: make build", self.binary.display()))?;
        if !output.status.success() {
            bail!("crier {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// Where the account with this number gets its followers' requests.
fn base(account: usize) -> String {
    format!("/v1/accounts/bench{account}")
}

/// Enters so many followers, in turn of so many accounts, and says where their messages go. Follower
/// N uses the node of connection N modulo `connections`.
pub async fn followers(
    nodes: &[Node],
    accounts: usize,
    followers: usize,
    connections: usize,
) -> Result<Vec<Target>> {
    let (tokens, body) = (tokens(followers)?, Arc::new(Template::message()));
    let targets: Vec<Target> = tokens
        .iter()
        .enumerate()
        .map(|(number, token)| Target {
            port: nodes[number % connections % nodes.len()].port,
            path: Template::parse(&format!("{}/messages", base(number % accounts))),
            headers: bearer(token),
            body: body.clone(),
        })
        .collect();
    let mut tasks = JoinSet::new();
    for first in 0..AT_ONCE.min(followers) {
        let requests: Vec<String> = (first..followers)
            .step_by(AT_ONCE)
            .map(|number| {
                let path = format!("{}/follow", base(number % accounts));
                http::request("PUT", &path, &targets[number].headers, "{}")
            })
            .collect();
        tasks.spawn(follow(nodes[first % nodes.len()].port, requests));
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(targets)
}

async fn follow(port: u16, requests: Vec<String>) -> Result<()> {
    let (mut stream, mut buffer) = (http::connect(port).await?, Vec::new());
    for request in requests {
        let (status, body) = http::ask(&mut stream, &mut buffer, &request).await?;
        ensure!(status == 200, "following answered {status}: {}", String::from_utf8_lossy(&body));
    }
    Ok(())
}

/// Tokens as the command line signs them; a process for each would take minutes.
fn tokens(count: usize) -> Result<Vec<String>> {
    let (vault, now) = (Vault::new(SECRET_KEY)?, SystemClock::default().now());
    (0..count)
        .map(|number| {
            let user = format!("user{number}");
            Ok(host_apps::local_token(
                &vault,
                &user,
                host_apps::Told::default(),
                now,
                Duration::hours(12),
            )?
            .0)
        })
        .collect()
}

/// The data directory inside a temporary folder.
pub fn site(binary: &Path, folder: &Path, database: Database, redis: Option<&str>) -> Site {
    Site {
        binary: binary.to_owned(),
        folder: folder.to_owned(),
        database,
        redis: redis.map(str::to_owned),
    }
}
