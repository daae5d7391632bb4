//! The application: what every face and worker holds. One value, cheap to clone, no globals.
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, DeliveryId, FollowerId, NodeId};
use crier_schema::pool::{self, DatabaseUrl, Pool};
use parking_lot::RwLock;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::access_tokens::AccessTokens;
use crate::accounts::Accounts;
use crate::agents::Showing;
use crate::broadcasts::Recent;
use crate::bus::{Bus, Word};
use crate::changes::{self, Memory};
use crate::checks::EndpointCheck;
use crate::clock::SharedClock;
use crate::conversations::{Append, Appended};
use crate::deliveries::Outcome;
use crate::error::{Error, Result};
use crate::followers::Known;
use crate::host_apps::HostApps;
use crate::live::Hub;
use crate::media::Blobs;
use crate::members::Passwords;
use crate::meters::Meters;
use crate::mint::Ids;
use crate::nodes::Node;
use crate::outside::Outside;
use crate::pacing::Pacer;
use crate::quotas::Quotas;
use crate::roster::Roster;
use crate::tx::{Due, Effects, Tx};
use crate::vault::Vault;
use crate::writer::{Setup, Writer};

pub use crate::limits::{Limits, Rates};

/// Connections for reading. More than the two cores this is built for can keep busy.
const READERS: u32 = 8;
/// Pictures decoded at once: each may take 400 MB for a moment.
const DECODING: usize = 2;

/// What the application is made of.
pub struct Parts {
    /// Where everything is stored.
    pub database: DatabaseUrl,
    /// Between nodes; `None` with one node.
    pub redis_url: Option<String>,
    /// The clock.
    pub clock: SharedClock,
    /// The secrets' key.
    pub vault: Vault,
    /// Where media is stored.
    pub blobs: Blobs,
    /// What links are made of: no slash at the end.
    pub public_url: String,
    /// This process as a node, if it delivers.
    pub node: Option<Node>,
    /// How fast things may happen.
    pub rates: Rates,
    /// What is counted.
    pub meters: Meters,
    /// Days that a closed account can be opened again.
    pub closed_days: i64,
}

/// Takes deliveries right after the commit that stored them. Must not block.
pub trait Courier: Send + Sync {
    /// Deliveries to make now, in the order they were stored.
    fn take(&self, dues: Vec<Due>);

    /// These conversations have new deliveries that `node` holds: read them, if that is this node.
    fn look(&self, node: NodeId, followers: Vec<FollowerId>);

    /// Outcomes of these deliveries are stored, or were given up: what the database shows of them
    /// holds.
    fn stored(&self, ended: &[DeliveryId]);

    /// Words of other nodes were lost: look whether anything was missed.
    fn look_everywhere(&self);

    /// The account or its endpoints changed: what is remembered of them no longer holds.
    fn forget(&self, account: AccountId);

    /// Anything may have changed.
    fn forget_all(&self);
}

pub(crate) type Couriers = Arc<RwLock<Option<Arc<dyn Courier>>>>;

/// The application.
pub struct App {
    pool: Pool,
    writer: Writer,
    courier: Couriers,
    pub(crate) checker: RwLock<Option<Arc<dyn EndpointCheck>>>,
    pub(crate) outside: RwLock<Option<Arc<dyn Outside>>>,
    pub(crate) sources: RwLock<Vec<IpAddr>>,
    pub(crate) passwords: Passwords,
    /// The clock.
    pub clock: SharedClock,
    /// Mints row ids.
    pub ids: Arc<Ids>,
    /// Seals secrets.
    pub vault: Vault,
    /// Stores media.
    pub blobs: Blobs,
    /// What links are made of.
    pub public_url: String,
    /// This process as a node.
    pub node: Option<Node>,
    /// Open streams.
    pub hub: Arc<Hub>,
    /// Other nodes.
    pub bus: Bus,
    /// Rate limits.
    pub limits: Limits,
    /// What is counted.
    pub meters: Meters,
    /// Days that a closed account can be opened again.
    pub closed_days: i64,
    redis: Option<ConnectionManager>,
    /// Accounts asked for a moment ago.
    pub accounts: Arc<Accounts>,
    /// Access tokens asked for a moment ago.
    pub access_tokens: AccessTokens,
    /// Which endpoints accounts have.
    pub roster: Arc<Roster>,
    /// How often accounts make each call in a day.
    pub quotas: Arc<Quotas>,
    /// Host apps whose tokens are taken.
    pub host_apps: HostApps,
    /// Users and followers seen lately.
    pub known: Known,
    pub(crate) recent: Recent,
    pub(crate) showing: Showing,
    /// Turns at decoding pictures.
    pub(crate) decoding: tokio::sync::Semaphore,
}

