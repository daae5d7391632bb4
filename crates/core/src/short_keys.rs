//! Short keys: a link made short enough to print, and data made small enough for a QR code
//! (`reference/wechat-api.md` 2.10).
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use crier_schema::ids::AccountId;
use crier_schema::tables::short_keys;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use crate::clock::random;
use crate::error::{Error, OrMissing, Result};
use crate::mint::fingerprint;
use crate::tx::Tx;

text_enum! {
    /// What a key stands for.
    pub enum Kind {
        /// A link: whoever opens the short address is sent there.
        Link = "link",
        /// Data that only its account reads.
        Data = "data",
    }
}

/// Bytes of a link.
pub const MOST_LINK: usize = 2_048;
/// Bytes of data.
pub const MOST_DATA: usize = 4_096;
/// How long data may be kept.
pub const LONGEST: Duration = Duration::days(30);

/// A key and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = short_keys)]
pub struct ShortKey {
    /// 12 characters that are safe in URLs.
    pub short_key: String,
    /// Whose it is.
    pub account_id: AccountId,
    /// What it stands for.
    pub kind: Kind,
    /// The link or the data.
    pub content: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; never if absent.
    pub expires_at: Option<Timestamp>,
}

/// The key of a link; the same link has the same key again. It never ends, because what is printed
/// cannot be taken back.
///
/// # Errors
/// [`Error::Invalid`] for `url` when it is no web address of at most [`MOST_LINK`] bytes.
pub fn shorten(tx: &mut Tx<'_>, account: AccountId, link: &str) -> Result<ShortKey> {
    let web = url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !web || link.len() > MOST_LINK || link.chars().any(char::is_control) {
        return Err(Error::invalid("url", "must be a web address of at most 2048 bytes"));
    }
    if let Some(known) = known(tx.conn, account, link)? {
        return Ok(known);
    }
    add(tx, account, Kind::Link, link, None)
}

/// A key for data, for `lasts`.
///
/// # Errors
/// [`Error::Invalid`] for `long_data`, 1 to [`MOST_DATA`] bytes, or `expire_seconds`, a second to
/// [`LONGEST`].
pub fn keep(tx: &mut Tx<'_>, account: AccountId, data: &str, lasts: Duration) -> Result<ShortKey> {
    if data.is_empty() || data.len() > MOST_DATA || data.contains('\0') {
        return Err(Error::invalid("long_data", "must have 1 to 4096 bytes"));
    }
    if lasts <= Duration::zero() || lasts > LONGEST {
        return Err(Error::invalid("expire_seconds", "must be 1 to 2592000"));
    }
    let end = tx.now.plus(lasts);
    add(tx, account, Kind::Data, data, Some(end))
}

fn known(conn: &mut AnyConnection, account: AccountId, link: &str) -> Result<Option<ShortKey>> {
    let of = short_keys::account_id.eq(account);
    let found: Vec<ShortKey> = ShortKey::query()
        .filter(of.and(short_keys::content_hash.eq(fingerprint(link))))
        .limit(8)
        .load(conn)?;
    Ok(found.into_iter().find(|key| key.kind == Kind::Link && key.content == link))
}

fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: Kind,
    content: &str,
    expires_at: Option<Timestamp>,
) -> Result<ShortKey> {
    let key = ShortKey {
        short_key: URL_SAFE_NO_PAD.encode(random::<9>()),
        account_id: account,
        kind,
        content: content.to_owned(),
        created_at: tx.now,
        expires_at,
    };
    diesel::insert_into(short_keys::table)
        .values((
            short_keys::short_key.eq(&key.short_key),
            short_keys::account_id.eq(key.account_id),
            short_keys::kind.eq(key.kind),
            short_keys::content_hash.eq(fingerprint(content)),
            short_keys::content.eq(&key.content),
            short_keys::created_at.eq(key.created_at),
            short_keys::expires_at.eq(key.expires_at),
        ))
        .execute(tx.conn)?;
    Ok(key)
}

/// What a key of this kind stands for, until it has ended.
///
/// # Errors
/// `NotFound("short_key")`.
pub fn get(conn: &mut AnyConnection, key: &str, kind: Kind, now: Timestamp) -> Result<ShortKey> {
    let found: Option<ShortKey> = ShortKey::query().find(key).get_result(conn).optional()?;
    let holds = |key: &ShortKey| key.kind == kind && key.expires_at.is_none_or(|end| end > now);
    Ok::<_, diesel::result::Error>(found.filter(holds)).or_missing("short_key")
}

/// Removes up to `limit` that have ended, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<String> = short_keys::table
        .filter(short_keys::expires_at.le(Some(tx.now)))
        .order(short_keys::expires_at.asc())
        .limit(limit)
        .select(short_keys::short_key)
        .load(tx.conn)?;
    let rows = short_keys::table.filter(short_keys::short_key.eq_any(ended));
    Ok(diesel::delete(rows).execute(tx.conn)?)
}
