//! A subject that runs: its sink, where messages go, and what it uses.
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tempfile::TempDir;

use super::{Bench, Needs, Node, Peer, Protection, Subject, crier};
use crate::load::Target;
use crate::services::database::Engine;
use crate::services::{Database, process};
use crate::sink::{Key, Sink};

/// How long the news of many followers may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// CPU seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Of the server's processes.
    pub server: f64,
    /// Of PostgreSQL's.
    pub database: f64,
    /// Of Redis.
    pub redis: f64,
}

impl Usage {
    /// All together.
    pub fn total(self) -> f64 {
        self.server + self.database + self.redis
    }

    /// What was used since `before`, for each of `count` messages, times ten thousand.
    pub fn per_ten_thousand(self, before: Self, count: f64) -> Self {
        let share = |now: f64, then: f64| (now - then) / count.max(1.0) * 10_000.0;
        Self {
            server: share(self.server, before.server),
            database: share(self.database, before.database),
            redis: share(self.redis, before.redis),
        }
    }
}

/// A subject that runs.
pub struct Running {
    /// Where its webhooks go.
    pub sink: Sink,
    /// What opens them, if they are sealed.
    pub key: Option<Key>,
    /// Where each follower's messages go.
    pub targets: Vec<Target>,
    /// The account, as the command line described it; null of what has none.
    pub account: Value,
    /// Its processes, if they are ours.
    pub nodes: Vec<Node>,
    /// What it stores in.
    pub database: Option<Database>,
    peer: Vec<u32>,
    postmaster: Option<u32>,
    redis: Option<u32>,
    folder: TempDir,
}

impl Running {
    /// Starts a subject and fills it.
    ///
    /// # Errors
    /// When it does not start, or refuses what it is given.
    pub async fn start(subject: Subject, bench: &Bench, needs: &Needs) -> Result<Self> {
        match (subject, subject.engine(), &bench.peer) {
            (Subject::Peer, _, Some(peer)) => Self::peer(peer, needs).await,
            (Subject::PrototypeSqlite | Subject::PrototypePostgres, Some(engine), _) => {
                Self::prototype(bench, engine, needs).await
            }
            (_, Some(engine), _) => Self::crier(subject, engine, bench, needs).await,
            _ => Self::floor(needs).await,
        }
    }

    fn bare(sink: Sink, targets: Vec<Target>) -> Result<Self> {
        Ok(Self {
            sink,
            key: None,
            targets,
            account: Value::Null,
            nodes: Vec::new(),
            database: None,
            peer: Vec::new(),
            postmaster: None,
            redis: None,
            folder: tempfile::tempdir()?,
        })
    }

    async fn floor(needs: &Needs) -> Result<Self> {
        let sink = Sink::start(0, false).await?;
        let targets = vec![Target::straight(sink.port); needs.followers];
        Self::bare(sink, targets)
    }

    async fn peer(peer: &Peer, needs: &Needs) -> Result<Self> {
        let sink = Sink::start(peer.sink_port, false).await?;
        let targets = vec![peer.target.clone(); needs.followers];
        Ok(Self { peer: peer.pids.clone(), ..Self::bare(sink, targets)? })
    }

    async fn prototype(bench: &Bench, engine: Engine, needs: &Needs) -> Result<Self> {
        let sink = Sink::start(0, false).await?;
        let mut running = Self::bare(sink, Vec::new())?;
        running.store(bench, engine).await?;
        let (program, sink) = (std::env::current_exe()?, running.sink.port);
        let database = running.database.clone();
        let node = Node::start(move |port| {
            let mut command = Command::new(&program);
            command.args(["prototype", "--port", &port.to_string(), "--sink", &sink.to_string()]);
            match &database {
                Some(Database::Sqlite(path)) => command.arg("--sqlite").arg(path),
                Some(other) => command.args(["--postgres", &other.url()]),
                None => &mut command,
            };
            command
        });
        let node = node.await?;
        let straight = Target::straight(node.port);
        running.targets = (0..needs.followers)
            .map(|follower| {
                let path = format!("/v1/accounts/bench{}/messages", follower % needs.endpoints);
                Target { path: crate::load::Template::parse(&path), ..straight.clone() }
            })
            .collect();
        running.nodes.push(node);
        Ok(running)
    }

