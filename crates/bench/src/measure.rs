//! One load on one subject, and what came of it.
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::figures::{count, percentile};
use crate::load::{self, Pace, Plan, Run, Sent};
use crate::services::process;
use crate::sink::Seen;
use crate::subject::{Running, Usage};

/// How long what was accepted may take to arrive.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Latencies in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Latency {
    /// The middle one.
    pub p50: f64,
    /// What one in a hundred exceeds.
    pub p99: f64,
}

impl Latency {
    /// Of some; `None` of none.
    pub fn of(mut all: Vec<Duration>) -> Option<Self> {
        all.sort_unstable();
        Some(Self { p50: percentile(&all, 0.5)?, p99: percentile(&all, 0.99)? })
    }
}

/// What one run showed.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// Messages accepted, a second.
    pub accepted: f64,
    /// Messages delivered, a second, until the last of them.
    pub delivered: f64,
    /// From when a message was due to be sent until it was accepted.
    pub to_accept: Option<Latency>,
    /// From when the generator read the acceptance until the sink had the message; 0 when the sink
    /// had it before. It flatters: the server knew earlier.
    pub from_accept: Option<Latency>,
    /// From when a message was due to be sent until the sink had it.
    pub from_due: Option<Latency>,
    /// CPU seconds for 10,000 messages.
    pub cpu: Option<Usage>,
    /// What anybody else on this machine used meanwhile, of one processor's time in percent. Beyond
    /// a few, compare CPU seconds only.
    pub others: f64,
    /// Peak memory of the server, in megabytes.
    pub memory: Option<f64>,
    /// Messages that were accepted and never came.
    pub lost: usize,
    /// Messages that came more than once.
    pub duplicated: usize,
    /// Messages that came after a later one of the same follower.
    pub out_of_order: usize,
    /// Messages not accepted.
    pub refused: usize,
    /// Messages not sent in time.
    pub unsent: usize,
}

/// Puts one load on a subject. Its messages have higher numbers than those of every load before it:
/// a peer's sink and store outlive its loads.
pub async fn load(
    running: &Running,
    connections: usize,
    pace: Pace,
    span: Duration,
) -> Result<Run> {
    static LOADS: AtomicU64 = AtomicU64::new(0);
    let first = LOADS.fetch_add(1, Ordering::Relaxed) << 24;
    load::run(&Plan { targets: &running.targets, connections, pace, span, first }).await
}

/// Puts one load on a subject and waits until everything has arrived.
pub async fn measure(
    running: &Running,
    connections: usize,
    pace: Pace,
    span: Duration,
) -> Result<Sample> {
    let from = running.sink.count();
    running.forget_peak();
    let (began, mine) = (Instant::now(), others(Usage::default())?);
    let before = running.usage()?;
    let run = load(running, connections, pace, span).await?;
    running.sink.settle(from + run.sent.len(), PATIENCE).await;
    let after = running.usage()?;
    let memory = running.peak()?;
    let seen = running.sink.seen(from, running.key.as_ref());
    let others = (others(after)? - mine + before.total()) / began.elapsed().as_secs_f64();
    let cpu = after.per_ten_thousand(before, count(run.sent.len()));
    let sample = sample(&run, &seen, memory.map(|_| cpu), memory);
    Ok(Sample { others: others * 100.0, ..sample })
}

/// CPU seconds used by all but this tool and `usage`.
fn others(usage: Usage) -> Result<f64> {
    Ok(process::busy()? - process::cpu(std::process::id())? - usage.total())
}

fn sample(run: &Run, seen: &Seen, cpu: Option<Usage>, memory: Option<f64>) -> Sample {
    let came = run.sent.iter().filter_map(|sent| seen.first.get(&sent.key));
    let (delivered, last) = (came.clone().count(), came.max().copied().unwrap_or(run.began));
    let took = (last - run.began).max(run.took).as_secs_f64();
    Sample {
        accepted: count(run.sent.len()) / run.took.as_secs_f64(),
        delivered: count(delivered) / took,
        to_accept: Latency::of(run.sent.iter().map(|sent| sent.accepted - sent.due).collect()),
        from_accept: Latency::of(ways(&run.sent, &seen.first, |sent| sent.accepted)),
        from_due: Latency::of(ways(&run.sent, &seen.first, |sent| sent.due)),
        cpu,
        others: 0.0,
        memory,
        lost: run.sent.len() - delivered,
        duplicated: seen.duplicates,
        out_of_order: seen.out_of_order,
        refused: run.refused,
        unsent: run.unsent,
    }
}

/// How long each message that came was on its way, since a moment of its sending.
pub fn ways<'a>(
    sent: impl IntoIterator<Item = &'a Sent>,
    came: &HashMap<u64, Instant>,
    since: impl Fn(&Sent) -> Instant,
) -> Vec<Duration> {
    let both = sent.into_iter().filter_map(|sent| Some((came.get(&sent.key)?, since(sent))));
    both.map(|(came, since)| came.saturating_duration_since(since)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_counts_what_is_missing_and_never_looks_into_the_future() {
        let began = Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        let sent = |key, due, accepted| Sent { key, due: at(due), accepted: at(accepted) };
        let took = Duration::from_secs(1);
        let all = vec![sent(0, 0, 10), sent(1, 5, 20), sent(2, 6, 30)];
        let run = Run { sent: all, refused: 0, unsent: 0, began, took };
        let first = HashMap::from([(0, at(4)), (1, at(2_000))]);
        let sample = sample(&run, &Seen { first, ..Seen::default() }, None, None);
        assert_eq!((sample.lost, sample.accepted, sample.delivered), (1, 3.0, 1.0));
        assert_eq!(sample.from_accept, Some(Latency { p50: 0.0, p99: 1_980.0 }));
        assert_eq!(sample.from_due, Some(Latency { p50: 4.0, p99: 1_995.0 }));
    }
}
