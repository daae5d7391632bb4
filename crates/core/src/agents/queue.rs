//! Who waits for an agent, and whom each agent has.
use crier_schema::ids::{AccountId, AgentId};
use crier_schema::tables::{agent_sessions, agents, conversations, followers, messages};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::{Agent, AgentSession};
use crate::error::Result;
use crate::followers::Follower;

/// A follower who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The follower as the account knows them.
    pub openid: String,
    /// When they last wrote.
    pub latest_at: Timestamp,
    /// The name of the agent that was asked for.
    pub wanted: Option<String>,
    /// Their place in the queue.
    pub session: AgentSession,
}

/// How many wait, and how many an agent has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Followers who wait.
    pub waiting: i64,
    /// Followers the agent has.
    pub mine: i64,
}

/// Who waits at an account, longest first.
pub fn waiting(conn: &mut AnyConnection, account: AccountId, limit: i64) -> Result<Vec<Waiting>> {
    type Row = (AgentSession, String, Option<Timestamp>, Option<String>);
    let last = messages::follower_id
        .eq(conversations::follower_id)
        .and(messages::seq.eq(conversations::last_inbound_seq));
    let rows: Vec<Row> = agent_sessions::table
        .inner_join(followers::table.on(followers::id.eq(agent_sessions::follower_id)))
        .inner_join(
            conversations::table.on(conversations::follower_id.eq(agent_sessions::follower_id)),
        )
        .left_join(messages::table.on(last))
        .left_join(agents::table.on(agents::id.nullable().eq(agent_sessions::wanted_id)))
        .filter(agent_sessions::account_id.eq(account))
        .filter(agent_sessions::agent_id.is_null().and(agent_sessions::closed_at.is_null()))
        .order(agent_sessions::id.asc())
        .limit(limit)
        .select((
            AgentSession::as_select(),
            followers::openid,
            messages::created_at.nullable(),
            agents::name.nullable(),
        ))
        .load(conn)?;
    let waiting = |(session, openid, latest, wanted): Row| Waiting {
        openid,
        latest_at: latest.unwrap_or(session.waiting_since),
        wanted,
        session,
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// Whom an agent has, longest first, with their openids. A session that ran out is none.
pub fn of_agent(
    conn: &mut AnyConnection,
    agent: AgentId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(AgentSession, String)>> {
    Ok(agent_sessions::table
        .inner_join(followers::table.on(followers::id.eq(agent_sessions::follower_id)))
        .inner_join(
            conversations::table.on(conversations::follower_id.eq(agent_sessions::follower_id)),
        )
        .filter(agent_sessions::agent_id.eq(agent).and(agent_sessions::closed_at.is_null()))
        .filter(conversations::agent_until.gt(Some(now)))
        .order(agent_sessions::id.asc())
        .limit(limit)
        .select((AgentSession::as_select(), followers::openid))
        .load(conn)?)
}

/// How many wait at an account, and how many each of its agents has.
pub fn counts(
    conn: &mut AnyConnection,
    account: AccountId,
    agent: Option<AgentId>,
) -> Result<Counts> {
    let waiting = agent_sessions::table
        .filter(agent_sessions::account_id.eq(account))
        .filter(agent_sessions::agent_id.is_null().and(agent_sessions::closed_at.is_null()))
        .count()
        .get_result(conn)?;
    let Some(agent) = agent else { return Ok(Counts { waiting, mine: 0 }) };
    let mine = agent_sessions::table
        .filter(agent_sessions::agent_id.eq(agent).and(agent_sessions::closed_at.is_null()))
        .count()
        .get_result(conn)?;
    Ok(Counts { waiting, mine })
}

/// How many followers each agent of an account has; agents who have none are absent.
pub fn cases(
    conn: &mut AnyConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<(AgentId, i64)>> {
    let rows: Vec<(Option<AgentId>, i64)> = agent_sessions::table
        .inner_join(
            conversations::table.on(conversations::follower_id.eq(agent_sessions::follower_id)),
        )
        .inner_join(agents::table.on(agents::id.nullable().eq(agent_sessions::agent_id)))
        .filter(agents::account_id.eq(account).and(agent_sessions::closed_at.is_null()))
        .filter(conversations::agent_until.gt(Some(now)))
        .group_by(agent_sessions::agent_id)
        .select((agent_sessions::agent_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(agent, count)| Some((agent?, count))).collect())
}

/// Who has a follower, and since when.
pub fn holder(
    conn: &mut AnyConnection,
    follower: &Follower,
    now: Timestamp,
) -> Result<Option<(Agent, Timestamp)>> {
    let has = crate::conversations::get(conn, follower.id)?.agent(now);
    let (Some(agent), Some(session)) = (has, super::current(conn, follower.id)?) else {
        return Ok(None);
    };
    let agent = super::get(conn, follower.account_id, agent)?;
    Ok(Some((agent, session.opened_at.unwrap_or(session.waiting_since))))
}
