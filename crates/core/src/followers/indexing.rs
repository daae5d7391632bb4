//! The index that followers are found by: made in the background, a few at a time, of the name and
//! the remark that hold at that moment. Whoever changes either leaves word here.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{AccountId, FollowerId, StaleFollowerId, UserId};
use crier_schema::tables::{follower_texts, follower_words, followers, stale_followers, users};
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::App;
use crate::error::Result;
use crate::rounds;
use crate::tx::Tx;
use crate::words;

/// Between looks for what is stale: so long a new name is not found.
const EVERY: Duration = Duration::from_secs(1);
/// Followers of one step: the writer is held for some 20 ms.
const STEP: i64 = 100;
/// Between steps, so that the first index of many does not keep the writer from messages.
const PAUSE: Duration = Duration::from_millis(30);
/// Rows of one insert: both engines bind fewer than 32,766 values.
const ROWS: usize = 2_000;

#[derive(Insertable)]
#[diesel(table_name = follower_words, treat_none_as_default_value = false)]
struct Entry {
    account_id: AccountId,
    word: String,
    follower_id: FollowerId,
}

/// Leaves word that what this follower is found by has changed.
pub(super) fn stale(tx: &mut Tx<'_>, follower: FollowerId) -> Result<()> {
    let id: StaleFollowerId = tx.ids.next();
    diesel::insert_into(stale_followers::table)
        .values((stale_followers::id.eq(id), stale_followers::follower_id.eq(follower)))
        .execute(tx.conn)?;
    Ok(())
}

/// The same of every follower that a user is.
pub(crate) fn user_stale(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let all: Vec<FollowerId> =
        followers::table.filter(followers::user_id.eq(user)).select(followers::id).load(tx.conn)?;
    all.into_iter().try_for_each(|follower| stale(tx, follower))
}

/// Forgets what a follower is found by: for whoever deletes what is stored about a person.
pub fn unindex(tx: &mut Tx<'_>, account: AccountId, follower: FollowerId) -> Result<()> {
    let text: Option<String> = follower_texts::table
        .find(follower)
        .select(follower_texts::text)
        .get_result(tx.conn)
        .optional()?;
    let gone = text.as_deref().map(words::of).unwrap_or_default();
    remove(tx.conn, account, follower, &gone)?;
    diesel::delete(follower_texts::table.find(follower)).execute(tx.conn)?;
    Ok(())
}

/// Makes the words of up to `limit` followers, and says how many it looked at.
pub fn index(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let due = claimed(tx.conn, limit)?;
    let ids: BTreeSet<FollowerId> = due.iter().map(|(_, follower)| *follower).collect();
    let named = named(tx.conn, &ids)?;
    let before: Vec<(FollowerId, String)> = follower_texts::table
        .filter(follower_texts::follower_id.eq_any(&ids))
        .select((follower_texts::follower_id, follower_texts::text))
        .load(tx.conn)?;
    let before: HashMap<FollowerId, String> = before.into_iter().collect();
    let mut new = Vec::new();
    for (follower, account, text) in named {
        let old = before.get(&follower);
        if old == Some(&text) {
            continue;
        }
        let (had, has) = (old.map(|old| words::of(old)).unwrap_or_default(), words::of(&text));
        let gone = had.difference(&has).cloned().collect();
        remove(tx.conn, account, follower, &gone)?;
        let added = has.difference(&had).cloned();
        new.extend(added.map(|word| Entry { account_id: account, word, follower_id: follower }));
        keep(tx.conn, follower, &text)?;
    }
    for rows in new.chunks(ROWS) {
        let conn = &mut *tx.conn;
        on_each!(
            conn,
            diesel::insert_into(follower_words::table)
                .values(rows)
                .on_conflict_do_nothing()
                .execute(conn)
        )?;
    }
    let done: Vec<StaleFollowerId> = due.iter().map(|(id, _)| *id).collect();
    diesel::delete(stale_followers::table.filter(stale_followers::id.eq_any(done)))
        .execute(tx.conn)?;
    Ok(due.len())
}

/// What is stale and no other node is at.
fn claimed(
    conn: &mut AnyConnection,
    limit: i64,
) -> QueryResult<Vec<(StaleFollowerId, FollowerId)>> {
    let due = stale_followers::table
        .order(stale_followers::id.asc())
        .limit(limit)
        .select((stale_followers::id, stale_followers::follower_id));
    match conn {
        AnyConnection::Postgres(conn) => due.for_update().skip_locked().load(conn),
        AnyConnection::Sqlite(conn) => due.load(conn),
    }
}

/// What these are found by, with their rows held: two nodes that make the words of one follower do
/// so one after the other.
fn named(
    conn: &mut AnyConnection,
    ids: &BTreeSet<FollowerId>,
) -> QueryResult<Vec<(FollowerId, AccountId, String)>> {
    if let AnyConnection::Postgres(conn) = conn {
        followers::table
            .filter(followers::id.eq_any(ids))
            .order(followers::id.asc())
            .select(followers::id)
            .for_no_key_update()
            .load::<FollowerId>(conn)?;
    }
    let rows: Vec<(FollowerId, AccountId, String, String)> = followers::table
        .inner_join(users::table.on(users::id.eq(followers::user_id)))
        .filter(followers::id.eq_any(ids))
        .select((followers::id, followers::account_id, users::name, followers::remark))
        .load(conn)?;
    let text = |(id, account, name, remark): (_, _, String, String)| {
        (id, account, super::finding::text(&name, &remark))
    };
    Ok(rows.into_iter().map(text).collect())
}

fn remove(
    conn: &mut AnyConnection,
    account: AccountId,
    follower: FollowerId,
    words: &BTreeSet<String>,
) -> QueryResult<()> {
    if words.is_empty() {
        return Ok(());
    }
    let of = follower_words::account_id.eq(account).and(follower_words::follower_id.eq(follower));
    let rows = follower_words::table.filter(of.and(follower_words::word.eq_any(words)));
    diesel::delete(rows).execute(conn).map(drop)
}

fn keep(conn: &mut AnyConnection, follower: FollowerId, text: &str) -> QueryResult<()> {
    let row = (follower_texts::follower_id.eq(follower), follower_texts::text.eq(text));
    on_each!(
        conn,
        diesel::insert_into(follower_texts::table)
            .values(row)
            .on_conflict(follower_texts::follower_id)
            .do_update()
            .set(follower_texts::text.eq(text))
            .execute(conn)
    )?;
    Ok(())
}

/// Makes the words of everybody who is stale now.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn index_all(app: &App) -> Result<()> {
    loop {
        let any = app.read(|conn| {
            let first = stale_followers::table.select(stale_followers::id).limit(1);
            Ok(first.load::<StaleFollowerId>(conn)?)
        });
        if any.await?.is_empty() || app.write(|tx| index(tx, STEP)).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Keeps the index as names and remarks are, for as long as the process lives. Every node does.
pub async fn keep_indexed(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(index_all(&app).await, "followers' words were not made");
    }
}
