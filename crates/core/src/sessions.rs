//! Sessions: members who are signed in to the console. The browser holds a token, the database its
//! fingerprint.
use chrono::Duration;
use crier_schema::ids::MemberId;
use crier_schema::tables::{members as staff, sessions};
use crier_schema::{AnyConnection, Timestamp};

use diesel::prelude::*;

use crate::App;
use crate::error::{Denial, Result};
use crate::members::{self, Member, Seat};
use crate::mint::{fingerprint, token};
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
    /// Their brands, by name.
    pub seats: Vec<Seat>,
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
}

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The network address.
    pub address: String,
    /// What the browser calls itself.
    pub user_agent: String,
}

/// Begins a session and says its token, which is not stored.
pub fn begin(tx: &mut Tx<'_>, member: MemberId, user_agent: &str) -> Result<String> {
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
        ))
        .execute(tx.conn)?;
    Ok(secret)
}

/// The session of this token, unless it has ended.
pub fn find(conn: &mut AnyConnection, token: &str, now: Timestamp) -> Result<Option<Session>> {
    let found: Option<(Member, String, String, Timestamp, Timestamp)> = sessions::table
        .inner_join(staff::table.on(staff::id.eq(sessions::member_id)))
        .filter(sessions::token_hash.eq(fingerprint(token)).and(sessions::expires_at.gt(now)))
        .select((
            Member::as_select(),
            sessions::csrf,
            sessions::token_hash,
            sessions::seen_at,
            sessions::expires_at,
        ))
        .get_result(conn)
        .optional()?;
    let Some((member, csrf, token_hash, seen_at, expires_at)) = found else { return Ok(None) };
    let seats = members::seats(conn, &member)?;
    Ok(Some(Session { member, seats, csrf, token_hash, seen_at, expires_at }))
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
    /// Signs a member in: the new session's token.
    ///
    /// # Errors
    /// [`crate::Error::Limited`] after too many tries from the address or for the e-mail;
    /// [`Denial::Credentials`], after the same time whether or not the e-mail is known.
    pub async fn sign_in(&self, email: &str, password: &str, from: Visitor) -> Result<String> {
        self.limits.sign_in.check(&format!("address:{}", from.address)).await?;
        let email = email.trim().to_lowercase();
        self.limits.sign_in.check(&format!("email:{email}")).await?;
        let known = self.read(move |conn| credentials(conn, &email)).await?;
        let (member, hash) = known.unzip();
        let fits = self.password_is(hash, password.to_owned()).await?;
        let Some(member) = member.filter(|_| fits) else { return Err(Denial::Credentials.into()) };
        self.write(move |tx| begin(tx, member.id, &from.user_agent)).await
    }

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

    /// Changes the password of whoever is signed in, and ends their other sessions.
    ///
    /// # Errors
    /// [`Denial::Credentials`] when `current` is wrong; those of
    /// [`members::check_password`]; [`crate::Error::Limited`] after too many tries.
    pub async fn change_password(
        &self,
        session: &Session,
        current: &str,
        wanted: &str,
    ) -> Result<()> {
        let (id, keep) = (session.member.id, session.token_hash.clone());
        members::check_password(wanted)?;
        self.limits.sign_in.check(&format!("email:{}", session.member.email)).await?;
        let hash = self.read(move |conn| members::password_hash(conn, id)).await?;
        if !self.password_is(Some(hash), current.to_owned()).await? {
            return Err(Denial::Credentials.into());
        }
        let hash = self.hash_password(wanted.to_owned()).await?;
        self.write(move |tx| {
            members::set_password(tx, id, &hash)?;
            end_others(tx, id, &keep)
        })
        .await
    }
}

fn credentials(conn: &mut AnyConnection, email: &str) -> Result<Option<(Member, String)>> {
    let Some(member) = members::find(conn, email)? else { return Ok(None) };
    let hash = members::password_hash(conn, member.id)?;
    Ok(Some((member, hash)))
}
