//! The dispatcher: takes deliveries from commits and from the database, and sees each to its end.
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use crier_core::App;
use crier_core::accounts::Account;
use crier_core::changes::MEMORY;
use crier_core::clock::random;
use crier_core::endpoints::{self, Dialect as Name};
use crier_core::error::Result;
use crier_core::events::Event;
use crier_core::ids::{EndpointId, FollowerId};
use crier_core::nodes::{self, Node};
use crier_core::pacing::Pacer;
use crier_core::traces::Span;
use crier_core::tx::Due;
use moka::sync::Cache;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, watch};

use crate::dialect::{Dialect, Push, Salt, Target};
use crate::lanes::Lanes;
use crate::meters::Meters;
use crate::relay::{give_back, see_through};
use crate::schedule::Schedule;
use crate::sender::Sender;

/// How long a stop waits for what is under way: one attempt of the slowest rule, and a little.
const GRACE: Duration = Duration::from_secs(7);

/// How long is waited between tries while the database is away.
pub(crate) const AWAY: Duration = Duration::from_millis(250);

/// Conversations to look at that may wait; more are found by looking at everything.
const LOOKS: usize = 4_096;

/// What a dispatcher is made of.
pub struct Setup {
    /// The application.
    pub app: Arc<App>,
    /// This process as a node.
    pub node: Node,
    /// Makes the requests.
    pub sender: Sender,
    /// The protocols it speaks.
    pub dialects: Vec<Arc<dyn Dialect>>,
    /// When what failed is tried again.
    pub schedule: Schedule,
    /// How long an endpoint may fail before it is switched off.
    pub off_after: chrono::Duration,
    /// What is counted.
    pub meters: Meters,
    /// How a span is named to endpoints, where traces are made.
    pub propagate: Option<Propagate>,
    /// Where it runs.
    pub runtime: Handle,
}

/// The `traceparent` of a span.
pub type Propagate = fn(&Span) -> Option<String>;

