//! Tags: how an account sorts its followers, and whom it can address a broadcast to
//! (`reference/wechat-api.md` 2.9).
mod blocking;
mod members;

use std::collections::HashMap;

use crier_schema::ids::{AccountId, FollowerId, TagId};
use crier_schema::tables::{accounts, taggings, tags};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

pub use blocking::{MAX_BLOCKED, block, unblock};
pub use members::{MAX_TAGGED, give, page, take};
pub(crate) use members::{come_back, having, leave, usable};

use crate::accounts::has_control;
use crate::error::{Error, OrMissing, Result};
use crate::team_queues;
use crate::tx::Tx;

/// The number of the tag that blocked followers have: the protocol's own, from when tags were groups.
pub const BLOCKED: i64 = 1;
/// The number of the tag for followers who matter most. Accounts give it but cannot change it.
pub const STARRED: i64 = 2;
/// The first number of an account's own tags.
const FIRST: i64 = 100;
/// Tags an account may have of its own.
const MAX: i64 = 100;
/// Characters of a name.
const MAX_NAME: usize = 30;
/// Followers of a tag that can still be removed as a whole.
const MAX_REMOVED: i64 = 100_000;

/// A tag of an account.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = tags)]
pub struct Tag {
    /// Its id in the installation.
    pub id: TagId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its number at the account, by which operators know it.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// How many followers have it now.
    pub follower_count: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The account's tags by number, without that of the blocked. The starred are always among them.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> Result<Vec<Tag>> {
    let mut all: Vec<Tag> = Tag::query()
        .filter(tags::account_id.eq(account).and(tags::number.gt(BLOCKED)))
        .filter(tags::removed_at.is_null())
        .order(tags::number.asc())
        .load(conn)?;
    if all.first().is_none_or(|first| first.number != STARRED) {
        all.insert(0, unused(account, STARRED));
    }
    Ok(all)
}

/// A tag that every account has, before it is given to anybody.
fn unused(account: AccountId, number: i64) -> Tag {
    let name = name_of(number).to_owned();
    let created_at = Timestamp::default();
    Tag { id: TagId(0), account_id: account, number, name, follower_count: 0, created_at }
}

const fn name_of(number: i64) -> &'static str {
    if number == BLOCKED { "黑名单" } else { "星标组" }
}

/// The account's tag of this number.
pub fn find(conn: &mut AnyConnection, account: AccountId, number: i64) -> Result<Option<Tag>> {
    Ok(Tag::query()
        .filter(tags::account_id.eq(account).and(tags::number.eq(number)))
        .filter(tags::removed_at.is_null())
        .get_result(conn)
        .optional()?)
}

/// The account's tag of this number; one that every account has counts even if nobody has it.
///
/// # Errors
/// `NotFound("tag")`.
pub fn get(conn: &mut AnyConnection, account: AccountId, number: i64) -> Result<Tag> {
    match find(conn, account, number)? {
        Some(tag) => Ok(tag),
        None if (BLOCKED..=STARRED).contains(&number) => Ok(unused(account, number)),
        None => Err(Error::NotFound("tag")),
    }
}

/// Makes a tag.
///
/// # Errors
/// [`Error::Invalid`] for the name; `tag_taken`; `too_many_tags`.
pub fn add(tx: &mut Tx<'_>, account: AccountId, name: &str) -> Result<Tag> {
    let name = checked(name)?;
    hold(tx, account)?;
    check_free(tx.conn, account, &name, None)?;
    let own = tags::table.filter(tags::account_id.eq(account).and(tags::number.ge(FIRST)));
    if own.filter(tags::removed_at.is_null()).count().get_result::<i64>(tx.conn)? >= MAX {
        return Err(Error::Conflict("too_many_tags"));
    }
    // Numbers of removed tags are not given again: an operator may still have them somewhere.
    let newest: Option<i64> =
        own.select(tags::number).order(tags::number.desc()).first(tx.conn).optional()?;
    let number = newest.map_or(FIRST, |newest| newest + 1);
    enter(tx, account, number, &name)?;
    get(tx.conn, account, number)
}

fn checked(name: &str) -> Result<String> {
    let name = name.trim();
    if name.chars().count() > MAX_NAME {
        return Err(Error::invalid("tag_name", "must have at most 30 characters"));
    }
    if name.is_empty() || has_control(name) {
        return Err(Error::invalid("tag", "must have a name"));
    }
    Ok(name.to_owned())
}

