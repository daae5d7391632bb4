//! SQLite: WAL, flushed at every commit, row by row with statements that are prepared once.
use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, TransactionBehavior};

use super::writer::{Batch, Store};

const TABLES: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 10000;
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    content TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_account ON messages (account_id, id);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    state INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (id) WHERE state = 0;";

/// A SQLite file.
pub struct Sqlite {
    conn: Connection,
}

impl Sqlite {
    /// Makes the file and its tables.
    pub fn open(path: &Path) -> Result<Self> {
        let conn = Connection::open(path)?;
        conn.execute_batch(TABLES)?;
        Ok(Self { conn })
    }
}

impl Store for Sqlite {
    fn commit(&mut self, batch: &Batch) -> Result<()> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut message = tx.prepare_cached("INSERT INTO messages VALUES (?1, ?2, ?3, ?4)")?;
            let mut outbox = tx.prepare_cached("INSERT INTO outbox VALUES (?1, ?2, 0)")?;
            for (id, stored) in &batch.messages {
                message.execute((id, stored.account, &stored.client_id, &stored.text))?;
                outbox.execute((id, stored.account))?;
            }
            let mut mark = tx.prepare_cached("UPDATE outbox SET state = 2 WHERE id = ?1")?;
            for id in &batch.delivered {
                mark.execute([id])?;
            }
        }
        Ok(tx.commit()?)
    }
}
