//! Who has a conversation, and what the member who looks can do about it.
use actix_web::web;
use crier_core::agents::{self, Agent, AgentSession};
use crier_core::cases::{self, Case, Counts, State};
use crier_core::conversations::Conversation;
use crier_core::desk_settings::{self, DeskSettings};
use crier_core::ids::{AccountId, AgentId, FollowerId, MemberId};
use crier_core::members::{self, Permission, allows};
use crier_core::rights::Right;
use crier_core::team_queues::{self, TeamQueue};
use crier_core::tx::Tx;
use crier_core::{AnyConnection, App, Error, Timestamp};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::desk::follower_of;
use crate::fields::Choice;
use crate::forms::Form;
use crate::gate::Desk;
use crate::words::Speech;

/// How often it is noted that an agent was seen.
const SEEN: chrono::Duration = chrono::Duration::minutes(10);

/// Who works in the inbox, as whoever looks sees it.
pub struct Shift {
    /// All of the account's agents; none where its kind has none.
    pub all: Vec<Agent>,
    /// The one who looks, if they are one.
    pub me: Option<Agent>,
    /// The member who looks.
    pub member: MemberId,
    /// Members who may answer, with their names.
    pub colleagues: Vec<(MemberId, String)>,
    /// How many conversations wait, and for whom.
    pub counts: Counts,
    /// The queues the member serves, with how much in each nobody has read.
    pub queues: Vec<(TeamQueue, i64)>,
    /// How the account answers.
    pub settings: DeskSettings,
}

impl Shift {
    /// What the account has.
    pub async fn load(app: &App, desk: &Desk) -> crier_core::Result<Self> {
        let (account, brand) = (desk.account.id, desk.account.brand_id);
        let member = desk.staff.member.id;
        let has_agents = desk.account.may(Right::Agents).is_ok();
        let leads = desk.staff.may(Permission::Agents);
        let served = move |queue: &TeamQueue| leads || queue.is_served_by(member);
        let read = app.read(move |conn| {
            let all = if has_agents { agents::all(conn, account)? } else { Vec::new() };
            let colleagues = members::of_brand(conn, brand)?
                .into_iter()
                .filter(|one| allows(one.role, Permission::Inbox))
                .map(|one| (one.member.id, one.member.name));
            Ok(Self {
                me: all.iter().find(|agent| agent.member_id == Some(member)).cloned(),
                all,
                member,
                colleagues: colleagues.collect(),
                counts: cases::counts(conn, account, member)?,
                queues: queues(conn, account, served)?,
                settings: desk_settings::get(conn, account)?,
            })
        });
        let shift = read.await?;
        shift.note_seen(app).await?;
        Ok(shift)
    }

    /// Whoever looks at the inbox is there: noted now and then.
    async fn note_seen(&self, app: &App) -> crier_core::Result<()> {
        let before = app.clock.now().plus(-SEEN);
        let online = self.me.as_ref().filter(|me| me.online);
        let stale = online.filter(|me| me.seen_at.is_none_or(|at| at < before));
        match stale.map(|me| me.id) {
            Some(id) => app.write(move |tx| agents::seen(tx, id)).await,
            None => Ok(()),
        }
    }

    /// What an agent is called.
    pub fn name(&self, id: AgentId) -> Option<&str> {
        let agent = self.all.iter().find(|agent| agent.id == id)?;
        Some(&agent.nickname)
    }

    /// What a member is called.
    pub fn member_name(&self, id: MemberId) -> Option<&str> {
        let (_, name) = self.colleagues.iter().find(|(member, _)| *member == id)?;
        Some(name)
    }

    /// Who has a conversation: as an agent, or else as a member.
    pub fn holder(&self, row: &Conversation, case: Option<&Case>, now: Timestamp) -> Option<&str> {
        let agent = row.agent(now).and_then(|agent| self.name(agent));
        agent.or_else(|| self.member_name(case?.assignee_id?))
    }

    /// Whom a conversation can be given to: agents who are there, and everybody else who may answer.
    fn others(&self) -> Vec<Choice> {
        let there = |agent: &&Agent| agent.attends() && agent.member_id != Some(self.member);
        let agents: Vec<&Agent> = self.all.iter().filter(there).collect();
        let is_agent = |id| agents.iter().any(|agent| agent.member_id == Some(id));
        let members = self.colleagues.iter().filter(|(id, _)| *id != self.member && !is_agent(*id));
        let agent =
            |agent: &&Agent| Choice { value: agent.id.to_string(), label: agent.nickname.clone() };
        let member = |(id, name): &(MemberId, String)| Choice {
            value: format!("m{id}"),
            label: name.clone(),
        };
        agents.iter().map(agent).chain(members.map(member)).collect()
    }
}

fn queues(
    conn: &mut AnyConnection,
    account: AccountId,
    served: impl Fn(&TeamQueue) -> bool,
) -> crier_core::Result<Vec<(TeamQueue, i64)>> {
    let all = team_queues::all(conn, account)?.into_iter().filter(served);
    let counted = |queue: TeamQueue| {
        let unread = cases::unread_of(conn, queue.id)?;
        Ok((queue, unread))
    };
    all.map(counted).collect()
}

/// Who has a conversation, and what the member who looks can do.
pub struct Attendance {
    pub text: String,
    /// What came with the follower.
    pub note: String,
    /// That the follower has waited for too long.
    pub overdue: Option<String>,
    pub is_mine: bool,
    pub may_take: bool,
    pub may_dismiss: bool,
    pub may_close: bool,
    /// What the button says that closes it.
    pub close: String,
    /// Members and agents it can be given to.
    pub others: Vec<Choice>,
}

