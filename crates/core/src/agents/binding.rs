//! Who works as an agent: members are invited, accept in the console, and say whether they are
//! there.
use chrono::Duration;
use crier_schema::ids::{AccountId, AgentId, BrandId, MemberId};
use crier_schema::tables::agents;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::{Agent, get, sessions};
use crate::accounts::Account;
use crate::error::{Error, Result};
use crate::members::{self, Member, Permission};
use crate::roster::Roster;
use crate::tx::Tx;

/// How long an invitation holds.
pub(super) const INVITATION: Duration = Duration::days(7);
/// Agents that one member may be, of all accounts.
const MAX_OF_MEMBER: i64 = 5;

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nobody has answered it yet.
    Waiting,
    /// Declined.
    Declined,
    /// Its time is over.
    Expired,
}

/// An invitation that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The e-mail address of whom.
    pub email: String,
    /// Until when they may accept.
    pub until: Timestamp,
    /// What they said.
    pub answer: Answer,
}

impl Agent {
    /// The invitation to work as it, unless a member does already.
    pub fn invitation(&self, now: Timestamp) -> Option<Invited> {
        let (email, at) = (self.invited.clone()?, self.invited_at?);
        if self.member_id.is_some() {
            return None;
        }
        let answer = match self.invite_until {
            None => Answer::Declined,
            Some(until) if until <= now => Answer::Expired,
            Some(_) => Answer::Waiting,
        };
        Some(Invited { email, until: self.invite_until.unwrap_or(at.plus(INVITATION)), answer })
    }

    /// Whether this member may accept.
    pub fn awaits(&self, now: Timestamp, member: &Member) -> bool {
        self.open(now).is_some_and(|invited| invited.email == member.email)
    }

    fn open(&self, now: Timestamp) -> Option<Invited> {
        self.invitation(now).filter(|invited| invited.answer == Answer::Waiting)
    }
}

