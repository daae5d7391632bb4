use std::sync::Arc;

use crier_core::Timestamp;
use crier_core::events::Event;
use crier_core::facts::Fact;
use crier_core::ids::{AccountId, EventId, FollowerId, NodeId};

use crier_core::traces::Span;

use super::*;
use crate::lane::NARROW;

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
        node: NodeId(1),
        attempts: 0,
        retries: 0,
        replay: false,
        event: Arc::new(event),
        endpoint: EndpointId(endpoint),
        width: 64,
        span: Span::none(),
    }
}

const NOW: Duration = Duration::from_secs(100);

fn ticket(id: i64, endpoint: i64, follower: i64) -> Ticket {
    Ticket::of(&due(id, endpoint, follower))
}

fn ids(dues: &[Due]) -> Vec<i64> {
    dues.iter().map(|due| due.id.0).collect()
}

#[test]
fn a_conversation_has_one_delivery_under_way() {
    let mut lanes = Lanes::default();
    lanes.take(vec![due(1, 1, 7), due(2, 1, 7), due(3, 1, 8), due(4, 2, 7)], NOW);
    assert_eq!(ids(&lanes.start_of(EndpointId(1), NOW)), [1, 3]);
    assert_eq!(ids(&lanes.start_of(EndpointId(2), NOW)), [4]);
    assert!(lanes.start_of(EndpointId(1), NOW).is_empty());
    lanes.done(ticket(1, 1, 7));
    assert_eq!(ids(&lanes.start_of(EndpointId(1), NOW)), [2]);
}

#[test]
fn what_is_told_again_holds_nothing_up() {
    let mut lanes = Lanes::default();
    let again = Due { replay: true, ..due(1, 1, 7) };
    let later = Due { retries: 2, ..due(2, 1, 7) };
    lanes.take(vec![again, later, due(3, 1, 7)], NOW);
    assert_eq!(ids(&lanes.start_of(EndpointId(1), NOW)), [1, 3]);
}

#[test]
fn a_failing_endpoint_narrows_and_is_then_left_alone() {
    let mut lanes = Lanes::default();
    let one = EndpointId(1);
    lanes.take((0..200).map(|n| due(n, 1, n)).collect(), NOW);
    assert_eq!(lanes.start_of(one, NOW).len(), 64);
    lanes.tried(one, false, NOW, 0);
    for n in 0..60 {
        lanes.done(ticket(n, 1, n));
    }
    assert_eq!(lanes.start_of(one, NOW).len(), NARROW - 4);
    (0..20).for_each(|_| lanes.tried(one, false, NOW, 0));
    for n in 60..68 {
        lanes.done(ticket(n, 1, n));
    }
    assert!(lanes.start_of(one, NOW).is_empty());
    assert_eq!((lanes.shut(), lanes.ripe(NOW)), (1, Vec::new()));
    let later = NOW + Duration::from_secs(2);
    assert_eq!(lanes.ripe(later), [one]);
    assert_eq!(lanes.start_of(one, later).len(), 1);
    lanes.tried(one, true, later, 0);
    assert_eq!(lanes.start_of(one, later).len(), 63);
}

#[test]
fn an_endpoint_takes_no_more_at_once_than_it_asked_for() {
    let mut lanes = Lanes::default();
    lanes.take((0..9).map(|n| Due { width: 2, ..due(n, 1, n) }).collect(), NOW);
    assert_eq!(lanes.start_of(EndpointId(1), NOW).len(), 2);
}

#[test]
fn what_has_no_room_goes_back_and_keeps_its_order() {
    let mut lanes = Lanes::default();
    let one = EndpointId(1);
    let back = lanes.take((0..1_100).map(|n| due(n, 1, n)).collect(), NOW);
    assert_eq!(back.len(), 100);
    assert_eq!(lanes.may_fetch(one, NOW), None);
    while lanes.queued() > ROOM / 4 {
        for started in lanes.start_of(one, NOW) {
            lanes.done(Ticket::of(&started));
        }
    }
    // Still on its way back: a fetch now may miss it, so the lane stays spilled.
    let early = lanes.may_fetch(one, NOW).unwrap();
    lanes.fetched(one, early, Vec::new());
    let more = lanes.take(vec![due(2_000, 1, 5)], NOW);
    assert_eq!(more.len(), 1);
    lanes.given_back(&back);
    lanes.given_back(&more);
    let fetch = lanes.may_fetch(one, NOW).unwrap();
    lanes.fetched(one, fetch, (1_000..1_100).map(|n| due(n, 1, n)).collect());
    assert!(lanes.take(vec![due(3_000, 1, 5)], NOW).is_empty());
}

