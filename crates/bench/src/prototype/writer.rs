//! The one writer. It drains its queue without waiting for more: the flush under way is the timer.
use std::sync::Arc;

use anyhow::Result;
use tokio::sync::{mpsc, oneshot};

/// Messages and marks in one commit, at the most.
const BATCH: usize = 2_048;

/// A message as it is stored.
#[derive(Debug)]
pub struct Message {
    /// Whose endpoint it goes to.
    pub account: i64,
    /// The sender's name for it.
    pub client_id: String,
    /// What it says.
    pub text: String,
}

/// What one commit holds.
#[derive(Default)]
pub struct Batch {
    /// Messages with their ids, rising.
    pub messages: Vec<(i64, Arc<Message>)>,
    /// Messages that have been delivered.
    pub delivered: Vec<i64>,
}

/// A database.
pub trait Store: Send + 'static {
    /// Stores all of a batch durably, or nothing.
    fn commit(&mut self, batch: &Batch) -> Result<()>;
}

enum Order {
    Store(Arc<Message>, oneshot::Sender<i64>),
    Mark(i64),
}

/// Takes what is to be written. Cheap to clone.
#[derive(Clone)]
pub struct Writer {
    orders: mpsc::UnboundedSender<Order>,
}

impl Writer {
    /// A writer with a thread of its own.
    pub fn start(store: impl Store) -> Self {
        let (orders, queue) = mpsc::unbounded_channel();
        std::thread::spawn(move || write(store, queue));
        Self { orders }
    }

    /// Stores a message; its id once it is durable. `None` when it could not be stored.
    pub async fn store(&self, message: Message) -> Option<(i64, Arc<Message>)> {
        let (done, stored) = oneshot::channel();
        let message = Arc::new(message);
        self.orders.send(Order::Store(message.clone(), done)).ok()?;
        Some((stored.await.ok()?, message))
    }

    /// Marks a message as delivered, in the next commit.
    pub fn mark(&self, id: i64) {
        drop(self.orders.send(Order::Mark(id)));
    }
}

fn write(mut store: impl Store, mut queue: mpsc::UnboundedReceiver<Order>) {
    let (mut next, mut orders) = (1, Vec::with_capacity(BATCH));
    while queue.blocking_recv_many(&mut orders, BATCH) > 0 {
        let (mut batch, mut waiting) = (Batch::default(), Vec::new());
        for order in orders.drain(..) {
            match order {
                Order::Mark(id) => batch.delivered.push(id),
                Order::Store(message, done) => {
                    batch.messages.push((next, message));
                    waiting.push((next, done));
                    next += 1;
                }
            }
        }
        match store.commit(&batch) {
            // Who has gone meanwhile needs no answer.
            Ok(()) => {
                for (id, done) in waiting {
                    let _ = done.send(id);
                }
            }
            // Dropping what waits tells it.
            Err(error) => eprintln!("prototype: not stored: {error:#}"),
        }
    }
}
