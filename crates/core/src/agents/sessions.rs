//! Sessions: an agent has a follower, and what the follower writes is theirs until it ends.
//!
//! The conversation's row says who has the follower, because an append reads it anyway, and its
//! lock is the lock of everything here.
use chrono::Duration;
use crier_schema::ids::{AccountId, AgentId, AgentSessionId, EventId, FollowerId};
use crier_schema::tables::{agent_sessions, conversations};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

use super::{Agent, by_name, name_of};
use crate::accounts;
use crate::cases;
use crate::conversations::{self as talk, Append, Conversation, append_one};
use crate::error::{Error, Result};
use crate::facts::Fact;
use crate::roster::Roster;
use crate::tx::{Live, News, Tx};
use crate::windows::Effect;

/// How long a session lasts in which nobody writes.
pub const SESSION: Duration = Duration::minutes(30);
/// Bytes of the note that comes with a session.
const MAX_NOTE: usize = 2_048;
/// Sessions that are ended, or begun, with one change of an agent.
const AT_ONCE: i64 = 500;

/// A follower's time with an agent, or in the queue for one.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = agent_sessions)]
pub struct AgentSession {
    /// Its id: who waits longest has the smallest.
    pub id: AgentSessionId,
    /// At which account.
    pub account_id: AccountId,
    /// Which follower.
    pub follower_id: FollowerId,
    /// With which agent; absent while the follower waits.
    pub agent_id: Option<AgentId>,
    /// The agent that was asked for.
    pub wanted_id: Option<AgentId>,
    /// What whoever opened it says about it; may be empty.
    pub note: String,
    /// When the follower was handed over.
    pub waiting_since: Timestamp,
    /// When an agent took them.
    pub opened_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
}

/// The session a follower is in, or waits in.
pub fn current(conn: &mut AnyConnection, follower: FollowerId) -> Result<Option<AgentSession>> {
    Ok(AgentSession::query()
        .filter(agent_sessions::follower_id.eq(follower).and(agent_sessions::closed_at.is_null()))
        .get_result(conn)
        .optional()?)
}

/// Hands a follower over, whose conversation's row is locked: to the agent of this name if they
/// are there, or else into the queue. Gives what is told of it. An answer counts once.
pub(crate) fn hand_over(
    tx: &mut Tx<'_>,
    row: &mut Conversation,
    event: EventId,
    name: Option<&str>,
) -> Result<Option<Fact>> {
    if row.agent(tx.now).is_some() || is_counted(tx.conn, event)? {
        return Ok(None);
    }
    // One that ran out and was not swept yet: the follower waits once more.
    let ended = row.agent_id.map(|agent| name_of(tx.conn, agent)).transpose()?;
    if ended.is_some() {
        close_row(tx, row.follower_id)?;
        (row.agent_id, row.agent_until) = (None, None);
    }
    let wanted = wanted(tx.conn, row.account_id, name)?;
    let taker = wanted.as_ref().filter(|agent| agent.attends() && ended.is_none());
    let wanted_id = wanted.as_ref().map(|agent| agent.id);
    let taken_by = taker.map(|agent| agent.id);
    if current(tx.conn, row.follower_id)?.is_none() {
        insert(tx, row.account_id, row.follower_id, wanted_id, Some(event))?;
    }
    cases::wait(tx, row)?;
    announce(tx, row);
    let Some(agent) = taker else {
        return Ok(ended.map(|agent| Fact::SessionClosed { agent }));
    };
    open_row(tx, row.follower_id, agent.id, "")?;
    cases::hold_as(tx, row, agent)?;
    (row.agent_id, row.agent_until) = (taken_by, Some(tx.now.plus(SESSION)));
    Ok(Some(Fact::SessionOpened { agent: agent.name.clone() }))
}

fn is_counted(conn: &mut AnyConnection, event: EventId) -> QueryResult<bool> {
    let of = agent_sessions::table.filter(agent_sessions::event_id.eq(event));
    diesel::select(diesel::dsl::exists(of)).get_result(conn)
}

