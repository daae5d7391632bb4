//! A server dies with deliveries in flight, and is started again.
use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::compare::Times;
use crate::figures::count;
use crate::load::{Pace, Run};
use crate::measure::load;
use crate::report::{Row, Table};
use crate::scenarios::{Scenario, criers};
use crate::services::database::Engine;
use crate::sink::Seen;
use crate::subject::{Bench, Needs, Running, Subject};

/// Endpoints, and followers of each: enough that no message waits for another.
const ENDPOINTS: usize = 100;
const FOLLOWERS: usize = 10;
/// How long a lost message is waited for after the restart.
const PATIENCE: Duration = Duration::from_secs(90);

/// `kill -9` with deliveries in flight.
#[derive(Debug, Clone, clap::Args)]
pub struct Kill {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Messages a second; the sink answers each after a second, so as many are in flight.
    #[arg(long, default_value_t = 250.0)]
    rate: f64,
    /// Milliseconds until the sink answers.
    #[arg(long, default_value_t = 1_000)]
    answer_after: u64,
}

/// What one death did.
#[derive(Debug, Clone, Copy)]
struct Death {
    accepted: usize,
    in_flight: usize,
    /// Seconds from the restart until it was ready.
    ready: f64,
    /// Seconds from the restart until the last message in flight came again.
    again: f64,
    duplicates: usize,
    lost: usize,
}

const FIGURES: [Row<Death>; 6] = [
    ("accepted", 0, |death| count(death.accepted)),
    ("in flight at its death", 0, |death| count(death.in_flight)),
    ("restart to ready, s", 2, |death| death.ready),
    ("restart to the last one redelivered, s", 2, |death| death.again),
    ("duplicates", 0, |death| count(death.duplicates)),
    ("lost", 0, |death| count(death.lost)),
];

impl Scenario for Kill {
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        let subjects = criers(bench, &self.engines);
        let mut found: Vec<Vec<Death>> = vec![Vec::new(); subjects.len()];
        for _ in 0..times.repeat {
            for (subject, found) in subjects.iter().zip(&mut found) {
                eprintln!("measuring: {}, killed", subject.name());
                found.push(self.once(bench, times, *subject).await?);
            }
        }
        let title = format!(
            "### kill -9 after {} s of {} a second, the sink answering after {} ms, {} times",
            times.seconds, self.rate, self.answer_after, times.repeat
        );
        let names = subjects.iter().map(|subject| subject.name().to_owned());
        let mut table = Table::new(title, names);
        table.samples(&FIGURES, &found, false);
        table.print();
        Ok(())
    }
}

impl Kill {
    async fn once(&self, bench: &Bench, times: &Times, subject: Subject) -> Result<Death> {
        let followers = ENDPOINTS * FOLLOWERS;
        let needs = Needs { followers, ..Needs::endpoints(bench, ENDPOINTS) };
        let mut running = Running::start(subject, bench, &needs).await?;
        running.sink.answer_after(Duration::from_millis(self.answer_after));
        let from = running.sink.count();
        let (pace, span) = (Pace::Open(self.rate), Duration::from_secs(times.seconds));
        let run = load(&running, bench.senders, pace, span).await?;
        running.nodes[0].kill()?;
        let died = Instant::now();
        let in_flight = in_flight(&run, &running.sink.seen(from, None));
        running.sink.answer_after(Duration::ZERO);
        let restarted = Instant::now();
        running.nodes[0].restart().await?;
        let ready = restarted.elapsed().as_secs_f64();
        let seen = until_again(&running, from, &in_flight, died).await;
        let again = in_flight.iter().filter_map(|key| seen.last.get(key)).max();
        let again = again.map_or(0.0, |at| at.saturating_duration_since(restarted).as_secs_f64());
        let came = run.sent.iter().filter(|sent| seen.first.contains_key(&sent.key)).count();
        running.stop().await?;
        Ok(Death {
            accepted: run.sent.len(),
            in_flight: in_flight.len(),
            ready,
            again,
            duplicates: seen.duplicates,
            lost: run.sent.len() - came,
        })
    }
}

/// Accepted, and not yet answered by the sink.
fn in_flight(run: &Run, seen: &Seen) -> HashSet<u64> {
    let all = run.sent.iter().map(|sent| sent.key);
    all.filter(|key| !seen.answered.contains_key(key)).collect()
}

/// Waits until every message in flight has come after the death, or patience ends, and until no more
/// comes.
async fn until_again(
    running: &Running,
    from: usize,
    in_flight: &HashSet<u64>,
    died: Instant,
) -> Seen {
    let until = Instant::now() + PATIENCE;
    loop {
        running.sink.settle(from, PATIENCE).await;
        let seen = running.sink.seen(from, None);
        let back = |key: &u64| seen.last.get(key).is_some_and(|at| *at > died);
        if in_flight.iter().all(back) || Instant::now() > until {
            return seen;
        }
    }
}
