//! Rounds: work that comes again and again, for as long as the process lives.
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};

use crate::error::Result;

/// Ticks at once, and again whenever `pace` has gone by.
pub(crate) fn every(pace: Duration) -> Interval {
    let mut ticks = tokio::time::interval(pace);
    // After a long round the next one waits its time, instead of making up for those missed.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Tells what a round failed at, in half a sentence; the next one tries again.
pub(crate) fn tell<T>(done: Result<T>, failed: &str) {
    if let Err(error) = done {
        tracing::warn!(%error, "{failed}; trying again");
    }
}
