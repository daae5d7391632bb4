//! When a request may be made: the lease holds, and the endpoint's rate allows it.
use std::sync::atomic::Ordering;
use std::time::Duration;

use crier_core::endpoints::Endpoint;
use crier_core::tx::Due;

use crate::dispatcher::{AWAY, Dispatcher};

impl Dispatcher {
    /// Waits until a request may be made: the lease holds, and the endpoint's rate allows it.
    /// `false` when this delivery is not this node's to make any more.
    pub(crate) async fn may_send(&self, due: &Due, endpoint: &Endpoint) -> bool {
        if let Some(rate) = endpoint.rate.and_then(|rate| u32::try_from(rate).ok()) {
            let turn = self.inner.pacer.reserve(&endpoint.id.to_string(), rate).await;
            self.rest(turn).await;
        }
        while self.is_mine(due) {
            if self.holds_lease() {
                return true;
            }
            self.rest(AWAY / 10).await;
        }
        false
    }

    fn is_mine(&self, due: &Due) -> bool {
        due.node == self.inner.node.id() && !self.is_stopping()
    }

    /// The lease was renewed by a call that began at `at`.
    pub(crate) fn renewed(&self, at: Duration) {
        let micros = u64::try_from(at.as_micros()).unwrap_or_default();
        self.inner.renewed.store(micros, Ordering::Release);
    }

    /// Whether nobody can have taken over what this node holds: others wait for longer.
    fn holds_lease(&self) -> bool {
        let renewed = Duration::from_micros(self.inner.renewed.load(Ordering::Acquire));
        self.inner.node.alone || self.elapsed().saturating_sub(renewed) < crate::leases::lasts()
    }
}
