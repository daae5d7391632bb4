//! Broadcasts sent a moment ago: thousands of streams ask for the same one at once, and the database
//! is asked once.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::AccountId;
use crier_schema::tables::broadcasts;
use diesel::prelude::*;
use moka::sync::Cache;
use tokio::sync::OnceCell;

use super::Broadcast;
use crate::App;
use crate::error::{OrMissing as _, Result};

type Asked = Arc<OnceCell<Arc<Broadcast>>>;

/// Broadcasts that streams asked for lately, by their place.
pub(crate) struct Recent(Cache<(AccountId, i64), Asked>);

impl Default for Recent {
    fn default() -> Self {
        let minute = Duration::from_mins(1);
        Self(Cache::builder().max_capacity(1_000).time_to_live(minute).build())
    }
}

impl App {
    /// The account's broadcast of this number. All who ask at once share one look.
    ///
    /// # Errors
    /// `NotFound("broadcast")`.
    pub async fn broadcast(&self, account: AccountId, seq: i64) -> Result<Arc<Broadcast>> {
        let asked = self.recent.0.get_with((account, seq), Asked::default);
        let look = || {
            self.read(move |conn| {
                let found = Broadcast::query()
                    .filter(broadcasts::account_id.eq(account).and(broadcasts::seq.eq(seq)))
                    .get_result(conn)
                    .optional();
                found.or_missing("broadcast").map(Arc::new)
            })
        };
        asked.get_or_try_init(look).await.cloned()
    }
}
