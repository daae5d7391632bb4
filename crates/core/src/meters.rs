//! What the core counts, for whoever watches over the process. Every meter is looked up once, at the
//! start: a message pays for an addition, not for a name. Labels are words of a fixed list, never an
//! account, an endpoint or an address.
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Unit};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::content::Origin;
use crate::limits::ALL as LIMITS;
use crate::tx::{Effects, News};

const MESSAGES: &str = "crier_messages_accepted_total";
const COMMITS: &str = "crier_commits_total";
const COMMIT_OPERATIONS: &str = "crier_commit_operations";
const COMMIT_SECONDS: &str = "crier_commit_seconds";
const QUEUE: &str = "crier_writer_queue";
const REFUSED: &str = "crier_writer_refused_total";
const LIMITED: &str = "crier_rate_limited_total";
const RESENT: &str = "crier_deliveries_resent_total";
const MAILS: &str = "crier_mails_total";
const STREAMS: &str = "crier_streams_open";

/// The core's meters.
#[derive(Clone)]
pub struct Meters {
    /// By origin, in its order of declaration.
    messages: Vec<Counter>,
    stored: Counter,
    failed: Counter,
    operations: Histogram,
    seconds: Histogram,
    limited: Vec<(&'static str, Counter)>,
    /// Operations that wait for a commit.
    pub(crate) queue: Gauge,
    /// Operations turned away because too many wait.
    pub(crate) refused: Counter,
    /// Live streams.
    pub(crate) streams: Gauge,
    resent: Counter,
    /// Mails that were handed over.
    pub mails_sent: Counter,
    /// Tries to hand a mail over that failed.
    pub mails_failed: Counter,
}

/// Those of the recorder in force; without one they cost next to nothing and count nothing.
impl Default for Meters {
    fn default() -> Self {
        describe();
        let messages = |origin: &Origin| counter!(MESSAGES, "origin" => origin.as_str());
        let limited = |limit: &&'static str| (*limit, counter!(LIMITED, "limit" => *limit));
        Self {
            messages: Origin::ALL.iter().map(messages).collect(),
            stored: counter!(COMMITS, "outcome" => "stored"),
            failed: counter!(COMMITS, "outcome" => "failed"),
            operations: histogram!(COMMIT_OPERATIONS),
            seconds: histogram!(COMMIT_SECONDS),
            limited: LIMITS.iter().map(limited).collect(),
            queue: gauge!(QUEUE),
            refused: counter!(REFUSED),
            streams: gauge!(STREAMS),
            resent: counter!(RESENT),
            mails_sent: counter!(MAILS, "outcome" => "sent"),
            mails_failed: counter!(MAILS, "outcome" => "failed"),
        }
    }
}

impl Meters {
    /// A transaction is durable.
    pub(crate) fn stored(&self, operations: usize, took: Duration, effects: &Effects) {
        self.stored.increment(1);
        self.operations.record(u32::try_from(operations).unwrap_or(u32::MAX));
        self.seconds.record(took);
        self.resent.increment(effects.resent);
        for live in &effects.live {
            if let News::Message(message) = &live.news
                && let Some(counter) = self.messages.get(message.origin as usize)
            {
                counter.increment(1);
            }
        }
    }

    /// A transaction stored nothing.
    pub(crate) fn failed(&self) {
        self.failed.increment(1);
    }

    /// Counts what the limiter of this name refuses.
    pub(crate) fn limited(&self, name: &str) -> Counter {
        let found = self.limited.iter().find(|(limit, _)| *limit == name);
        found.map_or_else(Counter::noop, |(_, counter)| counter.clone())
    }
}

fn describe() {
    let count = Unit::Count;
    describe_counter!(MESSAGES, count, "Messages stored for good, by how they came to be.");
    describe_counter!(COMMITS, count, "Transactions of the writer, by outcome.");
    describe_histogram!(COMMIT_OPERATIONS, count, "Operations in one stored transaction.");
    describe_histogram!(COMMIT_SECONDS, Unit::Seconds, "Time of one stored transaction.");
    describe_gauge!(QUEUE, count, "Operations that wait for a commit.");
    describe_counter!(REFUSED, count, "Operations turned away because too many waited.");
    describe_counter!(LIMITED, count, "Acts refused because they came too fast, by limit.");
    describe_counter!(RESENT, count, "Deliveries asked for once more, by recoveries too.");
    describe_counter!(MAILS, count, "Mails handed over, and tries to that failed.");
    describe_gauge!(STREAMS, count, "Live streams of followers.");
}
