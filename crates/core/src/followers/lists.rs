//! Lists of followers, as operator backends ask for them.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, FollowerId};
use crier_schema::tables::{followers, users};
use diesel::prelude::*;

use super::Follower;
use crate::error::Result;
use crate::users::User;

/// An account's followers of these openids, also those who have left. Unknown openids are absent.
pub fn of_openids(
    conn: &mut AnyConnection,
    account: AccountId,
    openids: &[String],
) -> Result<Vec<Follower>> {
    let mut found = Vec::with_capacity(openids.len());
    for openids in openids.chunks(2_000) {
        let page: Vec<Follower> = Follower::query()
            .filter(followers::openid.eq_any(openids).and(followers::account_id.eq(account)))
            .load(conn)?;
        found.extend(page);
    }
    Ok(found)
}

/// As [`of_openids`], each with their user.
pub fn profiles(
    conn: &mut AnyConnection,
    account: AccountId,
    openids: &[String],
) -> Result<Vec<(Follower, User)>> {
    let mut found = Vec::with_capacity(openids.len());
    for openids in openids.chunks(2_000) {
        let page: Vec<(Follower, User)> = followers::table
            .inner_join(users::table.on(users::id.eq(followers::user_id)))
            .filter(followers::openid.eq_any(openids).and(followers::account_id.eq(account)))
            .select((Follower::as_select(), User::as_select()))
            .load(conn)?;
        found.extend(page);
    }
    Ok(found)
}

/// Openids of the account's current followers in the order they first came, after this one.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    after: Option<FollowerId>,
    limit: i64,
) -> Result<Vec<(FollowerId, String)>> {
    Ok(followers::table
        .filter(followers::account_id.eq(account).and(followers::unfollowed_at.is_null()))
        .filter(followers::id.gt(after.unwrap_or(FollowerId(0))))
        .order(followers::id.asc())
        .limit(limit)
        .select((followers::id, followers::openid))
        .load(conn)?)
}
