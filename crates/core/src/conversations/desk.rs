//! A conversation as a member of staff reads and answers it.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, AgentId, FollowerId, MemberId};

use super::Conversation;
use crate::agents;
use crate::error::{Error, Result};
use crate::followers::{self, Follower};
use crate::members;
use crate::messages::{self, Message, Span};
use crate::notes::{self, Note};
use crate::users::{self, User};

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
    /// The notes that stand between them, in their order.
    pub notes: Vec<Note>,
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
    let first = messages.first().map_or(0, |first| if first.seq == 1 { 0 } else { first.seq });
    let last = messages.last().map_or(i64::MAX, |last| last.seq);
    let notes = notes::between(conn, follower, first, last)?;
    let wrote = messages.iter().filter_map(|message| message.member_id);
    let ids: Vec<MemberId> = wrote.chain(notes.iter().filter_map(|note| note.member_id)).collect();
    let written_as: Vec<AgentId> = messages.iter().filter_map(|message| message.agent_id).collect();
    Ok(Opened {
        follower: followers::get(conn, follower)?,
        user: users::get(conn, conversation.user_id)?,
        writers: members::names(conn, &ids)?,
        agents: agents::nicknames(conn, &written_as)?,
        conversation,
        messages,
        notes,
    })
}
