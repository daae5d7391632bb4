//! What waits in memory: a lane per conversation inside a lane per endpoint. Order holds in a
//! conversation; one endpoint's trouble stays in its lane. No I/O happens here.
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crier_core::ids::{DeliveryId, EndpointId, NodeId};
use crier_core::tx::{Due, Track};

use crate::lane::Lane;
pub use crate::lane::ROOM;

/// Deliveries of all endpoints kept in memory: about 50 MB.
const MEMORY: usize = 50_000;
/// Every lane of this node.
#[derive(Default)]
pub struct Lanes {
    endpoints: HashMap<EndpointId, Lane>,
    /// Everything in memory or on its way back.
    known: HashMap<DeliveryId, Known>,
    /// What ended, until its outcome is stored: the database still shows it as pending.
    ended: HashSet<DeliveryId>,
    /// What was stored while somebody was reading the database: it may have been read as pending.
    stored: HashSet<DeliveryId>,
    /// How many are reading.
    readers: usize,
    /// Endpoints that are left alone, by when the next probe is due.
    probes: BTreeSet<(Duration, EndpointId)>,
    queued: usize,
}

/// What is remembered of a delivery.
struct Known {
    /// As whom it is held: a lease that begins anew has another id.
    node: NodeId,
    /// It is in no lane any more, and being given back.
    is_leaving: bool,
}

impl Known {
    const fn here(due: &Due) -> Self {
        Self { node: due.node, is_leaving: false }
    }
}

/// By what a delivery under way is ended.
#[derive(Debug, Clone, Copy)]
pub struct Ticket {
    id: DeliveryId,
    node: NodeId,
    endpoint: EndpointId,
    track: Track,
}

impl Ticket {
    /// That of this delivery.
    pub fn of(due: &Due) -> Self {
        Self { id: due.id, node: due.node, endpoint: due.endpoint, track: due.track() }
    }

    /// Where it goes to.
    pub const fn endpoint(&self) -> EndpointId {
        self.endpoint
    }
}

/// How a fetch of an endpoint's waiting deliveries begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetch {
    /// How many there is room for.
    pub room: usize,
    count: u64,
    settled: bool,
}

impl Lanes {
    /// Takes deliveries fresh from a commit, or that the database shows as this node's: what it knows
    /// already is left as it is. Returns those there is no room for: they must be given
    /// back, and [`Lanes::given_back`] called when that is done.
    pub fn take(&mut self, dues: Vec<Due>, now: Duration) -> Vec<Due> {
        let mut back = Vec::new();
        for due in dues {
            if self.knows(due.id) {
                continue;
            }
            let known = self.known.entry(due.id).insert_entry(Known::here(&due)).into_mut();
            let full = self.queued >= MEMORY;
            let lane = self.endpoints.entry(due.endpoint).or_default();
            if lane.spill.on || full || lane.queued >= lane.room(now) {
                lane.spill.on = true;
                lane.spill.leaving += 1;
                lane.spill.count += 1;
                known.is_leaving = true;
                back.push(due);
            } else {
                lane.push(due);
                self.queued += 1;
            }
        }
        back
    }

    /// Deliveries have been given back to the database.
    pub fn given_back(&mut self, back: &[Due]) {
        for due in back {
            // What has been fetched again meanwhile stays.
            if self.known.get(&due.id).is_some_and(|known| known.is_leaving) {
                self.known.remove(&due.id);
            }
            if let Some(lane) = self.endpoints.get_mut(&due.endpoint) {
                lane.spill.leaving = lane.spill.leaving.saturating_sub(1);
            }
        }
    }

    /// Deliveries wait in the database: until they are fetched, what is fresh waits behind them.
    pub fn behind(&mut self, endpoint: EndpointId) {
        self.endpoints.entry(endpoint).or_default().spill.on = true;
    }

    /// Whether an endpoint has room for deliveries from the database. One that spilled waits until
    /// three quarters are through, so that it fetches rarely and much.
    pub fn may_fetch(&self, endpoint: EndpointId, now: Duration) -> Option<Fetch> {
        let free = MEMORY.saturating_sub(self.queued);
        let Some(lane) = self.endpoints.get(&endpoint) else {
            return Some(Fetch { room: ROOM.min(free).max(1), count: 0, settled: true });
        };
        let room = lane.room(now).saturating_sub(lane.queued).min(free);
        if room == 0 || (lane.spill.on && !lane.has_room(now)) {
            return None;
        }
        Some(Fetch { room, count: lane.spill.count, settled: lane.spill.leaving == 0 })
    }

