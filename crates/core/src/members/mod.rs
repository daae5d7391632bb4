//! Members: the people who look after a brand's accounts, and what their roles let them do.
mod passwords;
mod removals;
mod roles;

use crier_schema::ids::{AccountId, BrandId, MemberId};
use crier_schema::tables::{self, members, memberships};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

pub use passwords::{Passwords, check_password, hash_password, password_is};
pub(crate) use removals::was_removed;
pub use roles::{Permission, Role, allows, permissions};

use crate::accounts::{self, check_zone, has_control};
use crate::agents;
use crate::brands::{self, Brand};
use crate::cases;
use crate::error::{Denial, Error, OrMissing, Result};
use crate::invitations;
use crate::team_queues;
use crate::tx::Tx;

/// Brands that a platform administrator's session holds.
pub const NEAR: i64 = 12;

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = members)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Where they are written to and what they sign in with, in lower case.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Whether they look after the installation: an owner of every brand.
    pub platform_admin: bool,
    /// When they joined.
    pub created_at: Timestamp,
    time_zone: String,
}

impl Member {
    /// The IANA time zone that they read times in where no account has one: UTC until it is known.
    pub fn zone(&self) -> &str {
        if self.time_zone.is_empty() { "UTC" } else { &self.time_zone }
    }
}

/// A member of one brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub member: Member,
    /// As what.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
}

/// One brand of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The brand.
    pub brand: Brand,
    /// What they are in it.
    pub role: Role,
}

impl Seat {
    /// Whether the role gives the permission.
    ///
    /// # Errors
    /// [`Denial::Role`].
    pub fn may(&self, permission: Permission) -> Result<()> {
        if allows(self.role, permission) { Ok(()) } else { Err(Denial::Role.into()) }
    }
}

/// An e-mail address as it is stored: trimmed, in lower case.
///
/// # Errors
/// [`Error::Invalid`] for what no mail can be sent to.
pub fn clean_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let wrong = || Error::invalid("email", "must be an address such as ada@example.com");
    let (local, domain) = email.rsplit_once('@').ok_or_else(wrong)?;
    let local_fine = (1..=64).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_graphic() && !b"@<>()[],;:\\\"".contains(&byte));
    let label_fine = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let domain_fine = domain.len() <= 189 && domain.split('.').all(label_fine);
    if local_fine && domain_fine { Ok(email) } else { Err(wrong()) }
}

fn clean_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || has_control(name) {
        return Err(Error::invalid("name", "must have 1 to 60 characters"));
    }
    Ok(name.to_owned())
}

/// Makes a member. `password_hash` comes from [`hash_password`].
///
/// # Errors
/// [`Error::Invalid`] for a field; `email_taken`.
pub fn create(
    tx: &mut Tx<'_>,
    email: &str,
    name: &str,
    password_hash: &str,
    platform_admin: bool,
) -> Result<Member> {
    let member = Member {
        id: tx.ids.next(),
        email: clean_email(email)?,
        name: clean_name(name)?,
        platform_admin,
        created_at: tx.now,
        time_zone: String::new(),
    };
    if find(tx.conn, &member.email)?.is_some() {
        return Err(Error::Conflict("email_taken"));
    }
    diesel::insert_into(members::table)
        .values((
            members::id.eq(member.id),
            members::email.eq(&member.email),
            members::name.eq(&member.name),
            members::password_hash.eq(password_hash),
            members::platform_admin.eq(member.platform_admin),
            members::created_at.eq(member.created_at),
            members::time_zone.eq(&member.time_zone),
        ))
        .execute(tx.conn)?;
    Ok(member)
}

/// The member of this id.
pub fn get(conn: &mut AnyConnection, id: MemberId) -> Result<Member> {
    Member::query().find(id).get_result(conn).optional().or_missing("member")
}

/// The member of this e-mail address, in any case.
pub fn find(conn: &mut AnyConnection, email: &str) -> Result<Option<Member>> {
    let email = email.trim().to_lowercase();
    Ok(Member::query().filter(members::email.eq(email)).get_result(conn).optional()?)
}

/// The names of these members, to show who wrote.
pub fn names(conn: &mut AnyConnection, ids: &[MemberId]) -> Result<Vec<(MemberId, String)>> {
    let of = members::table.filter(members::id.eq_any(ids));
    Ok(of.select((members::id, members::name)).load(conn)?)
}

