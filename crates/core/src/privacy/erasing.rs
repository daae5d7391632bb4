//! Forgetting somebody. At once they leave, and who they were is taken off what stays: the follower
//! names a user who stands for nobody. What was said goes in small steps behind, so that a long
//! conversation holds nothing up.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, ErasureId, FollowerId, MemberId, UserId};
use crier_schema::tables::{conversations, erasures, followers, users};
use diesel::prelude::*;
use diesel::sql_query;

use super::deliveries as log;
use super::export::filled;
use super::holdings::{Fate, HOLDINGS};
use super::{Erasure, GONE, Person, State, apart, get};
use crate::App;
use crate::arrivals::Source;
use crate::error::Result;
use crate::followers::{unfollow, unindex};
use crate::members::Member;
use crate::mint::{fingerprint, token};
use crate::roster::Roster;
use crate::rounds;
use crate::search;
use crate::tx::Tx;

/// Between looks for what is due.
const PACE: Duration = Duration::from_secs(2);
/// What is remembered elsewhere of who somebody was has gone after this long.
const DELAY: i64 = 3;
/// How long a node may take over one step before another takes it up.
const LEASE: i64 = 120;
/// Before looking again at what is still being delivered.
const LATER: i64 = 30;

/// Forgets somebody: they leave at once, and the rest follows by itself.
///
/// # Errors
/// `NotFound("follower")`.
pub fn erase(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    id: FollowerId,
    by: &Member,
) -> Result<Erasure> {
    erase_for(tx, roster, account, id, (Some(by.id), &by.name))
}

/// The same, for whoever it was by id, if they are known, and name.
///
/// # Errors
/// `NotFound("follower")`.
pub(crate) fn erase_for(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    id: FollowerId,
    (asked_by, asked_name): (Option<MemberId>, &str),
) -> Result<Erasure> {
    let person = get(tx.conn, account, id)?;
    unfollow(tx, roster, account, person.user.id)?;
    let nobody = stand_in(tx, &person)?;
    diesel::update(followers::table.find(id))
        .set((
            followers::user_id.eq(nobody),
            followers::openid.eq(format!("-{}", token())),
            followers::remark.eq(""),
            followers::scene.eq(None::<String>),
            followers::scene_ticket.eq(None::<String>),
            followers::scene_numeric.eq(false),
            followers::source.eq(Source::Other),
        ))
        .execute(tx.conn)?;
    diesel::update(conversations::table.find(id))
        .set(conversations::user_id.eq(nobody))
        .execute(tx.conn)?;
    let erasure = Erasure {
        id: tx.ids.next(),
        account_id: account,
        follower_id: id,
        user_id: Some(person.user.id),
        openid_hash: fingerprint(&person.follower.openid),
        asked_by,
        asked_name: asked_name.to_owned(),
        state: State::Running,
        counts: "{}".to_owned(),
        created_at: tx.now,
        next_at: tx.now.plus(chrono::Duration::seconds(DELAY)),
        finished_at: None,
    };
    diesel::insert_into(erasures::table).values(&erasure).execute(tx.conn)?;
    Ok(erasure)
}

