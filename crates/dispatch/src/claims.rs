//! The slow path: deliveries that nobody holds, and those whose next attempt is due. Woken by
//! commits, by other nodes, and by a clock in case a wake-up is lost.
use std::time::{Duration, Instant};

use crier_core::deliveries;
use crier_core::error::Result;
use crier_core::ids::EndpointId;

use crate::dispatcher::Dispatcher;

/// How often it looks without being woken.
const PERIOD: Duration = Duration::from_millis(500);
/// At least this share of the time is left to others, however many endpoints wait.
const REST: u32 = 4;
/// But no longer: a round that waited for a database that was away says nothing of the next.
const LONGEST_REST: Duration = Duration::from_secs(1);
/// Deliveries made claimable in one transaction.
const RIPE: i64 = 500;

/// Runs until the dispatcher stops.
pub(crate) async fn run(dispatcher: Dispatcher) {
    while !dispatcher.is_stopping() {
        let began = Instant::now();
        if let Err(error) = round(&dispatcher).await {
            tracing::warn!(%error, "nobody's deliveries were not looked for");
        }
        dispatcher.rest((began.elapsed() * REST).min(LONGEST_REST)).await;
        let woken = dispatcher.inner.app.bus.unclaimed.notified();
        drop(tokio::time::timeout(PERIOD, woken).await);
    }
}

async fn round(dispatcher: &Dispatcher) -> Result<()> {
    ripen(dispatcher).await?;
    let now = dispatcher.elapsed();
    let (ripe, thirsty) = {
        let mut lanes = dispatcher.inner.lanes.lock();
        (lanes.ripe(now), lanes.thirsty(now))
    };
    for endpoint in ripe {
        let started = dispatcher.inner.lanes.lock().start_of(endpoint, now);
        dispatcher.launch(started);
        claim_of(dispatcher, endpoint).await;
    }
    for endpoint in thirsty {
        claim_of(dispatcher, endpoint).await;
    }
    let app = &dispatcher.inner.app;
    let mut last = None;
    while let Some(endpoint) = app.read(move |conn| Ok(deliveries::waiting(conn, last)?)).await? {
        dispatcher.inner.lanes.lock().behind(endpoint);
        claim_of(dispatcher, endpoint).await;
        last = Some(endpoint);
    }
    Ok(())
}

/// Makes what is due by the long schedule claimable.
async fn ripen(dispatcher: &Dispatcher) -> Result<()> {
    let app = &dispatcher.inner.app;
    let now = app.clock.now();
    while app.read(move |conn| Ok(deliveries::any_ripe(conn, now)?)).await? {
        let ripe = app.write(|tx| deliveries::ripen(tx, RIPE)).await?;
        dispatcher.inner.meters.ripened.increment(u64::try_from(ripe).unwrap_or_default());
    }
    Ok(())
}

/// What cannot be claimed of one endpoint must not keep the others waiting.
async fn claim_of(dispatcher: &Dispatcher, endpoint: EndpointId) {
    let now = dispatcher.elapsed();
    let Some(fetch) = dispatcher.inner.lanes.lock().may_fetch(endpoint, now) else { return };
    let (node, limit) = (dispatcher.inner.node.id(), i64::try_from(fetch.room).unwrap_or(i64::MAX));
    let app = &dispatcher.inner.app;
    match app.write(move |tx| deliveries::claim(tx, node, endpoint, limit)).await {
        Ok(Some(dues)) => {
            let claimed = u64::try_from(dues.len()).unwrap_or_default();
            dispatcher.inner.meters.claimed.increment(claimed);
            let started = {
                let mut lanes = dispatcher.inner.lanes.lock();
                lanes.fetched(endpoint, fetch, dues);
                lanes.start_of(endpoint, now)
            };
            dispatcher.launch(started);
        }
        // Another node is at it: the next round sees what it left.
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, %endpoint, "nothing was claimed"),
    }
}
