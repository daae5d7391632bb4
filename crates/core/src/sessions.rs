//! Sessions: members who are signed in to the console. The browser holds a token, the database its
//! fingerprint.
use chrono::Duration;
use crier_schema::ids::{BrandId, MemberId};
use crier_schema::tables::{members as staff, sessions};
use crier_schema::{AnyConnection, Timestamp};

use diesel::prelude::*;

use crate::App;
use crate::activities::{self, Deed};
use crate::brands;
use crate::error::{Denial, Error, Result};
use crate::members::{self, Member, Seat};
use crate::mint::{fingerprint, token};
use crate::second_steps;
use crate::sign_in_rules;
use crate::tx::Tx;

/// How long a session lasts after it was last used.
pub const LIFETIME: Duration = Duration::days(14);
/// A use within this time of the last one is not stored: a page asks many times.
const GRAIN: Duration = Duration::hours(1);
/// Characters of a user agent that are kept.
const USER_AGENT: usize = 200;

/// A session with its member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who is signed in.
    pub member: Member,
    /// Their brands that this session sees, by name; the first of them in a platform administrator's,
    /// which sees all: [`Session::seat`] and [`Session::named`] know the others.
    pub seats: Vec<Seat>,
    /// The brand whose provider vouched for them, which is all that the session sees.
    pub only_brand: Option<BrandId>,
    /// Whether a second step must be set up before anything else.
    pub owes_second_step: bool,
    /// What their forms must carry.
    pub csrf: String,
    /// Fingerprint of the token.
    pub token_hash: String,
    /// When it was last used, within an hour.
    pub seen_at: Timestamp,
    /// When it ends, unless it is used before.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether its use must be stored.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.seen_at.plus(GRAIN) <= now
    }

    /// What the member is in this brand, if the session sees it.
    pub fn seat(&self, conn: &mut AnyConnection, brand: BrandId) -> Result<Option<Seat>> {
        let known = self.seats.iter().find(|seat| seat.brand.id == brand);
        if known.is_some() || !self.member.platform_admin {
            return Ok(known.cloned());
        }
        members::seat(conn, &self.member, brand)
    }

    /// The first brands that it sees with these words in the name.
    pub fn named(&self, conn: &mut AnyConnection, words: &str, limit: i64) -> Result<Vec<Seat>> {
        if self.member.platform_admin {
            return Ok(members::owned(brands::page(conn, words, limit)?));
        }
        let words = words.to_lowercase();
        let named = self.seats.iter().filter(|it| it.brand.name.to_lowercase().contains(&words));
        Ok(named.take(usize::try_from(limit).unwrap_or_default()).cloned().collect())
    }

    /// Checks that it may change how the member signs in: whom a brand's provider vouched for may be
    /// somebody else in their other brands.
    ///
    /// # Errors
    /// [`Denial::Role`].
    pub fn check_own(&self) -> Result<()> {
        if self.only_brand.is_none() { Ok(()) } else { Err(Denial::Role.into()) }
    }
}

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The network address.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// The IANA time zone it is in; empty where it did not say.
    pub time_zone: String,
}

/// Begins a session and says its token, which is not stored.
pub fn begin(tx: &mut Tx<'_>, member: MemberId, user_agent: &str) -> Result<String> {
    begin_for(tx, member, user_agent, None)
}

/// The same, that sees one brand alone.
fn begin_for(
    tx: &mut Tx<'_>,
    member: MemberId,
    user_agent: &str,
    only_brand: Option<BrandId>,
) -> Result<String> {
    let secret = token();
    let user_agent: String =
        user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect();
    diesel::insert_into(sessions::table)
        .values((
            sessions::token_hash.eq(fingerprint(&secret)),
            sessions::member_id.eq(member),
            sessions::csrf.eq(token()),
            sessions::user_agent.eq(user_agent),
            sessions::created_at.eq(tx.now),
            sessions::seen_at.eq(tx.now),
            sessions::expires_at.eq(tx.now.plus(LIFETIME)),
            sessions::only_brand.eq(only_brand),
        ))
        .execute(tx.conn)?;
    Ok(secret)
}

/// Signs a member in: what [`begin`] does, and the record of it in their brands' logs.
pub(crate) fn enter(
    tx: &mut Tx<'_>,
    member: MemberId,
    from: &Visitor,
    only_brand: Option<BrandId>,
) -> Result<String> {
    let deed = Deed::of(&members::get(tx.conn, member)?, &from.address, "sign-in");
    activities::record_everywhere(tx, member, &deed)?;
    members::learn_zone(tx, member, &from.time_zone)?;
    begin_for(tx, member, &from.user_agent, only_brand)
}

type Row = (Member, String, String, Timestamp, Timestamp, Option<BrandId>);

/// The session of this token, unless it has ended.
pub fn find(conn: &mut AnyConnection, token: &str, now: Timestamp) -> Result<Option<Session>> {
    let found: Option<Row> = sessions::table
        .inner_join(staff::table.on(staff::id.eq(sessions::member_id)))
        .filter(sessions::token_hash.eq(fingerprint(token)).and(sessions::expires_at.gt(now)))
        .select((
            Member::as_select(),
            sessions::csrf,
            sessions::token_hash,
            sessions::seen_at,
            sessions::expires_at,
            sessions::only_brand,
        ))
        .get_result(conn)
        .optional()?;
    let Some((mut member, csrf, token_hash, seen_at, expires_at, only_brand)) = found else {
        return Ok(None);
    };
    // A provider speaks for its brand, not for the installation.
    member.platform_admin &= only_brand.is_none();
    let (seats, wanted) = seats(conn, &member, only_brand)?;
    let owes_second_step = wanted && !second_steps::of(conn, member.id)?.is_on();
    Ok(Some(Session {
        member,
        seats,
        only_brand,
        owes_second_step,
        csrf,
        token_hash,
        seen_at,
        expires_at,
    }))
}

