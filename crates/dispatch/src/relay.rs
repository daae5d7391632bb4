//! How deliveries come from commits, are seen through, and go back.
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crier_core::app::Courier;
use crier_core::ids::{AccountId, DeliveryId, EndpointId, FollowerId, NodeId};
use crier_core::traced;
use crier_core::tx::Due;
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::attempts::deliver;
use crate::dialect::Target;
use crate::dispatcher::{AWAY, Dispatcher};
use crate::lanes::Ticket;

impl Courier for Dispatcher {
    fn take(&self, dues: Vec<Due>) {
        self.accept(dues);
    }

    fn look(&self, node: NodeId, followers: Vec<FollowerId>) {
        if node == self.inner.node.id() && self.inner.looks.try_send(followers).is_err() {
            self.inner.audit.notify_one();
        }
    }

    fn stored(&self, ended: &[DeliveryId]) {
        if !ended.is_empty() {
            self.inner.lanes.lock().stored(ended);
        }
    }

    fn look_everywhere(&self) {
        self.inner.audit.notify_one();
    }

    fn forget(&self, account: AccountId) {
        let is_its =
            move |_: &EndpointId, target: &Arc<Target>| target.endpoint.account_id == account;
        // Refused only without invalidation closures, which are on.
        drop(self.inner.targets.invalidate_entries_if(is_its));
    }

    fn forget_all(&self) {
        self.inner.targets.invalidate_all();
    }
}

/// Sees one delivery to its end and starts what may follow it.
pub(crate) async fn see_through(dispatcher: Dispatcher, mut due: Due) {
    due.span = traced!(&due.span, "deliver", delivery.id = due.id.0, endpoint.id = due.endpoint.0);
    let span = due.span.clone();
    let ticket = Ticket::of(&due);
    let endpoint = ticket.endpoint();
    // A panic must not keep the lane's place for ever.
    let delivering = AssertUnwindSafe(deliver(&dispatcher, due).instrument(span));
    drop(delivering.catch_unwind().await);
    let stopping = dispatcher.is_stopping();
    let now = dispatcher.elapsed();
    let (started, is_thirsty) = {
        let mut lanes = dispatcher.inner.lanes.lock();
        lanes.done(ticket);
        let started = if stopping { Vec::new() } else { lanes.start_of(endpoint, now) };
        (started, lanes.is_thirsty(endpoint, now))
    };
    dispatcher.launch(started);
    if stopping {
        dispatcher.inner.idle.notify_one();
    }
    if is_thirsty {
        dispatcher.inner.app.bus.unclaimed.notify_one();
    }
}

pub(crate) async fn give_back(dispatcher: Dispatcher, back: Vec<Due>) {
    let mut by_node: Vec<(NodeId, Vec<Due>)> = Vec::new();
    for due in back {
        match by_node.last_mut() {
            Some((node, dues)) if *node == due.node => dues.push(due),
            _ => by_node.push((due.node, vec![due])),
        }
    }
    for (node, dues) in by_node {
        loop {
            let ids = dues.iter().map(|due| due.id).collect();
            match dispatcher.inner.app.release(node, ids).await {
                Err(error) if error.is_ours() && !dispatcher.has_left() => {
                    tokio::time::sleep(AWAY).await;
                }
                Err(error) => {
                    tracing::error!(%error, "deliveries were not given back");
                    break;
                }
                Ok(()) => break,
            }
        }
        dispatcher.inner.lanes.lock().given_back(&dues);
    }
}
