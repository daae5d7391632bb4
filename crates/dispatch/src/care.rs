//! Looking after endpoints: recoveries go on, owners of failing endpoints are told, and those that
//! have failed for days are switched off.
use std::time::Duration;

use crier_core::endpoints::{self, Endpoint, OffReason};
use crier_core::error::Result;
use crier_core::ids::EndpointId;
use crier_core::recoveries;

use crate::dispatcher::Dispatcher;

/// How often recoveries go on.
const PERIOD: Duration = Duration::from_secs(1);
/// Periods between looks at endpoints' health.
const HEALTH: u32 = 60;
/// Steps of a recovery in one period.
const STEPS: usize = 10;

/// Runs until the dispatcher stops.
pub(crate) async fn run(dispatcher: Dispatcher) {
    let mut period = 0_u32;
    while !dispatcher.is_stopping() {
        if let Err(error) = recover(&dispatcher).await {
            tracing::warn!(%error, "recoveries did not go on");
        }
        if period.is_multiple_of(HEALTH)
            && let Err(error) = dispatcher.look_after_endpoints().await
        {
            tracing::warn!(%error, "endpoints were not looked after");
        }
        period = period.wrapping_add(1);
        dispatcher.rest(PERIOD).await;
    }
}

async fn recover(dispatcher: &Dispatcher) -> Result<()> {
    let app = &dispatcher.inner.app;
    for recovery in app.read(recoveries::running).await? {
        for _ in 0..STEPS {
            if !app.write(move |tx| recoveries::step(tx, recovery.id)).await? {
                break;
            }
        }
    }
    Ok(())
}

impl Dispatcher {
    /// A delivery went well or badly: what the endpoint's record says of it changes with the first
    /// of a kind only.
    pub(crate) fn went(&self, endpoint: &Endpoint, well: bool) {
        let hour_ago = self.inner.app.clock.now().plus(chrono::Duration::hours(-1));
        let is_known = if well {
            endpoint.failing_since.is_none()
        } else {
            endpoint.failing_since.is_some() && endpoint.failed_at.is_some_and(|at| at > hour_ago)
        };
        if is_known {
            return;
        }
        let (dispatcher, id) = (self.clone(), endpoint.id);
        self.inner.runtime.spawn(async move {
            let app = &dispatcher.inner.app;
            let note = if well { endpoints::recovered } else { endpoints::failed };
            if let Err(error) = app.write(move |tx| note(tx, id)).await {
                tracing::warn!(%error, endpoint.id = id.0, "an endpoint's health was not noted");
            }
            dispatcher.inner.targets.invalidate(&id);
        });
    }

    /// Switches an endpoint off and tells its owners.
    pub(crate) async fn switch_off(&self, id: EndpointId, reason: OffReason) {
        let off = self.inner.app.write(move |tx| endpoints::switch_off(tx, id, reason)).await;
        if let Err(error) = off {
            tracing::warn!(%error, endpoint.id = id.0, "an endpoint was not switched off");
        }
        self.inner.targets.invalidate(&id);
    }

    /// Warns the owners of endpoints that have failed for half the time they may, and switches off
    /// those whose time is up. Every node does; each owner is told once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn look_after_endpoints(&self) -> Result<()> {
        let (app, after) = (&self.inner.app, self.inner.off_after);
        let now = app.clock.now();
        let failing = app.read(move |conn| endpoints::failing(conn, now, after)).await?;
        for id in failing.half {
            app.write(move |tx| endpoints::warn(tx, id, after)).await?;
        }
        for id in failing.over {
            self.switch_off(id, OffReason::Failing).await;
        }
        Ok(())
    }
}
