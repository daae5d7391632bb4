//! An agent's work in the inbox: who waits, who has whom, and what can be done about it.
use actix_web::web;
use crier_core::agents::{self, Agent, AgentSession, Counts};
use crier_core::conversations::Conversation;
use crier_core::ids::{AgentId, FollowerId, MemberId};
use crier_core::rights::Right;
use crier_core::tx::Tx;
use crier_core::{App, Error, Timestamp};
use serde::Deserialize;

use super::showing::{Offer, offers};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::failures::missing;
use crate::fields::Choice;
use crate::forms::Form;
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::Speech;

/// How often it is noted that an agent was seen.
const SEEN: chrono::Duration = chrono::Duration::minutes(10);

/// A part of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// Who waits for an agent.
    Waiting,
    /// Whom the agent has who looks.
    Mine,
    /// Everybody.
    #[default]
    #[serde(other)]
    All,
}

impl Tab {
    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Mine => "mine",
            Self::All => "all",
        }
    }

    /// What an address carries to stay in it.
    pub fn query(self) -> String {
        if self == Self::All { String::new() } else { format!("?tab={}", self.word()) }
    }
}

/// The agents' side of the inbox, as whoever looks sees it.
pub struct Shift {
    /// All of the account's agents.
    pub all: Vec<Agent>,
    /// The one who looks, if they are one.
    pub me: Option<Agent>,
    counts: Counts,
}

impl Shift {
    /// What the account has; nothing where its kind has no agents.
    pub async fn load(app: &App, desk: &Desk) -> crier_core::Result<Self> {
        if desk.account.may(Right::Agents).is_err() {
            return Ok(Self { all: Vec::new(), me: None, counts: Counts::default() });
        }
        let (account, member) = (desk.account.id, desk.staff.member.id);
        let read = app.read(move |conn| {
            let all = agents::all(conn, account)?;
            let me = mine(&all, member);
            let counts = agents::counts(conn, account, me.as_ref().map(|agent| agent.id))?;
            Ok(Self { all, me, counts })
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
}

fn mine(all: &[Agent], member: MemberId) -> Option<Agent> {
    all.iter().find(|agent| agent.member_id == Some(member)).cloned()
}

/// One tab of the list.
pub struct TabLink {
    pub href: String,
    pub label: String,
    pub count: i64,
    pub current: bool,
}

/// The head of the list: the tabs, and whether the agent is there.
pub struct Head {
    pub tabs: Vec<TabLink>,
    /// Where whoever is an agent says whether they are there, and whether they are.
    pub presence: Option<Presence>,
    pub offers: Vec<Offer>,
}

/// Whether an agent is there.
pub struct Presence {
    pub path: String,
    pub back: String,
    pub online: bool,
    pub text: String,
}

impl Head {
    /// The head; without tabs where there are no agents and nobody waits.
    pub fn new(visit: &Visit, desk: &Desk, shift: &Shift, tab: Tab, now: Timestamp) -> Self {
        let speech = &visit.speech;
        let here = desk.path("/inbox");
        let link = |of: Tab, count| TabLink {
            href: format!("{here}{}", of.query()),
            label: speech.say(&format!("inbox-{}", of.word())),
            count,
            current: of == tab,
        };
        let mut tabs = Vec::new();
        if !shift.all.is_empty() || shift.counts.waiting > 0 {
            tabs.push(link(Tab::Waiting, shift.counts.waiting));
            if shift.me.is_some() {
                tabs.push(link(Tab::Mine, shift.counts.mine));
            }
            tabs.push(link(Tab::All, 0));
        }
        let presence = shift.me.as_ref().map(|me| Presence {
            path: desk.path("/agents/online"),
            back: visit.path.clone(),
            online: me.online,
            text: speech.with(
                if me.online { "presence-online" } else { "presence-offline" },
                &[("name", me.nickname.clone().into())],
            ),
        });
        Self { tabs, presence, offers: offers(visit, desk, &shift.all, now) }
    }
}

/// Who has a conversation, and what the agent who looks can do.
pub struct Attendance {
    pub text: String,
    /// What came with the follower.
    pub note: String,
    pub is_mine: bool,
    pub may_take: bool,
    pub may_dismiss: bool,
    /// Agents it can be given to.
    pub others: Vec<Choice>,
}

impl Attendance {
    /// What stands above a conversation; nothing where there are no agents.
    pub fn new(
        speech: &Speech,
        calendar: &Calendar,
        shift: &Shift,
        row: &Conversation,
        session: Option<&AgentSession>,
        now: Timestamp,
    ) -> Option<Self> {
        if shift.all.is_empty() && session.is_none() {
            return None;
        }
        let has = row.agent(now);
        let me = shift.me.as_ref().map(|me| me.id);
        let waits = session.filter(|session| session.agent_id.is_none());
        let is_mine = has.is_some() && has == me;
        let text = match (has, waits) {
            _ if is_mine => speech.say("attend-mine"),
            (Some(agent), _) => {
                let name = shift.name(agent).unwrap_or_default().to_owned();
                speech.with("attend-other", &[("name", name.into())])
            }
            (None, Some(session)) => {
                let since = calendar.full(session.waiting_since).shown;
                speech.with("attend-waits", &[("since", since.into())])
            }
            (None, None) => speech.say("attend-nobody"),
        };
        let there = |agent: &&Agent| agent.attends() && Some(agent.id) != me;
        let choice =
            |agent: &Agent| Choice { value: agent.id.to_string(), label: agent.nickname.clone() };
        Some(Self {
            text,
            note: session
                .filter(|_| is_mine)
                .map(|session| session.note.clone())
                .unwrap_or_default(),
            is_mine,
            may_take: me.is_some() && has.is_none(),
            may_dismiss: me.is_some() && waits.is_some(),
            others: shift.all.iter().filter(there).map(choice).collect(),
        })
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
    #[serde(default)]
    to: String,
}

/// Takes, gives away or ends.
pub async fn act(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(act): Form<Act>,
) -> Answer {
    let follower: FollowerId = path.1.parse().map_err(|_| missing("conversation"))?;
    let (account, member, roster) = (desk.account.id, desk.staff.member.id, app.roster.clone());
    let done = app.write(move |tx: &mut Tx<'_>| {
        let me = agents::of_member(tx.conn, account, member)?.ok_or(Error::NotFound("agent"))?;
        agents::seen(tx, me.id)?;
        match act.act.as_str() {
            "take" => agents::take(tx, &roster, follower, &me).map(|()| "taken"),
            "close" => agents::close(tx, &roster, follower, &me).map(|()| "closed"),
            "dismiss" => agents::dismiss(tx, &roster, account, follower).map(|()| "dismissed"),
            "give" => {
                let to = act.to.parse().map_err(|_| Error::NotFound("agent"))?;
                let to = agents::get(tx.conn, account, to)?;
                agents::switch(tx, &roster, follower, &me, &to).map(|()| "given")
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
    Ok(answers::see_other(desk.path(&format!("/inbox/{follower}?done={word}"))))
}
