//! Messages to one follower inside their reply window (`reference/wechat-api.md` 2.2).
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::content::Origin;
use crier_core::conversations::{self, Append};
use crier_core::windows::Effect;
use crier_core::{agents, drafts, followers, media, publications};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::contents::Said;
use super::errcodes as code;
use super::refusals::Refusal;
use super::{agent_sessions, contents, fields};

/// Sends one message, as an agent if `customservice` names one. Other keys beside it are taken and
/// not looked at.
pub(super) async fn send(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let said = contents::custom(&body, &account)?;
    let (agent, now) = (agent_sessions::sent_as(&body), call.app.clock.now());
    let read = call.app.read(move |conn| {
        let follower = followers::by_openid(conn, account.id, &openid)?;
        let agent = agent.map(|name| agents::by_name(conn, &account, &name)).transpose()?;
        let content = match said {
            Said::Content(content) => media::complete(conn, content, now)?,
            Said::Draft(key) => drafts::content(conn, account.id, &key, now)?,
            Said::Publication(key) => publications::content(conn, account.id, &key)?,
        };
        Ok((follower.id, agent, content))
    });
    let (follower, agent, content) = read.await?;
    let message = Append::outbound(follower, Origin::Api, content, None, Effect::Spend);
    call.app.append(message.as_agent(agent.map(|agent| agent.id))).await?;
    Ok(Answer::done())
}

/// Shows a follower that somebody writes, or no longer does.
pub(super) async fn typing(call: Call, account: Arc<Account>) -> Outcome {
    let body = call.json()?;
    let openid = fields::need(&body, "touser", code::BAD_OPENID)?;
    let typing = match fields::words(&body, "command").as_str() {
        "Typing" => true,
        "CancelTyping" => false,
        _ => return Err(Refusal::new(code::BAD_COMMAND)),
    };
    let set = call.app.write(move |tx| {
        let follower = followers::by_openid(tx.conn, account.id, &openid)?;
        conversations::set_typing(tx, follower.id, typing)
    });
    set.await?;
    Ok(Answer::done())
}
