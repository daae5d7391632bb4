//! The slow path: deliveries that nobody holds. Woken by commits, by other nodes, and by a clock
//! in case a wake-up is lost.
use std::time::Duration;

use crier_core::deliveries;
use crier_core::error::Result;
use crier_core::ids::EndpointId;

use crate::dispatcher::Dispatcher;

/// How often it looks without being woken.
const PERIOD: Duration = Duration::from_millis(500);

/// Runs until the dispatcher stops.
pub(crate) async fn run(dispatcher: Dispatcher) {
    while !dispatcher.is_stopping() {
        if let Err(error) = claim_all(&dispatcher).await {
            tracing::warn!(%error, "nobody's deliveries were not looked for");
        }
        let woken = dispatcher.inner.app.bus.unclaimed.notified();
        drop(tokio::time::timeout(PERIOD, woken).await);
    }
}

async fn claim_all(dispatcher: &Dispatcher) -> Result<()> {
    let app = &dispatcher.inner.app;
    let thirsty = dispatcher.inner.lanes.lock().thirsty();
    for endpoint in thirsty {
        claim_of(dispatcher, endpoint).await;
    }
    let mut last = None;
    while let Some(endpoint) = app.read(move |conn| Ok(deliveries::waiting(conn, last)?)).await? {
        dispatcher.inner.lanes.lock().behind(endpoint);
        claim_of(dispatcher, endpoint).await;
        last = Some(endpoint);
    }
    Ok(())
}

/// What cannot be claimed of one endpoint must not keep the others waiting.
async fn claim_of(dispatcher: &Dispatcher, endpoint: EndpointId) {
    let node = dispatcher.inner.node.id;
    let Some(fetch) = dispatcher.inner.lanes.lock().may_fetch(endpoint) else { return };
    let limit = i64::try_from(fetch.room).unwrap_or(i64::MAX);
    let app = &dispatcher.inner.app;
    match app.write(move |tx| deliveries::claim(tx, node, endpoint, limit)).await {
        Ok(dues) => {
            let started = {
                let mut lanes = dispatcher.inner.lanes.lock();
                lanes.fetched(endpoint, fetch, dues);
                lanes.start_of(endpoint)
            };
            dispatcher.launch(started);
        }
        Err(error) => tracing::warn!(%error, %endpoint, "nothing was claimed"),
    }
}
