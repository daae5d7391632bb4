//! Time and randomness, handed in: nothing else in the product reads either.
use std::sync::Arc;
use std::time::{Duration, Instant};

use crier_schema::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// How long this clock has run. Unlike [`Clock::now`], nobody can set it: leases and pauses go
    /// by it.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    began: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { began: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        chrono::Utc::now().into()
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// The clock everything shares.
pub type SharedClock = Arc<dyn Clock>;

/// `N` bytes from the system's random source.
///
/// # Panics
/// When the system has no randomness: nothing may run without it.
#[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "no key, token or nonce is safe without it")]
    getrandom::fill(&mut bytes).expect("the system's random source works");
    bytes
}
