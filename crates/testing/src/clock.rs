//! A clock that is turned by hand.
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crier_core::Timestamp;
use crier_core::clock::Clock;

/// Stands still until it is turned. Starts at 2026-01-01T00:00:00Z.
pub struct HandClock(AtomicI64);

impl Default for HandClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_767_225_600_000_000))
    }
}

impl HandClock {
    /// Turns the clock on.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::SeqCst).unsigned_abs())
    }
}
