//! Even pacing: each act gets a turn of its own, a fixed time after the one before, whoever asks.
//! Shared between nodes over Redis; while Redis is away each node paces by itself.
use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use redis::aio::ConnectionManager;

use crate::clock::SharedClock;

/// How long an answer of Redis is waited for.
const PATIENCE: Duration = Duration::from_millis(100);
/// Keys kept in the process before those at rest are dropped.
const KEYS: usize = 10_000;

/// Takes the next turn and says how many microseconds off it is.
const SCRIPT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local step = tonumber(ARGV[1])
local turn = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
redis.call('SET', KEYS[1], string.format('%.0f', turn + step),
  'PX', math.ceil((turn + step - now) / 1000) + 1000)
return turn - now";

/// Gives out turns, for each key on its own.
pub struct Pacer {
    name: &'static str,
    clock: SharedClock,
    /// When the next turn of a key is, by the clock that nobody can set.
    turns: Mutex<HashMap<String, Duration>>,
    shared: Option<(ConnectionManager, redis::Script)>,
}

impl Pacer {
    /// A pacer called `name`; shared between nodes when there is a Redis.
    pub fn new(name: &'static str, clock: SharedClock, redis: Option<ConnectionManager>) -> Self {
        let shared = redis.map(|redis| (redis, redis::Script::new(SCRIPT)));
        Self { name, clock, turns: Mutex::default(), shared }
    }

    /// Takes a turn of `key`, of which there are `per_second`: how long until then.
    pub async fn reserve(&self, key: &str, per_second: u32) -> Duration {
        let step = Duration::from_secs(1) / per_second.max(1);
        let Some((redis, script)) = &self.shared else { return self.reserve_here(key, step) };
        let mut redis = redis.clone();
        let mut asked = script.key(format!("crier:pace:{}:{key}", self.name));
        let micros = u64::try_from(step.as_micros()).unwrap_or(u64::MAX);
        let asked = asked.arg(micros).invoke_async::<u64>(&mut redis);
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(wait)) => Duration::from_micros(wait),
            Ok(Err(_)) | Err(_) => self.reserve_here(key, step),
        }
    }

    fn reserve_here(&self, key: &str, step: Duration) -> Duration {
        let now = self.clock.elapsed();
        let mut turns = self.turns.lock();
        if turns.len() >= KEYS {
            turns.retain(|_, turn| *turn > now);
        }
        let next = turns.entry(key.to_owned()).or_default();
        let turn = (*next).max(now);
        *next = turn + step;
        turn.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::clock::Clock;

    #[derive(Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> crate::Timestamp {
            crate::Timestamp::default()
        }

        fn elapsed(&self) -> Duration {
            Duration::from_millis(self.0.load(Ordering::SeqCst))
        }
    }

    #[tokio::test]
    async fn turns_are_evenly_spaced_and_unused_ones_are_not_saved_up() {
        let hand = Arc::new(Hand::default());
        let pacer = Pacer::new("test", hand.clone(), None);
        for turn in 0..5 {
            assert_eq!(pacer.reserve("a", 5).await, Duration::from_millis(200 * turn));
        }
        assert_eq!(pacer.reserve("b", 5).await, Duration::ZERO);
        hand.0.store(10_000, Ordering::SeqCst);
        assert_eq!(pacer.reserve("a", 5).await, Duration::ZERO);
        assert_eq!(pacer.reserve("a", 5).await, Duration::from_millis(200));
    }
}
