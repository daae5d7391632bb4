//! What is measured: the floor, the prototype, Crier, or a peer. Each is started fresh for every
//! repetition, with a sink of its own, and says what it has used.
mod copies;
pub mod crier;
mod node;
pub mod peer;
mod running;

use std::path::PathBuf;

use anyhow::{Context as _, Result};

pub use crier::Protection;
pub use node::Node;
pub use peer::Peer;
pub use running::{Running, Usage};

use crate::services::Services;
use crate::services::database::Engine;

/// A subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    /// The load tool straight to the sink.
    Floor,
    /// The durable prototype on SQLite.
    PrototypeSqlite,
    /// The durable prototype on PostgreSQL.
    PrototypePostgres,
    /// Crier on SQLite.
    CrierSqlite,
    /// Crier on PostgreSQL.
    CrierPostgres,
    /// Crier on PostgreSQL and Redis, two nodes.
    CrierNodes,
    /// The server of `--url`.
    Peer,
}

impl Subject {
    /// Its heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::PrototypeSqlite => "prototype, SQLite",
            Self::PrototypePostgres => "prototype, PostgreSQL",
            Self::CrierSqlite => "Crier, SQLite",
            Self::CrierPostgres => "Crier, PostgreSQL",
            Self::CrierNodes => "Crier, PostgreSQL and Redis, two nodes",
            Self::Peer => "peer",
        }
    }

    /// Where it stores, if it stores.
    pub fn engine(self) -> Option<Engine> {
        match self {
            Self::Floor | Self::Peer => None,
            Self::PrototypeSqlite | Self::CrierSqlite => Some(Engine::Sqlite),
            Self::PrototypePostgres | Self::CrierPostgres | Self::CrierNodes => {
                Some(Engine::Postgres)
            }
        }
    }

    /// The prototype it is compared with: the one on the same engine.
    pub fn prototype(self) -> Option<Self> {
        match self {
            Self::CrierSqlite => Some(Self::PrototypeSqlite),
            Self::CrierPostgres | Self::CrierNodes | Self::Peer => Some(Self::PrototypePostgres),
            _ => None,
        }
    }

    /// Crier on an engine.
    pub fn crier(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::CrierSqlite,
            Engine::Postgres => Self::CrierPostgres,
        }
    }

    /// Whether what it needs is there.
    pub fn is_possible(self, bench: &Bench) -> bool {
        let postgres = bench.services.postgres.is_some();
        match self {
            Self::Peer => bench.peer.is_some(),
            Self::CrierNodes => postgres && bench.services.redis.is_some(),
            _ => self.engine() != Some(Engine::Postgres) || postgres,
        }
    }
}

/// What all measurements share.
pub struct Bench {
    /// Crier's binary.
    pub binary: PathBuf,
    /// PostgreSQL and Redis.
    pub services: Services,
    /// A server beside Crier.
    pub peer: Option<Peer>,
    /// Connections of the generator.
    pub senders: usize,
}

impl Bench {
    /// PostgreSQL's address.
    fn postgres(&self) -> Result<&str> {
        let postgres = self.services.postgres.as_ref();
        Ok(postgres.context("no PostgreSQL: give --postgres, or run in .ci/services")?.url.as_str())
    }
}

/// What a measurement needs of its subject.
#[derive(Debug, Clone)]
pub struct Needs {
    /// Accounts, each with an endpoint.
    pub endpoints: usize,
    /// Followers, in turn of the accounts.
    pub followers: usize,
    /// How endpoints are protected.
    pub protection: Protection,
    /// More words for `crier account create`.
    pub words: Vec<String>,
}

impl Needs {
    /// So many endpoints, with at least a follower each and one for each connection.
    pub fn endpoints(bench: &Bench, endpoints: usize) -> Self {
        let followers = bench.senders.max(endpoints);
        Self { endpoints, followers, protection: Protection::Plain, words: Vec::new() }
    }
}