    async fn crier(subject: Subject, engine: Engine, bench: &Bench, needs: &Needs) -> Result<Self> {
        let mut running = Self::prepared(subject, engine, bench, needs).await?;
        running.serve(subject, bench, needs).await?;
        Ok(running)
    }

    /// Accounts are there, but no server yet: who has more to put into the database does it now.
    pub async fn prepared(
        subject: Subject,
        engine: Engine,
        bench: &Bench,
        needs: &Needs,
    ) -> Result<Self> {
        let sealed = needs.protection == Protection::Safe;
        let mut running = Self::bare(Sink::start(0, sealed).await?, Vec::new())?;
        running.store(bench, engine).await?;
        let words: Vec<String> = needs.protection.words().map(str::to_owned).to_vec();
        let words = [words, needs.words.clone()].concat();
        let site = running.site(subject, bench)?;
        running.account = site.accounts(needs.endpoints, running.sink.port, &words).await?;
        let key = running.account["encoding_aes_key"].as_str().filter(|_| sealed);
        running.key = key.map(Key::parse).transpose()?;
        Ok(running)
    }

    /// Starts the server of what was prepared, and enters the followers.
    pub async fn serve(&mut self, subject: Subject, bench: &Bench, needs: &Needs) -> Result<()> {
        let site = self.site(subject, bench)?;
        for _ in 0..if subject == Subject::CrierNodes { 2 } else { 1 } {
            self.nodes.push(site.serve().await?);
        }
        if subject == Subject::CrierNodes {
            self.redis = bench.services.redis.as_ref().map(|redis| redis.pid);
        }
        let (nodes, senders) = (&self.nodes, bench.senders);
        self.targets = crier::followers(nodes, needs.endpoints, needs.followers, senders).await?;
        // Each follower who came was an event.
        self.sink.settle(needs.followers, PATIENCE).await;
        Ok(())
    }

    fn site(&self, subject: Subject, bench: &Bench) -> Result<crier::Site> {
        let database = self.database.clone().ok_or_else(|| anyhow::anyhow!("no database"))?;
        let redis = bench.services.redis.as_ref().filter(|_| subject == Subject::CrierNodes);
        let redis = redis.map(|redis| redis.url.as_str());
        Ok(crier::site(&bench.binary, self.folder.path(), database, redis))
    }

    async fn store(&mut self, bench: &Bench, engine: Engine) -> Result<()> {
        self.database = Some(match engine {
            Engine::Sqlite => Database::file(self.folder.path()),
            Engine::Postgres => {
                self.postmaster = bench.services.postgres.as_ref().map(|found| found.postmaster);
                Database::create(bench.postgres()?).await?
            }
        });
        Ok(())
    }

    fn pids(&self) -> impl Iterator<Item = u32> {
        self.nodes.iter().map(Node::pid).chain(self.peer.iter().copied())
    }

    /// CPU used until now.
    pub fn usage(&self) -> Result<Usage> {
        Ok(Usage {
            server: self.nodes.iter().map(|node| process::cpu(node.pid())).sum::<Result<f64>>()?
                + self.peer.iter().map(|pid| process::cpu_of_family(*pid)).sum::<Result<f64>>()?,
            database: self.postmaster.map_or(Ok(0.0), process::cpu_of_family)?,
            redis: self.redis.map_or(Ok(0.0), process::cpu)?,
        })
    }

    /// Peak memory of all its processes together, in megabytes; `None` of what has none.
    pub fn peak(&self) -> Result<Option<f64>> {
        let peaks = self.pids().map(process::peak_megabytes).collect::<Result<Vec<_>>>()?;
        Ok((!peaks.is_empty()).then(|| peaks.iter().sum()))
    }

    /// Lets peaks begin anew.
    pub fn forget_peak(&self) {
        self.pids().for_each(process::forget_peak);
    }

    /// Stops it and removes what it stored.
    pub async fn stop(self) -> Result<()> {
        for node in self.nodes {
            node.stop().await?;
        }
        match self.database {
            Some(database) => database.remove().await,
            None => Ok(()),
        }
    }
}
