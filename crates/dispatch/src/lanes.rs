//! What waits in memory: a lane per conversation inside a lane per endpoint. Order holds in a
//! conversation; one endpoint's trouble stays in its lane. No I/O happens here.
use std::collections::{HashMap, HashSet, VecDeque};

use crier_core::ids::{DeliveryId, EndpointId, FollowerId};
use crier_core::tx::Due;

/// Deliveries of one endpoint kept in memory; beyond, they stay in the database.
pub const ROOM: usize = 1_000;
/// Deliveries of one endpoint that may be under way at once while it answers well.
const WIDE: usize = 64;
/// And while it does not: enough to notice that it is back.
const NARROW: usize = 8;

/// Events without a follower share one conversation.
type Conversation = Option<FollowerId>;

/// Every lane of this node.
#[derive(Default)]
pub struct Lanes {
    endpoints: HashMap<EndpointId, Lane>,
    /// Everything in memory or on its way back.
    known: HashSet<DeliveryId>,
}

#[derive(Default)]
struct Lane {
    waiting: HashMap<Conversation, VecDeque<Due>>,
    /// Conversations with something waiting and nothing under way, in turn.
    ready: VecDeque<Conversation>,
    queued: usize,
    running: usize,
    failing: bool,
    spill: Spill,
}

/// An endpoint whose room is used up: what comes is left in the database, and is fetched from there
/// in order. It ends when the database has nothing left and nothing is on its way there.
#[derive(Default)]
struct Spill {
    on: bool,
    /// Deliveries being given back.
    leaving: usize,
    /// Grows with each delivery given back: tells a fetch that it may have missed some.
    count: u64,
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
    /// Takes deliveries fresh from a commit. Returns those there is no room for: they must be given
    /// back, and [`Lanes::given_back`] called when that is done.
    pub fn take(&mut self, dues: Vec<Due>) -> Vec<(EndpointId, DeliveryId)> {
        let mut back = Vec::new();
        for due in dues {
            self.known.insert(due.id);
            let lane = self.endpoints.entry(due.endpoint).or_default();
            if lane.spill.on || lane.queued >= ROOM {
                lane.spill.on = true;
                lane.spill.leaving += 1;
                lane.spill.count += 1;
                back.push((due.endpoint, due.id));
            } else {
                lane.push(due);
            }
        }
        back
    }

    /// Deliveries have been given back to the database.
    pub fn given_back(&mut self, back: &[(EndpointId, DeliveryId)]) {
        for (endpoint, id) in back {
            self.known.remove(id);
            if let Some(lane) = self.endpoints.get_mut(endpoint) {
                lane.spill.leaving -= 1;
            }
        }
    }

    /// Deliveries wait in the database: until they are fetched, what is fresh waits behind them.
    pub fn behind(&mut self, endpoint: EndpointId) {
        self.endpoints.entry(endpoint).or_default().spill.on = true;
    }

    /// Whether an endpoint has room for deliveries from the database. One that spilled waits until
    /// three quarters are through, so that it fetches rarely and much.
    pub fn may_fetch(&self, endpoint: EndpointId) -> Option<Fetch> {
        let Some(lane) = self.endpoints.get(&endpoint) else {
            return Some(Fetch { room: ROOM, count: 0, settled: true });
        };
        let room = ROOM.saturating_sub(lane.queued);
        if room == 0 || (lane.spill.on && lane.queued > ROOM / 4) {
            return None;
        }
        Some(Fetch { room, count: lane.spill.count, settled: lane.spill.leaving == 0 })
    }

    /// Takes deliveries from the database. When there were fewer than asked for and none was given
    /// back meanwhile, the database has no more and the lane is in memory again.
    pub fn fetched(&mut self, endpoint: EndpointId, fetch: Fetch, dues: Vec<Due>) {
        let lane = self.endpoints.entry(endpoint).or_default();
        let all = dues.len() < fetch.room;
        for due in dues {
            self.known.insert(due.id);
            lane.push(due);
        }
        if all && fetch.settled && lane.spill.count == fetch.count {
            lane.spill.on = false;
        }
    }

    /// Endpoints that spilled and have room again: to be fetched, also when the database has
    /// nothing left, since that is how a spill ends.
    pub fn thirsty(&self) -> Vec<EndpointId> {
        let thirsty = self.endpoints.iter().filter(|(_, lane)| lane.is_thirsty());
        thirsty.map(|(endpoint, _)| *endpoint).collect()
    }

    /// Whether an endpoint spilled and has room again.
    pub fn is_thirsty(&self, endpoint: EndpointId) -> bool {
        self.endpoints.get(&endpoint).is_some_and(Lane::is_thirsty)
    }

    /// Deliveries that may start now; each must be ended by [`Lanes::done`].
    pub fn start(&mut self) -> Vec<Due> {
        self.endpoints.values_mut().flat_map(Lane::start).collect()
    }

    /// Deliveries of one endpoint that may start now.
    pub fn start_of(&mut self, endpoint: EndpointId) -> Vec<Due> {
        self.endpoints.get_mut(&endpoint).map(Lane::start).unwrap_or_default()
    }

