//! Where a brand's operator backends listen. An account may have several; the answers of one of them
//! become messages.
mod changes;
mod drafts;
mod health;

use crier_schema::ids::{AccountId, EndpointId};
use crier_schema::tables::endpoints;
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use changes::{add, change, remove, rotate, set, set_answering, set_enabled};
pub(crate) use changes::{close_all, open_all};
pub use drafts::{Draft, Options, new_key, new_secret, new_token};
pub use health::{AFTER, Failing, failed, failing, recovered, switch_off, warn};

use crate::error::{OrMissing, Result};
use crate::vault::Vault;

text_enum! {
    /// The protocol an endpoint speaks.
    pub enum Dialect {
        /// Crier's own: JSON events signed by the Standard Webhooks specification.
        Native = "native",
        /// WeChat Official Accounts.
        Wechat = "wechat",
    }
}

text_enum! {
    /// How pushes are protected, in dialects that have a choice.
    pub enum Mode {
        /// Signed, in clear.
        Plain = "plain",
        /// In clear and encrypted at once.
        Compatible = "compatible",
        /// Encrypted only.
        Safe = "safe",
    }
}

text_enum! {
    /// Why an endpoint is off.
    pub enum OffReason {
        /// A member switched it off.
        Switched = "switched",
        /// It failed for days.
        Failing = "failing",
        /// It answered 410: gone for good.
        Gone = "gone",
        /// A member removed it; what it was told stays in the log.
        Removed = "removed",
        /// Its account was closed.
        Closed = "closed",
    }
}

/// Endpoints that an account may have.
pub const MOST: usize = 10;

/// An endpoint as stored; its secrets are sealed.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = endpoints)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// The account whose events it hears.
    pub account_id: AccountId,
    /// What the brand calls it.
    pub name: String,
    /// The protocol it speaks.
    pub dialect: Dialect,
    /// Where it listens.
    pub url: String,
    /// How pushes are protected.
    pub mode: Mode,
    /// Its secrets, sealed.
    pub sealed_secrets: String,
    /// Its secrets before the last rotation, sealed.
    pub sealed_previous: Option<String>,
    /// Until when the previous secrets are good.
    pub previous_until: Option<Timestamp>,
    /// Headers that each request carries, sealed: they may hold credentials.
    pub sealed_headers: String,
    /// Kinds of facts it is told ([`crate::facts::Fact::NAMES`]); empty is all.
    pub hears: Json<Vec<String>>,
    /// How long an attempt may take, instead of the dialect's rule. Milliseconds.
    pub timeout_ms: Option<i32>,
    /// Whether what fails at once is tried again by the long schedule.
    pub persistent: bool,
    /// Requests a second at the most.
    pub rate: Option<i32>,
    /// Requests under way at the most.
    pub concurrency: Option<i32>,
    /// Whether its answers become messages; one endpoint of an account may.
    pub may_answer: bool,
    /// Whether it hears anything.
    pub enabled: bool,
    /// Why it is off.
    pub off_reason: Option<OffReason>,
    /// Since when nothing has gone well.
    pub failing_since: Option<Timestamp>,
    /// When something last went wrong, to about an hour.
    pub failed_at: Option<Timestamp>,
    /// When its owners were told that it will be switched off.
    pub warned_at: Option<Timestamp>,
    /// When its URL check last passed.
    pub verified_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What an endpoint's requests and answers are signed and encrypted with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The signing token or secret.
    pub token: String,
    /// The encryption key: 43 characters in the WeChat dialect, empty in others.
    pub key: String,
}

/// An endpoint's secrets, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    /// Those that hold.
    pub now: Pair,
    /// Those before them, while they are still good.
    pub previous: Option<Pair>,
    /// Headers that each request carries.
    pub headers: Vec<(String, String)>,
}

/// Without what is secret.
impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pair(..)")
    }
}

