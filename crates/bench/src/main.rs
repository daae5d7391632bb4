//! The load tool: drives a real server from outside and counts every message at a real receiver.
//! It prints Crier beside the machine's own floor, measured in the same run, because these
//! machines are noisy and only the ratio holds.
#![expect(clippy::print_stdout, reason = "a report on standard output is what this tool makes")]

mod http;
mod load;
mod report;
mod server;
mod sink;

use std::time::Duration;

use anyhow::Result;
use clap::Parser;

use crate::load::Target;
use crate::report::Row;
use crate::server::Server;
use crate::sink::Sink;

/// Measures accepting and delivering, beside the machine's floor.
#[derive(Debug, Parser)]
struct Options {
    /// The server's binary.
    #[arg(long, default_value = "target/release/crier")]
    binary: String,
    /// Senders at once.
    #[arg(long, default_value_t = 64)]
    senders: usize,
    /// Seconds of load in each repetition.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Repetitions; the median is printed with the spread.
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    /// Accounts, each with an endpoint of its own.
    #[arg(long, default_value_t = 1)]
    accounts: usize,
    /// A PostgreSQL server to measure on as well.
    #[arg(long, env = "CRIER_TEST_POSTGRES_URL")]
    postgres: Option<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let span = Duration::from_secs(options.seconds);
    let mut rows = vec![floor(&options, span).await?];
    rows.push(crier(&options, "Crier on SQLite", None, span).await?);
    if let Some(server) = options.postgres.clone() {
        rows.push(crier(&options, "Crier on PostgreSQL", Some(&server), span).await?);
    }
    report::print(&options, &rows);
    Ok(())
}

/// The generator straight at the receiver: what this machine can do at the very most.
async fn floor(options: &Options, span: Duration) -> Result<Row> {
    let mut row = Row::new("floor: sender straight to receiver");
    for _ in 0..options.repeat {
        let sink = Sink::start().await?;
        let targets = vec![Target::straight(sink.port)];
        let run = load::run(&targets, options.senders, span).await?;
        row.add(run, &sink, None);
    }
    Ok(row)
}

async fn crier(
    options: &Options,
    name: &'static str,
    postgres: Option<&str>,
    span: Duration,
) -> Result<Row> {
    let mut row = Row::new(name);
    for _ in 0..options.repeat {
        let sink = Sink::start().await?;
        let server = Server::start(&options.binary, postgres).await?;
        let targets = server.targets(options.accounts, options.senders, sink.port).await?;
        let before = server.cpu_seconds()?;
        let run = load::run(&targets, options.senders, span).await?;
        sink.wait_for(&run.accepted, Duration::from_mins(1)).await;
        let used = server.cpu_seconds()? - before;
        let memory = server.peak_megabytes()?;
        row.add(run, &sink, Some((used, memory)));
        server.stop().await?;
    }
    Ok(row)
}
