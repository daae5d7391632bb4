//! News for open streams, within this process. A stream that is too slow misses news, notices the
//! gap in the sequence, and reads it from the database: nothing here has to be reliable.
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crier_schema::ids::{AccountId, UserId};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::content::Sender;
use crate::presences::{Doing, Presences};
use crate::tx::{Live, News};

/// News a stream may fall behind by before it has to read the database.
const BACKLOG: usize = 32;

/// Streams of one user: as many tabs and devices as a person has, and not a fleet.
pub const PER_USER: usize = 20;
/// Streams of users on one node: each costs about 20 KB.
pub const PER_NODE: usize = 50_000;

/// Hands news to the streams that want it.
#[derive(Default)]
pub struct Hub {
    users: Topics<UserId>,
    accounts: Topics<AccountId>,
    seats: Mutex<Seats>,
    /// Who is at which conversation.
    pub presences: Presences,
}

#[derive(Default)]
struct Seats {
    taken: usize,
    of: HashMap<UserId, usize>,
}

/// Why no more streams are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The user has [`PER_USER`] already.
    User,
    /// The node has [`PER_NODE`] already.
    Node,
}

/// A user's stream is counted for as long as this lives. Drop the receiver of its news first.
pub struct Seat {
    hub: Arc<Hub>,
    user: UserId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.leave(self.user);
    }
}

impl Hub {
    /// Counts one more stream of a user.
    ///
    /// # Errors
    /// When the user or the node has as many as are allowed.
    pub fn take_seat(self: &Arc<Self>, user: UserId) -> Result<Seat, Full> {
        let mut seats = self.seats.lock();
        if seats.taken >= PER_NODE {
            return Err(Full::Node);
        }
        let of_user = seats.of.entry(user).or_default();
        if *of_user >= PER_USER {
            return Err(Full::User);
        }
        *of_user += 1;
        seats.taken += 1;
        Ok(Seat { hub: self.clone(), user })
    }

    fn leave(&self, user: UserId) {
        let mut seats = self.seats.lock();
        seats.taken = seats.taken.saturating_sub(1);
        if let Some(of_user) = seats.of.get_mut(&user) {
            *of_user -= 1;
            if *of_user == 0 {
                seats.of.remove(&user);
            }
        }
        drop(seats);
        self.users.purge(user);
    }

    /// News for one user: all their conversations.
    pub fn of_user(self: &Arc<Self>, user: UserId) -> mpsc::Receiver<Live> {
        self.users.subscribe(user)
    }

    /// News of one account: all its conversations and deliveries.
    pub fn of_account(self: &Arc<Self>, account: AccountId) -> mpsc::Receiver<Live> {
        self.accounts.subscribe(account)
    }

    /// Hands over one piece of news. Never blocks.
    pub fn publish(&self, live: &Live) {
        match &live.news {
            News::Attending { follower, member, doing } => {
                self.presences.note(*follower, *member, *doing);
            }
            News::Message(message) if message.sender == Sender::Follower => {
                self.presences.note(message.follower_id, None, Doing::Leaves);
            }
            _ => {}
        }
        if let Some(user) = live.user {
            self.users.publish(user, live);
        }
        self.accounts.publish(live.account, live);
        if matches!(live.news, News::Broadcast { .. } | News::Withdrawn { .. }) {
            self.users.publish_to_all(live);
        }
    }

    /// Ends every open stream: the process is stopping.
    pub fn close(&self) {
        self.users.senders.lock().clear();
        self.accounts.senders.lock().clear();
    }

    /// Streams open now.
    pub fn streams(&self) -> usize {
        self.users.count()
    }
}

struct Topics<K> {
    senders: Mutex<HashMap<K, Vec<mpsc::Sender<Live>>>>,
}

impl<K> Default for Topics<K> {
    fn default() -> Self {
        Self { senders: Mutex::new(HashMap::new()) }
    }
}

impl<K: Hash + Eq + Copy> Topics<K> {
    fn subscribe(&self, key: K) -> mpsc::Receiver<Live> {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        let mut senders = self.senders.lock();
        let of = senders.entry(key).or_default();
        of.retain(|sender| !sender.is_closed());
        of.push(sender);
        receiver
    }

    /// Forgets the key's streams that have ended: without news nothing else would.
    fn purge(&self, key: K) {
        let mut senders = self.senders.lock();
        if let Some(of) = senders.get_mut(&key) {
            of.retain(|sender| !sender.is_closed());
            if of.is_empty() {
                senders.remove(&key);
            }
        }
    }

    fn publish(&self, key: K, live: &Live) {
        let mut senders = self.senders.lock();
        let Some(of) = senders.get_mut(&key) else { return };
        of.retain(|sender| give(sender, live));
        if of.is_empty() {
            senders.remove(&key);
        }
    }

    fn publish_to_all(&self, live: &Live) {
        for of in self.senders.lock().values_mut() {
            of.retain(|sender| give(sender, live));
        }
    }

    fn count(&self) -> usize {
        self.senders.lock().values().map(Vec::len).sum()
    }
}

/// Whether the stream is still there. A full one stays: it will see the gap.
fn give(sender: &mpsc::Sender<Live>, live: &Live) -> bool {
    !matches!(sender.try_send(live.clone()), Err(mpsc::error::TrySendError::Closed(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_bounded_and_given_back() {
        let hub = Arc::new(Hub::default());
        let user = UserId(1);
        let mut seats: Vec<Seat> = (0..PER_USER).map(|_| hub.take_seat(user).unwrap()).collect();
        assert_eq!(hub.take_seat(user).err(), Some(Full::User));
        assert!(hub.take_seat(UserId(2)).is_ok());
        drop(seats.pop());
        assert!(hub.take_seat(user).is_ok());
    }

    #[test]
    fn a_stream_that_ended_leaves_nothing_behind() {
        let hub = Arc::new(Hub::default());
        let seat = hub.take_seat(UserId(1)).unwrap();
        let news = hub.of_user(UserId(1));
        assert_eq!(hub.streams(), 1);
        drop((news, seat));
        assert_eq!(hub.streams(), 0);
    }
}
