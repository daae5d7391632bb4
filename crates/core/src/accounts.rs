//! Official accounts.
mod listing;

use std::sync::Arc;

use crier_schema::ids::{AccountId, BrandId};
use crier_schema::tables::accounts;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;
use moka::sync::Cache;
use subtle::ConstantTimeEq as _;

pub use listing::{Search, Within, every, page};
pub(crate) use listing::{lower, patterns};

use crate::App;
use crate::changes;
use crate::error::{Denial, Error, OrMissing, Result};
use crate::mint::{fingerprint, hex_token};
use crate::rights::{self, Kind, Right};
use crate::tx::Tx;
use crate::vault::Vault;

text_enum! {
    /// Whether an account may reach people.
    pub enum State {
        /// It may.
        Open = "open",
        /// The platform has not approved it yet.
        Pending = "pending",
        /// The platform has stopped it.
        Suspended = "suspended",
        /// Its owner has closed it.
        Closed = "closed",
    }
}

impl State {
    /// Whether it may be followed and speak to followers. What followers write to it is taken all the
    /// same, unless it is closed: nothing that was written is lost, and the account reads it when it is
    /// open again.
    ///
    /// # Errors
    /// [`Denial::Pending`], [`Denial::Suspended`], [`Denial::Closed`].
    pub fn check(self) -> Result<()> {
        match self {
            Self::Open => Ok(()),
            Self::Pending => Err(Denial::Pending.into()),
            Self::Suspended => Err(Denial::Suspended.into()),
            Self::Closed => Err(Denial::Closed.into()),
        }
    }
}

/// One official account.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub brand_id: BrandId,
    /// Subscription or service.
    pub kind: Kind,
    /// Whether the platform has verified who is behind it.
    pub verified: bool,
    /// Its short name in addresses, unique in the installation.
    pub handle: String,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Its id for operator backends: `wx` and 16 hex digits.
    pub app_id: String,
    /// Fingerprint of its app secret.
    pub secret_hash: String,
    /// Its id in pushes: `gh_` and 12 hex digits.
    pub original_id: String,
    /// The key its followers' openids are made with, sealed.
    pub sealed_openid_key: String,
    /// Its IANA time zone: where its days begin.
    pub time_zone: String,
    /// How many follow it now.
    pub follower_count: i64,
    /// The newest of its broadcasts.
    pub last_broadcast_seq: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it may reach people.
    pub state: State,
    /// Why not, for its owner.
    pub state_reason: String,
    /// Its picture, as a media key.
    pub picture_key: Option<String>,
    /// The language it speaks; empty when it was never said.
    pub language: String,
}

impl Account {
    /// Whether it may do something. A closed one may nothing: there is nothing to prepare.
    pub fn may(&self, right: Right) -> Result<()> {
        if right.reaches_followers() || self.state == State::Closed {
            self.state.check()?;
        }
        if rights::allows(self.kind, self.verified, right) {
            return Ok(());
        }
        Err(Denial::Right(right).into())
    }

    /// Whether this is its app secret, in constant time.
    pub fn secret_is(&self, secret: &str) -> bool {
        fingerprint(secret).as_bytes().ct_eq(self.secret_hash.as_bytes()).into()
    }
}

/// What an account is made of.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Whose it is.
    pub brand: BrandId,
    /// Subscription or service.
    pub kind: Kind,
    /// Whether it is verified.
    pub verified: bool,
    /// Its handle: 3 to 40 of `a-z 0-9 _ -`, beginning with a letter. Made from the app id if
    /// absent.
    pub handle: Option<String>,
    /// Its name: 1 to 60 characters.
    pub name: String,
    /// What it is about: at most 300 characters.
    pub description: String,
    /// IANA name.
    pub time_zone: String,
}

