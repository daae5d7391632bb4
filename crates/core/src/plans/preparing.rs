//! Sending what is due. A plan to everybody or to a tag is sent at once; one to a segment is listed
//! first, a chunk in each transaction, and sent when the list is whole. Every step holds the plan and
//! goes on from what is stored: two nodes, or a node and its successor, do each step once.
use crier_schema::ids::{FollowerId, ListId, PlanId};
use crier_schema::tables::{plan_recipients, plans};
use crier_schema::{AnyConnection, Json, Timestamp, on_each};
use diesel::prelude::*;

use super::moves::{discard, step};
use super::{List, Plan, State, Whom, hold, mailing, rules};
use crate::accounts;
use crate::broadcasts::{self, Frozen, Outgoing, To};
use crate::drafts;
use crate::error::{Error, Result};
use crate::roster::Roster;
use crate::segments::{self, Looking};
use crate::tx::Tx;

/// Followers of one chunk: the writer is held for some milliseconds.
pub const CHUNK: i64 = 2_000;
/// How late something may still be sent. What was to be sent at noon is not sent at night.
const LATEST: chrono::Duration = chrono::Duration::hours(1);

/// What plans are sent with.
#[derive(Clone, Copy)]
pub struct Post<'a> {
    /// Who is told of it.
    pub roster: &'a Roster,
    /// What short addresses are made of: no slash at the end.
    pub public_url: &'a str,
}

/// Takes up a plan whose time has come, and says what it became: sent, being listed, waiting for an
/// approval it should have had, or failed because its time is long over.
///
/// # Errors
/// As [`broadcasts::send`].
pub fn begin(tx: &mut Tx<'_>, post: Post<'_>, id: PlanId) -> Result<State> {
    let plan = hold(tx, None, id)?;
    if plan.state != State::Scheduled || plan.send_at.is_none_or(|at| at > tx.now) {
        return Ok(plan.state);
    }
    if plan.send_at.is_some_and(|at| at < tx.now.plus(-LATEST)) {
        fail(tx, &plan, "missed")?;
        return Ok(State::Failed);
    }
    if lacks_approval(tx, &plan)? {
        step(tx, &plan, State::Awaiting)?;
        mailing::waits(tx, &plan, plan.changed_by)?;
        return Ok(State::Awaiting);
    }
    match &plan.whom.0 {
        Whom::All => send(tx, post, &plan, To::All),
        Whom::Tag { number } => send(tx, post, &plan, To::Tag(*number)),
        Whom::Segment { .. } => list_anew(tx, &plan),
    }
}

