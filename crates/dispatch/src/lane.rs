//! What waits for one endpoint: its conversations in turn, no more at once than it takes.
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crier_core::tx::{Due, Track};

use crate::breaker::{Breaker, Passage};

/// Deliveries of one endpoint kept in memory; beyond, they stay in the database.
pub const ROOM: usize = 1_000;
/// Deliveries of an endpoint kept in memory while it is left alone.
const ROOM_SHUT: usize = 32;
/// Deliveries under way at once to an endpoint that does not answer well: enough to notice that it
/// is back.
pub(crate) const NARROW: usize = 8;

/// What waits for one endpoint.
#[derive(Default)]
pub(crate) struct Lane {
    waiting: HashMap<Track, VecDeque<Due>>,
    /// Tracks with something waiting and nothing under way, in turn.
    ready: VecDeque<Track>,
    pub(crate) queued: usize,
    pub(crate) running: usize,
    width: u16,
    pub(crate) breaker: Breaker,
    pub(crate) spill: Spill,
}

/// An endpoint whose room is used up: what comes is left in the database, and is fetched from there
/// in order. It ends when the database has nothing left and nothing is on its way there.
#[derive(Default)]
pub(crate) struct Spill {
    pub(crate) on: bool,
    /// Deliveries being given back.
    pub(crate) leaving: usize,
    /// Grows with each delivery given back: tells a fetch that it may have missed some.
    pub(crate) count: u64,
}

impl Lane {
    pub(crate) fn room(&self, now: Duration) -> usize {
        if self.breaker.passage(now) == Passage::Shut { ROOM_SHUT } else { ROOM }
    }

    pub(crate) fn has_room(&self, now: Duration) -> bool {
        self.breaker.passage(now) != Passage::Shut && self.queued <= ROOM / 4
    }

    pub(crate) fn is_thirsty(&self, now: Duration) -> bool {
        self.spill.on && self.spill.leaving == 0 && self.has_room(now)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.queued == 0 && !self.spill.on && self.spill.leaving == 0 && self.breaker.is_well()
    }

    pub(crate) fn push(&mut self, due: Due) {
        let track = due.track();
        self.queued += 1;
        self.width = due.width;
        // An entry without anything in it has a delivery under way: it is made ready when that ends.
        if let Some(queue) = self.waiting.get_mut(&track) {
            queue.push_back(due);
        } else {
            self.waiting.insert(track, VecDeque::from([due]));
            self.ready.push_back(track);
        }
    }

    /// Nothing is under way any more on a track.
    pub(crate) fn free(&mut self, track: Track) {
        if self.waiting.get(&track).is_some_and(|queue| !queue.is_empty()) {
            self.ready.push_back(track);
        } else {
            self.waiting.remove(&track);
        }
    }

    pub(crate) fn start(&mut self, now: Duration) -> Vec<Due> {
        let width = match self.breaker.passage(now) {
            Passage::Free => usize::from(self.width),
            Passage::Narrow => NARROW.min(usize::from(self.width)),
            Passage::Probe => 1,
            Passage::Shut => 0,
        };
        let mut started = Vec::new();
        while self.running < width
            && let Some(track) = self.ready.pop_front()
        {
            if let Some(due) = self.waiting.get_mut(&track).and_then(VecDeque::pop_front) {
                self.running += 1;
                started.push(due);
            }
        }
        started
    }
}
