//! How fast the console's pages answer when an account has a million followers and ten thousand
//! conversations: every page of its routes' table that needs no id of its own.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::audience::seed as followers;
use crate::compare::Times;
use crate::figures::percentile;
use crate::http;
use crate::scenarios::{Scenario, criers};
use crate::services::Database;
use crate::services::database::Engine;
use crate::subject::{Bench, Needs, Running};

const SEED_SQLITE: &str = include_str!("pages.sqlite.sql");
const SEED_POSTGRES: &str = include_str!("pages.postgres.sql");
/// The owner's session, whose fingerprint the seed stores.
const SESSION: &str = "bench-session-of-an-owner";
/// A follower with a conversation.
const SEEDED: &str = "2";
/// Time for what is counted in the background to be.
const COUNTED: Duration = Duration::from_secs(30);
/// Times each page is asked for.
const ASKED: usize = 15;
/// Pages that are printed.
const PRINTED: usize = 10;

/// The console's pages of a large account.
#[derive(Debug, Clone, clap::Args)]
pub struct Pages {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Followers of the account.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(10_000..=10_000_000))]
    followers: u32,
    /// More addresses beneath the account's, such as `/inbox?q=tea`.
    #[arg(long, value_delimiter = ',')]
    also: Vec<String>,
}

/// What a page took.
struct Took {
    path: String,
    status: u16,
    median: f64,
    worst: f64,
    bytes: usize,
}

impl Scenario for Pages {
    async fn run(&self, bench: &Bench, _: &Times) -> Result<()> {
        for subject in criers(bench, &self.engines) {
            eprintln!("measuring: pages of {}", subject.name());
            let engine = subject.engine().context("it stores nothing")?;
            let needs = Needs { followers: 1, ..Needs::endpoints(bench, 1) };
            let mut running = Running::prepared(subject, engine, bench, &needs).await?;
            let database = running.database.as_ref().context("no database")?;
            database.run(&followers(database, self.followers)).await?;
            database.run(&seed(database)).await?;
            database.settle().await?;
            running.serve(subject, bench, &needs).await?;
            tokio::time::sleep(COUNTED).await;
            let took = self.measure(&running).await?;
            running.stop().await?;
            print(subject.name(), self.followers, took);
        }
        Ok(())
    }
}

impl Pages {
    async fn measure(&self, running: &Running) -> Result<Vec<Took>> {
        let handle = running.account["account"].as_str().context("no handle")?;
        let mut took = Vec::new();
        for path in paths(handle, SEEDED, &self.also) {
            took.push(page(running.nodes[0].port, path).await?);
        }
        took.sort_by(|one, other| other.median.total_cmp(&one.median));
        Ok(took)
    }
}

/// Addresses of the table with the account in them; those with other names are left out, but for a
/// conversation.
fn paths(handle: &str, follower: &str, also: &[String]) -> Vec<String> {
    let rows = crier_console::rows().into_iter().filter(|row| !row.changes);
    let named = rows.map(|row| {
        let path = row.path.replace("{handle}", handle).replace("{follower}", follower);
        format!("/console{path}")
    });
    let more = also.iter().map(|beneath| format!("/console/accounts/{handle}{beneath}"));
    // A stream has no end.
    named.filter(|path| !path.contains('{') && !path.contains("stream")).chain(more).collect()
}

async fn page(port: u16, path: String) -> Result<Took> {
    let cookie = format!("cookie: crier_session={SESSION}\r\n");
    let asked = http::request("GET", &path, &cookie, "");
    let (mut times, mut status, mut bytes) = (Vec::new(), 0, 0);
    for _ in 0..ASKED {
        let began = Instant::now();
        let (answered, body) = http::call(port, &asked).await?;
        times.push(began.elapsed());
        (status, bytes) = (answered, body.len());
    }
    times.sort_unstable();
    let of = |part| percentile(&times, part).context("nothing was measured");
    Ok(Took { path, status, median: of(0.5)?, worst: of(1.0)?, bytes })
}

fn print(name: &str, followers: u32, took: Vec<Took>) {
    let asked = took.len();
    println!("### {name}: the slowest {PRINTED} of {asked} pages, {followers} followers");
    println!();
    println!("| page | status | median ms | worst ms | KB |");
    println!("|---|---:|---:|---:|---:|");
    for Took { path, status, median, worst, bytes } in took.into_iter().take(PRINTED) {
        println!("| `{path}` | {status} | {median:.1} | {worst:.1} | {} |", bytes / 1024);
    }
    println!();
}

fn seed(database: &Database) -> String {
    let seed = match database {
        Database::Sqlite(_) => SEED_SQLITE,
        Database::Postgres { .. } => SEED_POSTGRES,
    };
    seed.replace("{session}", &crier_core::mint::fingerprint(SESSION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_the_table_are_addressed() {
        let all = paths("tea", "2", &["/inbox?q=x".to_owned()]);
        assert!(all.len() > 20 && all.iter().all(|path| path.starts_with("/console")), "{all:?}");
        assert!(all.contains(&"/console/accounts/tea".to_owned()));
        assert_eq!(all.last().map(String::as_str), Some("/console/accounts/tea/inbox?q=x"));
    }
}
