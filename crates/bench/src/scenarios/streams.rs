//! Thousands of live streams: what each costs in memory, and how soon a broadcast reaches them all.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use memchr::memmem;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use crate::compare::Times;
use crate::figures::{count, percentile};
use crate::http;
use crate::load::Target;
use crate::operator::Operator;
use crate::report::{Row, Table};
use crate::scenarios::{Scenario, criers};
use crate::services::database::Engine;
use crate::services::process::resident_kilobytes;
use crate::subject::{Bench, Needs, Running, Subject};

/// File descriptors that this tool and the server need for everything else.
const RESERVE: u64 = 1_000;
/// Streams being opened at once.
const AT_ONCE: usize = 64;
/// How long all streams may take to open, or to hear a broadcast.
const PATIENCE: Duration = Duration::from_mins(2);

/// Live streams.
#[derive(Debug, Clone, clap::Args)]
pub struct Streams {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Streams, one of each follower; as many as the limit on open files allows, if that is fewer.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    streams: u32,
}

/// What so many streams showed.
#[derive(Debug, Clone, Copy)]
struct Crowd {
    kilobytes: f64,
    opened_in: f64,
    p50: f64,
    p99: f64,
    all: f64,
    missing: f64,
}

const FIGURES: [Row<Crowd>; 6] = [
    ("server memory for each stream, KB", 1, |crowd| crowd.kilobytes),
    ("all open after, s", 2, |crowd| crowd.opened_in),
    ("broadcast to a stream, p50 ms", 0, |crowd| crowd.p50),
    ("broadcast to a stream, p99 ms", 0, |crowd| crowd.p99),
    ("broadcast to all of them, ms", 0, |crowd| crowd.all),
    ("streams it did not reach", 0, |crowd| crowd.missing),
];

impl Scenario for Streams {
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        let most = usize::try_from(raise_limit()?.saturating_sub(RESERVE))?;
        let streams = most.min(self.streams as usize);
        ensure!(streams > 0, "the limit on open files is too low: see ulimit -n");
        let subjects = criers(bench, &self.engines);
        let mut found: Vec<Vec<Crowd>> = vec![Vec::new(); subjects.len()];
        for _ in 0..times.repeat {
            for (subject, found) in subjects.iter().zip(&mut found) {
                eprintln!("measuring: {}, {streams} streams", subject.name());
                found.push(once(bench, *subject, streams).await?);
            }
        }
        let title = format!("### {streams} live streams and a broadcast, {} times", times.repeat);
        let mut table = Table::new(title, subjects.iter().map(|one| one.name().to_owned()));
        table.samples(&FIGURES, &found, false);
        table.print();
        Ok(())
    }
}

/// Raises the limit on open files as far as it goes, also for the servers started from here.
fn raise_limit() -> Result<u64> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.unwrap_or(u64::MAX))
}

async fn once(bench: &Bench, subject: Subject, streams: usize) -> Result<Crowd> {
    let needs = Needs { followers: streams, ..Needs::endpoints(bench, 1) };
    let running = Running::start(subject, bench, &needs).await?;
    let node = &running.nodes[0];
    let (before, began) = (resident_kilobytes(node.pid())?, Instant::now());
    let mut crowd = Listening::open(&running.targets[..streams]).await?;
    let opened_in = began.elapsed().as_secs_f64();
    // What was needed only to open them is given back, as far as it will be.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = resident_kilobytes(node.pid())?;
    let sent = broadcast(node.port, &running.account).await?;
    crowd.wait(streams).await;
    let mut ways: Vec<Duration> =
        crowd.heard().iter().map(|at| at.saturating_duration_since(sent)).collect();
    ways.sort_unstable();
    crowd.tasks.abort_all();
    running.stop().await?;
    #[expect(clippy::cast_precision_loss, reason = "kilobytes are far below 2^52")]
    let grown = after.saturating_sub(before) as f64;
    let at = |share| percentile(&ways, share).unwrap_or_default();
    Ok(Crowd {
        kilobytes: grown / count(streams),
        opened_in,
        p50: at(0.5),
        p99: at(0.99),
        all: at(1.0),
        missing: count(streams - ways.len()),
    })
}

/// Open streams, and when each heard the broadcast.
struct Listening {
    tasks: JoinSet<Result<()>>,
    heard: Arc<Mutex<Vec<Instant>>>,
    news: Arc<Notify>,
}

impl Listening {
    async fn open(targets: &[Target]) -> Result<Self> {
        let heard = Arc::new(Mutex::new(Vec::with_capacity(targets.len())));
        let mut crowd = Self { tasks: JoinSet::new(), heard, news: Arc::new(Notify::new()) };
        let (doors, opened) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::new(Semaphore::new(0)));
        for target in targets {
            let (target, doors, opened) = (target.clone(), doors.clone(), opened.clone());
            let (heard, news) = (crowd.heard.clone(), crowd.news.clone());
            crowd.tasks.spawn(async move {
                let door = doors.acquire().await?;
                let mut stream = connect(&target).await?;
                let mut buffer = Vec::with_capacity(1_024);
                until(&mut stream, &mut buffer, b"event: ready").await?;
                drop(door);
                opened.add_permits(1);
                until(&mut stream, &mut buffer, b"event: broadcast").await?;
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
                news.notify_one();
                // Open until everybody has heard.
                std::future::pending().await
            });
        }
        let all = opened.acquire_many(u32::try_from(targets.len())?);
        let failed = async {
            loop {
                match crowd.tasks.join_next().await {
                    Some(Ok(Err(error))) => return error,
                    Some(_) => {}
                    None => std::future::pending().await,
                }
            }
        };
        tokio::select! {
            opened = tokio::time::timeout(PATIENCE, all) => {
                opened.context("the streams did not open in time")??.forget();
            }
            error = failed => return Err(error.context("a stream did not open")),
        }
        Ok(crowd)
    }

    fn heard(&self) -> Vec<Instant> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn wait(&mut self, streams: usize) {
        let all = async {
            while self.heard().len() < streams {
                self.news.notified().await;
                // Not once for each of thousands.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // What has not come by then is counted as missing.
        drop(tokio::time::timeout(PATIENCE, all).await);
    }
}

async fn connect(target: &Target) -> Result<TcpStream> {
    let mut stream = http::connect(target.port).await?;
    let request = format!("GET /v1/stream HTTP/1.1\r\nhost: 127.0.0.1\r\n{}\r\n", target.headers);
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// Reads a stream until something stands in it; keeps what may be the beginning of it.
async fn until(stream: &mut TcpStream, buffer: &mut Vec<u8>, wanted: &[u8]) -> Result<()> {
    loop {
        if let Some(at) = memmem::find(buffer, wanted) {
            buffer.drain(..at + wanted.len());
            return Ok(());
        }
        let keep = buffer.len().min(wanted.len());
        buffer.drain(..buffer.len() - keep);
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the stream");
        }
    }
}

/// Sends a broadcast to everybody, and says when it was sent.
async fn broadcast(port: u16, account: &Value) -> Result<Instant> {
    let mut operator = Operator::new(port, account).await?;
    let body =
        r#"{"filter":{"is_to_all":true},"text":{"content":"To everybody."},"msgtype":"text"}"#;
    let sent = Instant::now();
    operator.call("POST", "/cgi-bin/message/mass/sendall", body).await?;
    Ok(sent)
}
