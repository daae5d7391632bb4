//! Agents: who answers followers one by one, under a name and a face of their own. A member who is
//! bound to an agent works as it in the inbox (`reference/wechat-api.md` 2.2).
mod binding;
mod names;
mod queue;
mod records;
mod sessions;
mod shown;
mod sweep;

use crier_schema::ids::{AccountId, AgentId, MemberId};
use crier_schema::tables::{accounts, agents, media};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub use binding::{
    Answer, Invited, accept, bind, decline, invite, leave, of_member, seen, set_online, unbind,
};
pub use queue::{Counts, Waiting, cases, counts, holder, of_agent, waiting};
pub use records::{Record, Span as RecordSpan, page as records, part as records_part};
pub use sessions::{AgentSession, SESSION, assign, close, current, dismiss, switch, take};
pub(crate) use sessions::{end, hand_over};
pub use shown::{Showing, Shown};
pub use sweep::{keep_ended, sweep};

use crate::accounts::{Account, has_control};
use crate::error::{Error, OrMissing, Result};
use crate::roster::Roster;
use crate::tx::Tx;

/// Agents of one account at the most.
pub const MAX_AGENTS: i64 = 100;
/// The number before that of an account's first agent.
const NUMBERS: i32 = 1_000;
/// Characters of a nickname.
const MAX_NICKNAME: usize = 16;

/// An agent of an account.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = agents)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Of which account.
    pub account_id: AccountId,
    /// Its number in the account, from 1001 on; never given again.
    pub number: i32,
    /// Its name in calls: `prefix@account`, as it was given.
    pub name: String,
    /// What followers see it called: 1 to 16 characters.
    pub nickname: String,
    /// Key of its picture in the media store.
    pub avatar_key: Option<String>,
    /// The member who works as it.
    pub member_id: Option<MemberId>,
    /// The e-mail address of who was invited last to work as it.
    pub invited: Option<String>,
    /// When they were.
    pub invited_at: Option<Timestamp>,
    /// Until when they may accept; absent when they declined.
    pub invite_until: Option<Timestamp>,
    /// Whether its member says that they are there. Only one with a member is.
    pub online: bool,
    /// When its member last did something in the inbox.
    pub seen_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Agent {
    /// Whether somebody works as it now.
    pub const fn attends(&self) -> bool {
        self.online && self.member_id.is_some()
    }
}

/// Makes an agent. `name` is `prefix@account`: the account's handle or its original id after the
/// `@`.
///
/// # Errors
/// [`Error::Invalid`] for `agent`, `agent_length`, `agent_characters` and `nickname`;
/// `agent_exists`; `too_many_agents`.
pub fn add(tx: &mut Tx<'_>, account: &Account, name: &str, nickname: &str) -> Result<Agent> {
    let names = names::check(account, name)?;
    let nickname = clean_nickname(nickname)?;
    // Two at once take turns here: numbers and the count hold between nodes.
    diesel::update(accounts::table.find(account.id))
        .set(accounts::follower_count.eq(accounts::follower_count))
        .execute(tx.conn)?;
    if find_any(tx.conn, account.id, &names)?.is_some() {
        return Err(Error::Conflict("agent_exists"));
    }
    let of = agents::table.filter(agents::account_id.eq(account.id));
    let living: i64 = of.filter(agents::removed_at.is_null()).count().get_result(tx.conn)?;
    if living >= MAX_AGENTS {
        return Err(Error::Conflict("too_many_agents"));
    }
    let last: Option<i32> = of.select(diesel::dsl::max(agents::number)).get_result(tx.conn)?;
    let agent = Agent {
        id: tx.ids.next(),
        account_id: account.id,
        number: last.unwrap_or(NUMBERS) + 1,
        name: name.to_owned(),
        nickname,
        avatar_key: None,
        member_id: None,
        invited: None,
        invited_at: None,
        invite_until: None,
        online: false,
        seen_at: None,
        created_at: tx.now,
    };
    insert(tx.conn, &agent)?;
    Ok(agent)
}

