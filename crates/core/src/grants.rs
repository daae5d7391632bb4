//! Web sign-in: a follower lets an account's web page know who they are. The page gets a code, its
//! backend makes tokens of it (`reference/wechat-api.md` 2.12).
use chrono::Duration;
use crier_schema::ids::{AccountId, FollowerId, GrantId, UserId};
use crier_schema::tables::{followers as followers_table, grants};
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use crate::accounts::Account;
use crate::conversations::{Append, append_one};
use crate::endpoints;
use crate::error::{Error, OrMissing, Result};
use crate::facts::Fact;
use crate::followers::{self, Follower};
use crate::mint::{fingerprint, token};
use crate::rights::Right;
use crate::roster::Roster;
use crate::tx::Tx;
use crate::users::{self, User};
use crate::windows::Effect;

text_enum! {
    /// What a grant lets the account know.
    pub enum Scope {
        /// Who the follower is to the account.
        Base = "base",
        /// Their name and picture too.
        Profile = "profile",
    }
}

/// How long a code can be redeemed.
const CODE: Duration = Duration::minutes(5);
/// How long a user token holds.
pub const ACCESS: Duration = Duration::hours(2);
/// How long a user token can be renewed.
const REFRESH: Duration = Duration::days(30);
/// How long a grant is kept after it can no longer be renewed: longer than its code and its user
/// token hold, so that whoever names one is told that it has ended.
const KEPT: Duration = Duration::days(1);

/// What a code or a renewal gives.
#[derive(Clone)]
pub struct Granted {
    /// The user token; it holds for [`ACCESS`].
    pub access: String,
    /// What renews it.
    pub refresh: String,
    /// Who it is about.
    pub openid: String,
    /// What it lets the account know.
    pub scope: Scope,
}

#[derive(Debug, HasQuery)]
#[diesel(table_name = grants)]
struct Row {
    id: GrantId,
    follower_id: FollowerId,
    scope: Scope,
    code_used: bool,
    code_expires_at: Timestamp,
    access_expires_at: Timestamp,
    refresh_expires_at: Timestamp,
}