/// The e-mail addresses of these members.
pub fn emails(conn: &mut AnyConnection, ids: &[MemberId]) -> Result<Vec<(MemberId, String)>> {
    let of = members::table.filter(members::id.eq_any(ids));
    Ok(of.select((members::id, members::email)).load(conn)?)
}

pub(crate) fn password_hash(conn: &mut AnyConnection, id: MemberId) -> Result<String> {
    members::table
        .find(id)
        .select(members::password_hash)
        .get_result(conn)
        .optional()
        .or_missing("member")
}

/// Makes a member one of the brand's, or changes their role in it. A removal before that is over. Who
/// may not answer followers any more is taken off conversations and queues.
pub fn join(tx: &mut Tx<'_>, brand: BrandId, member: MemberId, role: Role) -> Result<()> {
    let (conn, now) = (&mut *tx.conn, tx.now);
    on_each!(
        conn,
        diesel::insert_into(memberships::table)
            .values((
                memberships::brand_id.eq(brand),
                memberships::member_id.eq(member),
                memberships::role.eq(role),
                memberships::created_at.eq(now),
            ))
            .on_conflict((memberships::brand_id, memberships::member_id))
            .do_update()
            .set(memberships::role.eq(role))
            .execute(conn)
    )?;
    if !allows(role, Permission::Inbox) {
        leave_inboxes(tx, brand, member)?;
    }
    removals::forget(tx, brand, member)
}

/// A brand's members, longest there first.
pub fn of_brand(conn: &mut AnyConnection, brand: BrandId) -> Result<Vec<Colleague>> {
    let rows: Vec<(Member, Role, Timestamp)> = members::table
        .inner_join(memberships::table.on(memberships::member_id.eq(members::id)))
        .filter(memberships::brand_id.eq(brand))
        .order((memberships::created_at.asc(), members::id.asc()))
        .select((Member::as_select(), memberships::role, memberships::created_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(member, role, since)| Colleague { member, role, since }).collect())
}

/// The member's brands with their role in each, by name. A platform administrator is an owner of all
/// of them, of which these are the first: they may be thousands, and every page asks.
pub fn seats(conn: &mut AnyConnection, member: &Member) -> Result<Vec<Seat>> {
    if member.platform_admin {
        return Ok(owned(brands::page(conn, "", NEAR)?));
    }
    let rows: Vec<(Brand, Role)> = tables::brands::table
        .inner_join(memberships::table.on(memberships::brand_id.eq(tables::brands::id)))
        .filter(memberships::member_id.eq(member.id))
        .order(tables::brands::name.asc())
        .select((Brand::as_select(), memberships::role))
        .load(conn)?;
    Ok(rows.into_iter().map(|(brand, role)| Seat { brand, role }).collect())
}

/// What a member is in this brand, if anything. A platform administrator is an owner of each.
pub fn seat(conn: &mut AnyConnection, member: &Member, brand: BrandId) -> Result<Option<Seat>> {
    let Some(brand) = brands::find(conn, brand)? else { return Ok(None) };
    if member.platform_admin {
        return Ok(owned(vec![brand]).pop());
    }
    let row = memberships::table.find((brand.id, member.id)).select(memberships::role);
    Ok(row.get_result(conn).optional()?.map(|role| Seat { brand, role }))
}

/// Seats of whoever owns these brands.
pub(crate) fn owned(brands: Vec<Brand>) -> Vec<Seat> {
    brands.into_iter().map(|brand| Seat { brand, role: Role::Owner }).collect()
}

/// Changes a member's role in the brand.
///
/// # Errors
/// `NotFound("member")`; `last_owner` when nobody would be left to invite others.
pub fn set_role(tx: &mut Tx<'_>, brand: BrandId, member: MemberId, role: Role) -> Result<()> {
    keep_an_owner(tx, brand, member, role == Role::Owner)?;
    join(tx, brand, member, role)
}

