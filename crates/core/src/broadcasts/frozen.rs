//! Lists that were written down before they are sent to: a segment's followers are many, and the
//! transaction that sends must be short.
use crier_schema::AnyConnection;
use crier_schema::Timestamp;
use crier_schema::ids::{FollowerId, ListId};
use crier_schema::tables::{followers, followings, plan_recipients, taggings};
use diesel::dsl::count;
use diesel::prelude::*;

use super::counting::Counted;
use super::quota::{self, Period};
use crate::accounts::Account;
use crate::error::Result;
use crate::ids::FollowingId;
use crate::mint::floor_id;
use crate::tags;
use crate::tx::Tx;

/// A list of followers that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frozen {
    /// Its number.
    pub id: ListId,
    /// When it was begun.
    pub began: Timestamp,
    /// Followers that were meant.
    pub total: i64,
    /// Of them, those who were not blocked.
    pub filtered: i64,
    /// Of them, those who had not had their share: they are in it.
    pub listed: i64,
}

/// Those of a list who still follow and are not blocked. What that costs follows from who left or
/// was blocked since the list was begun, and not from its length.
pub(super) fn of_frozen(tx: &mut Tx<'_>, account: &Account, list: Frozen) -> Result<Counted> {
    let lost = left_since(tx.conn, account, list)? + blocked_in(tx.conn, account, list)?;
    Ok(Counted {
        total: list.total,
        filtered: list.filtered - lost,
        sent: list.listed - lost,
        frozen: Some(list.id),
        ..Counted::default()
    })
}

/// Clocks of nodes differ by less: who left before the list was begun is not in it anyway.
const SKEW: chrono::Duration = chrono::Duration::minutes(1);

fn left_since(conn: &mut AnyConnection, account: &Account, list: Frozen) -> Result<i64> {
    let since = FollowingId(floor_id(list.began.plus(-SKEW)));
    Ok(followings::table
        .inner_join(followers::table.on(followers::id.eq(followings::follower_id)))
        .inner_join(
            plan_recipients::table.on(plan_recipients::follower_id.eq(followings::follower_id)),
        )
        .filter(followings::account_id.eq(account.id).and(followings::id.ge(since)))
        .filter(plan_recipients::list_id.eq(list.id))
        .filter(followers::unfollowed_at.is_not_null())
        .select(count(followings::follower_id).aggregate_distinct())
        .get_result(conn)?)
}

/// The blocked are few, so they are asked; who left is not among them.
fn blocked_in(conn: &mut AnyConnection, account: &Account, list: Frozen) -> Result<i64> {
    let blocked = tags::get(conn, account.id, tags::BLOCKED)?;
    if blocked.follower_count == 0 {
        return Ok(0);
    }
    Ok(taggings::table
        .inner_join(
            plan_recipients::table.on(plan_recipients::follower_id.eq(taggings::follower_id)),
        )
        .filter(taggings::tag_id.eq(blocked.id).and(taggings::until_seq.is_null()))
        .filter(plan_recipients::list_id.eq(list.id))
        .count()
        .get_result(conn)?)
}

/// Those of these who are not blocked, in the same order.
pub(crate) fn unblocked(conn: &mut AnyConnection, ids: &[FollowerId]) -> Result<Vec<FollowerId>> {
    Ok(followers::table
        .filter(followers::id.eq_any(ids).and(followers::blocked_at.is_null()))
        .order(followers::id.asc())
        .select(followers::id)
        .load(conn)?)
}

/// Those of these who have not had their share by what was sent until now.
pub(crate) fn unsated(
    conn: &mut AnyConnection,
    account: &Account,
    mut ids: Vec<FollowerId>,
    now: Timestamp,
) -> Result<Vec<FollowerId>> {
    let seq = account.last_broadcast_seq + 1;
    let period = Period { first_seq: quota::first_of_month(conn, account, seq, now)?, seq };
    let sated = quota::sated(conn, account, period, &ids)?;
    ids.retain(|id| !sated.contains(id));
    Ok(ids)
}

/// The account's newest broadcast, and the first that counts against the same quota as the next.
pub(crate) fn standing(
    conn: &mut AnyConnection,
    account: &Account,
    now: Timestamp,
) -> Result<(i64, i64)> {
    let seq = account.last_broadcast_seq;
    Ok((seq, quota::first_of_month(conn, account, seq + 1, now)?))
}
