//! Media: files followers and accounts send, named by an unguessable key. Knowing the key is the
//! right to read the file, as with WeChat's own media ids.
mod blobs;
mod complete;
mod kinds;
mod pictures;
mod store;
mod strip;
mod sweep;

use crier_schema::ids::{AccountId, MediaId, UserId};
use crier_schema::tables::media;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub use blobs::Blobs;
pub use complete::complete;
pub use kinds::{FileType, MediaKind};
pub use pictures::Part;
pub use store::Upload;
pub use sweep::sweep;

use crate::error::{Error, OrMissing, Result};

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// An account's.
    Account(AccountId),
    /// A user's.
    User(UserId),
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = media, treat_none_as_default_value = false)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// Its key: 64 characters that are safe in URLs.
    pub media_key: String,
    /// The account it is of, if it is an account's.
    pub account_id: Option<AccountId>,
    /// The user it is of, if it is a user's.
    pub user_id: Option<UserId>,
    /// What it is sent as.
    pub kind: MediaKind,
    /// What it is served as.
    pub mime: String,
    /// Bytes.
    pub size: i64,
    /// Pixels, of pictures.
    pub width: Option<i32>,
    /// Pixels, of pictures.
    pub height: Option<i32>,
    /// The name it came with, cleaned.
    pub name: String,
    /// Heading, of films.
    pub title: Option<String>,
    /// Text beneath, of films.
    pub introduction: Option<String>,
    /// Whether it is kept until it is removed.
    pub permanent: bool,
    /// Whether there is a small JPEG of it.
    pub has_thumbnail: bool,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it is removed.
    pub expires_at: Option<Timestamp>,
}

impl Media {
    /// The short word of its type, as voices say it: `amr`, `mp3`.
    pub fn format(&self) -> &'static str {
        FileType::of_mime(&self.mime).map_or("bin", FileType::ending)
    }

    /// The key of its small JPEG in the media store.
    fn thumbnail_key(&self) -> String {
        format!("{}.thumbnail", self.media_key)
    }
}

/// The file of this key, until it has expired.
///
/// # Errors
/// `NotFound("media")`.
pub fn get(conn: &mut AnyConnection, key: &str, now: Timestamp) -> Result<Media> {
    let found = Media::query().filter(media::media_key.eq(key)).get_result(conn).optional();
    let found: Media = found.or_missing("media")?;
    if found.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::NotFound("media"));
    }
    Ok(found)
}

/// The file of this key, which must be of this kind: what a message may name.
///
/// # Errors
/// [`Error::Invalid`] for `media_id`.
pub fn check_sendable(
    conn: &mut AnyConnection,
    key: &str,
    kind: MediaKind,
    now: Timestamp,
) -> Result<Media> {
    let found = get(conn, key, now).map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("media_id", "names no stored file"),
        other => other,
    })?;
    if found.kind != kind {
        let problem = format!("names a file of kind {}, not {kind}", found.kind);
        return Err(Error::invalid("media_id", problem));
    }
    Ok(found)
}

/// Keeps files for as long as there is a message that shows them: a conversation read back next
/// year has its pictures. Costs a statement only when there are any.
pub(crate) fn keep<'a>(
    conn: &mut AnyConnection,
    keys: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let keys: Vec<&str> = keys.collect();
    for keys in keys.chunks(1_000) {
        diesel::update(media::table.filter(media::media_key.eq_any(keys)))
            .set(media::expires_at.eq(None::<Timestamp>))
            .execute(conn)?;
    }
    Ok(())
}

/// Whether all of these files are there and have not expired.
pub(crate) fn all_there(conn: &mut AnyConnection, keys: &[String], now: Timestamp) -> Result<bool> {
    let mut keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    keys.sort_unstable();
    keys.dedup();
    for keys in keys.chunks(1_000) {
        let lasting = media::expires_at.is_null().or(media::expires_at.gt(Some(now)));
        let there: i64 = media::table
            .filter(media::media_key.eq_any(keys))
            .filter(lasting)
            .count()
            .get_result(conn)?;
        if there < keys.len() as i64 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// An account's permanent files of one kind, newest first.
pub fn permanent(
    conn: &mut AnyConnection,
    account: AccountId,
    kind: MediaKind,
    offset: i64,
    limit: i64,
) -> Result<Vec<Media>> {
    Ok(Media::query()
        .filter(media::account_id.eq(account).and(media::permanent.eq(true)))
        .filter(media::kind.eq(kind))
        .order(media::id.desc())
        .offset(offset)
        .limit(limit)
        .load(conn)?)
}

/// How many permanent files of one kind an account has.
pub fn count_permanent(
    conn: &mut AnyConnection,
    account: AccountId,
    kind: MediaKind,
) -> Result<i64> {
    let of = media::account_id.eq(account).and(media::permanent.eq(true));
    Ok(media::table.filter(of.and(media::kind.eq(kind))).count().get_result(conn)?)
}
