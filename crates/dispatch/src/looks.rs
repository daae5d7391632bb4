//! Deliveries that other nodes stored for this one, because it holds the earlier ones of the same
//! conversations.
use std::collections::BTreeSet;

use crier_core::deliveries;
use crier_core::ids::FollowerId;
use tokio::sync::mpsc;

use crate::dispatcher::{AWAY, Dispatcher};

/// Looks, one after the other: of two at once the later could see more and be taken first.
pub(crate) async fn run(dispatcher: Dispatcher, mut to_look: mpsc::Receiver<Vec<FollowerId>>) {
    while let Some(first) = to_look.recv().await {
        let mut followers: BTreeSet<FollowerId> = first.into_iter().collect();
        while let Ok(more) = to_look.try_recv() {
            followers.extend(more);
        }
        look(&dispatcher, followers.into_iter().collect()).await;
    }
}

async fn look(dispatcher: &Dispatcher, followers: Vec<FollowerId>) {
    let app = &dispatcher.inner.app;
    while !dispatcher.is_stopping() {
        let (node, of) = (dispatcher.inner.node.id(), followers.clone());
        dispatcher.inner.lanes.lock().reading();
        let read = app.read(move |conn| deliveries::assigned(conn, node, &of)).await;
        let error = read.map(|dues| dispatcher.accept(dues)).err();
        dispatcher.inner.lanes.lock().read();
        match error {
            None => return,
            Some(error) => {
                tracing::warn!(%error, "what other nodes stored for this one was not read");
                dispatcher.rest(AWAY).await;
            }
        }
    }
}
