//! News for open streams, within this process. A stream that is too slow misses news, notices the
//! gap in the sequence, and reads it from the database: nothing here has to be reliable.
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crier_schema::ids::{AccountId, UserId};
use parking_lot::Mutex;
use tokio::sync::mpsc;

use crate::tx::Live;

/// News a stream may fall behind by before it has to read the database.
const BACKLOG: usize = 32;

/// Hands news to the streams that want it.
#[derive(Default)]
pub struct Hub {
    users: Topics<UserId>,
    accounts: Topics<AccountId>,
}

impl Hub {
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
        if let Some(user) = live.user {
            self.users.publish(user, live);
        }
        self.accounts.publish(live.account, live);
        if matches!(live.news, crate::tx::News::Broadcast { .. }) {
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
