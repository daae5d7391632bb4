//! An endpoint that may be told only so much a second.
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::compare::Times;
use crate::figures::count;
use crate::load::Pace;
use crate::measure::load;
use crate::report::{Row, Table, ratio};
use crate::scenarios::{Scenario, criers};
use crate::services::database::Engine;
use crate::subject::{Bench, Needs, Running, Subject};

/// An endpoint's rate limit.
#[derive(Debug, Clone, clap::Args)]
pub struct RateLimit {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// More words for `crier account create`, with spaces between them.
    #[arg(long, default_value = "--webhook-rate 5", allow_hyphen_values = true)]
    endpoint_args: String,
    /// Messages, all at once, one from each follower.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    messages: u32,
    /// The rate that is meant, a second.
    #[arg(long, default_value_t = 5.0)]
    wanted: f64,
}

/// How fast they came.
#[derive(Debug, Clone, Copy)]
struct Flow {
    rate: f64,
    busiest: f64,
    missing: f64,
}

const FIGURES: [Row<Flow>; 3] = [
    ("a second, first to last", 2, |flow| flow.rate),
    ("in the busiest second", 0, |flow| flow.busiest),
    ("not come in time", 0, |flow| flow.missing),
];

impl Scenario for RateLimit {
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        let subjects = criers(bench, &self.engines);
        let mut found: Vec<Vec<Flow>> = vec![Vec::new(); subjects.len()];
        for _ in 0..times.repeat {
            for (subject, found) in subjects.iter().zip(&mut found) {
                eprintln!("measuring: {}, {}", subject.name(), self.endpoint_args);
                found.push(self.once(bench, *subject).await?);
            }
        }
        let title = format!(
            "### {} messages at once to an endpoint with {}, {} times",
            self.messages, self.endpoint_args, times.repeat
        );
        let mut table = Table::new(title, subjects.iter().map(|one| one.name().to_owned()));
        table.samples(&FIGURES, &found, false);
        let rates = found.iter().map(|flows| flows.iter().map(|flow| flow.rate).collect());
        let meant = rates.map(|rates: Vec<f64>| ratio(&rates, &[self.wanted]));
        table.ratios("rate, times what is meant", meant);
        table.print();
        Ok(())
    }
}

impl RateLimit {
    async fn once(&self, bench: &Bench, subject: Subject) -> Result<Flow> {
        let messages = self.messages as usize;
        let words = self.endpoint_args.split_whitespace().map(str::to_owned).collect();
        let needs = Needs { followers: messages, words, ..Needs::endpoints(bench, 1) };
        let running = Running::start(subject, bench, &needs).await?;
        let from = running.sink.count();
        // Each follower sends one: so many are due within a tenth of a second.
        let (pace, span) = (Pace::Open(count(messages) * 10.0), Duration::from_millis(100));
        let run = load(&running, bench.senders, pace, span).await?;
        let patience = Duration::from_secs_f64(count(messages) / self.wanted * 2.0 + 10.0);
        let until = Instant::now() + patience;
        while running.sink.seen(from, None).first.len() < run.sent.len() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let seen = running.sink.seen(from, None);
        running.stop().await?;
        let mut came: Vec<Instant> = seen.first.values().copied().collect();
        came.sort_unstable();
        Ok(Flow {
            rate: rate(&came),
            busiest: count(busiest(&came)),
            missing: count(run.sent.len().saturating_sub(came.len())),
        })
    }
}

/// Intervals a second between the first and the last.
fn rate(came: &[Instant]) -> f64 {
    let (Some(first), Some(last)) = (came.first(), came.last()) else { return 0.0 };
    count(came.len() - 1) / (*last - *first).as_secs_f64().max(0.001)
}

/// The most that came within any one second.
fn busiest(came: &[Instant]) -> usize {
    let within = |(at, first): (usize, &Instant)| {
        came[at..].partition_point(|later| *later - *first < Duration::from_secs(1))
    };
    came.iter().enumerate().map(within).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_a_second_are_five_a_second() {
        let began = Instant::now();
        let came: Vec<Instant> = (0..11).map(|n| began + Duration::from_millis(200) * n).collect();
        assert!((rate(&came) - 5.0).abs() < 1e-9);
        assert_eq!(busiest(&came), 5);
        assert_eq!((rate(&[]), busiest(&[])), (0.0, 0));
    }
}
