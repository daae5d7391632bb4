//! What members do with cases, and what sessions of agents do to them.
use crier_schema::ids::{AccountId, FollowerId, MemberId};
use crier_schema::tables::{cases, conversations};
use crier_schema::{Timestamp, on_each};
use diesel::prelude::*;

use super::{Case, State, find};
use crate::agents::{self, Agent};
use crate::conversations::{self as talk, Conversation};
use crate::desk_settings;
use crate::error::{Error, Result};
use crate::roster::Roster;
use crate::team_queues;
use crate::tx::{Live, News, Tx};

/// Takes a conversation. Of two members at once one is refused.
///
/// # Errors
/// `session_taken` when somebody else has it; `NotFound("conversation")`; `Denied(NotFollowing)`
/// for an agent.
pub fn take(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    me: MemberId,
) -> Result<()> {
    let row = own(tx, account, follower)?;
    let case = find(tx.conn, follower)?;
    if case.and_then(|case| case.assignee_id).is_some_and(|has| has != me) {
        return Err(Error::Conflict("session_taken"));
    }
    match agents::of_member(tx.conn, account, me)? {
        Some(agent) => agents::take(tx, roster, follower, &agent),
        None => settle(tx, roster, &row, me),
    }
}

/// Gives a conversation that `me` or nobody has to another member.
///
/// # Errors
/// `session_taken` when somebody else has it; `NotFound("conversation")`.
pub fn give(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    (me, to): (MemberId, MemberId),
) -> Result<()> {
    let case = find(tx.conn, follower)?;
    if case.and_then(|case| case.assignee_id).is_some_and(|has| has != me) {
        return Err(Error::Conflict("session_taken"));
    }
    assign(tx, roster, account, follower, to)
}

/// Gives a conversation to a member, whoever has it. A member who works as an agent and is there
/// gets the session too; for any other the session ends.
///
/// # Errors
/// `NotFound("conversation")`; `Denied(NotFollowing)` for an agent.
pub fn assign(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    to: MemberId,
) -> Result<()> {
    let row = own(tx, account, follower)?;
    let agent = agents::of_member(tx.conn, account, to)?.filter(Agent::attends);
    let Some(agent) = agent else { return settle(tx, roster, &row, to) };
    let has = row.agent(tx.now).filter(|has| *has != agent.id);
    match has {
        Some(has) => {
            let from = agents::get(tx.conn, account, has)?;
            agents::switch(tx, roster, follower, &from, &agent)
        }
        None => agents::take(tx, roster, follower, &agent),
    }
}

/// A member has it without a session.
fn settle(tx: &mut Tx<'_>, roster: &Roster, row: &Conversation, member: MemberId) -> Result<()> {
    agents::end(tx, roster, row.account_id, row.follower_id)?;
    hold(tx, row, member)?;
    announce(tx, row);
    Ok(())
}

/// Says that a conversation is done. Whoever writes in it again opens it.
///
/// # Errors
/// `session_taken` when somebody else has it; `NotFound("conversation")`.
pub fn finish(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    me: MemberId,
) -> Result<()> {
    end(tx, roster, account, follower, (Some(me), State::Done))
}

/// Gives a conversation back to what answers by itself.
///
/// # Errors
/// `session_taken` when somebody else has it; `NotFound("conversation")`.
pub fn hand_back(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    me: MemberId,
) -> Result<()> {
    end(tx, roster, account, follower, (Some(me), State::Bot))
}

/// Says that nobody needs to answer a follower who waits.
///
/// # Errors
/// `NotFound("session")` when they do not wait, `NotFound("conversation")`.
pub fn dismiss(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
) -> Result<()> {
    own(tx, account, follower)?;
    let waits = find(tx.conn, follower)?.is_some_and(|case| case.waiting_since.is_some());
    if !waits {
        return Err(Error::NotFound("session"));
    }
    end(tx, roster, account, follower, (None, State::Bot))
}

fn end(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    (me, state): (Option<MemberId>, State),
) -> Result<()> {
    let row = own(tx, account, follower)?;
    let case = find(tx.conn, follower)?;
    let has = case.as_ref().and_then(|case| case.assignee_id);
    if has.is_some() && has != me {
        return Err(Error::Conflict("session_taken"));
    }
    agents::end(tx, roster, account, follower)?;
    let case = case.unwrap_or_else(|| Case::new(account, follower, row.last_at));
    let settled_seq = row.account_read_seq;
    let ended = Case { state, assignee_id: None, waiting_since: None, settled_seq, ..case };
    store(tx, &ended)?;
    attend(tx, follower, None)?;
    announce(tx, &row);
    Ok(())
}

