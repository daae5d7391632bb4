//! PostgreSQL: one prepared statement over arrays, which is one round trip and one flush a batch.
use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use super::writer::{Batch, Store};

const TABLES: &str = "
CREATE TABLE messages (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX messages_by_account ON messages (account_id, id);
CREATE TABLE outbox (
    id BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,
    state INTEGER NOT NULL
);
CREATE INDEX outbox_due ON outbox (id) WHERE state = 0;";

const COMMIT: &str = "
WITH stored AS (
    INSERT INTO messages SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::text[], $4::text[])
), marked AS (
    UPDATE outbox SET state = 2 WHERE id = ANY($5::bigint[])
)
INSERT INTO outbox SELECT id, account_id, 0
FROM UNNEST($1::bigint[], $2::bigint[]) AS fresh (id, account_id)";

/// A connection and the thread-bound runtime that drives it.
pub struct Postgres {
    runtime: Runtime,
    client: Client,
    commit: Statement,
}

impl Postgres {
    /// Makes the tables in an empty database.
    pub fn open(url: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, commit) = runtime.block_on(async {
            let (client, connection) =
                tokio_postgres::connect(url, NoTls).await.context("PostgreSQL is not there")?;
            tokio::spawn(connection);
            client.batch_execute(TABLES).await?;
            let commit = client.prepare(COMMIT).await?;
            anyhow::Ok((client, commit))
        })?;
        Ok(Self { runtime, client, commit })
    }
}

impl Store for Postgres {
    fn commit(&mut self, batch: &Batch) -> Result<()> {
        let ids: Vec<i64> = batch.messages.iter().map(|(id, _)| *id).collect();
        let accounts: Vec<i64> = batch.messages.iter().map(|(_, stored)| stored.account).collect();
        let names: Vec<&str> =
            batch.messages.iter().map(|(_, stored)| stored.client_id.as_str()).collect();
        let texts: Vec<&str> =
            batch.messages.iter().map(|(_, stored)| stored.text.as_str()).collect();
        let values: [&(dyn ToSql + Sync); 5] = [&ids, &accounts, &names, &texts, &batch.delivered];
        self.runtime.block_on(self.client.execute(&self.commit, &values))?;
        Ok(())
    }
}
