//! What a message costs beside many that were delivered before it.
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::compare::Times;
use crate::figures::count;
use crate::load::Pace;
use crate::measure::{Sample, measure};
use crate::report::{Row, Table};
use crate::scenarios::{Scenario, criers};
use crate::services::Database;
use crate::services::database::Engine;
use crate::subject::{Bench, Needs, Running, Subject};

/// Finished deliveries with their events, attempts and messages, as each engine makes them fastest.
const SEED_SQLITE: &str = include_str!("seed.sqlite.sql");
const SEED_POSTGRES: &str = include_str!("seed.postgres.sql");

/// Stored deliveries.
#[derive(Debug, Clone, clap::Args)]
pub struct Stored {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Finished deliveries that are there already, in turn.
    #[arg(long = "stored", value_delimiter = ',', default_values_t = [1_000, 1_000_000],
        value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    counts: Vec<u32>,
    /// Accounts, each with an endpoint.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    endpoints: u32,
}

const FIGURES: [Row<Sample>; 3] = [
    ("delivered a second", 0, |sample| sample.delivered),
    ("due to sink, p99 ms", 2, |sample| sample.from_due.unwrap_or_default().p99),
    ("CPU s per 10,000: server and database", 2, |sample| {
        sample.cpu.map_or(0.0, |cpu| cpu.server + cpu.database)
    }),
];
const LOST: [Row<Sample>; 1] = [("lost", 0, |sample| count(sample.lost))];

impl Scenario for Stored {
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        for subject in criers(bench, &self.engines) {
            let mut found: Vec<Vec<Sample>> = vec![Vec::new(); self.counts.len()];
            for _ in 0..times.repeat {
                for (stored, found) in self.counts.iter().zip(&mut found) {
                    eprintln!("measuring: {}, {stored} stored", subject.name());
                    found.push(self.once(bench, times, subject, *stored).await?);
                }
            }
            self.print(subject, times, &found);
        }
        Ok(())
    }
}

impl Stored {
    async fn once(
        &self,
        bench: &Bench,
        times: &Times,
        subject: Subject,
        stored: u32,
    ) -> Result<Sample> {
        let engine = subject.engine().context("it stores nothing")?;
        let needs = Needs::endpoints(bench, self.endpoints as usize);
        let mut running = Running::prepared(subject, engine, bench, &needs).await?;
        let database = running.database.as_ref().context("no database")?;
        database.run(&seed(database, stored)).await?;
        database.settle().await?;
        running.serve(subject, bench, &needs).await?;
        let span = Duration::from_secs(times.seconds);
        measure(&running, bench.senders, Pace::Closed, Duration::from_secs(1)).await?;
        let sample = measure(&running, bench.senders, Pace::Closed, span).await?;
        running.stop().await?;
        Ok(sample)
    }

    fn print(&self, subject: Subject, times: &Times, found: &[Vec<Sample>]) {
        let title = format!(
            "### {} at saturation, {} endpoints, {} s, {} times, beside finished deliveries",
            subject.name(),
            self.endpoints,
            times.seconds,
            times.repeat
        );
        let mut table =
            Table::new(title, self.counts.iter().map(|stored| format!("{stored} stored")));
        table.samples(&FIGURES, found, true);
        table.samples(&LOST, found, false);
        table.print();
    }
}

fn seed(database: &Database, count: u32) -> String {
    let seed = match database {
        Database::Sqlite(_) => SEED_SQLITE,
        Database::Postgres { .. } => SEED_POSTGRES,
    };
    seed.replace("{count}", &count.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crier_core::clock::SystemClock;
    use crier_core::deliveries::{self, Search, State};
    use crier_core::endpoints::{self, Dialect, Draft};
    use crier_testing::{account, app, eventually, on_each_database, urls};

    use super::*;

    #[test]
    fn the_seed_fits_the_tables_and_is_read_back() {
        on_each_database(|made| {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let clock = Arc::new(SystemClock::default());
                let first = app(&made, clock.clone()).await;
                let (account, vault) = (account(&first, "tea").await.id, first.vault.clone());
                let draft = Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/");
                first
                    .write(move |tx| endpoints::add(tx, &vault, account, &draft, false))
                    .await
                    .unwrap();
                drop(first);
                let database = Database::at(&urls(&made));
                // A file is seeded while nobody else has it open.
                let seeded = async || database.run(&seed(&database, 30)).await.ok();
                eventually("the database is seeded", seeded).await;
                let search = Search::default();
                let read = app(&made, clock)
                    .await
                    .read(move |conn| Ok(deliveries::page(conn, account, &search, None, 100)?))
                    .await
                    .unwrap();
                assert_eq!(read.found.len(), 30);
                let is_whole = |row: &deliveries::Logged| {
                    row.delivery.state == State::Delivered && row.event.is_some()
                };
                assert!(read.found.iter().all(is_whole));
            });
        });
    }
}
