//! This node's lease, and the end of those of the dead. A task of its own: a lease must not wait
//! behind what it is for.
use std::collections::HashMap;
use std::time::Duration;

use crier_core::Timestamp;
use crier_core::deliveries;
use crier_core::error::{Error, Result};
use crier_core::ids::{DeliveryId, NodeId};
use crier_core::nodes::{self, Seen};

use crate::dispatcher::Dispatcher;

/// How often the lease is renewed: six times before it runs out.
const BEAT: Duration = Duration::from_millis(500);
/// How often what is held is compared with what is remembered, without being asked to.
const AUDIT: Duration = Duration::from_secs(5);
/// After so long a delivery that is held but not remembered was forgotten: it takes milliseconds
/// from a commit to memory.
const FORGOTTEN: Duration = Duration::from_secs(2);

/// How long a lease lasts.
pub(crate) fn lasts() -> Duration {
    nodes::LEASE.to_std().unwrap_or(BEAT)
}

/// Runs until this node has left.
pub(crate) async fn run(dispatcher: Dispatcher) {
    let audits = dispatcher.inner.runtime.spawn(keep_audited(dispatcher.clone()));
    let mut watch = Watch::default();
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !dispatcher.has_left() {
        beat.tick().await;
        if let Err(error) = keep(&dispatcher, &mut watch).await {
            tracing::warn!(%error, "the lease was not renewed");
            if matches!(error, Error::Conflict("node_replaced")) {
                dispatcher.replaced();
                break;
            }
        }
    }
    audits.abort();
}

async fn keep(dispatcher: &Dispatcher, watch: &mut Watch) -> Result<()> {
    let app = &dispatcher.inner.app;
    if dispatcher.inner.node.alone {
        return Ok(());
    }
    renew(dispatcher).await?;
    let (rows, orphans) = app.read(nodes::seen).await?;
    let me = dispatcher.inner.node.id();
    let gone = watch.gone(me, rows, dispatcher.elapsed());
    let orphans: Vec<NodeId> = orphans.into_iter().filter(|holder| *holder != me).collect();
    if !gone.is_empty() || !orphans.is_empty() {
        let freed = app
            .write(move |tx| {
                tx.effects.unclaimed = true;
                nodes::bury(tx.conn, &gone, &orphans)
            })
            .await?;
        let taken_over = u64::try_from(freed).unwrap_or_default();
        dispatcher.inner.meters.taken_over.increment(taken_over);
        tracing::info!(freed, "took over from a node that is gone");
    }
    Ok(())
}

/// Renews the lease; one that others have ended begins anew under another id, and everything held
/// under the old one is forgotten: it is theirs.
async fn renew(dispatcher: &Dispatcher) -> Result<()> {
    let (app, node) = (&dispatcher.inner.app, dispatcher.inner.node.clone());
    let (at, now) = (dispatcher.elapsed(), app.clock.now());
    let renewed = app.read({
        let node = node.clone();
        move |conn| nodes::renew(conn, &node, now)
    });
    match renewed.await {
        Err(Error::Conflict("lease_lost")) => {
            tracing::warn!("this node was taken for dead while it was away; it begins anew");
            app.read(move |conn| nodes::enter_again(conn, &node, now)).await?;
            dispatcher.inner.meters.leases_lost.increment(1);
            dispatcher.inner.lanes.lock().forget();
        }
        other => other?,
    }
    dispatcher.renewed(at);
    Ok(())
}

/// The other nodes' leases as they were last seen, and since when.
#[derive(Default)]
struct Watch {
    leases: HashMap<NodeId, (Timestamp, Duration)>,
    looked: Duration,
}

