//! Some endpoints take requests and never answer. The others should not notice.
use std::time::Duration;

use anyhow::Result;

use crate::compare::Times;
use crate::figures::count;
use crate::load::{Pace, Run, Sent, sender};
use crate::measure::{Latency, load, ways};
use crate::report::{Row, Table};
use crate::scenarios::{Scenario, criers};
use crate::services::database::Engine;
use crate::sink::Seen;
use crate::subject::{Bench, Needs, Running, Subject};

/// Followers of each endpoint: a follower's messages wait for each other, and are not to.
const FOLLOWERS: usize = 10;

/// Endpoints that hang.
#[derive(Debug, Clone, clap::Args)]
pub struct Hanging {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Endpoints.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    endpoints: u32,
    /// How many of them hang, in turn.
    #[arg(long = "hanging", value_delimiter = ',', default_values_t = [0, 20, 50])]
    counts: Vec<u32>,
    /// Messages a second to all of them together.
    #[arg(long, default_value_t = 200.0)]
    rate: f64,
}

impl Scenario for Hanging {
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        for subject in criers(bench, &self.engines) {
            let mut found: Vec<Vec<Healthy>> = vec![Vec::new(); self.counts.len()];
            for _ in 0..times.repeat {
                for (hanging, found) in self.counts.iter().zip(&mut found) {
                    eprintln!("measuring: {}, {hanging} hanging", subject.name());
                    found.push(self.once(bench, times, subject, *hanging as usize).await?);
                }
            }
            self.print(subject, times, &found);
        }
        Ok(())
    }
}

impl Hanging {
    async fn once(
        &self,
        bench: &Bench,
        times: &Times,
        subject: Subject,
        hanging: usize,
    ) -> Result<Healthy> {
        let endpoints = self.endpoints as usize;
        let followers = endpoints * FOLLOWERS;
        let needs = Needs { followers, ..Needs::endpoints(bench, endpoints) };
        let running = Running::start(subject, bench, &needs).await?;
        running.sink.hang(hanging);
        let from = running.sink.count();
        let (pace, span) = (Pace::Open(self.rate), Duration::from_secs(times.seconds));
        let run = load(&running, bench.senders, pace, span).await?;
        // Hanging endpoints are tried again and again, so it is never quiet: a second is enough.
        running.sink.settle(from + run.sent.len(), Duration::from_secs(1)).await;
        let healthy = Healthy::of(&run, &running.sink.seen(from, None), |sent| {
            load_endpoint(sent, endpoints) >= hanging
        });
        running.stop().await?;
        Ok(healthy)
    }

    fn print(&self, subject: Subject, times: &Times, found: &[Vec<Healthy>]) {
        let title = format!(
            "### {}: {} endpoints, {} a second, {} s, {} times; the healthy ones",
            subject.name(),
            self.endpoints,
            self.rate,
            times.seconds,
            times.repeat
        );
        let mut table =
            Table::new(title, self.counts.iter().map(|hanging| format!("{hanging} hang")));
        table.samples(&LATENCIES, found, true);
        table.samples(&MISSING, found, false);
        table.print();
    }
}

/// Which endpoint a message was for: followers take turns of them.
fn load_endpoint(sent: &Sent, endpoints: usize) -> usize {
    usize::try_from(sender(sent.key)).unwrap_or_default() % endpoints
}

/// What the healthy endpoints saw.
#[derive(Debug, Clone, Copy)]
struct Healthy {
    from_accept: Latency,
    from_due: Latency,
    missing: usize,
}

const LATENCIES: [Row<Healthy>; 4] = [
    ("accepted to sink, p50 ms", 2, |healthy| healthy.from_accept.p50),
    ("accepted to sink, p99 ms", 2, |healthy| healthy.from_accept.p99),
    ("due to sink, p50 ms", 2, |healthy| healthy.from_due.p50),
    ("due to sink, p99 ms", 2, |healthy| healthy.from_due.p99),
];
const MISSING: [Row<Healthy>; 1] =
    [("not come within a second", 0, |healthy| count(healthy.missing))];

impl Healthy {
    fn of(run: &Run, seen: &Seen, is_healthy: impl Fn(&Sent) -> bool) -> Self {
        let sent: Vec<Sent> = run.sent.iter().copied().filter(is_healthy).collect();
        let from_accept = ways(&sent, &seen.first, |sent| sent.accepted);
        let from_due = ways(&sent, &seen.first, |sent| sent.due);
        Self {
            missing: sent.len() - from_due.len(),
            from_accept: Latency::of(from_accept).unwrap_or_default(),
            from_due: Latency::of(from_due).unwrap_or_default(),
        }
    }
}