#[test]
fn memory_is_bounded_whatever_the_number_of_endpoints() {
    let mut lanes = Lanes::default();
    let many = (0..60_000).map(|n| due(n, n % 600, n)).collect();
    assert_eq!(lanes.take(many, NOW).len(), 60_000 - MEMORY);
}

#[test]
fn what_ended_is_known_until_its_outcome_is_stored() {
    let mut lanes = Lanes::default();
    let one = EndpointId(1);
    lanes.take(vec![due(1, 1, 7)], NOW);
    lanes.start_of(one, NOW);
    lanes.done(ticket(1, 1, 7));
    lanes.take(vec![due(1, 1, 7)], NOW);
    assert!(lanes.start_of(one, NOW).is_empty());
    lanes.reading();
    lanes.stored(&[DeliveryId(1)]);
    // Read before it was stored, taken after.
    lanes.take(vec![due(1, 1, 7)], NOW);
    assert!(lanes.start_of(one, NOW).is_empty());
    lanes.read();
    lanes.take(vec![due(1, 1, 7)], NOW);
    assert_eq!(lanes.start_of(one, NOW).len(), 1);
}

/// A fetch of all there is room for.
fn fetch(lanes: &mut Lanes, dues: Vec<Due>) {
    let fetch = lanes.may_fetch(EndpointId(1), NOW).unwrap();
    lanes.fetched(EndpointId(1), fetch, dues);
}

#[test]
fn what_is_claimed_again_while_it_is_under_way_holds_nothing_up() {
    let mut lanes = Lanes::default();
    let one = EndpointId(1);
    lanes.take(vec![due(1, 1, 7)], NOW);
    assert_eq!(ids(&lanes.start_of(one, NOW)), [1]);
    // It was taken for forgotten, given back, and claimed by the same node.
    fetch(&mut lanes, vec![due(1, 1, 7), due(2, 1, 7)]);
    assert!(lanes.start_of(one, NOW).is_empty());
    lanes.done(ticket(1, 1, 7));
    assert_eq!(ids(&lanes.start_of(one, NOW)), [2]);
    lanes.done(ticket(2, 1, 7));
    assert_eq!((lanes.running(), lanes.queued()), (0, 0));
}

#[test]
fn what_is_claimed_again_before_it_counts_as_given_back_is_kept() {
    let mut lanes = Lanes::default();
    let one = EndpointId(1);
    let back = lanes.take((0..=1_000).map(|n| due(n, 1, n)).collect(), NOW);
    assert_eq!(ids(&back), [1_000]);
    while lanes.queued() > 0 {
        lanes.start_of(one, NOW).iter().for_each(|due| lanes.done(Ticket::of(due)));
    }
    fetch(&mut lanes, back.clone());
    lanes.given_back(&back);
    assert_eq!(ids(&lanes.start_of(one, NOW)), [1_000]);
    lanes.done(Ticket::of(&back[0]));
    assert_eq!((lanes.running(), lanes.queued()), (0, 0));
}

#[test]
fn the_end_of_what_was_forgotten_ends_nothing_that_is_held_anew() {
    let mut lanes = Lanes::default();
    let one = EndpointId(1);
    lanes.take(vec![due(1, 1, 7)], NOW);
    let old = Ticket::of(&lanes.start_of(one, NOW)[0]);
    lanes.forget();
    lanes.take(vec![Due { node: NodeId(2), ..due(1, 1, 7) }, due(2, 1, 7)], NOW);
    let anew = Ticket::of(&lanes.start_of(one, NOW)[0]);
    lanes.done(old);
    assert!(lanes.start_of(one, NOW).is_empty());
    lanes.done(anew);
    assert_eq!(ids(&lanes.start_of(one, NOW)), [2]);
}
