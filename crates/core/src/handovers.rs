//! Handing over: a brand to another of its members, an account to another brand. Both sides are mailed.
use chrono::Duration;
use crier_schema::ids::{AccountId, BrandId, MemberId, OfferId};
use crier_schema::tables::{account_offers, accounts};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::accounts::{self as all, Account};
use crate::brands::{self, Brand};
use crate::error::{Denial, Error, OrMissing, Result};
use crate::mails::{self, Language, Mail, Topic};
use crate::members::{self, Member, Role, Seat};
use crate::mint::{fingerprint, token};
use crate::reviews::{language, owners};
use crate::tx::Tx;
use crate::vault::Vault;

/// How long an offer holds.
pub const LIFETIME: Duration = Duration::days(7);

/// An account on its way to another brand.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = account_offers)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// Which account.
    pub account_id: AccountId,
    /// Whom it is offered to: an owner of the other brand.
    pub email: String,
    /// By whom.
    pub offered_by: MemberId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Makes another member of the brand its owner; whoever gives it becomes what they choose.
///
/// # Errors
/// `NotFound("member")` for somebody who is not in the brand; `same_owner` for oneself.
pub fn give_brand(
    tx: &mut Tx<'_>,
    brand: &Brand,
    from: &Member,
    to: MemberId,
    remain: Role,
    speak: Language,
) -> Result<()> {
    if from.id == to {
        return Err(Error::Conflict("same_owner"));
    }
    let colleagues = members::of_brand(tx.conn, brand.id)?;
    let heir = colleagues.iter().find(|one| one.member.id == to);
    let heir = heir.ok_or(Error::NotFound("member"))?.member.clone();
    members::join(tx, brand.id, to, Role::Owner)?;
    if colleagues.iter().any(|one| one.member.id == from.id) {
        members::join(tx, brand.id, from.id, remain)?;
    }
    let mail = Mail::News {
        topic: Topic::BrandGiven,
        name: brand.name.clone(),
        reason: format!("{} → {}", from.name, heir.name),
        path: "/console/team".into(),
        sealed_token: None,
        language: speak,
    };
    mails::queue(tx, &from.email, &mail)?;
    mails::queue(tx, &heir.email, &mail)?;
    Ok(())
}

/// Offers an account to an owner of another brand, by mail. Offering again replaces the offer before.
///
/// # Errors
/// [`Error::Invalid`] for the e-mail.
pub fn offer(
    tx: &mut Tx<'_>,
    vault: &Vault,
    account: &Account,
    by: &Member,
    email: &str,
) -> Result<Offer> {
    let email = members::clean_email(email)?;
    withdraw(tx, account.id)?;
    let (secret, brand) = (token(), brands::get(tx.conn, account.brand_id)?);
    let offer = Offer {
        id: tx.ids.next(),
        account_id: account.id,
        email,
        offered_by: by.id,
        created_at: tx.now,
        expires_at: tx.now.plus(LIFETIME),
    };
    diesel::insert_into(account_offers::table)
        .values((
            account_offers::id.eq(offer.id),
            account_offers::account_id.eq(offer.account_id),
            account_offers::email.eq(&offer.email),
            account_offers::token_hash.eq(fingerprint(&secret)),
            account_offers::offered_by.eq(offer.offered_by),
            account_offers::created_at.eq(offer.created_at),
            account_offers::expires_at.eq(offer.expires_at),
        ))
        .execute(tx.conn)?;
    let mail = Mail::News {
        topic: Topic::AccountOffered,
        name: account.name.clone(),
        reason: format!("{} ({})", by.name, brand.name),
        path: "/console/offers/".into(),
        sealed_token: Some(vault.seal(&secret)?),
        language: language(account),
    };
    mails::queue(tx, &offer.email, &mail)?;
    Ok(offer)
}

/// Takes an account's offer back; none is no fault.
pub fn withdraw(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let of = account_offers::table.filter(account_offers::account_id.eq(account));
    diesel::delete(of).execute(tx.conn)?;
    Ok(())
}

/// The offer of an account that still holds.
pub fn of_account(
    conn: &mut AnyConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Offer>> {
    let holds = account_offers::expires_at.gt(now);
    let of = account_offers::account_id.eq(account).and(holds);
    Ok(Offer::query().filter(of).get_result(conn).optional()?)
}

/// What a token offers to this member.
///
/// # Errors
/// `NotFound("offer")`, also when it is somebody else's or its time is over.
pub fn get(
    conn: &mut AnyConnection,
    token: &str,
    member: &Member,
    now: Timestamp,
) -> Result<(Offer, Account)> {
    let offer: Offer = Offer::query()
        .filter(account_offers::token_hash.eq(fingerprint(token)))
        .filter(account_offers::expires_at.gt(now))
        .filter(account_offers::email.eq(&member.email))
        .get_result(conn)
        .optional()
        .or_missing("offer")?;
    let account = all::get(conn, offer.account_id)?;
    Ok((offer, account))
}

/// Takes an offered account into a brand that the member owns, with everything in it. Members of the
/// brand before see it no longer, and have no part in its inbox.
///
/// # Errors
/// `NotFound("offer")`; [`Denial::Role`] when they do not own the brand; `same_brand`.
pub fn accept(tx: &mut Tx<'_>, token: &str, member: &Member, seat: &Seat) -> Result<Account> {
    let (offer, account) = get(tx.conn, token, member, tx.now)?;
    if seat.role != Role::Owner {
        return Err(Denial::Role.into());
    }
    let (from, to) = (account.brand_id, &seat.brand);
    if from == to.id {
        return Err(Error::Conflict("same_brand"));
    }
    let row = accounts::table.filter(accounts::id.eq(account.id).and(accounts::brand_id.eq(from)));
    let moved = diesel::update(row).set(accounts::brand_id.eq(to.id)).execute(tx.conn)?;
    let taken = diesel::delete(account_offers::table.find(offer.id)).execute(tx.conn)?;
    if moved == 0 || taken == 0 {
        return Err(Error::NotFound("offer"));
    }
    leave_behind(tx, account.id, from, to.id)?;
    tx.effects.stale.push(account.id);
    let mail = Mail::News {
        topic: Topic::AccountMoved,
        name: account.name.clone(),
        reason: to.name.clone(),
        path: "/console".into(),
        sealed_token: None,
        language: language(&account),
    };
    let mut told: Vec<String> = Vec::new();
    for owner in owners(tx.conn, from)?.into_iter().chain(owners(tx.conn, to.id)?) {
        if !told.contains(&owner.email) {
            mails::queue(tx, &owner.email, &mail)?;
            told.push(owner.email);
        }
    }
    Ok(account)
}

/// Members of the brand before who are not in the new one are taken off what they did at the account.
fn leave_behind(tx: &mut Tx<'_>, account: AccountId, from: BrandId, to: BrandId) -> Result<()> {
    let here = members::of_brand(tx.conn, to)?;
    for one in members::of_brand(tx.conn, from)? {
        if !here.iter().any(|stays| stays.member.id == one.member.id) {
            members::leave_inboxes_of(tx, &[account], one.member.id)?;
        }
    }
    Ok(())
}
