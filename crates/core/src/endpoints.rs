//! Where a brand's operator backend listens.
use chrono::Duration;
use crier_schema::ids::{AccountId, EndpointId};
use crier_schema::tables::endpoints;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;
use crate::vault::Vault;

text_enum! {
    /// The protocol an endpoint speaks.
    pub enum Dialect {
        /// WeChat Official Accounts.
        Wechat = "wechat",
    }
}

text_enum! {
    /// How pushes are protected.
    pub enum Mode {
        /// Signed, in clear.
        Plain = "plain",
        /// In clear and encrypted at once.
        Compatible = "compatible",
        /// Encrypted only.
        Safe = "safe",
    }
}

/// How long the previous encryption key is still taken in answers.
pub const KEY_OVERLAP: Duration = Duration::hours(24);

/// An endpoint as stored; its secrets are sealed.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = endpoints)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// The account whose events it hears.
    pub account_id: AccountId,
    /// The protocol it speaks.
    pub dialect: Dialect,
    /// Where it listens.
    pub url: String,
    /// How pushes are protected.
    pub mode: Mode,
    /// The signing token, sealed.
    pub sealed_token: String,
    /// The encryption key, sealed.
    pub sealed_key: String,
    /// The encryption key before the last change, sealed.
    pub sealed_previous_key: Option<String>,
    /// Until when the previous key is taken.
    pub previous_key_until: Option<Timestamp>,
    /// Whether its answers become messages; one endpoint of an account may.
    pub may_answer: bool,
    /// Whether it hears anything.
    pub enabled: bool,
    /// When its URL check last passed.
    pub verified_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// An endpoint's secrets, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The signing token.
    pub token: String,
    /// The encryption key: 43 characters.
    pub key: String,
    /// The key before it, while it is still taken.
    pub previous_key: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

/// What an endpoint is made of, or changed to.
#[derive(Clone)]
pub struct Draft {
    /// The protocol it speaks.
    pub dialect: Dialect,
    /// Where it listens: `http:` or `https:`.
    pub url: String,
    /// How pushes are protected.
    pub mode: Mode,
    /// The signing token: 3 to 32 letters and digits.
    pub token: String,
    /// The encryption key: 43 letters and digits.
    pub key: String,
}

