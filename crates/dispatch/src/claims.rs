//! The slow path: deliveries that nobody holds. Woken by commits, by other nodes, and by a clock
//! in case a wake-up is lost. It also keeps this node's lease and ends those of the dead.
use std::sync::atomic::Ordering;
use std::time::Duration;

use crier_core::deliveries;
use crier_core::error::Result;
use crier_core::ids::EndpointId;
use crier_core::nodes;

use crate::dispatcher::Dispatcher;

/// How often it looks without being woken.
const PERIOD: Duration = Duration::from_millis(500);

/// Runs until the dispatcher stops.
pub(crate) async fn run(dispatcher: Dispatcher) {
    let mut beat = tokio::time::interval(PERIOD);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !dispatcher.inner.stopping.load(Ordering::Relaxed) {
        tokio::select! {
            _ = beat.tick() => {
                if let Err(error) = keep_lease(&dispatcher).await {
                    tracing::warn!(%error, "the lease was not renewed");
                }
            }
            () = dispatcher.inner.app.bus.unclaimed.notified() => {}
        }
        if let Err(error) = claim_all(&dispatcher).await {
            tracing::warn!(%error, "nothing was claimed");
        }
    }
}

async fn keep_lease(dispatcher: &Dispatcher) -> Result<()> {
    let (app, node) = (&dispatcher.inner.app, dispatcher.inner.node);
    if node.alone {
        return Ok(());
    }
    app.write(move |tx| nodes::renew(tx.conn, node, tx.now)).await?;
    let now = app.clock.now();
    if app.read(move |conn| nodes::any_gone(conn, now)).await? {
        let freed = app.write(move |tx| nodes::retire(tx.conn, tx.now)).await?;
        tracing::info!(freed, "took over from a node that is gone");
    }
    Ok(())
}

async fn claim_all(dispatcher: &Dispatcher) -> Result<()> {
    let app = &dispatcher.inner.app;
    let thirsty = dispatcher.inner.lanes.lock().thirsty();
    for endpoint in thirsty {
        claim_of(dispatcher, endpoint).await?;
    }
    let mut last = None;
    while let Some(endpoint) = app.read(move |conn| Ok(deliveries::waiting(conn, last)?)).await? {
        claim_of(dispatcher, endpoint).await?;
        last = Some(endpoint);
    }
    Ok(())
}

async fn claim_of(dispatcher: &Dispatcher, endpoint: EndpointId) -> Result<()> {
    let node = dispatcher.inner.node.id;
    let Some(fetch) = dispatcher.inner.lanes.lock().may_fetch(endpoint) else { return Ok(()) };
    let limit = i64::try_from(fetch.room).unwrap_or(i64::MAX);
    let dues =
        dispatcher.inner.app.write(move |tx| deliveries::claim(tx, node, endpoint, limit)).await?;
    let started = {
        let mut lanes = dispatcher.inner.lanes.lock();
        lanes.fetched(endpoint, fetch, dues);
        lanes.start_of(endpoint)
    };
    dispatcher.launch(started);
    Ok(())
}