impl Watch {
    /// Those of `rows` that are gone: processes of this machine that have ended, and nodes whose
    /// lease has not moved for as long as one lasts.
    fn gone(&mut self, me: NodeId, rows: Vec<Seen>, now: Duration) -> Vec<Seen> {
        // While the database was away nobody could renew: everybody gets their time anew.
        if now.saturating_sub(self.looked) > BEAT * 3 {
            self.leases.clear();
        }
        self.looked = now;
        self.leases.retain(|id, _| rows.iter().any(|row| row.id == *id));
        let mut gone = Vec::new();
        for row in rows.into_iter().filter(|row| row.id != me) {
            let seen = self.leases.entry(row.id).or_insert((row.lease_until, now));
            if seen.0 != row.lease_until {
                *seen = (row.lease_until, now);
            }
            if row.is_dead() || now.saturating_sub(seen.1) > lasts() {
                gone.push(row);
            }
        }
        gone
    }
}

async fn keep_audited(dispatcher: Dispatcher) {
    loop {
        let asked = dispatcher.inner.audit.notified();
        drop(tokio::time::timeout(AUDIT, asked).await);
        if let Err(error) = audit(&dispatcher).await {
            tracing::warn!(%error, "what is held was not looked through");
        }
    }
}

/// Gives back what this node holds in the database and not in memory: what a commit stored whose
/// answer was lost with the connection, and what another node stored for it without being heard.
async fn audit(dispatcher: &Dispatcher) -> Result<()> {
    // A lease that begins anew meanwhile has another id: what is held under that is not meant.
    let node = dispatcher.inner.node.id();
    dispatcher.inner.lanes.lock().reading();
    let forgotten = forgotten(dispatcher, node).await;
    dispatcher.inner.lanes.lock().read();
    let forgotten = forgotten?;
    if !forgotten.is_empty() {
        let app = &dispatcher.inner.app;
        tracing::warn!(count = forgotten.len(), "giving forgotten deliveries back");
        app.release(node, forgotten).await?;
        app.bus.unclaimed.notify_one();
    }
    Ok(())
}

/// What is held and was not remembered for a while. A claim that has just been stored may be read
/// before it has come to memory, however old its delivery is: hence the second look.
async fn forgotten(dispatcher: &Dispatcher, node: NodeId) -> Result<Vec<DeliveryId>> {
    let app = &dispatcher.inner.app;
    let since = app.clock.now().plus(-chrono::Duration::from_std(FORGOTTEN).unwrap_or_default());
    let mut held = app.read(move |conn| Ok(deliveries::held(conn, node, since)?)).await?;
    dispatcher.inner.lanes.lock().unknown(&mut held);
    if !held.is_empty() {
        tokio::time::sleep(FORGOTTEN).await;
        dispatcher.inner.lanes.lock().unknown(&mut held);
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, until: i64) -> Seen {
        Seen { id: NodeId(id), process: String::new(), lease_until: Timestamp::from_seconds(until) }
    }

    #[test]
    fn a_node_is_gone_when_its_lease_stands_still() {
        let (mut watch, me) = (Watch::default(), NodeId(1));
        for beat in 0..20 {
            // The other renews until the tenth beat.
            let rows = vec![row(1, 3), row(2, 3 + beat.min(10))];
            let gone = watch.gone(me, rows, BEAT * u32::try_from(beat).unwrap());
            assert_eq!(gone.is_empty(), beat <= 16, "{beat}");
        }
    }

    #[test]
    fn nobody_is_gone_because_the_database_was_away() {
        let (mut watch, me) = (Watch::default(), NodeId(1));
        let at = Duration::from_secs;
        assert!(watch.gone(me, vec![row(2, 3)], at(0)).is_empty());
        assert!(watch.gone(me, vec![row(2, 3)], at(60)).is_empty());
        assert!(watch.gone(me, vec![row(2, 6)], at(61)).is_empty());
    }

    #[test]
    fn the_others_clock_does_not_matter() {
        let mut watch = Watch::default();
        let far_off = vec![row(2, -1_000_000)];
        assert!(watch.gone(NodeId(1), far_off, Duration::from_secs(0)).is_empty());
    }
}