/// Without the token and the key.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("dialect", &self.dialect)
            .field("url", &self.url)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl Draft {
    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the first wrong one.
    pub fn check(&self) -> Result<()> {
        let url = url::Url::parse(&self.url)
            .map_err(|error| Error::invalid("url", format!("is no address: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(Error::invalid("url", "must start with http:// or https://"));
        }
        if self.url.len() > 1024 {
            return Err(Error::invalid("url", "must have at most 1024 characters"));
        }
        let alphanumeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !(3..=32).contains(&self.token.len()) || !alphanumeric(&self.token) {
            return Err(Error::invalid("token", "must be 3 to 32 letters and digits"));
        }
        if self.key.len() != 43 || !alphanumeric(&self.key) {
            return Err(Error::invalid("key", "must be 43 letters and digits"));
        }
        Ok(())
    }
}

impl Endpoint {
    /// Opens its secrets, leaving out a previous key that is past its overlap.
    pub fn secrets(&self, vault: &Vault, now: Timestamp) -> Result<Secrets> {
        let previous = self
            .sealed_previous_key
            .as_ref()
            .filter(|_| self.previous_key_until.is_some_and(|until| until > now));
        Ok(Secrets {
            token: vault.open(&self.sealed_token)?,
            key: vault.open(&self.sealed_key)?,
            previous_key: previous.map(|key| vault.open(key)).transpose()?,
        })
    }
}

/// The endpoint of this id.
pub fn get(conn: &mut AnyConnection, id: EndpointId) -> Result<Endpoint> {
    Endpoint::query().filter(endpoints::id.eq(id)).first(conn).optional().or_missing("endpoint")
}

/// The account's endpoints, oldest first.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<Endpoint>> {
    Endpoint::query()
        .filter(endpoints::account_id.eq(account))
        .order(endpoints::id.asc())
        .load(conn)
}

/// The ids of the account's enabled endpoints.
pub fn enabled_ids(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<EndpointId>> {
    endpoints::table
        .filter(endpoints::account_id.eq(account).and(endpoints::enabled.eq(true)))
        .order(endpoints::id.asc())
        .select(endpoints::id)
        .load(conn)
}

/// Sets the account's one answering endpoint to `draft`, making it if there is none. A changed key
/// leaves the old one valid for [`KEY_OVERLAP`]. `verified` says that its URL check just passed.
pub fn set(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    draft: &Draft,
    verified: bool,
) -> Result<EndpointId> {
    draft.check()?;
    tx.effects.stale.push(account);
    let existing = all(tx.conn, account)?.into_iter().find(|endpoint| endpoint.may_answer);
    match existing {
        Some(endpoint) => change(tx, vault, &endpoint, draft, verified),
        None => add(tx, vault, account, draft, verified),
    }
}

fn add(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: AccountId,
    draft: &Draft,
    verified: bool,
) -> Result<EndpointId> {
    let id: EndpointId = tx.ids.next();
    diesel::insert_into(endpoints::table)
        .values((
            endpoints::id.eq(id),
            endpoints::account_id.eq(account),
            endpoints::dialect.eq(draft.dialect),
            endpoints::url.eq(&draft.url),
            endpoints::mode.eq(draft.mode),
            endpoints::sealed_token.eq(vault.seal(&draft.token)?),
            endpoints::sealed_key.eq(vault.seal(&draft.key)?),
            endpoints::may_answer.eq(true),
            endpoints::enabled.eq(true),
            endpoints::verified_at.eq(verified.then_some(tx.now)),
            endpoints::created_at.eq(tx.now),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

fn change(
    tx: &mut Tx<'_>,
    vault: &Vault,
    old: &Endpoint,
    draft: &Draft,
    verified: bool,
) -> Result<EndpointId> {
    if vault.open(&old.sealed_key)? != draft.key {
        diesel::update(endpoints::table.find(old.id))
            .set((
                endpoints::sealed_previous_key.eq(Some(&old.sealed_key)),
                endpoints::previous_key_until.eq(Some(tx.now.plus(KEY_OVERLAP))),
            ))
            .execute(tx.conn)?;
    }
    diesel::update(endpoints::table.find(old.id))
        .set((
            endpoints::dialect.eq(draft.dialect),
            endpoints::url.eq(&draft.url),
            endpoints::mode.eq(draft.mode),
            endpoints::sealed_token.eq(vault.seal(&draft.token)?),
            endpoints::sealed_key.eq(vault.seal(&draft.key)?),
            endpoints::enabled.eq(true),
            endpoints::verified_at.eq(verified.then_some(tx.now)),
            endpoints::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(old.id)
}

/// Switches an endpoint on or off. What happens while it is off is not told to it later.
pub fn set_enabled(tx: &mut Tx<'_>, id: EndpointId, enabled: bool) -> Result<()> {
    let endpoint = get(tx.conn, id)?;
    tx.effects.stale.push(endpoint.account_id);
    diesel::update(endpoints::table.find(id))
        .set((endpoints::enabled.eq(enabled), endpoints::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// A fresh signing token.
pub fn new_token() -> String {
    crate::mint::hex_token::<16>()
}

/// A fresh encryption key whose last character leaves no bits over: strict decoders on the
/// operator's side refuse others (`reference/wechat-api.md` 4.3).
pub fn new_key() -> String {
    use base64::Engine as _;
    loop {
        let key =
            base64::engine::general_purpose::STANDARD_NO_PAD.encode(crate::clock::random::<32>());
        if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_keys_are_friendly() {
        for _ in 0..20 {
            let key = new_key();
            assert_eq!(key.len(), 43);
            assert!("AEIMQUYcgkosw048".contains(&key[42..]), "{key}");
        }
    }

    #[test]
    fn drafts_are_checked() {
        let good = Draft {
            dialect: Dialect::Wechat,
            url: "http://127.0.0.1:9/hook".into(),
            mode: Mode::Plain,
            token: new_token(),
            key: new_key(),
        };
        good.check().unwrap();
        let shown = format!("{good:?}");
        assert!(!shown.contains(&good.token) && !shown.contains(&good.key), "{shown}");
        assert!(Draft { url: "ftp://x".into(), ..good.clone() }.check().is_err());
        assert!(Draft { token: "a b".into(), ..good.clone() }.check().is_err());
        assert!(Draft { key: "short".into(), ..good }.check().is_err());
    }
}
