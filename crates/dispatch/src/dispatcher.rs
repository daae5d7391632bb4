//! The dispatcher: takes deliveries from commits and from the database, and sees each to its end.
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use crier_core::App;
use crier_core::clock::random;
use crier_core::endpoints::{self, Dialect as Name};
use crier_core::error::Result;
use crier_core::ids::{DeliveryId, EndpointId};
use crier_core::nodes::Node;
use crier_core::tx::Due;
use futures_util::FutureExt as _;
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::dialect::{Dialect, Push, Salt, Target};
use crate::lanes::Lanes;
use crate::sender::Sender;

/// How long a stop waits for what is under way: one attempt of the slowest rule, and a little.
const GRACE: Duration = Duration::from_secs(7);

/// How long is waited between tries while the database is away.
pub(crate) const AWAY: Duration = Duration::from_millis(250);

/// Tells operator backends what happened. Cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) app: Arc<App>,
    pub(crate) node: Node,
    pub(crate) sender: Sender,
    dialects: Vec<Arc<dyn Dialect>>,
    targets: Cache<EndpointId, Arc<Target>>,
    public_url: Arc<str>,
    pub(crate) lanes: Mutex<Lanes>,
    runtime: Handle,
    idle: Notify,
    stage: watch::Sender<Stage>,
    replaced: Notify,
}

/// How far a stop has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Stage {
    Running,
    Stopping,
    Left,
}

impl Dispatcher {
    /// A dispatcher on `runtime`, which takes this node's deliveries from now on.
    pub fn start(
        app: Arc<App>,
        node: Node,
        sender: Sender,
        dialects: Vec<Arc<dyn Dialect>>,
        runtime: Handle,
    ) -> Self {
        let targets =
            Cache::builder().max_capacity(50_000).time_to_live(Duration::from_secs(1)).build();
        let public_url = app.public_url.as_str().into();
        let inner = Arc::new(Inner {
            app: app.clone(),
            node,
            sender,
            dialects,
            targets,
            public_url,
            lanes: Mutex::default(),
            runtime: runtime.clone(),
            idle: Notify::new(),
            stage: watch::Sender::new(Stage::Running),
            replaced: Notify::new(),
        });
        let dispatcher = Self { inner };
        let courier = dispatcher.clone();
        app.set_courier(Arc::new(move |dues| courier.accept(dues)));
        runtime.spawn(crate::claims::run(dispatcher.clone()));
        runtime.spawn(crate::leases::run(dispatcher.clone()));
        dispatcher
    }

    /// Takes deliveries fresh from a commit, on the writing thread. Never blocks.
    fn accept(&self, dues: Vec<Due>) {
        if self.is_stopping() {
            // They stay leased until this node leaves, moments from now.
            return;
        }
        let (back, started) = {
            let mut lanes = self.inner.lanes.lock();
            let mut endpoints: Vec<EndpointId> = dues.iter().map(|due| due.endpoint).collect();
            endpoints.sort_unstable();
            endpoints.dedup();
            let back = lanes.take(dues);
            let started: Vec<Due> =
                endpoints.into_iter().flat_map(|endpoint| lanes.start_of(endpoint)).collect();
            (back, started)
        };
        self.launch(started);
        if !back.is_empty() {
            self.inner.runtime.spawn(give_back(self.clone(), back));
        }
    }

    pub(crate) fn launch(&self, dues: Vec<Due>) {
        for due in dues {
            self.inner.runtime.spawn(see_through(self.clone(), due));
        }
    }

    pub(crate) fn dialect(&self, name: Name) -> Option<Arc<dyn Dialect>> {
        self.inner.dialects.iter().find(|dialect| dialect.name() == name).cloned()
    }

    /// All a dialect needs to put a delivery into words.
    pub(crate) async fn push(&self, due: &Due) -> Result<Push> {
        Ok(Push {
            event: due.event.clone(),
            account: self.inner.app.account_by_id(due.event.account).await?,
            target: self.target(due.endpoint).await?,
            public_url: self.inner.public_url.clone(),
        })
    }

    async fn target(&self, id: EndpointId) -> Result<Arc<Target>> {
        if let Some(known) = self.inner.targets.get(&id) {
            return Ok(known);
        }
        let endpoint = self.inner.app.read(move |conn| endpoints::get(conn, id)).await?;
        let secrets = endpoint.secrets(&self.inner.app.vault, self.inner.app.clock.now())?;
        let target = Arc::new(Target { endpoint, secrets });
        self.inner.targets.insert(id, target.clone());
        Ok(target)
    }

