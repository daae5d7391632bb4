//! PostgreSQL and Redis: where they are, which processes they are, and what those use.
pub mod database;
mod postgres;
pub mod process;
mod redis;

use anyhow::Result;

pub use database::Database;
pub use postgres::Postgres;
pub use redis::Redis;

/// What this run has beside the servers under test.
pub struct Services {
    /// A PostgreSQL that keeps what it has committed.
    pub postgres: Option<Postgres>,
    /// A Redis.
    pub redis: Option<Redis>,
}

impl Services {
    /// Finds what these addresses lead to.
    ///
    /// # Errors
    /// When one is given and cannot be reached.
    pub async fn find(postgres: Option<&str>, redis: Option<&str>) -> Result<Self> {
        Ok(Self {
            postgres: match postgres {
                Some(url) => Some(Postgres::durable(url).await?),
                None => None,
            },
            redis: redis.map(Redis::find).transpose()?,
        })
    }
}