/// Checks what an account says of itself.
pub(crate) fn check_words(name: &str, description: &str, time_zone: &str) -> Result<()> {
    let length = name.trim().chars().count();
    if length == 0 || length > 60 || has_control(name) {
        return Err(Error::invalid("name", "must have 1 to 60 characters"));
    }
    if description.chars().count() > 300 || has_control(description) {
        return Err(Error::invalid("description", "must have at most 300 characters"));
    }
    check_zone(time_zone)
}

/// Checks the name of a time zone.
pub(crate) fn check_zone(zone: &str) -> Result<()> {
    let wrong = || Error::invalid("time_zone", "must be an IANA name such as Asia/Shanghai");
    zone.parse::<chrono_tz::Tz>().map(drop).map_err(|_| wrong())
}

impl Draft {
    fn check(&self) -> Result<()> {
        check_words(&self.name, &self.description, &self.time_zone)?;
        if self.handle.as_ref().is_some_and(|handle| !is_handle(handle)) {
            let problem = "must be 3 to 40 of a-z, 0-9, _ and -, beginning with a letter";
            return Err(Error::invalid("handle", problem));
        }
        Ok(())
    }
}

/// Whether text has control characters: PostgreSQL stores no NUL, and XML none of them.
pub fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn is_handle(handle: &str) -> bool {
    (3..=40).contains(&handle.len())
        && handle.as_bytes()[0].is_ascii_lowercase()
        && handle
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte))
}

/// Makes an account and says its app secret, which is not stored.
///
/// # Errors
/// [`Error::Invalid`] for a field; `handle_taken`.
pub fn add(tx: &mut Tx<'_>, vault: &Vault, draft: &Draft) -> Result<(Account, String)> {
    draft.check()?;
    let app_id = format!("wx{}", hex_token::<8>());
    let secret = hex_token::<16>();
    let account = Account {
        id: tx.ids.next(),
        brand_id: draft.brand,
        kind: draft.kind,
        verified: draft.verified,
        handle: draft.handle.clone().unwrap_or_else(|| app_id.clone()),
        name: draft.name.trim().to_owned(),
        description: draft.description.trim().to_owned(),
        app_id,
        secret_hash: fingerprint(&secret),
        original_id: format!("gh_{}", hex_token::<6>()),
        sealed_openid_key: vault.seal(&hex_token::<32>())?,
        time_zone: draft.time_zone.clone(),
        follower_count: 0,
        last_broadcast_seq: 0,
        created_at: tx.now,
        state: State::Open,
        state_reason: String::new(),
        picture_key: None,
        language: String::new(),
    };
    if find(tx.conn, &account.handle)?.is_some() {
        return Err(Error::Conflict("handle_taken"));
    }
    insert(tx, &account)?;
    Ok((account, secret))
}

fn insert(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(account.id),
            accounts::brand_id.eq(account.brand_id),
            accounts::kind.eq(account.kind),
            accounts::verified.eq(account.verified),
            accounts::handle.eq(&account.handle),
            accounts::name.eq(&account.name),
            accounts::description.eq(&account.description),
            accounts::app_id.eq(&account.app_id),
            accounts::secret_hash.eq(&account.secret_hash),
            accounts::original_id.eq(&account.original_id),
            accounts::sealed_openid_key.eq(&account.sealed_openid_key),
            accounts::time_zone.eq(&account.time_zone),
            accounts::follower_count.eq(0),
            accounts::last_broadcast_seq.eq(0),
            accounts::created_at.eq(account.created_at),
            accounts::state.eq(account.state),
            accounts::state_reason.eq(&account.state_reason),
            accounts::language.eq(&account.language),
        ))
        .execute(tx.conn)?;
    Ok(())
}

impl Account {
    /// A moment as the clocks of the account's zone show it.
    pub fn local(&self, at: Timestamp) -> chrono::DateTime<chrono_tz::Tz> {
        let zone = self.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        at.to_chrono().with_timezone(&zone)
    }
}

/// The account of this id.
pub fn get(conn: &mut AnyConnection, id: AccountId) -> Result<Account> {
    Account::query().find(id).get_result(conn).optional().or_missing("account")
}

