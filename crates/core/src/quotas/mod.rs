//! How often an account may make each call in a day of its time zone, and how often it has.
//!
//! A call is counted in memory, without a query, and stored every few seconds: nodes know of each
//! other's calls that much later, and a process that dies forgets that much.
mod counters;
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{Datelike as _, Timelike as _};
use chrono_tz::Tz;
use crier_schema::Timestamp;
use parking_lot::{Mutex, RwLock};

use self::counters::{Counted, Counters};
use crate::accounts::Account;
use crate::error::{Error, Result};
use crate::rounds;
use crate::{App, access_tokens};

pub use store::sweep;

/// Between flushes.
pub const EVERY: Duration = Duration::from_secs(2);
/// Clearances in a calendar month, of one call or of all (`reference/wechat-api.md` 5.3).
pub const CLEARANCES_A_MONTH: i64 = 10;
/// The call that asks for a classic token. Its limit is kept beside the tokens too.
pub const TOKEN: &str = "/cgi-bin/token";

/// The limits in force and what was counted lately.
#[derive(Debug, Default)]
pub struct Quotas {
    limits: RwLock<BTreeMap<String, i64>>,
    counters: Mutex<Counters>,
}

impl Quotas {
    /// Sets limits by path, in place of those that calls have by themselves. 0 is none.
    pub fn set_limits(&self, limits: BTreeMap<String, i64>) {
        *self.limits.write() = limits;
    }

    /// The limit of a path that has `usual` by itself; 0 is none.
    pub fn limit(&self, path: &str, usual: i64) -> i64 {
        self.limits.read().get(path).copied().unwrap_or(usual)
    }

    /// Forgets what is stored of an account: it may have changed.
    pub(crate) fn forget(&self, account: crier_schema::ids::AccountId) {
        self.counters.lock().forget(account);
    }

    /// As `forget`, of every account.
    pub(crate) fn forget_all(&self) {
        self.counters.lock().forget_all();
    }
}

/// Where an account's calendar stands.
struct Today {
    day: i32,
    month: i32,
    /// Until midnight, about: clock changes are not looked at.
    left: Duration,
}

fn today(account: &Account, now: Timestamp) -> Today {
    let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
    let local = now.to_chrono().with_timezone(&zone);
    let month = local.year() * 12 + i32::try_from(local.month0()).unwrap_or_default();
    let left = 86_400_u32.saturating_sub(local.num_seconds_from_midnight()).max(1);
    Today { day: local.num_days_from_ce(), month, left: Duration::from_secs(left.into()) }
}

impl App {
    /// Counts a call of the account. `usual` is how often it may be made in a day if the settings
    /// say nothing; 0 is without limit.
    ///
    /// # Errors
    /// [`Error::Limited`] when it has been made as often as that today; it is not counted then.
    pub async fn count_call(
        &self,
        account: &Account,
        path: &'static str,
        usual: i64,
    ) -> Result<()> {
        let limit = self.quotas.limit(path, usual);
        let today = today(account, self.clock.now());
        let key = (today.day, path);
        let mut counted = self.quotas.counters.lock().take(account.id, key, limit);
        if counted == Counted::Unknown {
            let id = account.id;
            let stored = self.read(move |conn| store::used(conn, id, key.0, path)).await?;
            let mut counters = self.quotas.counters.lock();
            counters.learn(id, key, stored);
            counted = counters.take(id, key, limit);
        }
        if counted == Counted::Full {
            return Err(Error::Limited { retry_after: today.left });
        }
        Ok(())
    }

    /// How often the account has made a call today, on all nodes.
    pub async fn calls_made(&self, account: &Account, path: &str) -> Result<i64> {
        self.store_calls().await?;
        let (id, day) = (account.id, today(account, self.clock.now()).day);
        let path = path.to_owned();
        self.read(move |conn| store::used(conn, id, day, &path)).await
    }

    /// Starts an account's counts of today anew: of one path, or of all. All paths share the ten
    /// clearances of a calendar month.
    ///
    /// # Errors
    /// `clearances_spent`.
    pub async fn clear_calls(&self, account: &Account, path: Option<&str>) -> Result<()> {
        let today = today(account, self.clock.now());
        let (id, wanted) = (account.id, path.map(str::to_owned));
        self.write(move |tx| {
            store::clear(tx, id, (today.day, today.month), wanted.as_deref())?;
            if wanted.as_deref().is_none_or(|path| path == TOKEN) {
                access_tokens::start_anew(tx, id)?;
            }
            tx.effects.stale.push(id);
            Ok(())
        })
        .await?;
        self.quotas.counters.lock().clear(account.id, path);
        Ok(())
    }

    /// Stores what was counted. What cannot be stored now is kept for the next time.
    pub async fn store_calls(&self) -> Result<()> {
        let left = self.quotas.counters.lock().leave();
        if left.is_empty() {
            return Ok(());
        }
        let rows = left.clone();
        let stored = self.write(move |tx| store::add(tx.conn, &rows)).await;
        let mut counters = self.quotas.counters.lock();
        for (index, row) in left.iter().enumerate() {
            counters.arrived(row, stored.as_ref().ok().and_then(|all| all.get(index)).copied());
        }
        stored.map(drop)
    }

    /// Drops counters of days that are over everywhere.
    pub fn forget_old_calls(&self) {
        let yesterday = self.clock.now().to_chrono().num_days_from_ce() - 1;
        self.quotas.counters.lock().keep_since(yesterday);
    }
}

/// Stores what is counted every few seconds, for as long as the process lives.
pub async fn keep_stored(app: std::sync::Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        if let Err(error) = app.store_calls().await {
            tracing::debug!(%error, "calls were not stored; trying again");
        }
        app.forget_old_calls();
    }
}