fn insert(conn: &mut AnyConnection, agent: &Agent) -> QueryResult<usize> {
    diesel::insert_into(agents::table)
        .values((
            agents::id.eq(agent.id),
            agents::account_id.eq(agent.account_id),
            agents::number.eq(agent.number),
            agents::name.eq(&agent.name),
            agents::nickname.eq(&agent.nickname),
            agents::online.eq(agent.online),
            agents::created_at.eq(agent.created_at),
        ))
        .execute(conn)
}

fn clean_nickname(nickname: &str) -> Result<String> {
    let nickname = nickname.trim();
    let length = nickname.chars().count();
    if length == 0 || length > MAX_NICKNAME || nickname.chars().any(char::is_control) {
        return Err(Error::invalid("nickname", "must have 1 to 16 characters"));
    }
    debug_assert!(!has_control(nickname));
    Ok(nickname.to_owned())
}

/// Changes what followers see an agent called.
///
/// # Errors
/// `NotFound("agent")`; [`Error::Invalid`] for `nickname`.
pub fn rename(tx: &mut Tx<'_>, account: AccountId, id: AgentId, nickname: &str) -> Result<()> {
    let nickname = clean_nickname(nickname)?;
    get(tx.conn, account, id)?;
    diesel::update(agents::table.find(id)).set(agents::nickname.eq(nickname)).execute(tx.conn)?;
    Ok(())
}

/// Gives an agent the picture of this key, which is kept from now on; the one before is not.
///
/// # Errors
/// `NotFound("agent")`.
pub fn set_avatar(tx: &mut Tx<'_>, account: AccountId, id: AgentId, key: &str) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    crate::media::keep(tx.conn, std::iter::once(key))?;
    diesel::update(agents::table.find(id))
        .set(agents::avatar_key.eq(Some(key)))
        .execute(tx.conn)?;
    if let Some(before) = agent.avatar_key {
        diesel::update(media::table.filter(media::media_key.eq(before)))
            .set(media::expires_at.eq(Some(tx.now)))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// Removes an agent and ends its sessions. Its name stays on what it wrote.
///
/// # Errors
/// `NotFound("agent")`.
pub fn remove(tx: &mut Tx<'_>, roster: &Roster, account: AccountId, id: AgentId) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    sessions::end_all_of(tx, roster, &agent)?;
    diesel::update(agents::table.find(id))
        .set((agents::removed_at.eq(Some(tx.now)), agents::online.eq(false)))
        .execute(tx.conn)?;
    Ok(())
}

/// The account's agent of this name, however the account is called in it.
///
/// # Errors
/// `NotFound("agent")`.
pub fn by_name(conn: &mut AnyConnection, account: &Account, name: &str) -> Result<Agent> {
    let names = names::spellings(account, name);
    find_any(conn, account.id, &names)?.ok_or(Error::NotFound("agent"))
}

fn find_any(
    conn: &mut AnyConnection,
    account: AccountId,
    names: &[String],
) -> Result<Option<Agent>> {
    Ok(Agent::query()
        .filter(agents::account_id.eq(account).and(agents::removed_at.is_null()))
        .filter(agents::name.eq_any(names))
        .order(agents::id.asc())
        .first(conn)
        .optional()?)
}

/// The account's agent of this id.
///
/// # Errors
/// `NotFound("agent")`, also for a removed one.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: AgentId) -> Result<Agent> {
    Agent::query()
        .filter(agents::id.eq(id).and(agents::account_id.eq(account)))
        .filter(agents::removed_at.is_null())
        .get_result(conn)
        .optional()
        .or_missing("agent")
}

/// An account's agents, by number: at most [`MAX_AGENTS`].
pub fn all(conn: &mut AnyConnection, account: AccountId) -> Result<Vec<Agent>> {
    Ok(Agent::query()
        .filter(agents::account_id.eq(account).and(agents::removed_at.is_null()))
        .order(agents::number.asc())
        .load(conn)?)
}

/// What these agents are called, also those removed since.
pub fn nicknames(conn: &mut AnyConnection, ids: &[AgentId]) -> Result<Vec<(AgentId, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let of = agents::table.filter(agents::id.eq_any(ids));
    Ok(of.select((agents::id, agents::nickname)).load(conn)?)
}

/// The name of an agent that may have been removed since.
fn name_of(conn: &mut AnyConnection, id: AgentId) -> Result<String> {
    let found = agents::table.find(id).select(agents::name).get_result(conn).optional();
    found.or_missing("agent")
}