/// A user who stands for nobody: what stays must name one.
fn stand_in(tx: &mut Tx<'_>, person: &Person) -> Result<UserId> {
    let id: UserId = tx.ids.next();
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::host_app_id.eq(person.user.host_app_id),
            users::subject.eq(format!("{GONE}{}", token())),
            users::name.eq(""),
            users::locale.eq(""),
            users::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Forgets what is due, for as long as the process lives.
pub async fn keep_erasing(app: Arc<App>) {
    let mut ticks = rounds::every(PACE);
    loop {
        ticks.tick().await;
        rounds::tell(app.forget_due().await, "somebody is not forgotten yet");
    }
}

impl App {
    /// Takes every step that is due: forgets until something has to be waited for.
    ///
    /// # Errors
    /// When the database cannot be reached; what was done until then stays done.
    pub async fn forget_due(&self) -> Result<()> {
        while let Some(erasure) = self.claim_erasure().await? {
            while !self.forget_some(erasure.id).await? {}
        }
        Ok(())
    }

    async fn claim_erasure(&self) -> Result<Option<Erasure>> {
        let now = self.clock.now();
        let due = move |conn: &mut _| {
            Ok(Erasure::query()
                .filter(erasures::state.eq(State::Running).and(erasures::next_at.le(now)))
                .order(erasures::next_at.asc())
                .first(conn)
                .optional()?)
        };
        let due: Option<Erasure> = self.read(due).await?;
        let Some(due) = due else { return Ok(None) };
        let claimed = self.write(move |tx| {
            let same = erasures::table
                .filter(erasures::id.eq(due.id).and(erasures::next_at.eq(due.next_at)));
            let until = tx.now.plus(chrono::Duration::seconds(LEASE));
            let taken = diesel::update(same).set(erasures::next_at.eq(until)).execute(tx.conn)?;
            Ok((taken == 1).then_some(due))
        });
        claimed.await
    }

    /// Takes one step. Whether nothing can be done now: all is forgotten, or something must end first.
    async fn forget_some(&self, id: ErasureId) -> Result<bool> {
        let now = self.clock.now();
        let (erasure, found) = self
            .read(move |conn| {
                let erasure = Erasure::query().find(id).get_result(conn)?;
                let found = log::find(conn, &erasure, now)?;
                Ok((erasure, found))
            })
            .await?;
        self.write(move |tx| {
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            let mut note = |table, count: usize| *counts.entry(table).or_default() += count as u64;
            search::forget(tx, erasure.follower_id)?;
            unindex(tx, erasure.account_id, erasure.follower_id)?;
            note("messages", apart::messages(tx, &erasure)?);
            note("comments", apart::comments(tx, &erasure)?);
            note("article_visits", apart::visits(tx, &erasure)?);
            note("deliveries", log::remove(tx, &erasure, &found)?);
            for (table, count) in statements(tx, &erasure)? {
                note(table, count);
            }
            let did: u64 = counts.values().sum();
            let counts = added(&erasure, &counts)?;
            let is_over = did == 0 && !found.has_more;
            close(tx, &erasure, counts, (is_over, found.is_pending))?;
            Ok(is_over)
        })
        .await
    }
}

/// What statements alone forget.
fn statements(tx: &mut Tx<'_>, erasure: &Erasure) -> Result<Vec<(&'static str, usize)>> {
    let mut done = Vec::new();
    let Some(user) = erasure.user_id else { return Ok(done) };
    let follower = crate::followers::get(tx.conn, erasure.follower_id)?;
    let mut person = Person { follower, user: crate::users::get(tx.conn, user)? };
    person.follower.account_id = erasure.account_id;
    for holding in HOLDINGS {
        let texts: &[&str] = match &holding.fate {
            Fate::Removed(texts) => texts,
            Fate::Emptied(text) => &[text],
            Fate::Apart | Fate::Stays(_) => &[],
        };
        for text in texts {
            done.push((holding.table, sql_query(filled(text, &person)).execute(tx.conn)?));
        }
    }
    Ok(done)
}

fn added(erasure: &Erasure, more: &BTreeMap<&str, u64>) -> Result<String> {
    let mut counts: BTreeMap<String, u64> = erasure.counted().into_iter().collect();
    for (table, count) in more.iter().filter(|(_, count)| **count > 0) {
        *counts.entry((*table).to_owned()).or_default() += count;
    }
    Ok(serde_json::to_string(&counts)?)
}

fn close(
    tx: &mut Tx<'_>,
    erasure: &Erasure,
    counts: String,
    (is_over, is_pending): (bool, bool),
) -> Result<()> {
    let is_done = is_over && !is_pending;
    let state = if is_done { State::Done } else { State::Running };
    let wait = if is_over { LATER } else { LEASE };
    diesel::update(erasures::table.find(erasure.id))
        .set((
            erasures::counts.eq(counts),
            erasures::state.eq(state),
            erasures::user_id.eq(erasure.user_id.filter(|_| !is_done)),
            erasures::next_at.eq(tx.now.plus(chrono::Duration::seconds(wait))),
            erasures::finished_at.eq(is_done.then_some(tx.now) as Option<Timestamp>),
        ))
        .execute(tx.conn)?;
    Ok(())
}
