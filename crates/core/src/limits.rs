//! Rate limits: within the process, or shared between nodes over Redis. While Redis is away each node
//! limits by itself, and nobody waits for it.
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use metrics::Counter;
use parking_lot::Mutex;
use redis::aio::ConnectionManager;

use crate::error::{Error, Result};
use crate::locations;
use crate::meters::Meters;

/// How often something may happen: `burst` at once, then `per_second`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Sustained rate.
    pub per_second: NonZeroU32,
    /// The seconds that are meant: one, unless it happens more seldom than that.
    seconds: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// A rate; zeros count as one.
    pub const fn new(per_second: u32, burst: u32) -> Self {
        let one = NonZeroU32::MIN;
        let per_second = match NonZeroU32::new(per_second) {
            Some(n) => n,
            None => one,
        };
        let burst = match NonZeroU32::new(burst) {
            Some(n) => n,
            None => one,
        };
        Self { per_second, seconds: one, burst }
    }

    /// Once in so many seconds; zero counts as one.
    pub const fn every(seconds: u32) -> Self {
        let seconds = match NonZeroU32::new(seconds) {
            Some(n) => n,
            None => NonZeroU32::MIN,
        };
        Self { seconds, ..Self::new(1, 1) }
    }

    /// So many at once.
    #[must_use]
    pub const fn at_once(self, burst: u32) -> Self {
        Self { burst: Self::new(1, burst).burst, ..self }
    }

    /// Between two, in the long run.
    fn period(&self) -> Duration {
        Duration::from_secs(self.seconds.get().into()) / self.per_second.get()
    }
}

/// The names of the limiters there are.
pub const ALL: [&str; 9] = [
    "messages",
    "sign_in",
    "codes",
    "uploads",
    "operator",
    "broadcasts",
    "refusals",
    "notices",
    "locations",
];

/// How long an answer of Redis is waited for.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long Redis is left alone after it did not answer.
const REST: Duration = Duration::from_secs(1);

/// The same algorithm as in the process (GCRA), with its one number in Redis.
const SCRIPT: &str = r"
local now = redis.call('TIME')
now = now[1] * 1000 + now[2] / 1000
local step, span = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = tat + step - span - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], tat + step, 'PX', math.ceil(tat + step - now) + 1000)
return 0";

/// Limits one kind of act, for each key on its own.
pub struct Limiter {
    name: &'static str,
    rate: Rate,
    local: DefaultKeyedRateLimiter<String>,
    shared: Option<(ConnectionManager, redis::Script)>,
    away_since: Mutex<Option<Instant>>,
    refused: Counter,
}

impl Limiter {
    /// A limiter called `name`; shared between nodes when there is a Redis.
    pub fn new(name: &'static str, rate: Rate, redis: Option<ConnectionManager>) -> Self {
        let quota = Quota::with_period(rate.period())
            .unwrap_or_else(|| Quota::per_second(rate.per_second))
            .allow_burst(rate.burst);
        let shared = redis.map(|redis| (redis, redis::Script::new(SCRIPT)));
        let (local, away_since) = (RateLimiter::keyed(quota), Mutex::default());
        Self { name, rate, local, shared, away_since, refused: Counter::noop() }
    }

    /// Counts what it refuses.
    #[must_use]
    pub fn counting(self, refused: Counter) -> Self {
        Self { refused, ..self }
    }

    /// How often it lets an act happen.
    pub const fn rate(&self) -> Rate {
        self.rate
    }

    /// Counts one act of `key`.
    ///
    /// # Errors
    /// [`Error::Limited`] when it comes too soon.
    pub async fn check(&self, key: &str) -> Result<()> {
        let checked = self.ask(key).await;
        if checked.is_err() {
            self.refused.increment(1);
        }
        checked
    }