/// Whether somebody else should have approved it as it is, and nobody did. Articles are written
/// elsewhere: they may have changed since.
fn lacks_approval(tx: &mut Tx<'_>, plan: &Plan) -> Result<bool> {
    let brand = accounts::get(tx.conn, plan.account_id)?.brand_id;
    if !rules::approval_required(tx.conn, brand)? {
        return Ok(false);
    }
    let Some(approved) = plan.approved_at else { return Ok(true) };
    let super::Body::Articles { key } = &plan.body.0 else { return Ok(false) };
    match drafts::preview(tx.conn, key, tx.now) {
        Ok(draft) => Ok(draft.updated_at > approved),
        // That it is gone is told when it is sent.
        Err(Error::NotFound(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

fn list_anew(tx: &mut Tx<'_>, plan: &Plan) -> Result<State> {
    step(tx, plan, State::Preparing)?;
    let account = accounts::get(tx.conn, plan.account_id)?;
    let (seq, first_seq) = broadcasts::standing(tx.conn, &account, tx.now)?;
    let list = List {
        id: tx.ids.next(),
        after: 0,
        whole: false,
        began: tx.now,
        seq,
        first_seq,
        total: 0,
        filtered: 0,
        listed: 0,
    };
    keep(tx, plan.id, &list)?;
    Ok(State::Preparing)
}

fn keep(tx: &mut Tx<'_>, id: PlanId, list: &List) -> Result<()> {
    let text = Json::to_text(list)?;
    diesel::update(plans::table.find(id)).set(plans::list.eq(Some(text))).execute(tx.conn)?;
    Ok(())
}

/// Some of those a plan is to be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    list: List,
    ids: Vec<FollowerId>,
    next: Option<FollowerId>,
    total: i64,
    filtered: i64,
}

/// Finds the next of a plan that is being listed: reading only, so that the writer is not held.
/// `None` when the list is whole, or the plan is elsewhere.
pub fn next(conn: &mut AnyConnection, id: PlanId, now: Timestamp) -> Result<Option<Chunk>> {
    let found: Option<Plan> = Plan::query().find(id).get_result(conn).optional()?;
    let Some(plan) = found.filter(|plan| plan.state == State::Preparing) else { return Ok(None) };
    let (Some(list), Whom::Segment { rule, .. }) = (plan.list(), &plan.whom.0) else {
        return Ok(None);
    };
    if list.whole {
        return Ok(None);
    }
    let looking = Looking::new(conn, plan.account_id, rule, now)?;
    let found = segments::members(conn, &looking, Some(FollowerId(list.after)), CHUNK)?;
    let all: Vec<FollowerId> = found.followers.into_iter().map(|(id, _)| id).collect();
    let total = all.len() as i64;
    let account = accounts::get(conn, plan.account_id)?;
    let ready = broadcasts::unblocked(conn, &all)?;
    let filtered = ready.len() as i64;
    let ids = broadcasts::unsated(conn, &account, ready, now)?;
    Ok(Some(Chunk { list, ids, next: found.next, total, filtered }))
}

/// Writes a chunk down, unless somebody else did or the plan was stopped.
pub fn store(tx: &mut Tx<'_>, id: PlanId, chunk: &Chunk) -> Result<()> {
    let plan = hold(tx, None, id)?;
    if plan.state != State::Preparing || plan.list() != Some(chunk.list) {
        return Ok(());
    }
    add(tx, chunk.list.id, &chunk.ids)?;
    let list = List {
        after: chunk.next.map_or(chunk.list.after, |next| next.0),
        whole: chunk.next.is_none(),
        total: chunk.list.total + chunk.total,
        filtered: chunk.list.filtered + chunk.filtered,
        listed: chunk.list.listed + chunk.ids.len() as i64,
        ..chunk.list
    };
    keep(tx, id, &list)
}

#[derive(Insertable)]
#[diesel(table_name = plan_recipients, treat_none_as_default_value = false)]
struct Recipient {
    list_id: ListId,
    follower_id: FollowerId,
}

fn add(tx: &mut Tx<'_>, list: ListId, ids: &[FollowerId]) -> Result<()> {
    let rows: Vec<Recipient> =
        ids.iter().map(|id| Recipient { list_id: list, follower_id: *id }).collect();
    if !rows.is_empty() {
        let conn = &mut *tx.conn;
        on_each!(conn, diesel::insert_into(plan_recipients::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

/// Sends a plan whose list is whole. When broadcasts that were sent meanwhile may have changed who
/// has had their share, it is listed anew.
///
/// # Errors
/// As [`broadcasts::send`]; `NotFound("follower")` when the list is empty.
pub fn finish(tx: &mut Tx<'_>, post: Post<'_>, id: PlanId) -> Result<State> {
    let plan = hold(tx, None, id)?;
    let Some(list) = plan.list().filter(|list| list.whole && plan.state == State::Preparing) else {
        return Ok(plan.state);
    };
    if list.total == 0 {
        return Err(Error::NotFound("follower"));
    }
    let account = accounts::get(tx.conn, plan.account_id)?;
    let frozen = Frozen {
        id: list.id,
        began: list.began,
        total: list.total,
        filtered: list.filtered,
        listed: list.listed,
    };
    let (seq, first_seq) = broadcasts::standing(tx.conn, &account, tx.now)?;
    let unmoved = (seq, first_seq) == (list.seq, list.first_seq);
    // Nobody was left out for having had their share, and nobody can have had it now.
    let plenty = list.listed == list.filtered && !broadcasts::is_crowded(first_seq, seq + 1);
    if !unmoved && !plenty {
        return list_anew(tx, &plan);
    }
    send(tx, post, &plan, To::Frozen(frozen))
}

/// The plan's id names the broadcast: whatever happens, it is sent once.
fn send(tx: &mut Tx<'_>, post: Post<'_>, plan: &Plan, to: To) -> Result<State> {
    let client_id = Some(format!("plan-{}", plan.id));
    let (what, links) = plan.body.0.outgoing(post.public_url);
    let outgoing = Outgoing { to, what, client_id };
    let sent = broadcasts::send(tx, post.roster, plan.account_id, &outgoing)?;
    if !sent.repeated {
        links.keep(tx, &sent.broadcast)?;
    }
    diesel::update(plans::table.find(plan.id))
        .set((
            plans::state.eq(State::Sent),
            plans::broadcast_id.eq(Some(sent.broadcast.id)),
            plans::list.eq(None::<String>),
            plans::failure.eq(None::<String>),
            plans::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(State::Sent)
}

/// Ends a plan that cannot be sent.
pub(super) fn fail(tx: &mut Tx<'_>, plan: &Plan, why: &str) -> Result<()> {
    discard(tx, plan)?;
    step(tx, plan, State::Failed)?;
    diesel::update(plans::table.find(plan.id))
        .set(plans::failure.eq(Some(why)))
        .execute(tx.conn)?;
    Ok(())
}
