//! Row ids and secrets.
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crier_schema::Timestamp;

use crate::clock::{SharedClock, random};

/// 2020-01-01, from which ticks are counted.
const EPOCH_MICROS: i64 = 1_577_836_800_000_000;
/// Bits below the tick: 5 for the node, 10 for the count.
const COUNT_BITS: u32 = 10;
const NODE_BITS: u32 = 5;
/// Nodes that can mint at once; the last number is left to commands.
pub const MAX_NODES: i32 = (1 << NODE_BITS) - 1;
/// Microseconds in a tick.
const TICK: i64 = 10_000;

/// Mints ids that grow, are unique between nodes, and stay below 2^53 until the year 2107.
///
/// Layout: ticks of 10 ms since 2020, five bits of node number, ten bits of count. When a tick's
/// 1,024 ids are used up the next tick's are taken early, so minting never waits.
pub struct Ids {
    clock: SharedClock,
    node: i64,
    /// Where in a tick the count begins.
    begin: i64,
    /// Tick and count of the last id, without the node.
    last: AtomicI64,
}

impl Ids {
    /// For the node with this number, below [`MAX_NODES`]. `newest` is the greatest id there is: a
    /// run before this one may have minted ahead of the clock, or the clock may have been set back.
    pub fn new(clock: SharedClock, number: i32, newest: i64) -> Self {
        let last = ((newest >> (NODE_BITS + COUNT_BITS)) + 1) << COUNT_BITS;
        let node = i64::from(number) & ((1 << NODE_BITS) - 1);
        Self { clock, node, begin: 0, last: AtomicI64::new(last) }
    }

    /// For a command that runs beside the server and has no number of its own: the last number,
    /// which no node takes, and a random place in each tick, so that two commands do not meet.
    pub fn of_command(clock: SharedClock) -> Self {
        let begin = i64::from(u16::from_be_bytes(random::<2>()) % (1 << COUNT_BITS));
        Self { begin, ..Self::new(clock, MAX_NODES, 0) }
    }

    /// A fresh id.
    pub fn next<T: From<i64>>(&self) -> T {
        let tick = (self.clock.now().micros() - EPOCH_MICROS) / TICK;
        let floor = (tick << COUNT_BITS) + self.begin;
        let mut seen = self.last.load(Ordering::Relaxed);
        let minted = loop {
            let next = floor.max(seen + 1);
            let swap =
                self.last.compare_exchange_weak(seen, next, Ordering::Relaxed, Ordering::Relaxed);
            match swap {
                Ok(_) => break next,
                Err(now) => seen = now,
            }
        };
        let (tick, count) = (minted >> COUNT_BITS, minted & ((1 << COUNT_BITS) - 1));
        T::from((((tick << NODE_BITS) | self.node) << COUNT_BITS) | count)
    }
}

/// The smallest id minted at or after `at`: where a search by time starts.
pub fn floor_id(at: Timestamp) -> i64 {
    ((at.micros() - EPOCH_MICROS) / TICK) << (NODE_BITS + COUNT_BITS)
}

/// When an id was minted, to a tick: the beginning of the 10 ms for which [`floor_id`] gives it.
pub fn minted_at(id: i64) -> Timestamp {
    Timestamp::from_micros((id >> (NODE_BITS + COUNT_BITS)) * TICK + EPOCH_MICROS)
}

/// A secret of 32 random bytes that is safe in URLs: 43 characters.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A key of 64 characters that is safe in URLs, with 384 bits of chance: knowing it is the right to
/// read what it names.
pub fn long_key() -> String {
    URL_SAFE_NO_PAD.encode(random::<48>())
}

/// A lower-case hex secret of `2 * N` characters.
pub fn hex_token<const N: usize>() -> String {
    hex::encode(random::<N>())
}

/// What is stored instead of a token that is only ever compared: its SHA-256, as hex.
pub fn fingerprint(token: &str) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;

    #[test]
    fn ids_grow_and_stay_exact_in_json() {
        let ids = Ids::new(Arc::new(SystemClock::default()), 30, 0);
        let minted: Vec<i64> = (0..5_000).map(|_| ids.next()).collect();
        assert!(minted.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(minted.iter().all(|id| *id < 1 << 53));
    }

    #[test]
    fn ids_tell_when_they_were_minted() {
        let at = Timestamp::from_seconds(1_767_225_600);
        assert_eq!(minted_at(floor_id(at)), at);
        assert_eq!(minted_at(floor_id(at) + 5), at);
        assert!(minted_at(floor_id(at) - 1) < at);
    }

    #[test]
    fn a_new_run_goes_on_above_what_is_there() {
        let clock: SharedClock = Arc::new(SystemClock::default());
        let newest: i64 = Ids::new(clock.clone(), 0, 0).next::<i64>() + (1 << 40);
        assert!(Ids::new(clock, 0, newest).next::<i64>() > newest);
    }
}