    /// Takes deliveries from the database. When there were fewer than asked for and none was given
    /// back meanwhile, the database has no more and the lane is in memory again. What is in a lane
    /// already, since it was taken for forgotten, must not be there twice: its end would be told of
    /// one, and the other hold its conversation up for ever.
    pub fn fetched(&mut self, endpoint: EndpointId, fetch: Fetch, dues: Vec<Due>) {
        let lane = self.endpoints.entry(endpoint).or_default();
        let all = dues.len() < fetch.room;
        for due in dues {
            if self.known.get(&due.id).is_some_and(|known| !known.is_leaving) {
                continue;
            }
            self.known.insert(due.id, Known::here(&due));
            lane.push(due);
            self.queued += 1;
        }
        if all && fetch.settled && lane.spill.count == fetch.count {
            lane.spill.on = false;
        }
        self.tidy(endpoint);
    }

    /// Endpoints that spilled and have room again: to be fetched, also when the database has
    /// nothing left, since that is how a spill ends.
    pub fn thirsty(&self, now: Duration) -> Vec<EndpointId> {
        let thirsty = self.endpoints.iter().filter(|(_, lane)| lane.is_thirsty(now));
        thirsty.map(|(endpoint, _)| *endpoint).collect()
    }

    /// Whether an endpoint spilled and has room again.
    pub fn is_thirsty(&self, endpoint: EndpointId, now: Duration) -> bool {
        self.endpoints.get(&endpoint).is_some_and(|lane| lane.is_thirsty(now))
    }

    /// Deliveries of one endpoint that may start now; each must be ended by [`Lanes::done`].
    pub fn start_of(&mut self, endpoint: EndpointId, now: Duration) -> Vec<Due> {
        self.endpoints.get_mut(&endpoint).map(|lane| lane.start(now)).unwrap_or_default()
    }

    /// Endpoints whose next probe is due: they may start one delivery.
    pub fn ripe(&mut self, now: Duration) -> Vec<EndpointId> {
        let later = self.probes.split_off(&(now, EndpointId(i64::MAX)));
        let ripe = std::mem::replace(&mut self.probes, later);
        ripe.into_iter().map(|(_, endpoint)| endpoint).collect()
    }

    /// An attempt has ended, well or badly. `roll` is any random number.
    pub fn tried(&mut self, endpoint: EndpointId, well: bool, now: Duration, roll: u16) {
        let Some(lane) = self.endpoints.get_mut(&endpoint) else { return };
        if let Some(until) = lane.breaker.tried(well, now, roll) {
            tracing::info!(endpoint.id = endpoint.0, "an endpoint that fails is left alone");
            self.probes.insert((until, endpoint));
        }
    }

    /// A delivery has ended.
    pub fn done(&mut self, ticket: Ticket) {
        let Ticket { id, node, endpoint, track } = ticket;
        if self.known.get(&id).is_none_or(|known| known.node != node) {
            // Forgotten meanwhile, with its lane; it may be held anew.
            return;
        }
        self.known.remove(&id);
        self.ended.insert(id);
        let Some(lane) = self.endpoints.get_mut(&endpoint) else { return };
        lane.running -= 1;
        lane.queued -= 1;
        self.queued -= 1;
        lane.free(track);
        self.tidy(endpoint);
    }

    /// The outcomes of these deliveries are stored.
    pub fn stored(&mut self, ended: &[DeliveryId]) {
        for id in ended {
            if self.ended.remove(id) && self.readers > 0 {
                self.stored.insert(*id);
            }
        }
    }

    /// Somebody begins to read what the database shows as this node's.
    pub const fn reading(&mut self) {
        self.readers += 1;
    }

    /// What was read has been taken.
    pub fn read(&mut self) {
        self.readers = self.readers.saturating_sub(1);
        if self.readers == 0 {
            self.stored.clear();
        }
    }

    /// Forgets everything: others hold it now. What is under way ends unheard.
    pub fn forget(&mut self) {
        *self = Self { readers: self.readers, ..Self::default() };
    }

    fn tidy(&mut self, endpoint: EndpointId) {
        if self.endpoints.get(&endpoint).is_some_and(Lane::is_idle) {
            self.endpoints.remove(&endpoint);
        }
    }

    /// Whether a delivery is in memory, on its way back, or ended without being stored yet.
    pub fn knows(&self, id: DeliveryId) -> bool {
        self.known.contains_key(&id) || self.ended.contains(&id) || self.stored.contains(&id)
    }

    /// Keeps those that it does not know.
    pub fn unknown(&self, ids: &mut Vec<DeliveryId>) {
        ids.retain(|id| !self.knows(*id));
    }

    /// Deliveries under way.
    pub fn running(&self) -> usize {
        self.endpoints.values().map(|lane| lane.running).sum()
    }

    /// Deliveries in memory.
    pub const fn queued(&self) -> usize {
        self.queued
    }

    /// Endpoints whose newest deliveries wait in the database.
    pub fn spilled(&self) -> usize {
        self.endpoints.values().filter(|lane| lane.spill.on).count()
    }

    /// Endpoints that are left alone for a while.
    pub fn shut(&self) -> usize {
        self.probes.len()
    }
}

#[cfg(test)]
mod tests;