impl App {
    /// Puts the application together. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// When the database or Redis cannot be reached.
    pub async fn build(parts: Parts) -> Result<Arc<Self>> {
        let pool = pool::open(&parts.database, READERS)
            .map_err(|error| Error::Unavailable(format!("database: {error}")))?;
        let hub = Arc::new(Hub::default());
        let roster = Arc::new(Roster::default());
        let accounts = Arc::new(Accounts::default());
        let quotas = Arc::new(Quotas::default());
        let courier = Couriers::default();
        let ids = Arc::new(ids(&parts));
        let memory = Arc::new(Memory {
            roster: roster.clone(),
            accounts: accounts.clone(),
            quotas: quotas.clone(),
            courier: courier.clone(),
        });
        tokio::spawn(changes::follow(pool.clone(), Arc::downgrade(&memory)));
        let bus = connect_bus(&parts, &hub, &memory)?;
        let after = AfterCommit { hub: hub.clone(), bus: bus.clone(), memory };
        let writer = Writer::start(Setup {
            url: parts.database.clone(),
            clock: parts.clock.clone(),
            ids: ids.clone(),
            node: parts.node.as_ref().map(|node| node.identity.clone()),
            roster: roster.clone(),
            meters: parts.meters.clone(),
            after: Arc::new(move |effects| after.run(effects)),
        })?;
        let redis = parts.redis_url.as_deref().map(manager).transpose()?;
        let limits = Limits::new(parts.rates, &parts.meters, redis.as_ref());
        Ok(Arc::new(Self {
            pool,
            writer,
            courier,
            checker: RwLock::default(),
            outside: RwLock::default(),
            sources: RwLock::default(),
            passwords: Passwords::default(),
            clock: parts.clock,
            ids,
            vault: parts.vault,
            blobs: parts.blobs,
            public_url: parts.public_url,
            node: parts.node,
            hub,
            bus,
            limits,
            meters: parts.meters,
            closed_days: parts.closed_days,
            redis,
            accounts,
            access_tokens: AccessTokens::default(),
            roster,
            quotas,
            host_apps: HostApps::default(),
            known: Known::default(),
            recent: Recent::default(),
            showing: Showing::default(),
            decoding: tokio::sync::Semaphore::new(DECODING),
        }))
    }

