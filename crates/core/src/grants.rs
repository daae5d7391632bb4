//! Web sign-in: a follower lets an account's web page know who they are. The page gets a code, its
//! backend makes tokens of it (`reference/wechat-api.md` 2.12).
use chrono::Duration;
use crier_schema::ids::{AccountId, FollowerId, GrantId};
use crier_schema::tables::grants;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use crate::accounts::Account;
use crate::endpoints;
use crate::error::{Error, OrMissing, Result};
use crate::followers::{self, Follower};
use crate::mint::{fingerprint, token};
use crate::rights::Right;
use crate::tx::Tx;
use crate::users::{self, User};

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
