//! What the dispatcher counts. As in the core: looked up once, labels from fixed lists.
use std::time::Duration;

use crier_core::deliveries::State;
use crier_core::endpoints::Dialect;
use metrics::{Counter, Gauge, Histogram, Unit};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::dispatcher::Load;
use crate::verdicts;

const FINISHED: &str = "crier_deliveries_finished_total";
const ATTEMPTS: &str = "crier_attempt_seconds";
const LAG: &str = "crier_delivery_lag_seconds";
const CLAIMED: &str = "crier_deliveries_claimed_total";
const RIPENED: &str = "crier_retries_due_total";
const LOST: &str = "crier_leases_lost_total";
const TAKEN_OVER: &str = "crier_leases_taken_over_total";
const IN_MEMORY: &str = "crier_deliveries_in_memory";
const UNDER_WAY: &str = "crier_deliveries_under_way";
const SPILLED: &str = "crier_endpoints_spilled";
const LEFT_ALONE: &str = "crier_endpoints_left_alone";

/// The dispatcher's meters.
#[derive(Clone)]
pub struct Meters {
    dialects: Vec<(Dialect, Spoken)>,
    lag: Histogram,
    pub(crate) claimed: Counter,
    pub(crate) ripened: Counter,
    pub(crate) leases_lost: Counter,
    pub(crate) taken_over: Counter,
    in_memory: Gauge,
    under_way: Gauge,
    spilled: Gauge,
    left_alone: Gauge,
}

/// Those of one dialect.
#[derive(Clone)]
struct Spoken {
    /// By outcome and verdict.
    finished: Vec<(State, &'static str, Counter)>,
    well: Histogram,
    badly: Histogram,
}

/// Those of the recorder in force; without one they cost next to nothing and count nothing.
impl Default for Meters {
    fn default() -> Self {
        describe();
        Self {
            dialects: Dialect::ALL.iter().map(|dialect| (*dialect, Spoken::of(*dialect))).collect(),
            lag: histogram!(LAG),
            claimed: counter!(CLAIMED),
            ripened: counter!(RIPENED),
            leases_lost: counter!(LOST),
            taken_over: counter!(TAKEN_OVER),
            in_memory: gauge!(IN_MEMORY),
            under_way: gauge!(UNDER_WAY),
            spilled: gauge!(SPILLED),
            left_alone: gauge!(LEFT_ALONE),
        }
    }
}

impl Spoken {
    fn of(dialect: Dialect) -> Self {
        let ends =
            [verdicts::DELIVERED, verdicts::NOT_SPOKEN].map(|verdict| (State::Delivered, verdict));
        let fails = verdicts::ALL.iter().filter(|verdict| **verdict != verdicts::DELIVERED);
        let ends = ends.into_iter().chain(fails.map(|verdict| (State::Failed, *verdict)));
        let dialect = dialect.as_str();
        let finished = ends.map(|(state, verdict)| {
            let labels = [("dialect", dialect), ("outcome", state.as_str()), ("verdict", verdict)];
            (state, verdict, counter!(FINISHED, &labels))
        });
        Self {
            finished: finished.collect(),
            well: histogram!(ATTEMPTS, "dialect" => dialect, "outcome" => "delivered"),
            badly: histogram!(ATTEMPTS, "dialect" => dialect, "outcome" => "failed"),
        }
    }
}

impl Meters {
    fn spoken(&self, dialect: Dialect) -> Option<&Spoken> {
        let found = self.dialects.iter().find(|(spoken, _)| *spoken == dialect);
        found.map(|(_, spoken)| spoken)
    }

    /// An attempt has ended.
    pub(crate) fn tried(&self, dialect: Dialect, well: bool, took: Duration) {
        if let Some(spoken) = self.spoken(dialect) {
            let histogram = if well { &spoken.well } else { &spoken.badly };
            histogram.record(took);
        }
    }

    /// A delivery has come to an outcome: counted where nothing more follows by itself.
    pub(crate) fn ended(&self, dialect: Dialect, state: State, verdict: &str) {
        let Some(spoken) = self.spoken(dialect) else { return };
        let is_it = |end: &&(State, &str, Counter)| end.0 == state && end.1 == verdict;
        if let Some((.., counter)) = spoken.finished.iter().find(is_it) {
            counter.increment(1);
        }
    }

    /// A message has reached its endpoint so long after it was accepted.
    pub(crate) fn arrived(&self, after: Duration) {
        self.lag.record(after);
    }

    /// Sets the gauges.
    pub(crate) fn gauge(&self, load: Load) {
        let gauges = [
            (&self.in_memory, load.queued),
            (&self.under_way, load.running),
            (&self.spilled, load.spilled),
            (&self.left_alone, load.shut),
        ];
        for (gauge, value) in gauges {
            gauge.set(u32::try_from(value).unwrap_or(u32::MAX));
        }
    }
}

fn describe() {
    let count = Unit::Count;
    describe_counter!(
        FINISHED,
        count,
        "Deliveries that reached their end, by outcome and verdict."
    );
    describe_histogram!(ATTEMPTS, Unit::Seconds, "Time of one attempt, by outcome.");
    describe_histogram!(
        LAG,
        Unit::Seconds,
        "From a message's acceptance to its endpoint's answer."
    );
    describe_counter!(CLAIMED, count, "Deliveries taken from the database.");
    describe_counter!(RIPENED, count, "Deliveries whose next attempt became due.");
    describe_counter!(LOST, count, "Times this node was taken for dead and began anew.");
    describe_counter!(TAKEN_OVER, count, "Deliveries taken over from nodes that are gone.");
    describe_gauge!(IN_MEMORY, count, "Deliveries taken and not ended.");
    describe_gauge!(UNDER_WAY, count, "Deliveries being made.");
    describe_gauge!(SPILLED, count, "Endpoints whose newest deliveries wait in the database.");
    describe_gauge!(LEFT_ALONE, count, "Endpoints with an open breaker.");
}