    /// A delivery has ended, well or badly.
    pub fn done(&mut self, id: DeliveryId, endpoint: EndpointId, of: Conversation, well: bool) {
        self.known.remove(&id);
        let Some(lane) = self.endpoints.get_mut(&endpoint) else { return };
        lane.running -= 1;
        lane.queued -= 1;
        lane.failing = !well;
        if lane.waiting.get(&of).is_some_and(|queue| !queue.is_empty()) {
            lane.ready.push_back(of);
        } else {
            lane.waiting.remove(&of);
        }
        if lane.queued == 0 && !lane.spill.on && lane.spill.leaving == 0 && !lane.failing {
            self.endpoints.remove(&endpoint);
        }
    }

    /// Whether a delivery is in memory, or on its way back.
    pub fn knows(&self, id: DeliveryId) -> bool {
        self.known.contains(&id)
    }

    /// Deliveries under way.
    pub fn running(&self) -> usize {
        self.endpoints.values().map(|lane| lane.running).sum()
    }

    /// Deliveries in memory.
    pub fn queued(&self) -> usize {
        self.endpoints.values().map(|lane| lane.queued).sum()
    }
}

impl Lane {
    fn is_thirsty(&self) -> bool {
        self.spill.on && self.spill.leaving == 0 && self.queued <= ROOM / 4
    }

    fn push(&mut self, due: Due) {
        let of = due.event.follower;
        self.queued += 1;
        // An entry without anything in it has a delivery under way: it is made ready when that ends.
        if let Some(queue) = self.waiting.get_mut(&of) {
            queue.push_back(due);
        } else {
            self.waiting.insert(of, VecDeque::from([due]));
            self.ready.push_back(of);
        }
    }

    fn start(&mut self) -> Vec<Due> {
        let width = if self.failing { NARROW } else { WIDE };
        let mut started = Vec::new();
        while self.running < width
            && let Some(of) = self.ready.pop_front()
        {
            if let Some(due) = self.waiting.get_mut(&of).and_then(VecDeque::pop_front) {
                self.running += 1;
                started.push(due);
            }
        }
        started
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crier_core::Timestamp;
    use crier_core::events::Event;
    use crier_core::facts::Fact;
    use crier_core::ids::{AccountId, EventId};

    use super::*;

    fn due(id: i64, endpoint: i64, follower: i64) -> Due {
        let event = Event {
            id: EventId(id),
            account: AccountId(1),
            follower: Some(FollowerId(follower)),
            openid: None,
            fact: Fact::Unfollowed,
            created_at: Timestamp::from_seconds(0),
        };
        Due {
            id: DeliveryId(id),
            attempts: 0,
            event: Arc::new(event),
            endpoint: EndpointId(endpoint),
        }
    }

    fn ids(dues: &[Due]) -> Vec<i64> {
        dues.iter().map(|due| due.id.0).collect()
    }

    #[test]
    fn a_conversation_has_one_delivery_under_way() {
        let mut lanes = Lanes::default();
        lanes.take(vec![due(1, 1, 7), due(2, 1, 7), due(3, 1, 8), due(4, 2, 7)]);
        let mut started = ids(&lanes.start());
        started.sort_unstable();
        assert_eq!(started, [1, 3, 4]);
        assert!(lanes.start().is_empty());
        lanes.done(DeliveryId(1), EndpointId(1), Some(FollowerId(7)), true);
        assert_eq!(ids(&lanes.start()), [2]);
    }

    #[test]
    fn a_failing_endpoint_narrows() {
        let mut lanes = Lanes::default();
        lanes.take((0..200).map(|n| due(n, 1, n)).collect());
        assert_eq!(lanes.start().len(), WIDE);
        for n in 0..64 {
            lanes.done(DeliveryId(n), EndpointId(1), Some(FollowerId(n)), false);
        }
        assert_eq!(lanes.start().len(), NARROW);
    }

    #[test]
    fn what_has_no_room_goes_back_and_keeps_its_order() {
        let mut lanes = Lanes::default();
        let one = EndpointId(1);
        let back = lanes.take((0..1_100).map(|n| due(n, 1, n)).collect());
        assert_eq!(back.len(), 100);
        assert_eq!(lanes.may_fetch(one), None);
        while lanes.queued() > ROOM / 4 {
            for started in lanes.start() {
                lanes.done(started.id, one, started.event.follower, true);
            }
        }
        // Still on its way back: a fetch now may miss it, so the lane stays spilled.
        let early = lanes.may_fetch(one).unwrap();
        lanes.fetched(one, early, Vec::new());
        assert_eq!(lanes.take(vec![due(2_000, 1, 5)]).len(), 1);
        lanes.given_back(&back);
        lanes.given_back(&[(one, DeliveryId(2_000))]);
        let fetch = lanes.may_fetch(one).unwrap();
        lanes.fetched(one, fetch, (1_000..1_100).map(|n| due(n, 1, n)).collect());
        assert!(lanes.take(vec![due(3_000, 1, 5)]).is_empty());
    }
}
