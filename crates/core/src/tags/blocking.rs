//! Blocking: what a blocked follower writes does not arrive, and nothing is sent to them. They keep
//! following. The blocked have a tag, so that broadcasts and lists find them as they find others.
use std::collections::BTreeSet;

use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, FollowerId, UserId};
use crier_schema::tables::followers;
use diesel::prelude::*;

use super::members::{begin, end, having, named};
use super::{BLOCKED, hold, stored};
use crate::error::Result;
use crate::tx::{Live, News, Tx};

/// Followers of one call.
pub const MAX_BLOCKED: usize = 20;

/// Blocks followers. Who is blocked already stays so.
///
/// # Errors
/// As [`super::give`].
pub fn block(tx: &mut Tx<'_>, account: AccountId, openids: &[String]) -> Result<()> {
    let ids = named(tx, account, openids, MAX_BLOCKED)?;
    let seq = hold(tx, account)?;
    let tag = stored(tx, account, BLOCKED)?.id;
    let have: BTreeSet<FollowerId> = having(tx.conn, tag, &ids)?.into_keys().collect();
    let new: Vec<FollowerId> = ids.difference(&have).copied().collect();
    begin(tx, tag, &new, seq)?;
    let now = tx.now;
    mark(tx, account, &ids, Some(now))
}

/// Ends a block.
///
/// # Errors
/// As [`super::give`].
pub fn unblock(tx: &mut Tx<'_>, account: AccountId, openids: &[String]) -> Result<()> {
    let ids = named(tx, account, openids, MAX_BLOCKED)?;
    let seq = hold(tx, account)?;
    let tag = stored(tx, account, BLOCKED)?.id;
    end(tx, tag, &ids, seq)?;
    mark(tx, account, &ids, None)
}

/// Streams that are open learn of it at once: they decide by themselves who a broadcast to everybody
/// is for.
fn mark(
    tx: &mut Tx<'_>,
    account: AccountId,
    ids: &BTreeSet<FollowerId>,
    at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(followers::table.filter(followers::id.eq_any(ids)))
        .set(followers::blocked_at.eq(at))
        .execute(tx.conn)?;
    let users: Vec<(FollowerId, UserId)> = followers::table
        .filter(followers::id.eq_any(ids))
        .select((followers::id, followers::user_id))
        .load(tx.conn)?;
    for (follower, user) in users {
        let news = News::Following { follower };
        tx.effects.live.push(Live { account, user: Some(user), news });
    }
    Ok(())
}