impl Attendance {
    /// What stands above a conversation.
    pub fn new(
        speech: &Speech,
        calendar: &Calendar,
        shift: &Shift,
        (row, case, session): (&Conversation, Option<&Case>, Option<&AgentSession>),
        now: Timestamp,
    ) -> Self {
        let assignee = case.and_then(|case| case.assignee_id);
        let agent = row.agent(now);
        let is_mine = assignee == Some(shift.member)
            || (agent.is_some() && agent == shift.me.as_ref().map(|me| me.id));
        let is_free = assignee.is_none() && agent.is_none();
        let asks = session.filter(|session| session.agent_id.is_none());
        let waits = case.and_then(|case| case.waiting_since);
        let since = |key, at| speech.with(key, &[("since", calendar.full(at).shown.into())]);
        let text = match (shift.holder(row, case, now), asks) {
            _ if is_mine && agent.is_some() => speech.say("attend-mine"),
            _ if is_mine && row.attended_at.is_some() => speech.say("attend-mine-rests"),
            _ if is_mine => speech.say("attend-mine-member"),
            (Some(name), _) => speech.with("attend-other", &[("name", name.to_owned().into())]),
            (None, Some(session)) => since("attend-waits", session.waiting_since),
            (None, None) => match waits {
                Some(at) => since("attend-unanswered", at),
                None if shift.all.is_empty() => speech.say("attend-free"),
                None => speech.say("attend-nobody"),
            },
        };
        let minutes = shift.settings.first_reply_minutes;
        let overdue = case.is_some_and(|case| case.is_overdue(minutes, now));
        let is_done = case.is_none_or(|case| case.state == State::Done);
        let close = if is_mine && agent.is_some() { "attend-close" } else { "attend-finish" };
        Self {
            text,
            note: session
                .filter(|_| is_mine)
                .map(|session| session.note.clone())
                .unwrap_or_default(),
            overdue: overdue.then(|| speech.say("inbox-overdue")),
            is_mine,
            may_take: is_free,
            may_dismiss: is_free && (asks.is_some() || waits.is_some()),
            may_close: is_mine || (is_free && !is_done),
            close: speech.say(close),
            others: if is_mine || is_free { shift.others() } else { Vec::new() },
        }
    }
}

/// Whether the agent is there, and where they said so.
#[derive(Deserialize)]
pub struct Online {
    online: String,
    back: String,
}

/// Says that the member's agent is there, or not.
pub async fn set_online(desk: Desk, app: web::Data<App>, Form(said): Form<Online>) -> Answer {
    let (account, member, roster) = (desk.account.id, desk.staff.member.id, app.roster.clone());
    let online = said.online == "1";
    let done = app.write(move |tx| {
        let me = agents::of_member(tx.conn, account, member)?.ok_or(Error::NotFound("agent"))?;
        agents::set_online(tx, &roster, account, me.id, online)
    });
    done.await?;
    Ok(answers::see_other(answers::inside(&said.back)))
}

/// What to do with a conversation.
#[derive(Deserialize)]
pub struct Act {
    act: String,
    /// An agent's id, or a member's after an `m`.
    #[serde(default)]
    to: String,
}

impl Act {
    fn member(&self, tx: &mut Tx<'_>, desk: &Desk) -> crier_core::Result<MemberId> {
        let nobody = || Error::NotFound("agent");
        if let Some(id) = self.to.strip_prefix('m') {
            let id = id.parse().map_err(|_| nobody())?;
            let colleagues = members::of_brand(tx.conn, desk.account.brand_id)?;
            let may = colleagues
                .iter()
                .any(|one| one.member.id == id && allows(one.role, Permission::Inbox));
            return if may { Ok(id) } else { Err(nobody()) };
        }
        let agent = self.to.parse().map_err(|_| nobody())?;
        agents::get(tx.conn, desk.account.id, agent)?.member_id.ok_or_else(nobody)
    }
}

/// Takes, gives away or ends.
pub async fn act(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(act): Form<Act>,
) -> Answer {
    let follower = follower_of(&path)?;
    let (roster, mine) = (app.roster.clone(), desk.clone());
    let done = app.write(move |tx: &mut Tx<'_>| {
        let (account, me) = (mine.account.id, mine.staff.member.id);
        if let Some(agent) = agents::of_member(tx.conn, account, me)? {
            agents::seen(tx, agent.id)?;
        }
        match act.act.as_str() {
            "take" => cases::take(tx, &roster, account, follower, me).map(|()| "taken"),
            "close" => cases::finish(tx, &roster, account, follower, me).map(|()| "closed"),
            "back" => cases::hand_back(tx, &roster, account, follower, me).map(|()| "handed-back"),
            "dismiss" => cases::dismiss(tx, &roster, account, follower).map(|()| "dismissed"),
            "give" => {
                let to = act.member(tx, &mine)?;
                cases::give(tx, &roster, account, follower, (me, to)).map(|()| "given")
            }
            _ => Err(Error::NotFound("agent")),
        }
    });
    let word = match done.await {
        Ok(word) => word,
        // Somebody else was first; the page shows who.
        Err(Error::Conflict("session_taken" | "agent_offline") | Error::NotFound("session")) => {
            "attend-late"
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answers::see_other(done_path(&desk, follower, word)))
}

/// The conversation, with what was just done.
pub fn done_path(desk: &Desk, follower: FollowerId, word: &str) -> String {
    desk.path(&format!("/inbox/{follower}?done={word}"))
}
