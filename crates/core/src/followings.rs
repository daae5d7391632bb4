//! Followings: the log of who began and who ceased to follow an account. It is only added to, and
//! the account's figures are counted from it.
use crier_schema::ids::{AccountId, FollowerId, FollowingId};
use crier_schema::tables::{accounts, followings};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::arrivals::Source;
use crate::error::{OrMissing, Result};
use crate::tx::Tx;

/// Somebody began or ceased to follow.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = followings)]
pub struct Following {
    /// Its id.
    pub id: FollowingId,
    /// Whether they began.
    pub gained: bool,
    /// How they had come.
    pub source: Source,
    /// When.
    pub created_at: Timestamp,
}

/// When somebody came and went, newest first.
pub fn of_follower(
    conn: &mut AnyConnection,
    follower: FollowerId,
    limit: i64,
) -> QueryResult<Vec<Following>> {
    Following::query()
        .filter(followings::follower_id.eq(follower))
        .order(followings::id.desc())
        .limit(limit)
        .load(conn)
}

/// Counts a follower of the account in or out, and puts it on record with how many follow then.
///
/// # Errors
/// `NotFound("account")`.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    gained: bool,
    source: Source,
) -> Result<()> {
    let total = count(tx, account, if gained { 1 } else { -1 })?;
    // Minted while the account's row is held, so that the log's order is that of the count.
    let id: FollowingId = tx.ids.next();
    diesel::insert_into(followings::table)
        .values((
            followings::id.eq(id),
            followings::account_id.eq(account),
            followings::follower_id.eq(follower),
            followings::gained.eq(gained),
            followings::source.eq(source),
            followings::total.eq(total),
            followings::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Moves the account's count of followers and says where it stands. Its row stays held, so nobody
/// moves the count in between.
fn count(tx: &mut Tx<'_>, account: AccountId, change: i64) -> Result<i64> {
    let row = accounts::table.find(account);
    diesel::update(row)
        .set(accounts::follower_count.eq(accounts::follower_count + change))
        .execute(tx.conn)?;
    let total = row.select(accounts::follower_count);
    total.get_result(tx.conn).optional().or_missing("account")
}
