//! Invitations: how members come to a brand. The mail holds a token, the database its fingerprint.
use chrono::Duration;
use crier_schema::ids::{BrandId, InvitationId, MemberId};
use crier_schema::tables::{brands, invitations};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::App;
use crate::activities::{self, Deed};
use crate::brands::Brand;
use crate::error::{Denial, Error, OrMissing, Result};
use crate::mails::{self, Language, Mail};
use crate::members::{self, Member, Role};
use crate::mint::{fingerprint, token};
use crate::sessions::{self, Visitor};
use crate::tx::Tx;
use crate::vault::Vault;

/// How long an invitation holds.
pub const LIFETIME: Duration = Duration::days(7);
/// How long one past its time is kept, so that it can be sent again.
const KEPT: Duration = Duration::days(90);

/// An open invitation.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// To which brand.
    pub brand_id: BrandId,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// By whom.
    pub invited_by: MemberId,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// An invitation as the invited person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The brand's name.
    pub brand: String,
    /// Whether the e-mail has a member already, who joins by signing in.
    pub known: bool,
}

/// Whom to invite, and how to write to them.
#[derive(Debug, Clone)]
pub struct Draft {
    /// To which brand.
    pub brand: Brand,
    /// Who invites.
    pub inviter: Member,
    /// Whom.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The language of the mail.
    pub language: Language,
}

/// Invites somebody by mail. Inviting again replaces the invitation before it.
///
/// # Errors
/// [`Error::Invalid`] for the e-mail; `already_member`.
pub fn invite(tx: &mut Tx<'_>, vault: &Vault, draft: &Draft) -> Result<Invitation> {
    let email = members::clean_email(&draft.email)?;
    let colleagues = members::of_brand(tx.conn, draft.brand.id)?;
    if colleagues.iter().any(|one| one.member.email == email) {
        return Err(Error::Conflict("already_member"));
    }
    void(tx, draft.brand.id, &email)?;
    let invitation = Invitation {
        id: tx.ids.next(),
        brand_id: draft.brand.id,
        email,
        role: draft.role,
        invited_by: draft.inviter.id,
        created_at: tx.now,
        expires_at: tx.now.plus(LIFETIME),
    };
    let secret = token();
    insert(tx, &invitation, &secret)?;
    let mail = Mail::Invitation {
        brand: draft.brand.name.clone(),
        inviter: draft.inviter.name.clone(),
        role: draft.role,
        sealed_token: vault.seal(&secret)?,
        expires_at: invitation.expires_at,
        language: draft.language,
    };
    mails::queue(tx, &invitation.email, &mail)?;
    Ok(invitation)
}