/// The brands a session sees, and whether one of them wants a second step of this member. Platform
/// administrators see to it themselves: they own every brand.
fn seats(
    conn: &mut AnyConnection,
    member: &Member,
    only_brand: Option<BrandId>,
) -> Result<(Vec<Seat>, bool)> {
    let mut seats = members::seats(conn, member)?;
    if member.platform_admin {
        return Ok((seats, false));
    }
    if only_brand.is_some() {
        seats.retain(|seat| Some(seat.brand.id) == only_brand);
        return Ok((seats, false));
    }
    let ids: Vec<BrandId> = seats.iter().map(|seat| seat.brand.id).collect();
    let rules = sign_in_rules::of_brands(conn, &ids)?;
    let closed = |id| rules.iter().any(|rules| rules.brand_id == id && !rules.passwords);
    seats.retain(|seat| !closed(seat.brand.id));
    let wanted = rules.iter().any(|rules| rules.second_step && rules.passwords);
    Ok((seats, wanted))
}

/// Checks that a session without a provider's word would see something.
///
/// # Errors
/// `single_sign_on_only`.
pub(crate) fn check_open(conn: &mut AnyConnection, member: &Member) -> Result<()> {
    let all = members::seats(conn, member)?;
    if !all.is_empty() && seats(conn, member, None)?.0.is_empty() {
        return Err(Error::Conflict("single_sign_on_only"));
    }
    Ok(())
}

/// A session as its member sees it among the others.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = sessions)]
pub struct Device {
    /// Names the session; no secret.
    pub token_hash: String,
    /// What the browser calls itself.
    pub user_agent: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was last used, within an hour.
    pub seen_at: Timestamp,
    /// The brand whose provider vouched, if one did.
    pub only_brand: Option<BrandId>,
}

/// Devices that are shown.
const SHOWN: i64 = 50;

/// Where the session's member is signed in, last used first. A session that a brand's provider
/// vouched for knows of its like alone.
pub fn beside(conn: &mut AnyConnection, session: &Session, now: Timestamp) -> Result<Vec<Device>> {
    let of = sessions::member_id.eq(session.member.id);
    let mut devices: Vec<Device> = Device::query()
        .filter(of.and(sessions::expires_at.gt(now)))
        .order((sessions::seen_at.desc(), sessions::created_at.desc()))
        .limit(SHOWN)
        .load(conn)?;
    devices.retain(|it| session.only_brand.is_none() || it.only_brand == session.only_brand);
    Ok(devices)
}

/// Ends one of those.
///
/// # Errors
/// `NotFound("session")`, also for somebody else's.
pub fn end_beside(tx: &mut Tx<'_>, session: &Session, token_hash: &str) -> Result<()> {
    let now = tx.now;
    let known = beside(tx.conn, session, now)?.iter().any(|it| it.token_hash == token_hash);
    if known { end(tx, token_hash) } else { Err(Error::NotFound("session")) }
}

/// Ends all of those but the session itself.
pub fn end_all_beside(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    if session.only_brand.is_none() {
        return end_others(tx, session.member.id, &session.token_hash);
    }
    let now = tx.now;
    let others = beside(tx.conn, session, now)?.into_iter().map(|it| it.token_hash);
    let others: Vec<String> = others.filter(|hash| *hash != session.token_hash).collect();
    let rows = sessions::table.filter(sessions::token_hash.eq_any(others));
    diesel::delete(rows).execute(tx.conn)?;
    Ok(())
}

/// Stores that a session is used, which moves its end.
pub fn touch(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::update(sessions::table.find(token_hash))
        .set((sessions::seen_at.eq(tx.now), sessions::expires_at.eq(tx.now.plus(LIFETIME))))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::delete(sessions::table.find(token_hash)).execute(tx.conn)?;
    Ok(())
}

/// Ends a member's sessions but the one they are in: after a new password.
pub fn end_others(tx: &mut Tx<'_>, member: MemberId, keep: &str) -> Result<()> {
    let others =
        sessions::table.filter(sessions::member_id.eq(member).and(sessions::token_hash.ne(keep)));
    diesel::delete(others).execute(tx.conn)?;
    Ok(())
}

/// Removes up to `limit` sessions that have ended, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<String> = sessions::table
        .filter(sessions::expires_at.le(tx.now))
        .order(sessions::expires_at.asc())
        .limit(limit)
        .select(sessions::token_hash)
        .load(tx.conn)?;
    // Said again in the statement: one may have been used since it was found.
    let rows = sessions::table
        .filter(sessions::token_hash.eq_any(ended).and(sessions::expires_at.le(tx.now)));
    Ok(diesel::delete(rows).execute(tx.conn)?)
}

impl App {
    /// The session of a browser's token; its use moves its end.
    pub async fn session(&self, token: &str) -> Result<Option<Session>> {
        let (token, now) = (token.to_owned(), self.clock.now());
        let found = self.read(move |conn| find(conn, &token, now)).await?;
        if let Some(session) = found.as_ref().filter(|session| session.is_stale(now)) {
            let token_hash = session.token_hash.clone();
            self.write(move |tx| touch(tx, &token_hash)).await?;
        }
        Ok(found)
    }
}
