//! A conversation as a member of staff reads and answers it.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, AgentId, FollowerId, MemberId};

use super::{Append, Appended, Conversation, Post, Tell};
use crate::App;
use crate::accounts::has_control;
use crate::agents;
use crate::content::{Content, MAX_TEXT, Origin, Sender};
use crate::error::{Error, Result};
use crate::followers::{self, Follower};
use crate::members;
use crate::messages::{self, Message, Span};
use crate::traces;
use crate::users::{self, User};
use crate::windows::Effect;

/// A conversation with one page of its messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// Its counters.
    pub conversation: Conversation,
    /// The follower.
    pub follower: Follower,
    /// The user behind them.
    pub user: User,
    /// The page, in ascending order.
    pub messages: Vec<Message>,
    /// The members who wrote in it.
    pub writers: Vec<(MemberId, String)>,
    /// What the agents are called as whom somebody wrote.
    pub agents: Vec<(AgentId, String)>,
}

/// Opens a conversation of the account at `span`.
///
/// # Errors
/// `NotFound("conversation")`, also for another account's.
pub fn open(
    conn: &mut AnyConnection,
    account: AccountId,
    follower: FollowerId,
    span: Span,
    limit: i64,
) -> Result<Opened> {
    let conversation = super::get(conn, follower)?;
    if conversation.account_id != account {
        return Err(Error::NotFound("conversation"));
    }
    let messages = messages::page(conn, follower, span, limit)?;
    let ids: Vec<MemberId> = messages.iter().filter_map(|message| message.member_id).collect();
    let written_as: Vec<AgentId> = messages.iter().filter_map(|message| message.agent_id).collect();
    Ok(Opened {
        follower: followers::get(conn, follower)?,
        user: users::get(conn, conversation.user_id)?,
        writers: members::names(conn, &ids)?,
        agents: agents::nicknames(conn, &written_as)?,
        conversation,
        messages,
    })
}

/// What a member writes.
#[derive(Debug, Clone)]
pub struct Reply {
    /// In which account's name.
    pub account: AccountId,
    /// To whom.
    pub follower: FollowerId,
    /// Who writes.
    pub member: MemberId,
    /// What it says: at most [`MAX_TEXT`] bytes.
    pub text: String,
    /// The form's own id: sent twice, it counts once.
    pub client_id: String,
}

impl App {
    /// Answers a follower in the account's name. Takes one message off the reply window.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the text; `NotFound("conversation")`; the denials of the window.
    pub async fn reply(&self, reply: Reply) -> Result<Appended> {
        let text = reply.text.trim().replace("\r\n", "\n");
        if text.is_empty() {
            return Err(Error::invalid("text", "must not be empty"));
        }
        if text.len() > MAX_TEXT || has_control(&text) {
            return Err(Error::invalid("text", "must have at most 2048 bytes"));
        }
        let (account, follower) = (reply.account, reply.follower);
        let member = reply.member;
        let found = self.read(move |conn| {
            let agent = agents::of_member(conn, account, member)?.map(|agent| agent.id);
            Ok((super::get(conn, follower)?, agent))
        });
        let (conversation, agent) = found.await?;
        if conversation.account_id != account {
            return Err(Error::NotFound("conversation"));
        }
        let post = Post {
            sender: Sender::Account,
            origin: Origin::Console,
            content: Content::text(text),
            client_id: Some(format!("console:{}", reply.client_id)),
            member: Some(reply.member),
            agent,
        };
        let (tell, effect, span) = (Tell::Nothing, Effect::Spend, traces::current());
        self.append(Append { follower, post: Some(post), tell, effect, span }).await
    }
}
