//! Official accounts.
use std::sync::Arc;

use crier_schema::ids::{AccountId, BrandId};
use crier_schema::tables::accounts;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use moka::sync::Cache;
use subtle::ConstantTimeEq as _;

use crate::App;
use crate::changes;
use crate::error::{Denial, Error, OrMissing, Result};
use crate::mint::{fingerprint, hex_token};
use crate::rights::{self, Kind, Right};
use crate::tx::Tx;
use crate::vault::Vault;

#[declare_sql_function]
extern "SQL" {
    /// Of ASCII on both engines.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
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
}

impl Account {
    /// Whether it may do something.
    pub fn may(&self, right: Right) -> Result<()> {
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

impl Draft {
    fn check(&self) -> Result<()> {
        let length = self.name.trim().chars().count();
        if length == 0 || length > 60 || has_control(&self.name) {
            return Err(Error::invalid("name", "must have 1 to 60 characters"));
        }
        if self.description.chars().count() > 300 || has_control(&self.description) {
            return Err(Error::invalid("description", "must have at most 300 characters"));
        }
        if self.time_zone.parse::<chrono_tz::Tz>().is_err() {
            return Err(Error::invalid("time_zone", "must be an IANA name such as Asia/Shanghai"));
        }
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

/// Which accounts to page through.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// Of these brands; of all, if none are named.
    pub brands: Option<Vec<BrandId>>,
    /// With these words in the name or the handle; all, if empty.
    pub words: String,
}

/// A page of accounts by name, after the one of this name and id.
pub fn page(
    conn: &mut AnyConnection,
    within: &Within,
    after: Option<(&str, AccountId)>,
    limit: i64,
) -> Result<Vec<Account>> {
    let order = (accounts::name.asc(), accounts::id.asc());
    let mut query = Account::query().order(order).limit(limit).into_boxed();
    if let Some(brands) = &within.brands {
        query = query.filter(accounts::brand_id.eq_any(brands.clone()));
    }
    if !within.words.is_empty() {
        let (pattern, as_written) = patterns(&within.words);
        let in_handle = accounts::handle.like(pattern.clone()).escape('\\');
        let in_name = lower(accounts::name).like(pattern).escape('\\');
        let as_written = accounts::name.like(as_written).escape('\\');
        query = query.filter(in_handle.or(in_name).or(as_written));
    }
    if let Some((name, id)) = after {
        let later = accounts::name.eq(name.to_owned()).and(accounts::id.gt(id));
        query = query.filter(accounts::name.gt(name.to_owned()).or(later));
    }
    Ok(query.load(conn)?)
}

/// A handle is lower case; a name is compared as written, since the engines fold case differently
/// outside ASCII.
fn patterns(words: &str) -> (String, String) {
    (format!("%{}%", escape_like(&words.to_lowercase())), format!("%{}%", escape_like(words)))
}

/// The directory: accounts whose name or handle has `words` in it, most followed first.
pub fn search(conn: &mut AnyConnection, words: &str, limit: i64) -> Result<Vec<Account>> {
    let mut query = Account::query()
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
