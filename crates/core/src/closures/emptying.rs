//! Forgetting the people of accounts that stay closed: some at a time, each as if they had been asked
//! to be forgotten, so that one place says what is stored about people.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{AccountId, ArticleId, FollowerId};
use crier_schema::tables::{article_visits, articles, closures, erasures, favourites, followers};
use diesel::prelude::*;

use super::Closure;
use crate::App;
use crate::error::{Error, Result};
use crate::privacy;
use crate::roster::Roster;
use crate::rounds;
use crate::tx::Tx;

/// Between steps.
const PACE: Duration = Duration::from_secs(2);
/// Closed accounts in one round.
const ACCOUNTS: i64 = 20;
/// People who are being forgotten at once: the rest of the queue is whoever asks for it.
const AT_ONCE: usize = 50;
/// Those who have left that one step looks at: most are forgotten already.
const LOOKED_AT: i64 = 500;

/// Empties what stays closed, for as long as the process lives. Every node does.
pub async fn keep_emptied(app: Arc<App>) {
    let mut ticks = rounds::every(PACE);
    loop {
        ticks.tick().await;
        rounds::tell(app.empty_closed().await, "closed accounts were not looked for");
    }
}

impl App {
    /// Takes one step with each account that is past its time: [`App::forget_due`] does the rest.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn empty_closed(&self) -> Result<()> {
        let now = self.clock.now();
        let due = move |conn: &mut _| {
            Ok(closures::table
                .filter(closures::emptied_at.is_null().and(closures::ends_at.le(now)))
                .order(closures::ends_at.asc())
                .limit(ACCOUNTS)
                .select(closures::account_id)
                .load::<AccountId>(conn)?)
        };
        for id in self.read(due).await? {
            let roster = self.roster.clone();
            let done = self.write(move |tx| step(tx, &roster, id)).await;
            rounds::tell(done, "a closed account is not emptied yet");
        }
        Ok(())
    }
}

fn step(tx: &mut Tx<'_>, roster: &Roster, id: AccountId) -> Result<()> {
    let Some(closure) = held(tx, id)? else { return Ok(()) };
    let running: Vec<AccountId> = erasures::table
        .filter(erasures::state.eq(privacy::State::Running))
        .order(erasures::next_at.asc())
        .limit(AT_ONCE as i64)
        .select(erasures::account_id)
        .load(tx.conn)?;
    let room = AT_ONCE - running.len();
    if room == 0 {
        return Ok(());
    }
    let here = following(tx, id, room)?;
    for person in &here {
        forget(tx, roster, &closure, *person)?;
    }
    if !here.is_empty() {
        return Ok(());
    }
    let has_more = forget_left(tx, roster, &closure, room)?
        || forget_visits(tx, id)?
        || forget_favourites(tx, id)?;
    if has_more || running.contains(&id) {
        return Ok(());
    }
    diesel::update(closures::table.find(id))
        .set(closures::emptied_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// The closure, whose row is held until the commit: two nodes take one step after another.
fn held(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Closure>> {
    let open = closures::table.filter(closures::account_id.eq(id));
    let open = open.filter(closures::emptied_at.is_null().and(closures::ends_at.le(tx.now)));
    let held =
        diesel::update(open).set(closures::reached.eq(closures::reached)).execute(tx.conn)?;
    if held == 0 { Ok(None) } else { super::of_account(tx.conn, id) }
}

fn following(tx: &mut Tx<'_>, id: AccountId, room: usize) -> Result<Vec<FollowerId>> {
    Ok(followers::table
        .filter(followers::account_id.eq(id).and(followers::unfollowed_at.is_null()))
        .order(followers::id.asc())
        .limit(i64::try_from(room).unwrap_or_default())
        .select(followers::id)
        .load(tx.conn)?)
}

/// Forgets the next of those who have left. Whether there are more.
fn forget_left(
    tx: &mut Tx<'_>,
    roster: &Roster,
    closure: &Closure,
    mut room: usize,
) -> Result<bool> {
    let of =
        followers::account_id.eq(closure.account_id).and(followers::unfollowed_at.is_not_null());
    let left: Vec<FollowerId> = followers::table
        .filter(of.and(followers::id.gt(closure.reached)))
        .order(followers::id.asc())
        .limit(LOOKED_AT)
        .select(followers::id)
        .load(tx.conn)?;
    let mut reached = closure.reached;
    for person in &left {
        if room == 0 {
            break;
        }
        room -= usize::from(forget(tx, roster, closure, *person)?);
        reached = *person;
    }
    diesel::update(closures::table.find(closure.account_id))
        .set(closures::reached.eq(reached))
        .execute(tx.conn)?;
    Ok(!left.is_empty())
}

/// Whether they were somebody still.
fn forget(tx: &mut Tx<'_>, roster: &Roster, closure: &Closure, person: FollowerId) -> Result<bool> {
    let by = (closure.closed_by, &*closure.closed_name);
    match privacy::erase_for(tx, roster, closure.account_id, person, by) {
        Ok(_) => Ok(true),
        Err(Error::NotFound("follower")) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a quarter of an hour of who read what: also of readers who never followed. Whether there
/// was one.
fn forget_visits(tx: &mut Tx<'_>, id: AccountId) -> Result<bool> {
    let of = article_visits::table.filter(article_visits::account_id.eq(id));
    let next: Option<i64> = of
        .order(article_visits::quarter.asc())
        .select(article_visits::quarter)
        .first(tx.conn)
        .optional()?;
    let Some(quarter) = next else { return Ok(false) };
    diesel::delete(of.filter(article_visits::quarter.eq(quarter))).execute(tx.conn)?;
    Ok(true)
}

/// Removes who keeps one of the articles, whether they ever followed or not. Whether there was one.
fn forget_favourites(tx: &mut Tx<'_>, id: AccountId) -> Result<bool> {
    let next: Option<ArticleId> = favourites::table
        .inner_join(articles::table.on(articles::id.eq(favourites::article_id)))
        .filter(articles::account_id.eq(id))
        .select(favourites::article_id)
        .first(tx.conn)
        .optional()?;
    let Some(article) = next else { return Ok(false) };
    let kept = favourites::table.filter(favourites::article_id.eq(article));
    diesel::delete(kept).execute(tx.conn)?;
    Ok(true)
}
