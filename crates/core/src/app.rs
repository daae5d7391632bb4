//! The application: what every face and worker holds. One value, cheap to clone, no globals.
use std::sync::Arc;

use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use crier_schema::pool::{self, DatabaseUrl, Pool};
use parking_lot::RwLock;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::access_tokens::AccessTokens;
use crate::accounts::Accounts;
use crate::bus::{Bus, Word};
use crate::checks::EndpointCheck;
use crate::clock::SharedClock;
use crate::conversations::{Append, Appended};
use crate::deliveries::Outcome;
use crate::error::{Error, Result};
use crate::followers::Known;
use crate::host_apps::HostApps;
use crate::limits::{Limiter, Rate};
use crate::live::Hub;
use crate::media::Blobs;
use crate::members::Passwords;
use crate::mint::Ids;
use crate::nodes::Node;
use crate::roster::Roster;
use crate::tx::{Due, Effects, Tx};
use crate::vault::Vault;
use crate::writer::{Setup, Writer};

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
}

/// How fast things may happen.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Messages and taps of one user.
    pub messages: Rate,
    /// Sign-in attempts for one address or e-mail.
    pub sign_in: Rate,
    /// Uploads of one user.
    pub uploads: Rate,
    /// Calls of one account's operator backend.
    pub operator: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            messages: Rate::new(100, 1_000),
            sign_in: Rate::new(1, 10),
            uploads: Rate::new(5, 50),
            operator: Rate::new(1_000, 5_000),
        }
    }
}

/// The limiters in force.
pub struct Limits {
    /// Messages and taps, by user.
    pub messages: Limiter,
    /// Sign-in attempts, by address and by e-mail.
    pub sign_in: Limiter,
    /// Uploads, by user.
    pub uploads: Limiter,
    /// Operator calls, by account.
    pub operator: Limiter,
}

impl Limits {
    /// Forgets keys that are at rest, so that memory is bounded by who is active.
    pub fn sweep(&self) {
        for limiter in [&self.messages, &self.sign_in, &self.uploads, &self.operator] {
            limiter.sweep();
        }
    }
}

/// Takes deliveries right after the commit that stored them. Must not block.
pub type Courier = Arc<dyn Fn(Vec<Due>) + Send + Sync>;

/// The application.
pub struct App {
    pool: Pool,
    writer: Writer,
    courier: Arc<RwLock<Option<Courier>>>,
    pub(crate) checker: RwLock<Option<Arc<dyn EndpointCheck>>>,
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
    /// Accounts asked for a moment ago.
    pub accounts: Arc<Accounts>,
    /// Access tokens asked for a moment ago.
    pub access_tokens: AccessTokens,
    /// Which endpoints accounts have.
    pub roster: Arc<Roster>,
    /// Host apps whose tokens are taken.
    pub host_apps: HostApps,
    /// Users and followers seen lately.
    pub known: Known,
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
        let courier: Arc<RwLock<Option<Courier>>> = Arc::default();
        let ids = Arc::new(match parts.node {
            Some(node) => Ids::new(parts.clock.clone(), node.number, node.newest_id),
            None => Ids::of_command(parts.clock.clone()),
        });
        let bus = connect_bus(&parts, &hub, &roster, &accounts)?;
        let after = AfterCommit {
            hub: hub.clone(),
            roster: roster.clone(),
            accounts: accounts.clone(),
            bus: bus.clone(),
            courier: courier.clone(),
        };
        let writer = Writer::start(Setup {
            url: parts.database.clone(),
            clock: parts.clock.clone(),
            ids: ids.clone(),
            node: parts.node.map(|node| node.id),
            roster: roster.clone(),
            after: Arc::new(move |effects| after.run(effects)),
        })?;
        let limits = limits(&parts)?;
        Ok(Arc::new(Self {
            pool,
            writer,
            courier,
            checker: RwLock::default(),
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
            accounts,
            access_tokens: AccessTokens::default(),
            roster,
            host_apps: HostApps::default(),
            known: Known::default(),
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

    /// Sets who takes deliveries after each commit.
    pub fn set_courier(&self, courier: Courier) {
        *self.courier.write() = Some(courier);
    }
}

struct AfterCommit {
    hub: Arc<Hub>,
    roster: Arc<Roster>,
    accounts: Arc<Accounts>,
    bus: Bus,
    courier: Arc<RwLock<Option<Courier>>>,
}

impl AfterCommit {
    fn run(&self, effects: Effects) {
        let mut words: Vec<Word> = effects.live.iter().map(Word::of).collect();
        words.extend(effects.stale.iter().map(|account| Word::Stale { account: *account }));
        effects.stale.iter().for_each(|account| forget(&self.roster, &self.accounts, *account));
        effects.live.iter().for_each(|live| self.hub.publish(live));
        if effects.unclaimed {
            self.bus.unclaimed.notify_one();
            words.push(Word::Unclaimed);
        }
        if !effects.due.is_empty()
            && let Some(courier) = self.courier.read().as_ref()
        {
            courier(effects.due);
        }
        self.bus.say(words);
    }
}

fn forget(roster: &Roster, accounts: &Accounts, account: AccountId) {
    roster.forget(account);
    accounts.forget(account);
}

fn connect_bus(
    parts: &Parts,
    hub: &Arc<Hub>,
    roster: &Arc<Roster>,
    accounts: &Arc<Accounts>,
) -> Result<Bus> {
    let Some(url) = &parts.redis_url else { return Ok(Bus::alone()) };
    let me = parts.node.map_or(0, |node| node.id.0);
    let (hub, roster, accounts) = (hub.clone(), roster.clone(), accounts.clone());
    Bus::connect(url, me, move |word| match word {
        Word::Stale { account } => forget(&roster, &accounts, account),
        // What was said meanwhile is not said again: streams come back with their cursors.
        Word::Gap => hub.close(),
        word => word.live().iter().for_each(|live| hub.publish(live)),
    })
}

fn limits(parts: &Parts) -> Result<Limits> {
    let redis = parts.redis_url.as_deref().map(manager).transpose()?;
    let rates = parts.rates;
    Ok(Limits {
        messages: Limiter::new("messages", rates.messages, redis.clone()),
        sign_in: Limiter::new("sign_in", rates.sign_in, redis.clone()),
        uploads: Limiter::new("uploads", rates.uploads, redis.clone()),
        operator: Limiter::new("operator", rates.operator, redis),
    })
}

/// Connects when it is first used, and never makes a caller wait for a Redis that is away.
fn manager(url: &str) -> Result<ConnectionManager> {
    let wrong = |error| Error::Unavailable(format!("redis: {error}"));
    let client = redis::Client::open(url).map_err(wrong)?;
    let config = ConnectionManagerConfig::new().set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client, config).map_err(wrong)
}