/// The account of this handle or app id.
pub fn find(conn: &mut AnyConnection, name: &str) -> Result<Option<Account>> {
    let by_handle =
        Account::query().filter(accounts::handle.eq(name)).get_result(conn).optional()?;
    if by_handle.is_some() {
        return Ok(by_handle);
    }
    Ok(Account::query().filter(accounts::app_id.eq(name)).get_result(conn).optional()?)
}

/// A brand's accounts, by name.
pub fn of_brand(conn: &mut AnyConnection, brand: BrandId) -> Result<Vec<Account>> {
    Ok(Account::query()
        .filter(accounts::brand_id.eq(brand))
        .order(accounts::name.asc())
        .load(conn)?)
}

/// The directory: open accounts whose name or handle has `words` in it, most followed first.
pub fn search(conn: &mut AnyConnection, words: &str, limit: i64) -> Result<Vec<Account>> {
    let mut query = Account::query()
        .filter(accounts::state.eq(State::Open))
        .order((accounts::follower_count.desc(), accounts::id.asc()))
        .limit(limit)
        .into_boxed();
    if !words.is_empty() {
        let (pattern, as_written) = patterns(words);
        query = query.filter(
            accounts::handle
                .like(pattern)
                .escape('\\')
                .or(accounts::name.like(as_written).escape('\\')),
        );
    }
    Ok(query.load(conn)?)
}

pub(crate) fn escape_like(words: &str) -> String {
    words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Replaces the app secret and says the new one, which is not stored.
pub fn reset_secret(tx: &mut Tx<'_>, id: AccountId) -> Result<String> {
    let secret = hex_token::<16>();
    let row = accounts::table.find(id);
    let changed =
        diesel::update(row).set(accounts::secret_hash.eq(fingerprint(&secret))).execute(tx.conn)?;
    if changed == 0 {
        return Err(Error::NotFound("account"));
    }
    tx.effects.stale.push(id);
    Ok(secret)
}

/// Accounts asked for lately: every call names one. A change on this node is seen at once,
/// one made elsewhere within a second.
pub struct Accounts {
    by_name: Cache<String, Arc<Account>>,
    by_id: Cache<AccountId, Arc<Account>>,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            by_name: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(changes::MEMORY)
                .support_invalidation_closures()
                .build(),
            by_id: Cache::builder().max_capacity(100_000).time_to_live(changes::MEMORY).build(),
        }
    }
}

impl Accounts {
    /// Forgets an account that changed.
    pub fn forget(&self, id: AccountId) {
        self.by_id.invalidate(&id);
        // Refused only without invalidation closures, which are on.
        drop(self.by_name.invalidate_entries_if(move |_, account| account.id == id));
    }

    /// Forgets them all.
    pub fn forget_all(&self) {
        self.by_id.invalidate_all();
        self.by_name.invalidate_all();
    }
}

impl App {
    /// The account of this handle or app id.
    ///
    /// # Errors
    /// `NotFound("account")`.
    pub async fn account(&self, name: &str) -> Result<Arc<Account>> {
        if let Some(known) = self.accounts.by_name.get(name) {
            return Ok(known);
        }
        let wanted = name.to_owned();
        let found = self.read(move |conn| find(conn, &wanted)).await?;
        let account = Arc::new(found.ok_or(Error::NotFound("account"))?);
        self.accounts.by_name.insert(name.to_owned(), account.clone());
        Ok(account)
    }

    /// The account of this id.
    ///
    /// # Errors
    /// `NotFound("account")`.
    pub async fn account_by_id(&self, id: AccountId) -> Result<Arc<Account>> {
        if let Some(known) = self.accounts.by_id.get(&id) {
            return Ok(known);
        }
        let account = Arc::new(self.read(move |conn| get(conn, id)).await?);
        self.accounts.by_id.insert(id, account.clone());
        Ok(account)
    }
}