fn insert(tx: &mut Tx<'_>, invitation: &Invitation, secret: &str) -> Result<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(invitation.id),
            invitations::brand_id.eq(invitation.brand_id),
            invitations::email.eq(&invitation.email),
            invitations::role.eq(invitation.role),
            invitations::token_hash.eq(fingerprint(secret)),
            invitations::invited_by.eq(invitation.invited_by),
            invitations::created_at.eq(invitation.created_at),
            invitations::expires_at.eq(invitation.expires_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A brand's invitations that nobody has accepted, newest first; also those past their time, so
/// that they can be sent again.
pub fn pending(conn: &mut AnyConnection, brand: BrandId) -> Result<Vec<Invitation>> {
    Ok(Invitation::query()
        .filter(invitations::brand_id.eq(brand).and(invitations::accepted_at.is_null()))
        .order(invitations::id.desc())
        .load(conn)?)
}

/// Takes an invitation of the brand back.
///
/// # Errors
/// `NotFound("invitation")`.
pub fn withdraw(tx: &mut Tx<'_>, brand: BrandId, id: InvitationId) -> Result<()> {
    let open = invitations::table
        .filter(invitations::id.eq(id).and(invitations::brand_id.eq(brand)))
        .filter(invitations::accepted_at.is_null());
    match diesel::delete(open).execute(tx.conn)? {
        0 => Err(Error::NotFound("invitation")),
        _ => Ok(()),
    }
}

/// Takes back whatever the brand offered to this address before.
pub(crate) fn void(tx: &mut Tx<'_>, brand: BrandId, email: &str) -> Result<()> {
    let before = invitations::brand_id.eq(brand).and(invitations::email.eq(email));
    diesel::delete(invitations::table.filter(before)).execute(tx.conn)?;
    Ok(())
}

/// What a token offers.
///
/// # Errors
/// `NotFound("invitation")` for one that is unknown, used, taken back or past its time.
pub fn get(conn: &mut AnyConnection, token: &str, now: Timestamp) -> Result<Offer> {
    let (invitation, brand): (Invitation, String) = invitations::table
        .inner_join(brands::table.on(brands::id.eq(invitations::brand_id)))
        .filter(invitations::token_hash.eq(fingerprint(token)))
        .filter(invitations::accepted_at.is_null().and(invitations::expires_at.gt(now)))
        .select((Invitation::as_select(), brands::name))
        .get_result(conn)
        .optional()
        .or_missing("invitation")?;
    let known = members::find(conn, &invitation.email)?.is_some();
    Ok(Offer { invitation, brand, known })
}

/// Accepts for a member who is signed in with the invited e-mail.
///
/// # Errors
/// `NotFound("invitation")`; [`Denial::Credentials`] for another member.
pub fn accept(tx: &mut Tx<'_>, token: &str, member: &Member) -> Result<BrandId> {
    let offer = get(tx.conn, token, tx.now)?;
    if offer.invitation.email != member.email {
        return Err(Denial::Credentials.into());
    }
    use_up(tx, &offer.invitation)?;
    members::join(tx, offer.invitation.brand_id, member.id, offer.invitation.role)?;
    Ok(offer.invitation.brand_id)
}

/// Accepts by becoming a member.
///
/// # Errors
/// `NotFound("invitation")`; `email_taken`; [`Error::Invalid`] for the name.
pub fn accept_as_new(
    tx: &mut Tx<'_>,
    token: &str,
    name: &str,
    password_hash: &str,
) -> Result<Member> {
    let offer = get(tx.conn, token, tx.now)?;
    let member = members::create(tx, &offer.invitation.email, name, password_hash, false)?;
    use_up(tx, &offer.invitation)?;
    members::join(tx, offer.invitation.brand_id, member.id, offer.invitation.role)?;
    Ok(member)
}

/// Uses up the brand's open invitation of this address, if there is one: as what they were invited.
pub(crate) fn take(tx: &mut Tx<'_>, brand: BrandId, email: &str) -> Result<Option<Role>> {
    let open = Invitation::query()
        .filter(invitations::brand_id.eq(brand).and(invitations::email.eq(email)))
        .filter(invitations::accepted_at.is_null().and(invitations::expires_at.gt(tx.now)))
        .get_result(tx.conn)
        .optional()?;
    let Some(invitation) = open else { return Ok(None) };
    use_up(tx, &invitation)?;
    Ok(Some(invitation.role))
}

/// A used row stays until the same person is invited again, or it is swept. The condition makes one
/// of two who accept at once fail.
fn use_up(tx: &mut Tx<'_>, invitation: &Invitation) -> Result<()> {
    let open = invitations::table
        .filter(invitations::id.eq(invitation.id).and(invitations::accepted_at.is_null()));
    match diesel::update(open).set(invitations::accepted_at.eq(Some(tx.now))).execute(tx.conn)? {
        0 => Err(Error::NotFound("invitation")),
        _ => Ok(()),
    }
}

/// Removes up to `limit` invitations that are long past their time, accepted or not, and says how
/// many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let old: Vec<InvitationId> = invitations::table
        .filter(invitations::expires_at.lt(tx.now.plus(-KEPT)))
        .order(invitations::expires_at.asc())
        .limit(limit)
        .select(invitations::id)
        .load(tx.conn)?;
    Ok(diesel::delete(invitations::table.filter(invitations::id.eq_any(old))).execute(tx.conn)?)
}

impl App {
    /// Accepts an invitation by becoming a member, and signs them in: the session's token.
    ///
    /// # Errors
    /// [`Error::Limited`] after too many tries from the address; those of [`accept_as_new`] and
    /// [`members::check_password`].
    pub async fn join_as_new(
        &self,
        token: &str,
        name: &str,
        password: &str,
        from: Visitor,
    ) -> Result<String> {
        self.limits.sign_in.check(&format!("address:{}", from.address)).await?;
        let (token, name, now) = (token.to_owned(), name.to_owned(), self.clock.now());
        // Hashing is dear: only who holds an invitation may cause it.
        let asked = token.clone();
        if self.read(move |conn| get(conn, &asked, now)).await?.known {
            return Err(Error::Conflict("email_taken"));
        }
        let hash = self.hash_password(password.to_owned()).await?;
        self.write(move |tx| {
            let member = accept_as_new(tx, &token, &name, &hash)?;
            let deed = Deed::of(&member, &from.address, "join");
            activities::record_everywhere(tx, member.id, &deed)?;
            members::learn_zone(tx, member.id, &from.time_zone)?;
            sessions::begin(tx, member.id, &from.user_agent)
        })
        .await
    }
}