/// Takes a member out of the brand, until an owner invites them again. Their name stays on what they
/// wrote.
///
/// # Errors
/// `NotFound("member")`; `last_owner`.
pub fn leave(tx: &mut Tx<'_>, brand: BrandId, member: MemberId) -> Result<()> {
    keep_an_owner(tx, brand, member, false)?;
    leave_inboxes(tx, brand, member)?;
    diesel::delete(memberships::table.find((brand, member))).execute(tx.conn)?;
    let email = get(tx.conn, member)?.email;
    invitations::void(tx, brand, &email)?;
    removals::remember(tx, brand, member)
}

fn leave_inboxes(tx: &mut Tx<'_>, brand: BrandId, member: MemberId) -> Result<()> {
    let accounts = accounts::of_brand(tx.conn, brand)?;
    leave_inboxes_of(tx, &accounts.iter().map(|one| one.id).collect::<Vec<_>>(), member)
}

/// Takes a member off what they do in the inboxes of accounts: agents, conversations, queues.
pub(crate) fn leave_inboxes_of(
    tx: &mut Tx<'_>,
    accounts: &[AccountId],
    member: MemberId,
) -> Result<()> {
    agents::leave(tx, accounts, member)?;
    cases::leave(tx, accounts, member)?;
    team_queues::leave(tx, accounts, member)
}

fn keep_an_owner(tx: &mut Tx<'_>, brand: BrandId, member: MemberId, stays: bool) -> Result<()> {
    let colleagues = of_brand(tx.conn, brand)?;
    if !colleagues.iter().any(|one| one.member.id == member) {
        return Err(Error::NotFound("member"));
    }
    let another = colleagues.iter().any(|one| one.role == Role::Owner && one.member.id != member);
    if stays || another { Ok(()) } else { Err(Error::Conflict("last_owner")) }
}

/// Changes what a member is called.
///
/// # Errors
/// [`Error::Invalid`] for the name.
pub fn rename(tx: &mut Tx<'_>, id: MemberId, name: &str) -> Result<()> {
    let name = clean_name(name)?;
    diesel::update(members::table.find(id)).set(members::name.eq(name)).execute(tx.conn)?;
    Ok(())
}

/// Whether a member wants a mail when a note mentions them.
pub fn wants_mention_mails(conn: &mut AnyConnection, id: MemberId) -> QueryResult<bool> {
    members::table.find(id).select(members::mention_mails).get_result(conn)
}

/// Says whether a member wants a mail when a note mentions them.
pub fn want_mention_mails(tx: &mut Tx<'_>, id: MemberId, wanted: bool) -> Result<()> {
    let row = members::table.find(id);
    diesel::update(row).set(members::mention_mails.eq(wanted)).execute(tx.conn)?;
    Ok(())
}

/// Changes the time zone that a member reads times in.
///
/// # Errors
/// [`Error::Invalid`] for no IANA name.
pub fn set_zone(tx: &mut Tx<'_>, id: MemberId, zone: &str) -> Result<()> {
    check_zone(zone)?;
    let row = members::table.find(id);
    diesel::update(row).set(members::time_zone.eq(zone)).execute(tx.conn)?;
    Ok(())
}

/// Takes over the zone of a browser that signs in, where the member has chosen none.
pub(crate) fn learn_zone(tx: &mut Tx<'_>, id: MemberId, zone: &str) -> Result<()> {
    if check_zone(zone).is_err() {
        return Ok(());
    }
    let unsaid = members::table.filter(members::id.eq(id).and(members::time_zone.eq("")));
    diesel::update(unsaid).set(members::time_zone.eq(zone)).execute(tx.conn)?;
    Ok(())
}

/// Changes a member's password. `password_hash` comes from [`hash_password`].
pub fn set_password(tx: &mut Tx<'_>, id: MemberId, password_hash: &str) -> Result<()> {
    let row = members::table.find(id);
    diesel::update(row).set(members::password_hash.eq(password_hash)).execute(tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cleaned_and_checked() {
        assert_eq!(clean_email(" Ada@Example.COM ").unwrap(), "ada@example.com");
        assert!(clean_email("root@localhost").is_ok());
        for bad in ["", "ada", "@x.org", "ada@", "a b@x.org", "a@b@x", "a@-x.org", "a@x..org"] {
            assert!(clean_email(bad).is_err(), "{bad}");
        }
        assert!(clean_email("ada@x.org\nBcc: eve@x.org").is_err());
    }
}