    async fn ask(&self, key: &str) -> Result<()> {
        let Some((redis, script)) = &self.shared else { return self.check_here(key) };
        if self.is_away() {
            return self.check_here(key);
        }
        let step = 1000.0 * self.rate.period().as_secs_f64();
        let span = step * f64::from(self.rate.burst.get());
        let mut redis = redis.clone();
        let key_there = format!("crier:rate:{}:{key}", self.name);
        let mut asked = script.key(key_there);
        let asked = asked.arg(step).arg(span).invoke_async::<u64>(&mut redis);
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(0)) => Ok(()),
            Ok(Ok(wait)) => Err(Error::Limited { retry_after: Duration::from_millis(wait) }),
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(limit = self.name, "redis is away: each node limits by itself");
                *self.away_since.lock() = Some(Instant::now());
                self.check_here(key)
            }
        }
    }

    fn is_away(&self) -> bool {
        self.away_since.lock().is_some_and(|since| since.elapsed() < REST)
    }

    fn check_here(&self, key: &str) -> Result<()> {
        self.local.check_key(&key.to_owned()).map_err(|until| Error::Limited {
            retry_after: until.wait_time_from(DefaultClock::default().now()),
        })
    }

    /// Forgets keys that are at rest, so that memory is bounded by who is active.
    pub fn sweep(&self) {
        self.local.retain_recent();
    }
}

/// How fast things may happen.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Messages and taps of one user.
    pub messages: Rate,
    /// Sign-in attempts for one address or e-mail.
    pub sign_in: Rate,
    /// Codes tried for one member's second step, and mails asked for by one address.
    pub codes: Rate,
    /// Uploads of one user.
    pub uploads: Rate,
    /// Calls of one account's operator backend.
    pub operator: Rate,
    /// Broadcasts that one account asks for.
    pub broadcasts: Rate,
    /// Refused calls of one account that are kept for looking up.
    pub refusals: Rate,
    /// Notices of one template to one follower.
    pub notices: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            messages: Rate::new(100, 1_000),
            sign_in: Rate::new(1, 10),
            // Three codes of a million hold at a time: guessing one takes a year and more.
            codes: Rate::every(120).at_once(10),
            uploads: Rate::new(5, 50),
            operator: Rate::new(1_000, 5_000),
            broadcasts: Rate::new(1, 60),
            refusals: Rate::new(1, 100),
            notices: Rate::new(1, 60),
        }
    }
}

/// The limiters in force.
pub struct Limits {
    /// Messages and taps, by user.
    pub messages: Limiter,
    /// Sign-in attempts, by address and by e-mail.
    pub sign_in: Limiter,
    /// Codes of the second step, by member.
    pub codes: Limiter,
    /// Uploads, by user.
    pub uploads: Limiter,
    /// Operator calls, by account.
    pub operator: Limiter,
    /// Broadcasts, by account.
    pub broadcasts: Limiter,
    /// Refused calls that are kept, by account.
    pub refusals: Limiter,
    /// Notices, by template and follower.
    pub notices: Limiter,
    /// Places told, by follower.
    pub locations: Limiter,
}

impl Limits {
    /// The limiters of these rates, shared between nodes when there is a Redis.
    pub(crate) fn new(rates: Rates, meters: &Meters, redis: Option<&ConnectionManager>) -> Self {
        let limiter =
            |name, rate| Limiter::new(name, rate, redis.cloned()).counting(meters.limited(name));
        Self {
            messages: limiter("messages", rates.messages),
            sign_in: limiter("sign_in", rates.sign_in),
            codes: limiter("codes", rates.codes),
            uploads: limiter("uploads", rates.uploads),
            operator: limiter("operator", rates.operator),
            broadcasts: limiter("broadcasts", rates.broadcasts),
            refusals: limiter("refusals", rates.refusals),
            notices: limiter("notices", rates.notices),
            locations: limiter("locations", Rate::every(locations::SECONDS)),
        }
    }

    /// Forgets keys that are at rest, so that memory is bounded by who is active.
    pub fn sweep(&self) {
        for limiter in [
            &self.messages,
            &self.sign_in,
            &self.codes,
            &self.uploads,
            &self.operator,
            &self.broadcasts,
            &self.refusals,
            &self.notices,
            &self.locations,
        ] {
            limiter.sweep();
        }
    }
}