/// Invites a member of the account's brand, by e-mail address, to work as an agent. They see it in
/// the console.
///
/// # Errors
/// `NotFound("invitee")` for whom is no member that may answer followers; `agent_bound`,
/// `agent_invited` (somebody else), `invited_already` (the same person), `member_is_agent`,
/// `too_many_of_member`.
pub fn invite(tx: &mut Tx<'_>, account: &Account, agent: &Agent, email: &str) -> Result<()> {
    let member = invitee(tx.conn, account.brand_id, email)?;
    if agent.member_id.is_some() {
        return Err(Error::Conflict("agent_bound"));
    }
    if let Some(invited) = agent.open(tx.now) {
        let same = invited.email == member.email;
        return Err(Error::Conflict(if same { "invited_already" } else { "agent_invited" }));
    }
    check_free(tx.conn, account.id, member.id)?;
    diesel::update(agents::table.find(agent.id))
        .set((
            agents::invited.eq(Some(member.email)),
            agents::invited_at.eq(Some(tx.now)),
            agents::invite_until.eq(Some(tx.now.plus(INVITATION))),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn invitee(conn: &mut AnyConnection, brand: BrandId, email: &str) -> Result<Member> {
    let nobody = || Error::NotFound("invitee");
    let email = members::clean_email(email).map_err(|_| nobody())?;
    let member = members::find(conn, &email)?.ok_or_else(nobody)?;
    let seat = members::seat(conn, &member, brand)?.ok_or_else(nobody)?;
    seat.may(Permission::Inbox).map_err(|_| nobody())?;
    Ok(member)
}

/// Whether a member may become one agent more, and one of this account.
fn check_free(conn: &mut AnyConnection, account: AccountId, member: MemberId) -> Result<()> {
    if of_member(conn, account, member)?.is_some() {
        return Err(Error::Conflict("member_is_agent"));
    }
    let of = agents::member_id.eq(member).and(agents::removed_at.is_null());
    let bound: i64 = agents::table.filter(of).count().get_result(conn)?;
    if bound >= MAX_OF_MEMBER {
        return Err(Error::Conflict("too_many_of_member"));
    }
    Ok(())
}

/// Accepts an invitation: the member works as the agent from now on.
///
/// # Errors
/// `NotFound("invitation")` when it is not theirs or no longer holds; `member_is_agent`,
/// `too_many_of_member`.
pub fn accept(tx: &mut Tx<'_>, account: AccountId, id: AgentId, member: &Member) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    own(&agent, member, tx.now)?;
    settle(tx, &agent, member.id)
}

/// Declines an invitation.
///
/// # Errors
/// `NotFound("invitation")`.
pub fn decline(tx: &mut Tx<'_>, account: AccountId, id: AgentId, member: &Member) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    own(&agent, member, tx.now)?;
    diesel::update(agents::table.find(id))
        .set(agents::invite_until.eq(None::<Timestamp>))
        .execute(tx.conn)?;
    Ok(())
}

fn own(agent: &Agent, member: &Member, now: Timestamp) -> Result<()> {
    if agent.awaits(now, member) { Ok(()) } else { Err(Error::NotFound("invitation")) }
}

/// Lets a member work as an agent without asking: who does so for themselves need not be invited.
///
/// # Errors
/// `agent_bound`, `member_is_agent`, `too_many_of_member`.
pub fn bind(tx: &mut Tx<'_>, account: AccountId, id: AgentId, member: MemberId) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    settle(tx, &agent, member)
}

fn settle(tx: &mut Tx<'_>, agent: &Agent, member: MemberId) -> Result<()> {
    check_free(tx.conn, agent.account_id, member)?;
    let free = agents::table.filter(agents::id.eq(agent.id).and(agents::member_id.is_null()));
    let bound = diesel::update(free)
        .set((
            agents::member_id.eq(Some(member)),
            agents::invited.eq(None::<String>),
            agents::invited_at.eq(None::<Timestamp>),
            agents::invite_until.eq(None::<Timestamp>),
        ))
        .execute(tx.conn)?;
    if bound == 0 { Err(Error::Conflict("agent_bound")) } else { Ok(()) }
}

/// Takes its member from an agent, with the sessions they have.
///
/// # Errors
/// `NotFound("agent")`.
pub fn unbind(tx: &mut Tx<'_>, roster: &Roster, account: AccountId, id: AgentId) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    sessions::end_all_of(tx, roster, &agent)?;
    diesel::update(agents::table.find(id))
        .set((agents::member_id.eq(None::<MemberId>), agents::online.eq(false)))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes a member from all agents of accounts that they leave. Sessions they had run out.
pub fn leave(tx: &mut Tx<'_>, accounts: &[AccountId], member: MemberId) -> Result<()> {
    let theirs =
        agents::table.filter(agents::member_id.eq(member).and(agents::account_id.eq_any(accounts)));
    diesel::update(theirs)
        .set((agents::member_id.eq(None::<MemberId>), agents::online.eq(false)))
        .execute(tx.conn)?;
    Ok(())
}

/// The agent that a member is at an account.
pub fn of_member(
    conn: &mut AnyConnection,
    account: AccountId,
    member: MemberId,
) -> Result<Option<Agent>> {
    Ok(Agent::query()
        .filter(agents::member_id.eq(member).and(agents::account_id.eq(account)))
        .filter(agents::removed_at.is_null())
        .get_result(conn)
        .optional()?)
}

/// Says whether an agent is there. Who comes takes the followers that wait for nobody else.
///
/// # Errors
/// `NotFound("agent")`; `agent_unbound`.
pub fn set_online(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    id: AgentId,
    online: bool,
) -> Result<()> {
    let agent = get(tx.conn, account, id)?;
    if agent.member_id.is_none() {
        return Err(Error::Conflict("agent_unbound"));
    }
    diesel::update(agents::table.find(id))
        .set((agents::online.eq(online), agents::seen_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    if online && !agent.online {
        sessions::take_who_waits_for(tx, roster, &agent)?;
    }
    Ok(())
}

/// Notes that an agent's member did something.
pub fn seen(tx: &mut Tx<'_>, id: AgentId) -> Result<()> {
    diesel::update(agents::table.find(id))
        .set(agents::seen_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}
