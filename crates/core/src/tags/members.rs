//! Who has a tag. A tagging names the broadcasts it holds for, so that an audience stays what it was
//! when it was sent.
use std::collections::{BTreeMap, BTreeSet};

use crier_schema::ids::{AccountId, FollowerId, TagId};
use crier_schema::tables::{followers, taggings, tags};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{BLOCKED, FIRST, STARRED, Tag, get, hold, stored};
use crate::error::{Error, Result};
use crate::team_queues;
use crate::tx::Tx;

/// Followers of one call.
pub const MAX_TAGGED: usize = 50;
/// Tags of one follower.
const MAX_OF_FOLLOWER: i64 = 20;

#[derive(Insertable)]
#[diesel(table_name = taggings, treat_none_as_default_value = false)]
struct Tagging {
    tag_id: TagId,
    follower_id: FollowerId,
    from_seq: i64,
    until_seq: Option<i64>,
}

/// Gives a tag to followers. Who has it already keeps it.
///
/// # Errors
/// [`Error::Invalid`] for a list that is not 1 to [`MAX_TAGGED`] long; `NotFound("openid")` for
/// somebody unknown or gone, `NotFound("own_openid")` for another account's follower;
/// `NotFound("tag")`; `tags_of_follower` when one would have more than 20. Nobody is tagged then.
pub fn give(tx: &mut Tx<'_>, account: AccountId, number: i64, openids: &[String]) -> Result<()> {
    let ids = named(tx, account, openids, MAX_TAGGED)?;
    let seq = hold(tx, account)?;
    let tag = stored(tx, account, givable(number)?)?.id;
    let have: BTreeSet<FollowerId> = having(tx.conn, tag, &ids)?.into_keys().collect();
    let new: Vec<FollowerId> = ids.difference(&have).copied().collect();
    if has_too_many(tx.conn, &new)? {
        return Err(Error::Conflict("tags_of_follower"));
    }
    begin(tx, tag, &new, seq)?;
    refiled(tx, account, new)
}

/// Takes a tag from followers. Who doesn't have it is passed over.
///
/// # Errors
/// As [`give`], without `tags_of_follower`.
pub fn take(tx: &mut Tx<'_>, account: AccountId, number: i64, openids: &[String]) -> Result<()> {
    let ids = named(tx, account, openids, MAX_TAGGED)?;
    let seq = hold(tx, account)?;
    let tag = stored(tx, account, givable(number)?)?.id;
    end(tx, tag, &ids, seq)?;
    refiled(tx, account, ids)
}

/// Their conversations may belong in another queue now.
fn refiled(
    tx: &mut Tx<'_>,
    account: AccountId,
    ids: impl IntoIterator<Item = FollowerId>,
) -> Result<()> {
    let moved: Vec<_> = ids.into_iter().map(|id| (account, id)).collect();
    team_queues::file_new(tx, &moved)
}

/// The tag of this number, stored, if it can be given to followers.
pub(crate) fn usable(tx: &mut Tx<'_>, account: AccountId, number: i64) -> Result<Tag> {
    stored(tx, account, givable(number)?)
}

fn givable(number: i64) -> Result<i64> {
    let may = number == STARRED || number >= FIRST;
    if may { Ok(number) } else { Err(Error::NotFound("tag")) }
}

/// The followers of these openids, who all follow now, held in the order of their ids: who leaves
/// meanwhile waits, and leaves with all tags taken.
pub(super) fn named(
    tx: &mut Tx<'_>,
    account: AccountId,
    openids: &[String],
    most: usize,
) -> Result<BTreeSet<FollowerId>> {
    if openids.is_empty() || openids.len() > most {
        return Err(Error::invalid("openids", format!("must be 1 to {most} openids")));
    }
    let wanted: BTreeSet<&String> = openids.iter().collect();
    let rows = followers::table
        .filter(followers::openid.eq_any(&wanted))
        .order(followers::id.asc())
        .select((followers::id, followers::account_id, followers::unfollowed_at));
    let rows: Vec<(FollowerId, AccountId, Option<Timestamp>)> = match tx.conn {
        AnyConnection::Postgres(conn) => rows.for_no_key_update().load(conn)?,
        AnyConnection::Sqlite(conn) => rows.load(conn)?,
    };
    if rows.iter().any(|(_, of, _)| *of != account) {
        return Err(Error::NotFound("own_openid"));
    }
    if rows.len() < wanted.len() || rows.iter().any(|(_, _, left)| left.is_some()) {
        return Err(Error::NotFound("openid"));
    }
    Ok(rows.into_iter().map(|(id, ..)| id).collect())
}