    /// A fresh salt for one attempt.
    pub(crate) fn salt(&self) -> Salt {
        Salt {
            now: self.inner.app.clock.now(),
            nonce: u64::from(u32::from_be_bytes(random::<4>())),
            noise: random::<16>(),
        }
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.inner.stage.borrow() >= Stage::Stopping
    }

    pub(crate) fn has_left(&self) -> bool {
        *self.inner.stage.borrow() == Stage::Left
    }

    /// Waits, but no longer than until a stop begins.
    pub(crate) async fn rest(&self, time: Duration) {
        let mut stage = self.inner.stage.subscribe();
        let stopping = stage.wait_for(|stage| *stage >= Stage::Stopping);
        drop(tokio::time::timeout(time, stopping).await);
    }

    /// Another node has this one's number: the process must end.
    pub(crate) fn replaced(&self) {
        tracing::error!("another node has taken this one's place while it was away; ending");
        self.inner.replaced.notify_one();
    }

    /// Done when this process must end because another node has taken its place.
    pub async fn until_replaced(&self) {
        self.inner.replaced.notified().await;
    }

    /// Deliveries in memory and, of those, under way.
    pub fn load(&self) -> (usize, usize) {
        let lanes = self.inner.lanes.lock();
        (lanes.queued(), lanes.running())
    }

    /// Stops: starts nothing more, waits for what is under way, gives the rest back.
    pub async fn stop(&self) {
        self.inner.stage.send_replace(Stage::Stopping);
        let drained = async {
            while self.inner.lanes.lock().running() > 0 {
                self.inner.idle.notified().await;
            }
        };
        if tokio::time::timeout(GRACE, drained).await.is_err() {
            tracing::warn!("stopped with deliveries under way; they will be made again");
        }
        let node = self.inner.node.id;
        let left =
            self.inner.app.write(move |tx| crier_core::nodes::retire(tx.conn, &[node])).await;
        self.inner.stage.send_replace(Stage::Left);
        match left {
            Ok(freed) => tracing::info!(freed, "gave undelivered events back"),
            Err(error) => tracing::warn!(%error, "could not leave; the lease runs out by itself"),
        }
    }
}

/// Sees one delivery to its end and starts what may follow it.
async fn see_through(dispatcher: Dispatcher, due: Due) {
    let (id, endpoint, of) = (due.id, due.endpoint, due.event.follower);
    // A panic must not keep the lane's place for ever.
    let delivering = AssertUnwindSafe(crate::attempts::deliver(&dispatcher, due));
    let well = delivering.catch_unwind().await.unwrap_or(false);
    let stopping = dispatcher.is_stopping();
    let started = {
        let mut lanes = dispatcher.inner.lanes.lock();
        lanes.done(id, endpoint, of, well);
        if stopping { Vec::new() } else { lanes.start_of(endpoint) }
    };
    dispatcher.launch(started);
    if stopping {
        dispatcher.inner.idle.notify_one();
    }
    wake_if_thirsty(&dispatcher, endpoint);
}

fn wake_if_thirsty(dispatcher: &Dispatcher, endpoint: EndpointId) {
    if dispatcher.inner.lanes.lock().is_thirsty(endpoint) {
        dispatcher.inner.app.bus.unclaimed.notify_one();
    }
}

async fn give_back(dispatcher: Dispatcher, back: Vec<(EndpointId, DeliveryId)>) {
    let node = dispatcher.inner.node.id;
    let ids: Vec<DeliveryId> = back.iter().map(|(_, id)| *id).collect();
    let given = loop {
        let ids = ids.clone();
        let result = dispatcher
            .inner
            .app
            .write(move |tx| crier_core::deliveries::release(tx, node, &ids))
            .await;
        match result {
            Err(error) if error.is_ours() => tokio::time::sleep(AWAY).await,
            other => break other,
        }
    };
    if let Err(error) = given {
        tracing::error!(%error, "deliveries were not given back");
    }
    dispatcher.inner.lanes.lock().given_back(&back);
    back.iter().take(1).for_each(|(endpoint, _)| wake_if_thirsty(&dispatcher, *endpoint));
}
