//! Which queue a conversation is in: kept with its case, so that a list and a count read what they
//! show. Whatever changes somebody's tags files them at once; when queues change, a worker files the
//! account's conversations anew, a few at a time.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration as Pause;

use crier_schema::ids::{AccountId, FollowerId, TagId, TeamQueueId};
use crier_schema::tables::{cases, refilings, taggings, team_queue_tags, team_queues};
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::App;
use crate::error::Result;
use crate::rounds;
use crate::tx::Tx;

/// Between looks.
const EVERY: Pause = Pause::from_secs(1);
/// Conversations filed in one transaction.
const BATCH: i64 = 200;

/// Files conversations that have just been said something in; of accounts without queues there is
/// nothing to do.
pub(crate) fn file_new(tx: &mut Tx<'_>, moved: &[(AccountId, FollowerId)]) -> Result<()> {
    let accounts: BTreeSet<AccountId> = moved.iter().map(|(account, _)| *account).collect();
    let with_queues: Vec<AccountId> = team_queues::table
        .filter(team_queues::account_id.eq_any(accounts))
        .select(team_queues::account_id)
        .distinct()
        .load(tx.conn)?;
    for account in with_queues {
        let of_it = moved.iter().filter(|(of, _)| *of == account);
        let followers: Vec<FollowerId> = of_it.map(|(_, follower)| *follower).collect();
        file(tx, account, &followers)?;
    }
    Ok(())
}

/// Puts these conversations into the queues they belong in now.
fn file(tx: &mut Tx<'_>, account: AccountId, followers: &[FollowerId]) -> Result<()> {
    let queues: Vec<(TeamQueueId, TagId)> = team_queues::table
        .inner_join(team_queue_tags::table.on(team_queue_tags::queue_id.eq(team_queues::id)))
        .filter(team_queues::account_id.eq(account))
        .order((team_queues::place.asc(), team_queues::id.asc()))
        .select((team_queues::id, team_queue_tags::tag_id))
        .load(tx.conn)?;
    let now = tagged(tx.conn, followers, &queues)?;
    let before: Vec<(FollowerId, Option<TeamQueueId>)> = cases::table
        .filter(cases::follower_id.eq_any(followers))
        .order(cases::follower_id.asc())
        .select((cases::follower_id, cases::queue_id))
        .load(tx.conn)?;
    for (follower, was) in before {
        let is = now.get(&follower).and_then(|has| {
            queues.iter().find(|(_, tag)| has.contains(tag)).map(|(queue, _)| *queue)
        });
        if is != was {
            diesel::update(cases::table.find(follower))
                .set(cases::queue_id.eq(is))
                .execute(tx.conn)?;
        }
    }
    Ok(())
}

fn tagged(
    conn: &mut AnyConnection,
    followers: &[FollowerId],
    queues: &[(TeamQueueId, TagId)],
) -> QueryResult<BTreeMap<FollowerId, BTreeSet<TagId>>> {
    let wanted: BTreeSet<TagId> = queues.iter().map(|(_, tag)| *tag).collect();
    let mut tagged: BTreeMap<FollowerId, BTreeSet<TagId>> = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(tagged);
    }
    let rows: Vec<(FollowerId, TagId)> = taggings::table
        .filter(taggings::follower_id.eq_any(followers).and(taggings::tag_id.eq_any(wanted)))
        .filter(taggings::until_seq.is_null())
        .select((taggings::follower_id, taggings::tag_id))
        .load(conn)?;
    for (follower, tag) in rows {
        tagged.entry(follower).or_default().insert(tag);
    }
    Ok(tagged)
}

/// Has all of an account's conversations filed anew.
pub(super) fn begin(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let conn = &mut *tx.conn;
    let none = FollowerId(0);
    on_each!(
        conn,
        diesel::insert_into(refilings::table)
            .values((refilings::account_id.eq(account), refilings::last_follower_id.eq(none)))
            .on_conflict(refilings::account_id)
            .do_update()
            .set(refilings::last_follower_id.eq(none))
            .execute(conn)
    )?;
    Ok(())
}

/// Files anew for as long as the process lives. Every node does.
pub async fn keep_filed(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(refile(&app).await, "conversations were not filed anew");
    }
}

/// Files everything anew that is to be, and says how many conversations that were.
///
/// # Errors
/// When the database is away.
pub async fn refile(app: &App) -> Result<usize> {
    let mut filed = 0;
    while app.read(any).await? {
        match app.write(step).await? {
            Some(now) => filed += now,
            None => break,
        }
    }
    Ok(filed)
}

fn any(conn: &mut AnyConnection) -> Result<bool> {
    let first = refilings::table.select(refilings::account_id);
    Ok(first.first::<AccountId>(conn).optional()?.is_some())
}

/// The next conversations of an account; nothing while another node is at it.
fn step(tx: &mut Tx<'_>) -> Result<Option<usize>> {
    let Some((account, last)) = claim(tx)? else { return Ok(None) };
    let next: Vec<FollowerId> = cases::table
        .filter(cases::account_id.eq(account).and(cases::follower_id.gt(last)))
        .order(cases::follower_id.asc())
        .limit(BATCH)
        .select(cases::follower_id)
        .load(tx.conn)?;
    file(tx, account, &next)?;
    match next.last() {
        Some(newest) => diesel::update(refilings::table.find(account))
            .set(refilings::last_follower_id.eq(newest))
            .execute(tx.conn)?,
        None => diesel::delete(refilings::table.find(account)).execute(tx.conn)?,
    };
    Ok(Some(next.len()))
}

fn claim(tx: &mut Tx<'_>) -> QueryResult<Option<(AccountId, FollowerId)>> {
    let first = refilings::table.order(refilings::account_id.asc()).limit(1);
    match tx.conn {
        AnyConnection::Postgres(conn) => {
            first.for_update().skip_locked().get_result(conn).optional()
        }
        AnyConnection::Sqlite(conn) => first.get_result(conn).optional(),
    }
}
