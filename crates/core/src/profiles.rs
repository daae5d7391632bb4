//! What an account says of itself: its name, words, picture, time zone and language.
use crier_schema::ids::{AccountId, MemberId};
use crier_schema::tables::{account_names, accounts, media};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::accounts::{self as all, check_words};
use crate::error::{Error, Result};
use crate::mails::Language;
use crate::media::{MediaKind, check_sendable, keep};
use crate::tx::Tx;

/// Former names that are shown.
const NAMES: i64 = 50;

/// What can be said. The handle stays: addresses, posters and bots name it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name: 1 to 60 characters.
    pub name: String,
    /// What it is about: at most 300 characters.
    pub description: String,
    /// IANA name.
    pub time_zone: String,
    /// The language it speaks, if it says.
    pub language: Option<Language>,
}

/// A name an account had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// What it was called.
    pub name: String,
    /// Until when.
    pub until: Timestamp,
}

/// Changes what an account says of itself. A name that it gives up is kept.
///
/// # Errors
/// [`Error::Invalid`] for a field; `NotFound("account")`.
pub fn change(tx: &mut Tx<'_>, id: AccountId, by: MemberId, profile: &Profile) -> Result<()> {
    check_words(&profile.name, &profile.description, &profile.time_zone)?;
    let before = all::get(tx.conn, id)?;
    let name = profile.name.trim();
    if name != before.name {
        diesel::insert_into(account_names::table)
            .values((
                account_names::id.eq(tx.ids.next::<i64>()),
                account_names::account_id.eq(id),
                account_names::name.eq(before.name),
                account_names::changed_by.eq(Some(by)),
                account_names::created_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    diesel::update(accounts::table.find(id))
        .set((
            accounts::name.eq(name),
            accounts::description.eq(profile.description.trim()),
            accounts::time_zone.eq(&profile.time_zone),
            accounts::language.eq(profile.language.map_or("", Language::as_str)),
        ))
        .execute(tx.conn)?;
    tx.effects.stale.push(id);
    Ok(())
}

/// Gives an account a picture, which must be a stored one of its own, or takes it away.
///
/// # Errors
/// [`Error::Invalid`] for `media_id`; `NotFound("account")`.
pub fn set_picture(tx: &mut Tx<'_>, id: AccountId, key: Option<&str>) -> Result<()> {
    let before = all::get(tx.conn, id)?;
    if let Some(key) = key {
        let picture = check_sendable(tx.conn, key, MediaKind::Image, tx.now)?;
        if picture.account_id != Some(id) {
            return Err(Error::invalid("media_id", "names no stored file"));
        }
        keep(tx.conn, std::iter::once(key))?;
    }
    diesel::update(accounts::table.find(id)).set(accounts::picture_key.eq(key)).execute(tx.conn)?;
    // What nothing else keeps goes with the next sweep.
    let given_up = before.picture_key.filter(|old| Some(old.as_str()) != key);
    if let Some(old) = given_up {
        diesel::update(media::table.filter(media::media_key.eq(old)))
            .filter(media::permanent.eq(false))
            .set(media::expires_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    tx.effects.stale.push(id);
    Ok(())
}

/// The names an account had, newest first.
pub fn former_names(conn: &mut AnyConnection, id: AccountId) -> Result<Vec<Former>> {
    let rows: Vec<(String, Timestamp)> = account_names::table
        .filter(account_names::account_id.eq(id))
        .order(account_names::id.desc())
        .limit(NAMES)
        .select((account_names::name, account_names::created_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, until)| Former { name, until }).collect())
}
