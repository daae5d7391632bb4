//! Which endpoints are told of an account's events: asked for every message, so it is remembered
//! for a moment. A change on this node is seen at once, one made elsewhere within a second.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, EndpointId};
use moka::sync::Cache;

use crate::endpoints;

/// The endpoints of accounts.
pub struct Roster {
    endpoints: Cache<AccountId, Arc<[EndpointId]>>,
}

impl Default for Roster {
    fn default() -> Self {
        let endpoints =
            Cache::builder().max_capacity(100_000).time_to_live(Duration::from_secs(1)).build();
        Self { endpoints }
    }
}

impl Roster {
    /// The account's enabled endpoints.
    pub fn of(
        &self,
        conn: &mut AnyConnection,
        account: AccountId,
    ) -> diesel::QueryResult<Arc<[EndpointId]>> {
        if let Some(known) = self.endpoints.get(&account) {
            return Ok(known);
        }
        let found: Arc<[EndpointId]> = endpoints::enabled_ids(conn, account)?.into();
        self.endpoints.insert(account, found.clone());
        Ok(found)
    }

    /// Forgets an account whose endpoints changed.
    pub fn forget(&self, account: AccountId) {
        self.endpoints.invalidate(&account);
    }
}
