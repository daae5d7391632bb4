//! The second step at sign-in, after the password: an authenticator app, a passkey, or a recovery
//! code in their place.
use crier_schema::AnyConnection;
use crier_schema::ids::{BrandId, MemberId};
use crier_schema::tables::{memberships, passkeys};
use diesel::prelude::*;

use crate::error::{Denial, Error, Result};
use crate::mails::{self, Language, Mail, SignInChange};
use crate::members::{self, Member};
use crate::tx::Tx;
use crate::vault::Vault;
use crate::{authenticators, brands, recovery_codes, retentions, sessions};

/// What a member has set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondSteps {
    /// Whether an authenticator app counts.
    pub app: bool,
    /// How many passkeys there are.
    pub passkeys: i64,
    /// How many recovery codes are left.
    pub codes: i64,
}

impl SecondSteps {
    /// Whether a password alone is not enough.
    pub const fn is_on(self) -> bool {
        self.app || self.passkeys > 0
    }
}

/// What this member has set up.
pub fn of(conn: &mut AnyConnection, member: MemberId) -> Result<SecondSteps> {
    let keys = passkeys::table.filter(passkeys::member_id.eq(member));
    Ok(SecondSteps {
        app: authenticators::is_on(conn, member)?,
        passkeys: keys.count().get_result(conn)?,
        codes: recovery_codes::left(conn, member)?,
    })
}

/// Uses a code up, of the app or a recovery code.
///
/// # Errors
/// [`Error::Invalid`] for the code: it is wrong, used already or too old.
pub fn spend(tx: &mut Tx<'_>, vault: &Vault, member: MemberId, code: &str) -> Result<()> {
    let fits = authenticators::spend(tx, vault, member, code)?
        || recovery_codes::spend(tx, vault, member, code)?;
    if fits { Ok(()) } else { Err(authenticators::wrong_code()) }
}

/// After a method was taken away: without any, the recovery codes stand for nothing.
pub(crate) fn tidy(tx: &mut Tx<'_>, member: MemberId) -> Result<()> {
    if of(tx.conn, member)?.is_on() { Ok(()) } else { recovery_codes::remove(tx, member) }
}

/// Takes away all that a colleague has set up, who has lost it. Whoever is in other brands as well
/// can be helped by a platform administrator alone: one brand must not open another's door.
///
/// # Errors
/// `NotFound("member")` for nobody of the brand; [`Denial::Role`] for oneself or a platform
/// administrator; `member_elsewhere`.
pub fn reset(
    tx: &mut Tx<'_>,
    brand: BrandId,
    by: &Member,
    member: MemberId,
    language: Language,
) -> Result<Member> {
    let colleagues = members::of_brand(tx.conn, brand)?;
    let colleague = colleagues.into_iter().find(|one| one.member.id == member);
    let member = colleague.ok_or(Error::NotFound("member"))?.member;
    if member.id == by.id || (member.platform_admin && !by.platform_admin) {
        return Err(Denial::Role.into());
    }
    let elsewhere = memberships::table
        .filter(memberships::member_id.eq(member.id).and(memberships::brand_id.ne(brand)))
        .count()
        .get_result::<i64>(tx.conn)?;
    if elsewhere > 0 && !by.platform_admin {
        return Err(Error::Conflict("member_elsewhere"));
    }
    take_away(tx, &member, language)?;
    Ok(member)
}

/// The same for whoever runs the installation, when nobody in it can help any more. The member is
/// signed out everywhere: who holds the second step now may be in.
///
/// # Errors
/// `NotFound("member")` for an address that nobody has.
pub fn reset_by_command(tx: &mut Tx<'_>, email: &str) -> Result<(Member, SecondSteps)> {
    let member = members::find(tx.conn, email)?.ok_or(Error::NotFound("member"))?;
    let had = of(tx.conn, member.id)?;
    let brands = brands::of_member(tx.conn, member.id)?;
    let settings =
        brands.first().map(|brand| retentions::of_brand(tx.conn, brand.id)).transpose()?;
    let language = settings.and_then(|it| it.language).unwrap_or(Language::English);
    take_away(tx, &member, language)?;
    sessions::end_others(tx, member.id, "")?;
    Ok((member, had))
}

fn take_away(tx: &mut Tx<'_>, member: &Member, language: Language) -> Result<()> {
    authenticators::remove(tx, member.id)?;
    recovery_codes::remove(tx, member.id)?;
    diesel::delete(passkeys::table.filter(passkeys::member_id.eq(member.id))).execute(tx.conn)?;
    tell(tx, member, SignInChange::Reset, language)
}

/// Writes to the member that a way to sign in has changed, so that it is noticed if it was not them.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    member: &Member,
    change: SignInChange,
    language: Language,
) -> Result<()> {
    let mail = Mail::SignInChanged { change, at: tx.now, language };
    mails::queue(tx, &member.email, &mail)?;
    Ok(())
}
