//! A circuit breaker: an endpoint that has failed often enough in a row is left alone for a while,
//! then asked with one delivery whether it is back.
use std::time::Duration;

/// Failures in a row that open it: a restart of the endpoint does not, an outage does.
const TRIP: u32 = 10;
/// How long it is open at first; twice as long each time a probe fails.
const FIRST: Duration = Duration::from_secs(1);
/// And at the most.
const LONGEST: Duration = Duration::from_mins(1);

/// How an endpoint has answered lately. Times are [`crier_core::clock::Clock::elapsed`].
#[derive(Debug, Default)]
pub struct Breaker {
    failures: u32,
    pause: Duration,
    open_until: Option<Duration>,
}

/// How much may be under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// As much as the endpoint takes.
    Free,
    /// A few: the last attempt failed.
    Narrow,
    /// One, to see whether the endpoint is back.
    Probe,
    /// Nothing.
    Shut,
}

impl Breaker {
    /// Counts an attempt. `roll` is any random number: probes of many endpoints must not meet.
    /// Returns when the next probe is due, if it opened.
    pub fn tried(&mut self, well: bool, now: Duration, roll: u16) -> Option<Duration> {
        if well {
            *self = Self::default();
            return None;
        }
        self.failures = self.failures.saturating_add(1);
        // What was under way when it opened fails as well, and says nothing new.
        if self.failures < TRIP || self.open_until.is_some_and(|until| until > now) {
            return None;
        }
        self.pause = if self.pause.is_zero() { FIRST } else { (self.pause * 2).min(LONGEST) };
        let jitter = self.pause * u32::from(roll) / (u32::from(u16::MAX) * 4);
        self.open_until = Some(now + self.pause + jitter);
        self.open_until
    }

    /// How much may be under way now.
    pub fn passage(&self, now: Duration) -> Passage {
        match self.open_until {
            Some(until) if until > now => Passage::Shut,
            Some(_) => Passage::Probe,
            None if self.failures > 0 => Passage::Narrow,
            None => Passage::Free,
        }
    }

    /// Whether it has forgotten every failure.
    pub const fn is_well(&self) -> bool {
        self.failures == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: fn(u64) -> Duration = Duration::from_secs;

    fn failing(breaker: &mut Breaker, times: u32, now: Duration) {
        for _ in 0..times {
            breaker.tried(false, now, 0);
        }
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_with_a_success() {
        let mut breaker = Breaker::default();
        failing(&mut breaker, TRIP - 1, AT(0));
        assert_eq!(breaker.passage(AT(0)), Passage::Narrow);
        assert_eq!(breaker.tried(false, AT(0), 0), Some(AT(1)));
        assert_eq!(breaker.passage(AT(0)), Passage::Shut);
        assert_eq!(breaker.passage(AT(1)), Passage::Probe);
        breaker.tried(true, AT(1), 0);
        assert_eq!(breaker.passage(AT(1)), Passage::Free);
    }

    #[test]
    fn each_failed_probe_doubles_the_pause_to_a_minute() {
        let mut breaker = Breaker::default();
        failing(&mut breaker, TRIP, AT(0));
        let mut now = AT(1);
        for pause in [2, 4, 8, 16, 32, 60, 60] {
            let until = breaker.tried(false, now, 0).unwrap();
            assert_eq!(until, now + AT(pause));
            now = until;
        }
    }

    #[test]
    fn what_was_under_way_does_not_lengthen_the_pause() {
        let mut breaker = Breaker::default();
        failing(&mut breaker, TRIP + 50, AT(0));
        assert_eq!(breaker.passage(AT(1)), Passage::Probe);
    }

    #[test]
    fn probes_of_many_endpoints_are_spread() {
        let mut breaker = Breaker::default();
        failing(&mut breaker, TRIP - 1, AT(0));
        let until = breaker.tried(false, AT(0), u16::MAX).unwrap();
        assert_eq!(until, Duration::from_millis(1_250));
    }
}