/// The agent of this name; one that is not there is as good as none.
fn wanted(
    conn: &mut AnyConnection,
    account: AccountId,
    name: Option<&str>,
) -> Result<Option<Agent>> {
    let Some(name) = name else { return Ok(None) };
    let account = accounts::get(conn, account)?;
    match by_name(conn, &account, name) {
        Ok(agent) => Ok(Some(agent)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens a session with an agent who must be there, as the operator backend asks. `note` is for the
/// agent to read: at most 2048 bytes.
///
/// # Errors
/// `agent_unbound`, `agent_offline`; `session_taken` when another agent has the follower;
/// [`Error::Invalid`] for `note`; `Denied(NotFollowing)`.
pub fn assign(
    tx: &mut Tx<'_>,
    roster: &Roster,
    follower: FollowerId,
    agent: &Agent,
    note: &str,
) -> Result<()> {
    if note.len() > MAX_NOTE || accounts::has_control(note) {
        return Err(Error::invalid("note", "must have at most 2048 bytes"));
    }
    check_there(agent)?;
    open(tx, roster, follower, agent, note)
}

fn check_there(agent: &Agent) -> Result<()> {
    if agent.member_id.is_none() {
        return Err(Error::Conflict("agent_unbound"));
    }
    if agent.online { Ok(()) } else { Err(Error::Conflict("agent_offline")) }
}

/// Takes a follower, whether they wait or not. Of two agents at once one is refused.
///
/// # Errors
/// `session_taken`; `NotFound("conversation")`; `Denied(NotFollowing)`.
pub fn take(tx: &mut Tx<'_>, roster: &Roster, follower: FollowerId, agent: &Agent) -> Result<()> {
    open(tx, roster, follower, agent, "")
}

fn open(
    tx: &mut Tx<'_>,
    roster: &Roster,
    follower: FollowerId,
    agent: &Agent,
    note: &str,
) -> Result<()> {
    let (row, session) = hold(tx, roster, agent.account_id, follower)?;
    match session.map(|session| session.agent_id) {
        Some(Some(has)) if has == agent.id => return Ok(()),
        Some(Some(_)) => return Err(Error::Conflict("session_taken")),
        Some(None) => {}
        None => insert(tx, agent.account_id, follower, None, None)?,
    }
    open_row(tx, follower, agent.id, note)?;
    set_agent(tx, follower, Some(agent.id))?;
    cases::hold_as(tx, &row, agent)?;
    tell(tx, roster, &row, Fact::SessionOpened { agent: agent.name.clone() })
}

/// Gives a follower from one agent to another, who must be there.
///
/// # Errors
/// `NotFound("session")` when nobody has the follower, `session_taken` when it is not `from`;
/// `agent_unbound`, `agent_offline`.
pub fn switch(
    tx: &mut Tx<'_>,
    roster: &Roster,
    follower: FollowerId,
    from: &Agent,
    to: &Agent,
) -> Result<()> {
    let row = held_by(tx, roster, follower, from)?;
    if from.id == to.id {
        return Ok(());
    }
    check_there(to)?;
    open_row(tx, follower, to.id, "")?;
    set_agent(tx, follower, Some(to.id))?;
    cases::hold_as(tx, &row, to)?;
    let (from, to) = (from.name.clone(), to.name.clone());
    tell(tx, roster, &row, Fact::SessionSwitched { from, to })
}

/// Ends the session a follower has with an agent.
///
/// # Errors
/// `NotFound("session")`; `session_taken` when another agent has the follower.
pub fn close(tx: &mut Tx<'_>, roster: &Roster, follower: FollowerId, agent: &Agent) -> Result<()> {
    let row = held_by(tx, roster, follower, agent)?;
    finish(tx, roster, &row, agent.name.clone())
}

/// Takes a follower out of the queue without a session.
///
/// # Errors
/// `NotFound("session")` when they do not wait.
pub fn dismiss(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
) -> Result<()> {
    let (row, session) = hold(tx, roster, account, follower)?;
    if session.is_none_or(|session| session.agent_id.is_some()) {
        return Err(Error::NotFound("session"));
    }
    close_row(tx, follower)?;
    announce(tx, &row);
    Ok(())
}

/// Ends whatever session a follower is or waits in.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
) -> Result<()> {
    let (row, session) = hold(tx, roster, account, follower)?;
    let Some(session) = session else { return Ok(()) };
    if let Some(agent) = session.agent_id {
        let agent = name_of(tx.conn, agent)?;
        return finish(tx, roster, &row, agent);
    }
    close_row(tx, follower)?;
    announce(tx, &row);
    Ok(())
}

/// Ends every session of an agent. Conversations are locked in the order of ids, as everywhere.
pub(super) fn end_all_of(tx: &mut Tx<'_>, roster: &Roster, agent: &Agent) -> Result<()> {
    let open = agent_sessions::table
        .filter(agent_sessions::agent_id.eq(agent.id).and(agent_sessions::closed_at.is_null()));
    for follower in in_order(open.select(agent_sessions::follower_id).limit(AT_ONCE).load(tx.conn)?)
    {
        end(tx, roster, agent.account_id, follower)?;
    }
    Ok(())
}

/// An agent who comes takes who waits for them.
pub(super) fn take_who_waits_for(tx: &mut Tx<'_>, roster: &Roster, agent: &Agent) -> Result<()> {
    let waiting = agent_sessions::table
        .filter(agent_sessions::account_id.eq(agent.account_id))
        .filter(agent_sessions::agent_id.is_null().and(agent_sessions::closed_at.is_null()))
        .filter(agent_sessions::wanted_id.eq(agent.id))
        .select(agent_sessions::follower_id)
        .limit(AT_ONCE);
    for follower in in_order(waiting.load(tx.conn)?) {
        match take(tx, roster, follower, agent) {
            // Taken meanwhile, or gone.
            Err(Error::Conflict(_) | Error::Denied(_)) => {}
            other => other?,
        }
    }
    Ok(())
}

pub(super) fn in_order(mut followers: Vec<FollowerId>) -> Vec<FollowerId> {
    followers.sort_unstable();
    followers
}

/// The conversation, locked, and the session in it. One that ran out is ended first.
fn hold(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
) -> Result<(Conversation, Option<AgentSession>)> {
    let row = talk::lock(tx.conn, follower)?;
    if row.account_id != account {
        return Err(Error::NotFound("conversation"));
    }
    match row.agent_id {
        Some(agent) if row.agent(tx.now).is_none() => {
            let agent = name_of(tx.conn, agent)?;
            finish(tx, roster, &row, agent)?;
            Ok((row, None))
        }
        _ => Ok((row, current(tx.conn, follower)?)),
    }
}

fn held_by(
    tx: &mut Tx<'_>,
    roster: &Roster,
    follower: FollowerId,
    agent: &Agent,
) -> Result<Conversation> {
    let (row, session) = hold(tx, roster, agent.account_id, follower)?;
    match session.and_then(|session| session.agent_id) {
        Some(has) if has == agent.id => Ok(row),
        Some(_) => Err(Error::Conflict("session_taken")),
        None => Err(Error::NotFound("session")),
    }
}

/// Ends a session that ran out, unless somebody wrote in it meanwhile, and the wait of who came
/// before `since`.
pub(super) fn lapse(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    since: Timestamp,
) -> Result<()> {
    let (row, session) = hold(tx, roster, account, follower)?;
    let too_long =
        |session: &AgentSession| session.agent_id.is_none() && session.waiting_since <= since;
    if session.as_ref().is_some_and(too_long) {
        close_row(tx, follower)?;
        announce(tx, &row);
    }
    Ok(())
}

fn finish(tx: &mut Tx<'_>, roster: &Roster, row: &Conversation, agent: String) -> Result<()> {
    close_row(tx, row.follower_id)?;
    set_agent(tx, row.follower_id, None)?;
    cases::let_go(tx, row)?;
    tell(tx, roster, row, Fact::SessionClosed { agent })
}

fn tell(tx: &mut Tx<'_>, roster: &Roster, row: &Conversation, fact: Fact) -> Result<()> {
    append_one(tx, roster, Append::event(row.follower_id, fact, Effect::None))?;
    announce(tx, row);
    Ok(())
}

/// Whoever has the inbox open sees it change.
fn announce(tx: &mut Tx<'_>, row: &Conversation) {
    let news = News::Moved { follower: row.follower_id, seq: row.last_seq };
    tx.effects.live.push(Live { account: row.account_id, user: None, news });
}

fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    wanted: Option<AgentId>,
    event: Option<EventId>,
) -> Result<()> {
    let id: AgentSessionId = tx.ids.next();
    let (conn, now) = (&mut *tx.conn, tx.now);
    on_each!(
        conn,
        diesel::insert_into(agent_sessions::table)
            .values((
                agent_sessions::id.eq(id),
                agent_sessions::account_id.eq(account),
                agent_sessions::follower_id.eq(follower),
                agent_sessions::wanted_id.eq(wanted),
                agent_sessions::event_id.eq(event),
                agent_sessions::note.eq(""),
                agent_sessions::waiting_since.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    Ok(())
}

fn open_row(tx: &mut Tx<'_>, follower: FollowerId, agent: AgentId, note: &str) -> Result<()> {
    let now = agent_sessions::table
        .filter(agent_sessions::follower_id.eq(follower).and(agent_sessions::closed_at.is_null()));
    let opened =
        (agent_sessions::agent_id.eq(Some(agent)), agent_sessions::opened_at.eq(Some(tx.now)));
    if note.is_empty() {
        diesel::update(now).set(opened).execute(tx.conn)?;
    } else {
        diesel::update(now).set((opened, agent_sessions::note.eq(note))).execute(tx.conn)?;
    }
    Ok(())
}

pub(super) fn close_row(tx: &mut Tx<'_>, follower: FollowerId) -> Result<()> {
    let now = agent_sessions::table
        .filter(agent_sessions::follower_id.eq(follower).and(agent_sessions::closed_at.is_null()));
    diesel::update(now).set(agent_sessions::closed_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

fn set_agent(tx: &mut Tx<'_>, follower: FollowerId, agent: Option<AgentId>) -> Result<()> {
    let until = agent.map(|_| tx.now.plus(SESSION));
    diesel::update(conversations::table.find(follower))
        .set((conversations::agent_id.eq(agent), conversations::agent_until.eq(until)))
        .execute(tx.conn)?;
    Ok(())
}
