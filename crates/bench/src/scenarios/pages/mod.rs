//! How fast the console's pages answer when an account has a million followers and ten thousand
//! conversations: every page of its routes' table, and what can be searched, counted and exported.
//! Each must answer as it does to a person; one that does not is a fault, and the run fails.
mod addresses;
mod answering;
mod seed;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use self::addresses::{Asked, asked};
use crate::compare::Times;
use crate::figures::percentile;
use crate::scenarios::{Scenario, criers};
use crate::services::Database;
use crate::services::database::Engine;
use crate::subject::{Bench, Needs, Running};

/// Time for what is counted and indexed in the background to be.
const PATIENCE: Duration = Duration::from_mins(5);
/// Whether it is: 1 when all messages are followed and all logs are counted.
const SETTLED: &str = "SELECT CAST(COUNT(*) AS TEXT) FROM marks WHERE name = 'desk' \
     AND last_id >= (SELECT max(id) FROM messages) \
     AND (SELECT mark FROM daily_marks WHERE log = 'messages') > (SELECT max(id) FROM messages) \
     AND (SELECT mark FROM daily_marks WHERE log = 'deliveries') > (SELECT max(id) FROM deliveries)";
/// Times each page is asked for.
const TIMES: usize = 15;
/// After so long it is asked for no more often: its median is known to be bad.
const ENOUGH: Duration = Duration::from_secs(10);

/// The console's pages of a large account.
#[derive(Debug, Clone, clap::Args)]
pub struct Pages {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Followers of the account.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(20_000..=10_000_000))]
    followers: u32,
    /// Pages that are printed: the slowest.
    #[arg(long, default_value_t = 10)]
    printed: usize,
}

/// What a page took.
struct Took {
    asked: Asked,
    status: u16,
    median: f64,
    worst: f64,
    bytes: usize,
}

impl Scenario for Pages {
    async fn run(&self, bench: &Bench, _: &Times) -> Result<()> {
        let mut faults = 0;
        for subject in criers(bench, &self.engines) {
            eprintln!("measuring: pages of {}", subject.name());
            let engine = subject.engine().context("it stores nothing")?;
            let needs = Needs { followers: 1, ..Needs::endpoints(bench, 1) };
            let mut running = Running::prepared(subject, engine, bench, &needs).await?;
            let database = running.database.clone().context("no database")?;
            seed::fill(&database, self.followers).await?;
            database.settle().await?;
            running.serve(subject, bench, &needs).await?;
            settle(&database).await?;
            let handle = running.account["account"].as_str().context("no handle")?;
            let all = asked(&database, handle).await?;
            let took = measure(running.nodes[0].port, all).await?;
            running.stop().await?;
            faults += self.print(subject.name(), took);
        }
        ensure!(faults == 0, "{faults} pages answer otherwise than they should");
        Ok(())
    }
}

/// Waits until what was seeded has been counted and can be found.
async fn settle(database: &Database) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    while database.text(SETTLED).await? != "1" {
        ensure!(Instant::now() < until, "messages are not followed after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

/// The slowest first.
async fn measure(port: u16, all: Vec<Asked>) -> Result<Vec<Took>> {
    let mut took = Vec::new();
    for asked in all {
        took.push(page(port, asked).await?);
    }
    took.sort_by(|one, other| other.median.total_cmp(&one.median));
    Ok(took)
}

async fn page(port: u16, asked: Asked) -> Result<Took> {
    let (began, mut times) = (Instant::now(), Vec::new());
    let (mut status, mut bytes) = (0, 0);
    while times.len() < TIMES && (times.is_empty() || began.elapsed() < ENOUGH) {
        let answer = answering::ask(port, &asked.request()).await;
        let answer = answer.with_context(|| asked.path.clone())?;
        times.push(answer.took);
        (status, bytes) = (answer.status, answer.bytes);
    }
    times.sort_unstable();
    let of = |part| percentile(&times, part).context("nothing was measured");
    Ok(Took { asked, status, median: of(0.5)?, worst: of(1.0)?, bytes })
}

impl Pages {
    /// Prints the slowest and whatever is wrong, and says how many are.
    fn print(&self, name: &str, took: Vec<Took>) -> usize {
        let (asked, followers) = (took.len(), self.followers);
        println!("### {name}: the slowest of {asked} pages, {followers} followers");
        println!();
        println!("| page | median ms | worst ms | KB |");
        println!("|---|---:|---:|---:|");
        for Took { asked, median, worst, bytes, .. } in took.iter().take(self.printed) {
            println!("| {asked} | {median:.1} | {worst:.1} | {} |", bytes / 1024);
        }
        println!();
        let wrong: Vec<&Took> = took.iter().filter(|one| one.status != one.asked.status).collect();
        for Took { asked, status, .. } in &wrong {
            println!("FAULT: {asked} answered {status} instead of {}", asked.status);
        }
        wrong.len()
    }
}