fn check_free(
    conn: &mut AnyConnection,
    account: AccountId,
    name: &str,
    own: Option<TagId>,
) -> Result<()> {
    let taken: Option<TagId> = tags::table
        .filter(tags::account_id.eq(account).and(tags::name.eq(name)))
        .filter(tags::removed_at.is_null())
        .select(tags::id)
        .get_result(conn)
        .optional()?;
    let system = [BLOCKED, STARRED].iter().any(|number| name_of(*number) == name);
    if system || taken.is_some_and(|id| Some(id) != own) {
        return Err(Error::Conflict("tag_taken"));
    }
    Ok(())
}

fn enter(tx: &mut Tx<'_>, account: AccountId, number: i64, name: &str) -> Result<()> {
    let id: TagId = tx.ids.next();
    let (conn, now) = (&mut *tx.conn, tx.now);
    on_each!(
        conn,
        diesel::insert_into(tags::table)
            .values((
                tags::id.eq(id),
                tags::account_id.eq(account),
                tags::number.eq(number),
                tags::name.eq(name),
                tags::follower_count.eq(0),
                tags::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    Ok(())
}

/// The tag of this number, stored: those that every account has are entered when they are first
/// given.
fn stored(tx: &mut Tx<'_>, account: AccountId, number: i64) -> Result<Tag> {
    if (BLOCKED..=STARRED).contains(&number) && find(tx.conn, account, number)?.is_none() {
        enter(tx, account, number, name_of(number))?;
    }
    find(tx.conn, account, number)?.ok_or(Error::NotFound("tag"))
}

/// Renames a tag.
///
/// # Errors
/// [`Error::Invalid`] for the name; `system_tag`; `NotFound("tag")`; `tag_taken`.
pub fn rename(tx: &mut Tx<'_>, account: AccountId, number: i64, name: &str) -> Result<()> {
    let name = checked(name)?;
    hold(tx, account)?;
    let tag = own(tx.conn, account, number)?;
    check_free(tx.conn, account, &name, Some(tag.id))?;
    diesel::update(tags::table.find(tag.id)).set(tags::name.eq(&name)).execute(tx.conn)?;
    Ok(())
}

/// Removes a tag from everybody. What was sent to it stays with whom it was sent to.
///
/// # Errors
/// `system_tag`; `NotFound("tag")`; `tag_too_large` while more than 100,000 followers have it.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, number: i64) -> Result<()> {
    hold(tx, account)?;
    let tag = own(tx.conn, account, number)?;
    if tag.follower_count > MAX_REMOVED {
        return Err(Error::Conflict("tag_too_large"));
    }
    diesel::update(tags::table.find(tag.id))
        .set(tags::removed_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    team_queues::forget_tag(tx, account, tag.id)
}

fn own(conn: &mut AnyConnection, account: AccountId, number: i64) -> Result<Tag> {
    if (0..FIRST).contains(&number) {
        return Err(Error::Conflict("system_tag"));
    }
    find(conn, account, number)?.ok_or(Error::NotFound("tag"))
}

/// The numbers of the tags each of these followers has, in order, without that of the blocked.
/// Followers without tags are absent.
pub fn of_followers(
    conn: &mut AnyConnection,
    ids: &[FollowerId],
) -> Result<HashMap<FollowerId, Vec<i64>>> {
    let rows: Vec<(FollowerId, i64)> = taggings::table
        .inner_join(tags::table.on(tags::id.eq(taggings::tag_id)))
        .filter(taggings::follower_id.eq_any(ids).and(taggings::until_seq.is_null()))
        .filter(tags::removed_at.is_null().and(tags::number.ne(BLOCKED)))
        .order(tags::number.asc())
        .select((taggings::follower_id, tags::number))
        .load(conn)?;
    let mut found: HashMap<FollowerId, Vec<i64>> = HashMap::new();
    for (follower, number) in rows {
        found.entry(follower).or_default().push(number);
    }
    Ok(found)
}

/// The numbers of the tags a follower has, in order, without that of the blocked.
pub fn of_follower(conn: &mut AnyConnection, follower: FollowerId) -> Result<Vec<i64>> {
    Ok(of_followers(conn, &[follower])?.remove(&follower).unwrap_or_default())
}

/// Holds the account's row, and says the number of its newest broadcast: tags change, and
/// broadcasts are sent, one after the other, so that who has a tag at a broadcast is certain.
pub(crate) fn hold(tx: &mut Tx<'_>, account: AccountId) -> Result<i64> {
    let row = accounts::table.find(account).select(accounts::last_broadcast_seq);
    let seq = match tx.conn {
        AnyConnection::Postgres(conn) => row.for_no_key_update().get_result(conn).optional(),
        // The transaction is the only one that writes.
        AnyConnection::Sqlite(conn) => row.get_result(conn).optional(),
    };
    seq.or_missing("account")
}
