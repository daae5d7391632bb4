//! A Crier of its own for each repetition: a fresh data directory or database, an ordinary process.
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::http;
use crate::load::Target;

/// A running server.
pub struct Server {
    binary: String,
    child: Child,
    port: u16,
    folder: TempDir,
    database: Option<Database>,
}

struct Database {
    server: String,
    name: String,
}

impl Database {
    fn create(server: &str) -> Result<Self> {
        let name = format!("bench_{}", std::process::id());
        let database = Self { server: server.to_owned(), name };
        database.admin("DROP DATABASE IF EXISTS")?;
        database.admin("CREATE DATABASE")?;
        Ok(database)
    }

    fn admin(&self, verb: &str) -> Result<()> {
        let statement = format!("{verb} {}", self.name);
        let done = Command::new("psql").arg(&self.server).args(["-qc", &statement]).status()?;
        if !done.success() {
            bail!("psql: {statement} failed");
        }
        Ok(())
    }

    fn url(&self) -> String {
        let base = self.server.rsplit_once('/').map_or(self.server.as_str(), |(base, _)| base);
        format!("{base}/{}", self.name)
    }
}

impl Server {
    /// Starts one and waits until it is ready.
    pub async fn start(binary: &str, postgres: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = postgres.map(Database::create).transpose()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new(binary);
        command.arg("serve").stderr(Stdio::inherit());
        environment(&mut command, &folder, port, database.as_ref());
        let child = command.spawn().with_context(|| format!("{binary}: make build first"))?;
        let server = Self { binary: binary.to_owned(), child, port, folder, database };
        server.ready().await?;
        Ok(server)
    }

    async fn ready(&self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            if let Ok(200) = self.call("GET", "/readyz", "", "").await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the server was not ready within 30 s")
    }

    /// Accounts with an endpoint each, and a follower for every sender.
    pub async fn targets(&self, accounts: usize, senders: usize, sink: u16) -> Result<Vec<Target>> {
        for account in 0..accounts {
            let (handle, url) = (format!("bench{account}"), format!("http://127.0.0.1:{sink}/"));
            let kind = ["account", "create", "--kind", "service", "--name", "Bench"];
            self.cli(&[&kind[..], &["--handle", &handle, "--webhook-url", &url]].concat())?;
        }
        let mut targets = Vec::with_capacity(senders);
        for sender in 0..senders {
            let user = format!("user{sender}");
            let made = self.cli(&["follower", "token", "--user", &user])?;
            let token = made["token"].as_str().context("no token")?.to_owned();
            let base = format!("/v1/accounts/bench{}", sender % accounts);
            let status = self.call("PUT", &format!("{base}/follow"), &token, "{}").await?;
            if status != 200 {
                bail!("following answered {status}");
            }
            targets.push(Target { port: self.port, path: format!("{base}/messages"), token });
        }
        Ok(targets)
    }

    fn cli(&self, words: &[&str]) -> Result<Value> {
        let mut command = Command::new(&self.binary);
        environment(&mut command, &self.folder, self.port, self.database.as_ref());
        let output = command.args(words).arg("--json").output()?;
        if !output.status.success() {
            bail!("{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: &str) -> Result<u16> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let answer = http::read(&mut stream, &mut Vec::new()).await?.context("no answer")?;
        http::status(&answer.line)
    }

    /// CPU time used so far: user and system, in seconds.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after = stat.rsplit_once(") ").context("no fields")?.1;
        let fields: Vec<&str> = after.split(' ').collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / 100.0)
    }

    /// The most memory it has held.
    pub fn peak_megabytes(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM")).context("no VmHWM")?;
        let kilobytes = line.split_whitespace().nth(1).context("no figure")?;
        Ok(kilobytes.parse::<f64>()? / 1024.0)
    }

    /// Stops it and removes its database.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        tokio::task::spawn_blocking(move || {
            self.child.wait()?;
            self.database.as_ref().map_or(Ok(()), |database| database.admin("DROP DATABASE"))
        })
        .await?
    }
}

fn environment(command: &mut Command, folder: &TempDir, port: u16, database: Option<&Database>) {
    command
        .env("CRIER_LISTEN", format!("127.0.0.1:{port}"))
        .env("CRIER_DATA_DIR", folder.path())
        .env("CRIER_WEBHOOK_ALLOW", "127.0.0.0/8")
        .env("CRIER_LOG", "warn")
        // What is measured is the machine, not the limiter.
        .env("CRIER_MESSAGES_PER_SECOND", "1000000")
        .env("CRIER_MESSAGES_BURST", "1000000")
        .env_remove("CRIER_DATABASE_URL");
    if let Some(database) = database {
        command.env("CRIER_DATABASE_URL", database.url());
    }
}
