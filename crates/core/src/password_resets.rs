//! Forgotten passwords: a link by mail that lets its reader choose a new one, once.
use chrono::Duration;
use crier_schema::ids::MemberId;
use crier_schema::tables::password_resets;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::App;
use crate::activities::{self, Deed};
use crate::error::{OrMissing, Result};
use crate::mails::{self, Language, Mail, SignInChange};
use crate::members;
use crate::mint::{fingerprint, token};
use crate::second_steps;
use crate::sessions::{self, Visitor};
use crate::tx::Tx;
use crate::vault::Vault;

/// How long a link holds.
pub const LIFETIME: Duration = Duration::hours(1);

/// Mails a link to the member of this address, if there is one: the link before it holds no more.
pub fn request(tx: &mut Tx<'_>, vault: &Vault, email: &str, language: Language) -> Result<()> {
    let Some(member) = members::find(tx.conn, email)? else { return Ok(()) };
    forget(tx, member.id)?;
    let (secret, expires_at) = (token(), tx.now.plus(LIFETIME));
    diesel::insert_into(password_resets::table)
        .values((
            password_resets::token_hash.eq(fingerprint(&secret)),
            password_resets::member_id.eq(member.id),
            password_resets::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)?;
    let mail = Mail::PasswordReset { sealed_token: vault.seal(&secret)?, expires_at, language };
    mails::queue(tx, &member.email, &mail)?;
    Ok(())
}

/// Whose password a link may change.
///
/// # Errors
/// `NotFound("password_reset")` for one that is unknown, used, replaced or past its time.
pub fn get(conn: &mut AnyConnection, token: &str, now: Timestamp) -> Result<MemberId> {
    password_resets::table
        .find(fingerprint(token))
        .filter(password_resets::expires_at.gt(now))
        .select(password_resets::member_id)
        .get_result(conn)
        .optional()
        .or_missing("password_reset")
}

fn forget(tx: &mut Tx<'_>, member: MemberId) -> Result<()> {
    let of = password_resets::table.filter(password_resets::member_id.eq(member));
    diesel::delete(of).execute(tx.conn)?;
    Ok(())
}

/// Removes up to `limit` links past their time, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<String> = password_resets::table
        .filter(password_resets::expires_at.le(tx.now))
        .limit(limit)
        .select(password_resets::token_hash)
        .load(tx.conn)?;
    let rows = password_resets::table.filter(password_resets::token_hash.eq_any(ended));
    Ok(diesel::delete(rows).execute(tx.conn)?)
}

impl App {
    /// Checks that an address may ask for a link for this e-mail now. What follows,
    /// [`App::mail_password_reset`], is not waited for: its time would tell who is a member.
    ///
    /// # Errors
    /// [`crate::Error::Limited`].
    pub async fn check_password_reset(&self, email: &str, from: &Visitor) -> Result<()> {
        self.limits.sign_in.check(&format!("address:{}", from.address)).await?;
        let email = email.trim().to_lowercase();
        self.limits.codes.check(&format!("reset:{email}")).await
    }

    /// Mails a link to the member of this address, if there is one.
    pub async fn mail_password_reset(&self, email: String, language: Language) -> Result<()> {
        let vault = self.vault.clone();
        self.write(move |tx| request(tx, &vault, &email, language)).await
    }

    /// Sets the password that the reader of a link chose, uses the link up and ends all sessions.
    ///
    /// # Errors
    /// `NotFound("password_reset")`; those of [`members::check_password`]; [`crate::Error::Limited`] after
    /// too many tries from the address.
    pub async fn reset_password(
        &self,
        token: &str,
        password: &str,
        from: &Visitor,
        language: Language,
    ) -> Result<()> {
        self.limits.sign_in.check(&format!("address:{}", from.address)).await?;
        let (token, now) = (token.to_owned(), self.clock.now());
        // Hashing is dear: only who holds a link may cause it.
        let asked = token.clone();
        self.read(move |conn| get(conn, &asked, now)).await?;
        let hash = self.hash_password(password.to_owned()).await?;
        let address = from.address.clone();
        self.write(move |tx| {
            let id = get(tx.conn, &token, tx.now)?;
            let member = members::get(tx.conn, id)?;
            forget(tx, id)?;
            members::set_password(tx, id, &hash)?;
            sessions::end_others(tx, id, "")?;
            activities::record_everywhere(tx, id, &Deed::of(&member, &address, "password-reset"))?;
            second_steps::tell(tx, &member, SignInChange::PasswordChanged, language)
        })
        .await
    }
}