/// A follower waits for a person, whose conversation's row is locked.
pub(crate) fn wait(tx: &mut Tx<'_>, row: &Conversation) -> Result<()> {
    let case = loaded(tx, row)?;
    let waiting_since = case.waiting_since.or(Some(tx.now));
    store(tx, &Case { state: State::Open, waiting_since, ..case })
}

/// A member has a conversation from now on, whose row is locked. What answers by itself rests
/// meanwhile, unless the account wants it otherwise.
pub(crate) fn hold(tx: &mut Tx<'_>, row: &Conversation, member: MemberId) -> Result<()> {
    let case = loaded(tx, row)?;
    store(tx, &Case { state: State::Open, assignee_id: Some(member), ..case })?;
    let rests = desk_settings::get(tx.conn, row.account_id)?.bot_rests;
    attend(tx, row.follower_id, rests.then_some(tx.now))
}

/// Whoever works as the agent has a conversation from now on, whose row is locked.
pub(crate) fn hold_as(tx: &mut Tx<'_>, row: &Conversation, agent: &Agent) -> Result<()> {
    agent.member_id.map_or(Ok(()), |member| hold(tx, row, member))
}

/// Nobody has a conversation any more, whose row is locked. Who waits goes on waiting.
pub(crate) fn let_go(tx: &mut Tx<'_>, row: &Conversation) -> Result<()> {
    let Some(case) = find(tx.conn, row.follower_id)? else { return Ok(()) };
    let state = if case.waiting_since.is_some() { State::Open } else { State::Bot };
    store(tx, &Case { state, assignee_id: None, ..case })?;
    attend(tx, row.follower_id, None)
}

/// Nothing is unread any more.
pub(crate) fn read(tx: &mut Tx<'_>, follower: FollowerId) -> Result<()> {
    diesel::update(cases::table.filter(cases::follower_id.eq(follower).and(cases::unread)))
        .set(cases::unread.eq(false))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes a member off everything they have at accounts that they leave.
pub(crate) fn leave(tx: &mut Tx<'_>, accounts: &[AccountId], member: MemberId) -> Result<()> {
    let theirs = || {
        cases::table
            .filter(cases::assignee_id.eq(member))
            .filter(cases::account_id.eq_any(accounts))
    };
    let held = conversations::follower_id.eq_any(theirs().select(cases::follower_id));
    diesel::update(conversations::table.filter(held))
        .set(conversations::attended_at.eq(None::<Timestamp>))
        .execute(tx.conn)?;
    diesel::update(theirs()).set(cases::assignee_id.eq(None::<MemberId>)).execute(tx.conn)?;
    Ok(())
}

fn loaded(tx: &mut Tx<'_>, row: &Conversation) -> Result<Case> {
    let known = find(tx.conn, row.follower_id)?;
    Ok(known.unwrap_or_else(|| Case::new(row.account_id, row.follower_id, row.last_at)))
}

fn own(tx: &mut Tx<'_>, account: AccountId, follower: FollowerId) -> Result<Conversation> {
    let row = talk::lock(tx.conn, follower)?;
    if row.account_id == account { Ok(row) } else { Err(Error::NotFound("conversation")) }
}

fn attend(tx: &mut Tx<'_>, follower: FollowerId, at: Option<Timestamp>) -> Result<()> {
    diesel::update(conversations::table.find(follower))
        .set(conversations::attended_at.eq(at))
        .execute(tx.conn)?;
    Ok(())
}

/// Whoever has the inbox open sees it change.
pub(super) fn announce(tx: &mut Tx<'_>, row: &Conversation) {
    let news = News::Moved { follower: row.follower_id, seq: row.last_seq };
    tx.effects.live.push(Live { account: row.account_id, user: None, news });
}

fn store(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(cases::table)
            .values(case)
            .on_conflict(cases::follower_id)
            .do_update()
            .set((
                cases::state.eq(case.state),
                cases::assignee_id.eq(case.assignee_id),
                cases::waiting_since.eq(case.waiting_since),
                cases::unread.eq(case.unread),
                cases::last_at.eq(case.last_at),
                cases::settled_seq.eq(case.settled_seq),
            ))
            .execute(conn)
    )?;
    // One that nobody wrote in may be a case for the first time.
    team_queues::file_new(tx, &[(case.account_id, case.follower_id)])
}
