//! Passkeys: keys that a member's device or phone keeps, and that sign in without a password
//! (WebAuthn). They are bound to the host that the installation is reached by.
mod ceremonies;

use crier_schema::ids::{MemberId, PasskeyId};
use crier_schema::tables::passkeys;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use webauthn_rs::prelude::{CredentialID, Passkey as Credential};

use crate::accounts::has_control;
use crate::error::{Error, OrMissing, Result};
use crate::mails::{Language, SignInChange};
use crate::members::Member;
use crate::second_steps;
use crate::tx::Tx;

pub use ceremonies::{Asked, Purpose, relying_party, sweep};

/// Keys of one member.
const MOST: i64 = 20;
/// Characters of a name.
const NAME: usize = 60;

/// A key of a member.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = passkeys)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What the member calls it.
    pub name: String,
    /// Since when there is one.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// A member's keys, oldest first.
pub fn of_member(conn: &mut AnyConnection, member: MemberId) -> Result<Vec<Passkey>> {
    Ok(Passkey::query()
        .filter(passkeys::member_id.eq(member))
        .order(passkeys::id.asc())
        .load(conn)?)
}

/// A key of the member.
///
/// # Errors
/// `NotFound("passkey")`, also for somebody else's.
pub fn get(conn: &mut AnyConnection, member: MemberId, id: PasskeyId) -> Result<Passkey> {
    Passkey::query()
        .find(id)
        .filter(passkeys::member_id.eq(member))
        .get_result(conn)
        .optional()
        .or_missing("passkey")
}

/// Changes what a key is called.
///
/// # Errors
/// [`Error::Invalid`] for the name; `NotFound("passkey")`.
pub fn rename(tx: &mut Tx<'_>, member: MemberId, id: PasskeyId, name: &str) -> Result<()> {
    let name = clean_name(name)?;
    let own = passkeys::table.find(id).filter(passkeys::member_id.eq(member));
    match diesel::update(own).set(passkeys::name.eq(name)).execute(tx.conn)? {
        0 => Err(Error::NotFound("passkey")),
        _ => Ok(()),
    }
}

/// Removes a key. Whoever asks has given their password.
///
/// # Errors
/// `NotFound("passkey")`.
pub fn remove(tx: &mut Tx<'_>, member: &Member, id: PasskeyId, language: Language) -> Result<()> {
    let own = passkeys::table.find(id).filter(passkeys::member_id.eq(member.id));
    if diesel::delete(own).execute(tx.conn)? == 0 {
        return Err(Error::NotFound("passkey"));
    }
    second_steps::tidy(tx, member.id)?;
    second_steps::tell(tx, member, SignInChange::PasskeyRemoved, language)
}

fn clean_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME || has_control(name) {
        return Err(Error::invalid("name", "must have 1 to 60 characters"));
    }
    Ok(name.to_owned())
}

/// A credential's id as it is stored.
fn key_of(id: &CredentialID) -> String {
    hex::encode(id)
}

fn credentials(conn: &mut AnyConnection, member: MemberId) -> Result<Vec<Credential>> {
    let of = passkeys::table.filter(passkeys::member_id.eq(member));
    let stored: Vec<String> = of.select(passkeys::credential).load(conn)?;
    stored.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
}

fn insert(tx: &mut Tx<'_>, member: MemberId, name: &str, credential: &Credential) -> Result<()> {
    let of = passkeys::table.filter(passkeys::member_id.eq(member));
    if of.count().get_result::<i64>(tx.conn)? >= MOST {
        return Err(Error::Conflict("too_many_passkeys"));
    }
    let key = key_of(credential.cred_id());
    let known = passkeys::table.filter(passkeys::credential_id.eq(&key)).select(passkeys::id);
    if known.get_result::<PasskeyId>(tx.conn).optional()?.is_some() {
        return Err(Error::Conflict("passkey_known"));
    }
    diesel::insert_into(passkeys::table)
        .values((
            passkeys::id.eq(tx.ids.next::<PasskeyId>()),
            passkeys::member_id.eq(member),
            passkeys::credential_id.eq(key),
            passkeys::credential.eq(serde_json::to_string(credential)?),
            passkeys::name.eq(clean_name(name)?),
            passkeys::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Whose credential this is, and the credential.
fn find(conn: &mut AnyConnection, id: &CredentialID) -> Result<Option<(MemberId, Credential)>> {
    let found: Option<(MemberId, String)> = passkeys::table
        .filter(passkeys::credential_id.eq(key_of(id)))
        .select((passkeys::member_id, passkeys::credential))
        .get_result(conn)
        .optional()?;
    let Some((member, text)) = found else { return Ok(None) };
    Ok(Some((member, serde_json::from_str(&text)?)))
}

/// Stores that a credential was used, and its counter.
fn touch(tx: &mut Tx<'_>, credential: &Credential) -> Result<()> {
    let row = passkeys::table.filter(passkeys::credential_id.eq(key_of(credential.cred_id())));
    diesel::update(row)
        .set((
            passkeys::credential.eq(serde_json::to_string(credential)?),
            passkeys::used_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    Ok(())
}
