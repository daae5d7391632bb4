//! Agents: who answers followers under a name of their own; the list, one of them, and their work in
//! the inbox.
pub mod attending;
pub mod changing;
pub mod showing;

use actix_web::web;
use crier_core::agents::{self, Agent, Answer as Said};
use crier_core::ids::AgentId;
use crier_core::{App, Timestamp};

use crate::calendar::Calendar;
use crate::failures::{Failure, missing};
use crate::gate::Desk;
use crate::words::Speech;

/// How an agent stands, as a badge.
pub struct Standing {
    /// The badge's class.
    pub badge: &'static str,
    /// What it says.
    pub text: String,
}

fn standing(speech: &Speech, agent: &Agent) -> Standing {
    let (badge, key) = match (agent.member_id, agent.online) {
        (None, _) => ("is-warn", "agent-unbound"),
        (Some(_), true) => ("is-ok", "agent-online"),
        (Some(_), false) => ("", "agent-offline"),
    };
    Standing { badge, text: speech.say(key) }
}

/// Who was invited to work as it, in words.
fn invited(speech: &Speech, calendar: &Calendar, now: Timestamp, agent: &Agent) -> Option<String> {
    let invited = agent.invitation(now)?;
    let key = match invited.answer {
        Said::Waiting => "agent-invited",
        Said::Declined => "agent-declined",
        Said::Expired => "agent-expired",
    };
    let until = calendar.date(invited.until);
    Some(speech.with(key, &[("email", invited.email.into()), ("until", until.into())]))
}

/// Where an agent's picture is.
fn picture(agent: &Agent) -> Option<String> {
    agent.avatar_key.as_ref().map(|key| format!("/media/{key}/thumbnail"))
}

/// The agent of the path.
async fn of_path(
    app: &App,
    desk: &Desk,
    path: &web::Path<(String, String)>,
) -> Result<Agent, Failure> {
    let id: AgentId = path.1.parse().map_err(|_| missing("agent"))?;
    let account = desk.account.id;
    Ok(app.read(move |conn| agents::get(conn, account, id)).await?)
}