/// Tells operator backends what happened. Cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) app: Arc<App>,
    pub(crate) node: Node,
    pub(crate) sender: Sender,
    pub(crate) off_after: chrono::Duration,
    pub(crate) lanes: Mutex<Lanes>,
    /// Woken to compare what is held with what is remembered.
    pub(crate) audit: Notify,
    pub(crate) meters: Meters,
    pub(crate) propagate: Option<Propagate>,
    dialects: Vec<Arc<dyn Dialect>>,
    schedule: Schedule,
    pub(crate) pacer: Pacer,
    pub(crate) targets: Cache<EndpointId, Arc<Target>>,
    public_url: Arc<str>,
    pub(crate) looks: mpsc::Sender<Vec<FollowerId>>,
    /// When the lease was last renewed: microseconds by the clock that nobody can set.
    pub(crate) renewed: AtomicU64,
    pub(crate) runtime: Handle,
    pub(crate) idle: Notify,
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
    /// A dispatcher that takes this node's deliveries from now on.
    pub fn start(setup: Setup) -> Self {
        let targets = Cache::builder()
            .max_capacity(50_000)
            .time_to_live(MEMORY)
            .support_invalidation_closures()
            .build();
        let public_url = setup.app.public_url.as_str().into();
        let (looks, to_look) = mpsc::channel(LOOKS);
        let pacer = setup.app.pacer("deliveries");
        let inner = Arc::new(Inner {
            node: setup.node,
            sender: setup.sender,
            off_after: setup.off_after,
            lanes: Mutex::default(),
            audit: Notify::new(),
            meters: setup.meters,
            propagate: setup.propagate,
            dialects: setup.dialects,
            schedule: setup.schedule,
            pacer,
            targets,
            public_url,
            looks,
            renewed: AtomicU64::default(),
            runtime: setup.runtime,
            idle: Notify::new(),
            stage: watch::Sender::new(Stage::Running),
            replaced: Notify::new(),
            app: setup.app,
        });
        let dispatcher = Self { inner };
        dispatcher.renewed(dispatcher.elapsed());
        dispatcher.inner.app.set_courier(Arc::new(dispatcher.clone()));
        let runtime = &dispatcher.inner.runtime;
        runtime.spawn(crate::claims::run(dispatcher.clone()));
        runtime.spawn(crate::looks::run(dispatcher.clone(), to_look));
        runtime.spawn(crate::leases::run(dispatcher.clone()));
        runtime.spawn(crate::care::run(dispatcher.clone()));
        dispatcher
    }

    /// Takes deliveries that this node holds, in order; gives back those there is no room for.
    pub(crate) fn accept(&self, dues: Vec<Due>) {
        if self.is_stopping() {
            // They stay leased until this node leaves, moments from now.
            return;
        }
        let now = self.elapsed();
        let (back, started) = {
            let mut lanes = self.inner.lanes.lock();
            let mut endpoints: Vec<EndpointId> = dues.iter().map(|due| due.endpoint).collect();
            endpoints.sort_unstable();
            endpoints.dedup();
            let back = lanes.take(dues, now);
            let started: Vec<Due> =
                endpoints.into_iter().flat_map(|endpoint| lanes.start_of(endpoint, now)).collect();
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
            attempt: due.attempts + 1,
            replay: due.replay,
        })
    }

    /// What a sample is told with: an event that nobody is waiting for.
    pub(crate) async fn sample_push(
        &self,
        endpoint: EndpointId,
        account: Arc<Account>,
        event: Event,
    ) -> Result<Push> {
        Ok(Push {
            event: Arc::new(event),
            account,
            target: self.target(endpoint).await?,
            public_url: self.inner.public_url.clone(),
            attempt: 1,
            replay: false,
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
        // Drawn at once: each time is a call of the system.
        let [a, b, c, d, noise @ ..] = random::<20>();
        let nonce = u64::from(u32::from_be_bytes([a, b, c, d]));
        Salt { now: self.inner.app.clock.now(), nonce, noise }
    }

    /// Time by the clock that nobody can set.
    pub(crate) fn elapsed(&self) -> Duration {
        self.inner.app.clock.elapsed()
    }

    /// An attempt at an endpoint has ended.
    pub(crate) fn tried(&self, endpoint: EndpointId, well: bool) {
        // Only a breaker that opens asks for chance.
        let roll = if well { 0 } else { u16::from_be_bytes(random::<2>()) };
        self.inner.lanes.lock().tried(endpoint, well, self.elapsed(), roll);
    }

    /// How long a delivery waits by the long schedule.
    pub(crate) fn wait(&self, retries: i32, retry_after: Option<Duration>) -> Option<Duration> {
        self.inner.schedule.wait(retries, retry_after, u16::from_be_bytes(random::<2>()))
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.inner.stage.borrow() >= Stage::Stopping
    }

    pub(crate) fn has_left(&self) -> bool {
        *self.inner.stage.borrow() == Stage::Left
    }

    /// Waits, but no longer than until a stop begins.
    pub(crate) async fn rest(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
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

    /// What this node is doing.
    pub fn load(&self) -> Load {
        let lanes = self.inner.lanes.lock();
        Load {
            queued: lanes.queued(),
            running: lanes.running(),
            spilled: lanes.spilled(),
            shut: lanes.shut(),
        }
    }

    /// Sets the gauges to what holds now.
    pub fn gauge(&self) {
        self.inner.meters.gauge(self.load());
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
        let node = self.inner.node.id();
        let left = self.inner.app.write(move |tx| {
            tx.effects.unclaimed = true;
            nodes::leave(tx.conn, node)
        });
        let left = left.await;
        self.inner.stage.send_replace(Stage::Left);
        match left {
            Ok(freed) => tracing::info!(freed, "gave undelivered events back"),
            Err(error) => tracing::warn!(%error, "could not leave; the lease runs out by itself"),
        }
    }
}

/// What a node is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Deliveries in memory.
    pub queued: usize,
    /// Of those, deliveries being made.
    pub running: usize,
    /// Endpoints whose newest deliveries wait in the database.
    pub spilled: usize,
    /// Endpoints that are left alone for a while.
    pub shut: usize,
}
