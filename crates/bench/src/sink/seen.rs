//! What came, counted.
use std::collections::HashMap;
use std::time::Instant;

use super::opening::{Key, message};
use super::{Arrival, Content};
use crate::load::sender;

/// What came.
#[derive(Debug, Default)]
pub struct Seen {
    /// When each message came first.
    pub first: HashMap<u64, Instant>,
    /// When each message came last.
    pub last: HashMap<u64, Instant>,
    /// When each message was first answered, if it was.
    pub answered: HashMap<u64, Instant>,
    /// Messages that came more than once.
    pub duplicates: usize,
    /// Messages that came first after a later one of the same sender.
    pub out_of_order: usize,
    /// Sealed requests that did not open.
    pub unopened: usize,
}

impl Seen {
    /// Reads what came, in the order it came.
    pub fn of(arrivals: &[Arrival], key: Option<&Key>) -> Self {
        let (mut seen, mut newest) = (Self::default(), HashMap::new());
        for arrival in arrivals {
            let Some(message) = seen.message_in(arrival, key) else { continue };
            seen.last.insert(message, arrival.at);
            if let Some(at) = arrival.answered {
                seen.answered.entry(message).or_insert(at);
            }
            if seen.first.contains_key(&message) {
                seen.duplicates += 1;
                continue;
            }
            seen.first.insert(message, arrival.at);
            let newest = newest.entry(sender(message)).or_insert(message);
            seen.out_of_order += usize::from(message < *newest);
            *newest = message.max(*newest);
        }
        seen
    }

    fn message_in(&mut self, arrival: &Arrival, key: Option<&Key>) -> Option<u64> {
        match &arrival.content {
            Content::Message(message) => Some(*message),
            Content::Other => None,
            Content::Sealed(body) => {
                let plain = key.and_then(|key| key.open(body));
                self.unopened += usize::from(plain.is_none());
                message(&plain?)
            }
        }
    }
}
