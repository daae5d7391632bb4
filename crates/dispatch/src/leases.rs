//! This node's lease, and the end of those of the dead. A task of its own: a lease must not wait
//! behind what it is for.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use crier_core::Timestamp;
use crier_core::deliveries;
use crier_core::error::{Error, Result};
use crier_core::ids::{DeliveryId, NodeId};
use crier_core::nodes;

use crate::dispatcher::Dispatcher;

/// How often the lease is renewed: six times before it runs out.
const BEAT: Duration = Duration::from_millis(500);
/// How often what is held is compared with what is remembered.
const AUDIT: Duration = Duration::from_secs(30);
/// Minutes after which a delivery that is held but not remembered was forgotten.
const FORGOTTEN: i64 = 1;

/// Ends of leases as they were last seen, and since when by this process's own clock.
type Watched = HashMap<NodeId, (Timestamp, Instant)>;

/// Runs until this node has left.
pub(crate) async fn run(dispatcher: Dispatcher) {
    let mut watched = Watched::new();
    let mut audited = Instant::now();
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !dispatcher.has_left() {
        beat.tick().await;
        if let Err(error) = keep(&dispatcher, &mut watched).await {
            tracing::warn!(%error, "the lease was not renewed");
            if matches!(error, Error::Conflict(_)) {
                dispatcher.replaced();
                return;
            }
        }
        if audited.elapsed() > AUDIT {
            audited = Instant::now();
            if let Err(error) = audit(&dispatcher).await {
                tracing::warn!(%error, "what is held was not looked through");
            }
        }
    }
}

async fn keep(dispatcher: &Dispatcher, watched: &mut Watched) -> Result<()> {
    let (app, node) = (&dispatcher.inner.app, dispatcher.inner.node);
    if node.alone {
        return Ok(());
    }
    let now = app.clock.now();
    app.read(move |conn| nodes::renew(conn, node, now)).await?;
    let (rows, mut gone) = app.read(nodes::seen).await?;
    watched.retain(|id, _| rows.iter().any(|(row, _)| row == id));
    for (id, until) in rows {
        let (last, since) = *watched.entry(id).or_insert((until, Instant::now()));
        if last != until {
            watched.insert(id, (until, Instant::now()));
        } else if id != node.id && since.elapsed() > lease() {
            gone.push(id);
        }
    }
    gone.retain(|id| *id != node.id);
    if !gone.is_empty() {
        let freed = app.write(move |tx| nodes::retire(tx.conn, &gone)).await?;
        tracing::info!(freed, "took over from a node that is gone");
        app.bus.unclaimed.notify_one();
    }
    Ok(())
}

fn lease() -> Duration {
    nodes::LEASE.to_std().unwrap_or(BEAT)
}

/// Gives back what this node holds in the database and not in memory: what a commit stored whose
/// answer was lost with the connection.
async fn audit(dispatcher: &Dispatcher) -> Result<()> {
    let (app, node) = (&dispatcher.inner.app, dispatcher.inner.node.id);
    let since = app.clock.now().plus(chrono::Duration::minutes(-FORGOTTEN));
    let held = app.read(move |conn| Ok(deliveries::held(conn, node, since)?)).await?;
    let forgotten: Vec<DeliveryId> = {
        let lanes = dispatcher.inner.lanes.lock();
        held.into_iter().filter(|id| !lanes.knows(*id)).collect()
    };
    if !forgotten.is_empty() {
        tracing::warn!(count = forgotten.len(), "giving forgotten deliveries back");
        app.write(move |tx| deliveries::release(tx, node, &forgotten)).await?;
    }
    Ok(())
}
