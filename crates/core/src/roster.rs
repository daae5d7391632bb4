//! Which endpoints are told of an account's events: asked for every message, so it is remembered. A
//! change on this node is seen at once, one made elsewhere within a second.
use std::sync::Arc;

use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, EndpointId};
use crier_schema::tables::accounts;
use diesel::prelude::*;
use moka::sync::Cache;

use crate::accounts::State;
use crate::auto_replies::Rules;
use crate::facts::Fact;
use crate::{changes, endpoints};

/// Deliveries of one endpoint that may be under way at once, unless it says otherwise.
const WIDTH: u16 = 64;

/// An endpoint, as far as the outbox needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Which.
    pub id: EndpointId,
    /// Whether it is told anything; what it misses is on record.
    pub enabled: bool,
    /// Kinds of facts it is told; empty is all.
    hears: Vec<String>,
    /// Deliveries that it takes at once.
    pub width: u16,
    /// Whether its answers become messages.
    pub may_answer: bool,
}

impl Listener {
    /// Whether it is told of this.
    pub fn hears(&self, fact: &Fact) -> bool {
        self.hears.is_empty() || self.hears.iter().any(|kind| kind == fact.name())
    }
}

/// Deliveries under way at once for an endpoint that asks for so many.
pub(crate) fn width(concurrency: Option<i32>) -> u16 {
    concurrency.and_then(|width| u16::try_from(width).ok()).unwrap_or(WIDTH)
}

/// The endpoints of accounts.
pub struct Roster {
    listeners: Cache<AccountId, Arc<[Listener]>>,
    rules: Cache<AccountId, Arc<Rules>>,
    states: Cache<AccountId, State>,
}

impl Default for Roster {
    fn default() -> Self {
        let listeners =
            Cache::builder().max_capacity(100_000).time_to_live(changes::MEMORY).build();
        let rules = Cache::builder().max_capacity(100_000).time_to_live(changes::MEMORY).build();
        let states = Cache::builder().max_capacity(100_000).time_to_live(changes::MEMORY).build();
        Self { listeners, rules, states }
    }
}

impl Roster {
    /// The account's endpoints, those that are off too.
    pub fn of(&self, conn: &mut AnyConnection, account: AccountId) -> QueryResult<Arc<[Listener]>> {
        if let Some(known) = self.listeners.get(&account) {
            return Ok(known);
        }
        let found: Arc<[Listener]> = endpoints::all(conn, account)?
            .into_iter()
            .map(|endpoint| Listener {
                id: endpoint.id,
                enabled: endpoint.enabled,
                hears: endpoint.hears.0,
                width: width(endpoint.concurrency),
                may_answer: endpoint.may_answer,
            })
            .collect();
        self.listeners.insert(account, found.clone());
        Ok(found)
    }

    /// The rules by which the account answers by itself: none while an endpoint may answer.
    pub fn rules(&self, conn: &mut AnyConnection, account: AccountId) -> QueryResult<Arc<Rules>> {
        if let Some(known) = self.rules.get(&account) {
            return Ok(known);
        }
        let answered = self.of(conn, account)?.iter().any(|one| one.enabled && one.may_answer);
        let is_mute = self.state(conn, account)? != State::Open;
        let found =
            if answered || is_mute { Rules::default() } else { Rules::load(conn, account)? };
        let found = Arc::new(found);
        self.rules.insert(account, found.clone());
        Ok(found)
    }

    /// Whether the account may speak: asked for what it says, not for what it is told.
    pub fn state(&self, conn: &mut AnyConnection, account: AccountId) -> QueryResult<State> {
        if let Some(known) = self.states.get(&account) {
            return Ok(known);
        }
        let found = accounts::table.find(account).select(accounts::state).get_result(conn)?;
        self.states.insert(account, found);
        Ok(found)
    }

    /// Forgets an account whose endpoints changed.
    pub fn forget(&self, account: AccountId) {
        self.states.invalidate(&account);
        self.listeners.invalidate(&account);
        self.rules.invalidate(&account);
    }

    /// Forgets them all.
    pub fn forget_all(&self) {
        self.states.invalidate_all();
        self.listeners.invalidate_all();
        self.rules.invalidate_all();
    }
}
