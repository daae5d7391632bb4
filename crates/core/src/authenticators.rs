//! Authenticator apps: a second step at sign-in that shows a new code every half minute (TOTP,
//! RFC 6238). The secret is sealed; a code counts once.
use crier_schema::AnyConnection;
use crier_schema::ids::MemberId;
use crier_schema::tables::authenticators;
use diesel::prelude::*;
use totp_rs::{Algorithm, Builder, Totp};

use crate::clock::random;
use crate::error::{Error, Result};
use crate::mails::{Language, SignInChange};
use crate::members::Member;
use crate::tx::Tx;
use crate::vault::Vault;
use crate::{recovery_codes, second_steps};

/// What apps call the codes of this installation.
const ISSUER: &str = "Crier";

/// What an app is set up with. A secret: shown to the member alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// For typing in, in base 32.
    pub secret: String,
    /// The same as an `otpauth:` address, for the picture to scan.
    pub url: String,
}

/// Begins to set an app up: it counts once [`confirm`] has seen a code of it. Beginning again goes
/// on with the same secret, so that a page may be reloaded.
///
/// # Errors
/// `app_is_on`: one counts already.
pub fn begin(tx: &mut Tx<'_>, vault: &Vault, member: &Member) -> Result<Setup> {
    if let Some(stored) = Stored::find(tx.conn, member.id)? {
        if stored.confirmed_at.is_some() {
            return Err(Error::Conflict("app_is_on"));
        }
        return setup(&stored.totp(vault)?, member);
    }
    let totp = totp(&random::<20>())?;
    diesel::insert_into(authenticators::table)
        .values((
            authenticators::member_id.eq(member.id),
            authenticators::sealed_secret.eq(vault.seal(&totp.secret().to_base32())?),
            authenticators::last_step.eq(0),
            authenticators::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    setup(&totp, member)
}

/// The app that is being set up.
///
/// # Errors
/// `NotFound("authenticator")` when none is.
pub fn pending(conn: &mut AnyConnection, vault: &Vault, member: &Member) -> Result<Setup> {
    let stored = Stored::find(conn, member.id)?.filter(|stored| stored.confirmed_at.is_none());
    setup(&stored.ok_or(Error::NotFound("authenticator"))?.totp(vault)?, member)
}

/// Makes the app count, once it has shown a code. Gives recovery codes if this is the member's
/// first second step.
///
/// # Errors
/// `NotFound("authenticator")`; `app_is_on`; [`Error::Invalid`] for the code.
pub fn confirm(
    tx: &mut Tx<'_>,
    vault: &Vault,
    member: &Member,
    code: &str,
    language: Language,
) -> Result<Vec<String>> {
    let stored = Stored::find(tx.conn, member.id)?.ok_or(Error::NotFound("authenticator"))?;
    if stored.confirmed_at.is_some() {
        return Err(Error::Conflict("app_is_on"));
    }
    let first = !second_steps::of(tx.conn, member.id)?.is_on();
    let step = stored.step_of(vault, code, tx)?.ok_or_else(wrong_code)?;
    diesel::update(authenticators::table.find(member.id))
        .set((authenticators::last_step.eq(step), authenticators::confirmed_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    second_steps::tell(tx, member, SignInChange::AppAdded, language)?;
    if first { recovery_codes::renew(tx, vault, member.id) } else { Ok(Vec::new()) }
}

/// Uses a code of the member's app: whether it is one that was not used before.
pub fn spend(tx: &mut Tx<'_>, vault: &Vault, member: MemberId, code: &str) -> Result<bool> {
    let stored = Stored::find(tx.conn, member)?.filter(|stored| stored.confirmed_at.is_some());
    let Some(stored) = stored else { return Ok(false) };
    let Some(step) = stored.step_of(vault, code, tx)? else { return Ok(false) };
    let unused = authenticators::table
        .filter(authenticators::member_id.eq(member).and(authenticators::last_step.lt(step)));
    Ok(diesel::update(unused).set(authenticators::last_step.eq(step)).execute(tx.conn)? == 1)
}

/// Forgets the member's app.
pub fn remove(tx: &mut Tx<'_>, member: MemberId) -> Result<()> {
    diesel::delete(authenticators::table.find(member)).execute(tx.conn)?;
    Ok(())
}

/// Whether the member has an app that counts.
pub fn is_on(conn: &mut AnyConnection, member: MemberId) -> Result<bool> {
    Ok(Stored::find(conn, member)?.is_some_and(|stored| stored.confirmed_at.is_some()))
}

/// What a wrong code is answered with, whichever kind it was.
pub(crate) fn wrong_code() -> Error {
    Error::invalid("code", "is wrong, used already or too old")
}

#[derive(HasQuery)]
#[diesel(table_name = authenticators)]
struct Stored {
    sealed_secret: String,
    last_step: i64,
    confirmed_at: Option<crier_schema::Timestamp>,
}

impl Stored {
    fn find(conn: &mut AnyConnection, member: MemberId) -> Result<Option<Self>> {
        Ok(Self::query().find(member).get_result(conn).optional()?)
    }

    fn totp(&self, vault: &Vault) -> Result<Totp> {
        let secret = totp_rs::Secret::try_from_base32(vault.open(&self.sealed_secret)?);
        totp(secret.map_err(|error| Error::Internal(error.to_string()))?.as_bytes())
    }

    /// The half minute the code is of, if it is later than that of the last one used.
    fn step_of(&self, vault: &Vault, code: &str, tx: &Tx<'_>) -> Result<Option<i64>> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(tx.now.micros() / 1_000_000).unwrap_or_default();
        let step = self.totp(vault)?.check(&digits, seconds);
        let step = step.and_then(|step| i64::try_from(step).ok());
        Ok(step.filter(|step| *step > self.last_step))
    }
}

/// Six digits, half a minute, and the code before and after: what every app does.
fn totp(secret: &[u8]) -> Result<Totp> {
    let built = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(secret.to_vec())
        .with_issuer(Some(ISSUER))
        .with_account_name("-")
        .build();
    built.map_err(|error| Error::Internal(format!("an authenticator is not made: {error}")))
}

fn setup(totp: &Totp, member: &Member) -> Result<Setup> {
    let secret = totp.secret().to_base32();
    let mut url =
        url::Url::parse("otpauth://totp/").map_err(|error| Error::Internal(error.to_string()))?;
    url.set_path(&format!("{ISSUER}:{}", member.email));
    url.query_pairs_mut().append_pair("secret", &secret).append_pair("issuer", ISSUER);
    Ok(Setup { secret, url: url.into() })
}
