//! Changes of accounts and their endpoints, numbered in the order they were committed.
//!
//! What every message needs of them is remembered for a minute; each process asks this list, twice
//! a second, what to forget sooner. Its cost is the same for one account and for thousands: asking
//! again for each of them every second was most of what a message cost with 6,000 endpoints.
use std::sync::{Arc, Weak};
use std::time::Duration;

use crier_schema::ids::AccountId;
use crier_schema::pool::Pool;
use crier_schema::tables::changes;
use crier_schema::{AnyConnection, Timestamp, bulk};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::accounts::Accounts;
use crate::app::Couriers;
use crate::error::{Error, Result};
use crate::quotas::Quotas;
use crate::roster::Roster;
use crate::tx::Tx;

/// How long anything is remembered at the longest.
pub const MEMORY: Duration = Duration::from_mins(1);
/// Between looks.
const PACE: Duration = Duration::from_millis(500);
/// Changes read in one look. After more it is cheaper to forget everything.
const MOST: i64 = 1_000;
/// How long changes are listed. A process that looks again after longer forgets everything.
const LISTED: chrono::Duration = chrono::Duration::minutes(10);

bulk! {
    insert into changes
    struct ChangeRow {
        number: i64 as BigInt,
        account_id: AccountId as BigInt,
        created_at: Timestamp as BigInt,
    }
}

/// Lists what this transaction changed; the last thing it does. Until the commit nobody else lists
/// anything, so a change is never numbered below one that was already seen.
pub(crate) fn note(tx: &mut Tx<'_>) -> Result<()> {
    let mut changed = tx.effects.stale.clone();
    if changed.is_empty() {
        return Ok(());
    }
    changed.sort_unstable();
    changed.dedup();
    if let AnyConnection::Postgres(conn) = tx.conn {
        conn.batch_execute("LOCK TABLE changes IN EXCLUSIVE MODE")?;
    }
    let newest = newest(tx.conn)?;
    let created_at = tx.now;
    let row = |(number, account_id)| ChangeRow { number, account_id, created_at };
    let rows: Vec<ChangeRow> = (newest + 1..).zip(changed).map(row).collect();
    ChangeRow::execute_all(tx.conn, &rows)?;
    let old = changes::created_at.lt(tx.now.plus(-LISTED));
    // The newest stays, for the numbers to go on from.
    diesel::delete(changes::table.filter(changes::number.le(newest).and(old))).execute(tx.conn)?;
    Ok(())
}

fn newest(conn: &mut AnyConnection) -> Result<i64> {
    let newest: Option<i64> =
        changes::table.select(diesel::dsl::max(changes::number)).get_result(conn)?;
    Ok(newest.unwrap_or_default())
}

/// What a process remembers of accounts.
pub(crate) struct Memory {
    pub roster: Arc<Roster>,
    pub accounts: Arc<Accounts>,
    pub quotas: Arc<Quotas>,
    pub courier: Couriers,
}

impl Memory {
    /// Forgets an account that changed.
    pub fn forget(&self, account: AccountId) {
        self.roster.forget(account);
        self.accounts.forget(account);
        self.quotas.forget(account);
        if let Some(courier) = self.courier.read().as_ref() {
            courier.forget(account);
        }
    }

    fn hear(&self, news: &News) {
        match news {
            News::Changed(accounts, _) => {
                for account in accounts {
                    self.forget(*account);
                }
            }
            News::Much(_) => self.forget_all(),
        }
    }

    fn forget_all(&self) {
        self.roster.forget_all();
        self.accounts.forget_all();
        self.quotas.forget_all();
        if let Some(courier) = self.courier.read().as_ref() {
            courier.forget_all();
        }
    }
}

/// What changed since a look.
enum News {
    /// These, up to this number.
    Changed(Vec<AccountId>, i64),
    /// More than is listed, up to this number.
    Much(i64),
}

impl News {
    const fn newest(&self) -> i64 {
        match self {
            Self::Changed(_, newest) | Self::Much(newest) => *newest,
        }
    }
}

/// Looks until the memory is gone.
///
/// Each piece of news is heard twice: who read an account just before its change may remember what
/// it read just after the first time.
pub(crate) async fn follow(pool: Pool, memory: Weak<Memory>) {
    let mut last: Option<News> = None;
    while memory.strong_count() > 0 {
        let (pool, heard) = (pool.clone(), last.as_ref().map(News::newest));
        let looked = tokio::task::spawn_blocking(move || look(&pool, heard)).await;
        let Some(memory) = memory.upgrade() else { return };
        match looked {
            Ok(Ok(news)) => {
                memory.hear(&news);
                if let Some(before) = last.replace(news) {
                    memory.hear(&before);
                }
            }
            // The next look finds what this one has not.
            Ok(Err(error)) => tracing::debug!(%error, "changes of accounts were not looked for"),
            Err(error) => tracing::debug!(%error, "a look for changes of accounts stopped"),
        }
        drop(memory);
        tokio::time::sleep(PACE).await;
    }
}

fn look(pool: &Pool, heard: Option<i64>) -> Result<News> {
    let mut conn = pool.get().map_err(|error| Error::Unavailable(error.to_string()))?;
    let Some(heard) = heard else { return Ok(News::Much(newest(&mut conn)?)) };
    let rows: Vec<(i64, AccountId)> = changes::table
        .filter(changes::number.gt(heard))
        .order(changes::number.asc())
        .select((changes::number, changes::account_id))
        .limit(MOST)
        .load(&mut conn)?;
    let is_whole = rows.first().is_none_or(|(first, _)| *first == heard + 1);
    if !is_whole || rows.len() as i64 == MOST {
        return Ok(News::Much(newest(&mut conn)?));
    }
    let last = rows.last().map_or(heard, |(number, _)| *number);
    Ok(News::Changed(rows.into_iter().map(|(_, account)| account).collect(), last))
}