/// Who of these has the tag now, and since which broadcast.
pub(crate) fn having(
    conn: &mut AnyConnection,
    tag: TagId,
    ids: &BTreeSet<FollowerId>,
) -> Result<BTreeMap<FollowerId, i64>> {
    let rows: Vec<(FollowerId, i64)> = taggings::table
        .filter(taggings::tag_id.eq(tag).and(taggings::until_seq.is_null()))
        .filter(taggings::follower_id.eq_any(ids))
        .select((taggings::follower_id, taggings::from_seq))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

fn has_too_many(conn: &mut AnyConnection, ids: &[FollowerId]) -> Result<bool> {
    let counts: Vec<(FollowerId, i64)> = taggings::table
        .inner_join(tags::table.on(tags::id.eq(taggings::tag_id)))
        .filter(taggings::follower_id.eq_any(ids).and(taggings::until_seq.is_null()))
        .filter(tags::removed_at.is_null().and(tags::number.ne(BLOCKED)))
        .group_by(taggings::follower_id)
        .select((taggings::follower_id, count_star()))
        .load(conn)?;
    Ok(counts.iter().any(|(_, count)| *count >= MAX_OF_FOLLOWER))
}

/// Stores that these, who don't have it, have the tag from the next broadcast on.
pub(super) fn begin(tx: &mut Tx<'_>, tag: TagId, ids: &[FollowerId], seq: i64) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let of = |follower: &FollowerId| Tagging {
        tag_id: tag,
        follower_id: *follower,
        from_seq: seq,
        until_seq: None,
    };
    let rows: Vec<Tagging> = ids.iter().map(of).collect();
    let conn = &mut *tx.conn;
    on_each!(conn, diesel::insert_into(taggings::table).values(&rows).execute(conn))?;
    count(tx, tag, rows.len() as i64)
}

/// Stores that these have the tag no longer. A tagging that held for no broadcast leaves no trace.
pub(super) fn end(tx: &mut Tx<'_>, tag: TagId, ids: &BTreeSet<FollowerId>, seq: i64) -> Result<()> {
    let having = having(tx.conn, tag, ids)?;
    for (follower, from) in &having {
        end_one(tx, tag, *follower, *from, seq)?;
    }
    count(tx, tag, -(having.len() as i64))
}

fn end_one(tx: &mut Tx<'_>, tag: TagId, follower: FollowerId, from: i64, seq: i64) -> Result<()> {
    let row = taggings::table.find((tag, follower, from));
    if from == seq {
        diesel::delete(row).execute(tx.conn)?;
    } else {
        diesel::update(row).set(taggings::until_seq.eq(Some(seq))).execute(tx.conn)?;
    }
    Ok(())
}

fn count(tx: &mut Tx<'_>, tag: TagId, change: i64) -> Result<()> {
    if change != 0 {
        diesel::update(tags::table.find(tag))
            .set(tags::follower_count.eq(tags::follower_count + change))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Takes every tag from somebody who leaves. The account's row must be held.
pub(crate) fn leave(tx: &mut Tx<'_>, account: AccountId, follower: FollowerId) -> Result<()> {
    let now: Vec<(TagId, i64)> = taggings::table
        .filter(taggings::follower_id.eq(follower).and(taggings::until_seq.is_null()))
        .order(taggings::tag_id.asc())
        .select((taggings::tag_id, taggings::from_seq))
        .load(tx.conn)?;
    if now.is_empty() {
        return Ok(());
    }
    let seq = hold(tx, account)?;
    for (tag, from) in now {
        end_one(tx, tag, follower, from, seq)?;
        count(tx, tag, -1)?;
    }
    refiled(tx, account, [follower])
}

/// Gives the tag of the blocked back to somebody who returns and is blocked still.
pub(crate) fn come_back(tx: &mut Tx<'_>, account: AccountId, follower: FollowerId) -> Result<()> {
    let seq = hold(tx, account)?;
    let tag = stored(tx, account, BLOCKED)?.id;
    begin(tx, tag, &[follower], seq)
}

/// Openids of the followers who have a tag now, in the order they first followed, after this one.
///
/// # Errors
/// `NotFound("tag")`.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    number: i64,
    after: Option<FollowerId>,
    limit: i64,
) -> Result<Vec<String>> {
    let tag = get(conn, account, number)?.id;
    Ok(taggings::table
        .inner_join(followers::table.on(followers::id.eq(taggings::follower_id)))
        .filter(taggings::tag_id.eq(tag).and(taggings::until_seq.is_null()))
        .filter(taggings::follower_id.gt(after.unwrap_or(FollowerId(0))))
        .order(taggings::follower_id.asc())
        .limit(limit)
        .select(followers::openid)
        .load(conn)?)
}