/// Grants, and gives the code that says so: it can be redeemed once within five minutes.
///
/// # Errors
/// `Denied(Right(WebSignIn))`.
pub fn add(
    tx: &mut Tx<'_>,
    account: &Account,
    follower: FollowerId,
    scope: Scope,
) -> Result<String> {
    account.may(Right::WebSignIn)?;
    let code = token();
    diesel::insert_into(grants::table)
        .values((
            grants::id.eq(tx.ids.next::<GrantId>()),
            grants::follower_id.eq(follower),
            grants::account_id.eq(account.id),
            grants::scope.eq(scope),
            grants::code_hash.eq(Some(fingerprint(&code))),
            grants::code_used.eq(false),
            grants::code_expires_at.eq(tx.now.plus(CODE)),
            grants::access_expires_at.eq(tx.now),
            grants::refresh_expires_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(code)
}

/// Makes tokens of a code.
///
/// # Errors
/// `NotFound("code")` for an unknown one or another account's; `code_used`; `code_expired`.
pub fn redeem(tx: &mut Tx<'_>, account: AccountId, code: &str) -> Result<Granted> {
    let row: Row = Row::query()
        .filter(grants::code_hash.eq(fingerprint(code)).and(grants::account_id.eq(account)))
        .get_result(tx.conn)
        .optional()
        .or_missing("code")?;
    if row.code_used {
        return Err(Error::Conflict("code_used"));
    }
    if row.code_expires_at <= tx.now {
        return Err(Error::Conflict("code_expired"));
    }
    // Said again in the statement: two nodes may have read the same row.
    let unused = grants::table.filter(grants::id.eq(row.id).and(grants::code_used.eq(false)));
    if diesel::update(unused).set(grants::code_used.eq(true)).execute(tx.conn)? == 0 {
        return Err(Error::Conflict("code_used"));
    }
    let refresh = token();
    diesel::update(grants::table.find(row.id))
        .set((
            grants::refresh_hash.eq(Some(fingerprint(&refresh))),
            grants::refresh_expires_at.eq(tx.now.plus(REFRESH)),
        ))
        .execute(tx.conn)?;
    granted(tx, &row, refresh)
}

/// Renews a user token. What renews it stays the same, and ends thirty days after the code.
///
/// # Errors
/// `NotFound("refresh_token")`; `refresh_token_expired`.
pub fn renew(tx: &mut Tx<'_>, account: AccountId, refresh: &str) -> Result<Granted> {
    let row: Row = Row::query()
        .filter(grants::refresh_hash.eq(fingerprint(refresh)).and(grants::account_id.eq(account)))
        .get_result(tx.conn)
        .optional()
        .or_missing("refresh_token")?;
    if row.refresh_expires_at <= tx.now {
        return Err(Error::Conflict("refresh_token_expired"));
    }
    granted(tx, &row, refresh.to_owned())
}

fn granted(tx: &mut Tx<'_>, row: &Row, refresh: String) -> Result<Granted> {
    let access = token();
    diesel::update(grants::table.find(row.id))
        .set((
            grants::access_hash.eq(Some(fingerprint(&access))),
            grants::access_expires_at.eq(tx.now.plus(ACCESS)),
        ))
        .execute(tx.conn)?;
    let openid = followers::get(tx.conn, row.follower_id)?.openid;
    Ok(Granted { access, refresh, openid, scope: row.scope })
}

/// Whom a user token is about.
///
/// # Errors
/// `NotFound("user_token")`; `user_token_expired`.
pub fn bearer(
    conn: &mut AnyConnection,
    access: &str,
    now: Timestamp,
) -> Result<(Follower, User, Scope)> {
    let row: Row = Row::query()
        .filter(grants::access_hash.eq(fingerprint(access)))
        .get_result(conn)
        .optional()
        .or_missing("user_token")?;
    if row.access_expires_at <= now {
        return Err(Error::Conflict("user_token_expired"));
    }
    let follower = followers::get(conn, row.follower_id)?;
    let user = users::get(conn, follower.user_id)?;
    Ok((follower, user, row.scope))
}

/// What somebody lets an account know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// What.
    pub scope: Scope,
    /// Since when.
    pub granted_at: Timestamp,
    /// Until when, unless they agree again.
    pub expires_at: Timestamp,
}

/// What a user lets an account know, one for each scope.
pub fn consents(
    conn: &mut AnyConnection,
    account: AccountId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Consent>> {
    let Some(follower) = followers::find(conn, account, user)? else { return Ok(Vec::new()) };
    let mut consents: Vec<Consent> = Vec::new();
    for row in holding(conn, follower.id, now)? {
        let (granted_at, expires_at) = (row.code_expires_at.plus(-CODE), row.ends_at());
        match consents.iter_mut().find(|consent| consent.scope == row.scope) {
            Some(consent) => {
                consent.granted_at = consent.granted_at.min(granted_at);
                consent.expires_at = consent.expires_at.max(expires_at);
            }
            None => consents.push(Consent { scope: row.scope, granted_at, expires_at }),
        }
    }
    Ok(consents)
}

/// A follower's grants that hold: a code that can be redeemed, or a user token that can be renewed.
fn holding(conn: &mut AnyConnection, follower: FollowerId, now: Timestamp) -> Result<Vec<Row>> {
    let unused = grants::code_used.eq(false).and(grants::code_expires_at.gt(now));
    Ok(Row::query()
        .filter(grants::follower_id.eq(follower))
        .filter(grants::refresh_expires_at.gt(now).or(unused))
        .order(grants::id.asc())
        .load(conn)?)
}

/// Ends all that a user lets an account know, and tells the account. Its tokens have then expired.
/// Nothing happens where there is nothing to end.
pub fn withdraw(tx: &mut Tx<'_>, roster: &Roster, account: AccountId, user: UserId) -> Result<()> {
    let Some(follower) = followers::find(tx.conn, account, user)? else { return Ok(()) };
    let held = holding(tx.conn, follower.id, tx.now)?;
    let ids: Vec<GrantId> = held.iter().map(|row| row.id).collect();
    let now = tx.now;
    // Said again in the statement: of two at once only one ends them, and tells it.
    let unused = grants::code_used.eq(false).and(grants::code_expires_at.gt(now));
    let rows = grants::table
        .filter(grants::id.eq_any(ids))
        .filter(grants::refresh_expires_at.gt(now).or(unused));
    let ended = diesel::update(rows)
        .set((
            grants::code_expires_at.eq(now),
            grants::access_expires_at.eq(now),
            grants::refresh_expires_at.eq(now),
        ))
        .execute(tx.conn)?;
    if ended == 0 {
        return Ok(());
    }
    let said = |scope: &&Scope| held.iter().any(|row| row.scope == **scope);
    let scopes = Scope::ALL.iter().filter(said).copied().collect();
    let fact = Fact::ConsentWithdrawn { scopes };
    append_one(tx, roster, Append::event(follower.id, fact, Effect::None))?;
    Ok(())
}

/// Tells every account that may know a user's name and picture that they changed.
pub(crate) fn tell_changed(tx: &mut Tx<'_>, roster: &Roster, user: UserId) -> Result<()> {
    let known_as: Vec<FollowerId> = grants::table
        .inner_join(followers_table::table.on(followers_table::id.eq(grants::follower_id)))
        .filter(followers_table::user_id.eq(user).and(grants::scope.eq(Scope::Profile)))
        .filter(grants::refresh_expires_at.gt(tx.now))
        .select(grants::follower_id)
        .distinct()
        .load(tx.conn)?;
    for follower in known_as {
        append_one(tx, roster, Append::event(follower, Fact::ProfileChanged, Effect::None))?;
    }
    Ok(())
}

impl Row {
    /// When it holds no longer.
    fn ends_at(&self) -> Timestamp {
        let by_code = if self.code_used { self.refresh_expires_at } else { self.code_expires_at };
        by_code.max(self.refresh_expires_at)
    }
}

/// Removes up to `limit` grants that ended long ago, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<GrantId> = grants::table
        .filter(grants::refresh_expires_at.lt(tx.now.plus(-KEPT)))
        .order(grants::refresh_expires_at.asc())
        .limit(limit)
        .select(grants::id)
        .load(tx.conn)?;
    Ok(diesel::delete(grants::table.filter(grants::id.eq_any(ended))).execute(tx.conn)?)
}

/// Whether web pages on this host are known to be the account's own: an endpoint of it listens
/// there. A code sent anywhere else lets a stranger sign in as the follower, so that is only done
/// when the follower has seen the host's name and agreed.
pub fn is_own_host(conn: &mut AnyConnection, account: AccountId, host: &str) -> Result<bool> {
    let all = endpoints::all(conn, account)?;
    Ok(all.iter().any(|endpoint| {
        url::Url::parse(&endpoint.url).is_ok_and(|url| url.host_str() == Some(host))
    }))
}