    /// Runs a reading function on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let pool = self.pool.clone();
        tokio::task::spawn_blocking(move || {
            let mut conn = pool.get().map_err(|error| Error::Unavailable(error.to_string()))?;
            work(&mut conn)
        })
        .await
        .unwrap_or_else(|error| Err(Error::Internal(format!("a read stopped: {error}"))))
    }

    /// Runs a writing function in a transaction of its own.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.work(work).await
    }

    /// Adds to a conversation; done when it is durable.
    pub async fn append(&self, append: Append) -> Result<Appended> {
        self.writer.append(append).await
    }

    /// Records what became of a delivery.
    pub async fn record(&self, outcome: Outcome) {
        self.writer.record(outcome).await;
    }

    /// Gives deliveries back that `node` holds and has no room for.
    pub async fn release(&self, node: NodeId, ids: Vec<DeliveryId>) -> Result<()> {
        self.writer.release(node, ids).await
    }

    /// Sets the gauges to what holds now.
    pub fn gauge(&self) {
        self.writer.gauge();
        self.meters.streams.set(u32::try_from(self.hub.streams()).unwrap_or(u32::MAX));
    }

    /// A pacer called `name`, shared with the other nodes.
    pub fn pacer(&self, name: &'static str) -> Pacer {
        Pacer::new(name, self.clock.clone(), self.redis.clone())
    }

    /// Sets who takes deliveries after each commit.
    pub fn set_courier(&self, courier: Arc<dyn Courier>) {
        *self.courier.write() = Some(courier);
    }
}

fn ids(parts: &Parts) -> Ids {
    match &parts.node {
        Some(node) => Ids::new(parts.clock.clone(), node.number, node.newest_id),
        None => Ids::of_command(parts.clock.clone()),
    }
}

struct AfterCommit {
    hub: Arc<Hub>,
    bus: Bus,
    memory: Arc<Memory>,
}

impl AfterCommit {
    fn run(&self, effects: Effects) {
        effects.stale.iter().for_each(|account| self.memory.forget(*account));
        effects.live.iter().for_each(|live| self.hub.publish(live));
        if effects.unclaimed {
            self.bus.unclaimed.notify_one();
        }
        let mut assigned: BTreeMap<NodeId, Vec<FollowerId>> = BTreeMap::new();
        for (node, follower) in &effects.assigned {
            assigned.entry(*node).or_default().push(*follower);
        }
        if self.bus.has_others() {
            self.tell(&effects, &assigned);
        }
        if let Some(courier) = self.memory.courier.read().as_ref() {
            // First what is due: what ended in the same commit may have been read as pending in it.
            if !effects.due.is_empty() {
                courier.take(effects.due);
            }
            courier.stored(&effects.ended);
            for (node, followers) in assigned {
                courier.look(node, followers);
            }
        }
    }

    fn tell(&self, effects: &Effects, assigned: &BTreeMap<NodeId, Vec<FollowerId>>) {
        let mut words: Vec<Word> = effects.live.iter().map(Word::of).collect();
        words.extend(effects.stale.iter().map(|account| Word::Stale { account: *account }));
        words.extend(
            assigned.iter().map(|(node, followers)| Word::Assigned {
                node: *node,
                followers: followers.clone(),
            }),
        );
        if effects.unclaimed {
            words.push(Word::Unclaimed);
        }
        self.bus.say(words);
    }
}

fn connect_bus(parts: &Parts, hub: &Arc<Hub>, memory: &Arc<Memory>) -> Result<Bus> {
    let Some(url) = &parts.redis_url else { return Ok(Bus::alone()) };
    let me = parts.node.as_ref().map_or(0, |node| node.id().0);
    let (hub, memory) = (hub.clone(), memory.clone());
    Bus::connect(url, me, move |word| match word {
        Word::Stale { account } => memory.forget(account),
        Word::Assigned { node, followers } => {
            if let Some(courier) = memory.courier.read().as_ref() {
                courier.look(node, followers);
            }
        }
        // What was said meanwhile is not said again: streams come back with their cursors.
        Word::Gap => {
            hub.close();
            if let Some(courier) = memory.courier.read().as_ref() {
                courier.look_everywhere();
            }
        }
        word => word.live().iter().for_each(|live| hub.publish(live)),
    })
}

/// Connects when it is first used, and never makes a caller wait for a Redis that is away.
fn manager(url: &str) -> Result<ConnectionManager> {
    let wrong = |error| Error::Unavailable(format!("redis: {error}"));
    let client = redis::Client::open(url).map_err(wrong)?;
    let config = ConnectionManagerConfig::new().set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client, config).map_err(wrong)
}