/// Without what is secret.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Endpoint {
    /// An endpoint as it would be if this draft were stored, with its secrets: for a URL check.
    pub fn unstored(draft: Draft, now: Timestamp) -> (Self, Secrets) {
        let (name, pair, options) = (draft.name(), draft.pair(), draft.options);
        let endpoint = Self {
            id: EndpointId(0),
            account_id: AccountId(0),
            name,
            dialect: draft.dialect,
            url: draft.url,
            mode: draft.mode,
            sealed_secrets: String::new(),
            sealed_previous: None,
            previous_until: None,
            sealed_headers: String::new(),
            hears: Json(options.hears),
            timeout_ms: options.timeout_ms,
            persistent: options.persistent,
            rate: options.rate,
            concurrency: options.concurrency,
            may_answer: true,
            enabled: true,
            off_reason: None,
            failing_since: None,
            failed_at: None,
            warned_at: None,
            verified_at: None,
            created_at: now,
            updated_at: now,
        };
        (endpoint, Secrets { now: pair, previous: None, headers: options.headers })
    }

    /// Opens its secrets, leaving out previous ones that are past their overlap.
    pub fn secrets(&self, vault: &Vault, now: Timestamp) -> Result<Secrets> {
        let good = self.previous_until.is_some_and(|until| until > now);
        let previous = self.sealed_previous.as_ref().filter(|_| good);
        Ok(Secrets {
            now: opened(vault, &self.sealed_secrets)?,
            previous: previous.map(|sealed| opened(vault, sealed)).transpose()?,
            headers: opened(vault, &self.sealed_headers)?,
        })
    }

    /// What it is made of, to be changed.
    pub fn draft(&self, secrets: &Secrets) -> Draft {
        Draft {
            dialect: self.dialect,
            url: self.url.clone(),
            mode: self.mode,
            token: secrets.now.token.clone(),
            key: secrets.now.key.clone(),
            options: Options {
                name: self.name.clone(),
                hears: self.hears.0.clone(),
                headers: secrets.headers.clone(),
                timeout_ms: self.timeout_ms,
                persistent: self.persistent,
                rate: self.rate,
                concurrency: self.concurrency,
            },
        }
    }

    /// Whether a check of its URL would be the same with this draft.
    pub fn is_asked_alike(&self, vault: &Vault, draft: &Draft) -> Result<bool> {
        let headers: Vec<(String, String)> = opened(vault, &self.sealed_headers)?;
        Ok((self.dialect, &self.url, self.mode) == (draft.dialect, &draft.url, draft.mode)
            && opened::<Pair>(vault, &self.sealed_secrets)? == draft.pair()
            && headers == draft.options.headers)
    }

    /// Whether it is failing so far that nothing has gone well since its first failure.
    pub const fn is_failing(&self) -> bool {
        self.enabled && self.failing_since.is_some()
    }
}

fn sealed<T: Serialize>(vault: &Vault, value: &T) -> Result<String> {
    vault.seal(&serde_json::to_string(value)?)
}

fn opened<T: for<'de> Deserialize<'de>>(vault: &Vault, text: &str) -> Result<T> {
    Ok(serde_json::from_str(&vault.open(text)?)?)
}

/// The endpoint of this id, also one that has been removed.
pub fn get(conn: &mut AnyConnection, id: EndpointId) -> Result<Endpoint> {
    Endpoint::query()
        .filter(endpoints::id.eq(id))
        .get_result(conn)
        .optional()
        .or_missing("endpoint")
}

/// The account's endpoint of this id.
///
/// # Errors
/// `NotFound("endpoint")`, also for another account's and for a removed one.
pub fn get_of(conn: &mut AnyConnection, account: AccountId, id: EndpointId) -> Result<Endpoint> {
    all(conn, account)?
        .into_iter()
        .find(|endpoint| endpoint.id == id)
        .ok_or(crate::Error::NotFound("endpoint"))
}

/// The account's endpoints, oldest first.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<Endpoint>> {
    Endpoint::query()
        .filter(endpoints::account_id.eq(account))
        .filter(endpoints::off_reason.is_null().or(endpoints::off_reason.ne(OffReason::Removed)))
        .order(endpoints::id.asc())
        .load(conn)
}

/// The one endpoint of the account whose answers become messages, if it has one.
pub fn answering(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Option<Endpoint>> {
    Ok(all(conn, account)?.into_iter().find(|endpoint| endpoint.may_answer))
}
