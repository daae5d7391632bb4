//! Messages as they are read back.
use crier_schema::ids::{AccountId, AgentId, FollowerId, MemberId, MessageId};
use crier_schema::tables::messages;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

use crate::content::{Content, Origin, Sender};
use crate::error::{OrMissing, Result};

/// One item of a conversation.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = messages)]
pub struct Message {
    /// Its id, unique in the installation.
    pub id: MessageId,
    /// The account of the conversation.
    pub account_id: AccountId,
    /// The follower of the conversation.
    pub follower_id: FollowerId,
    /// Its place: 1, 2, 3, ... without a gap.
    pub seq: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// How it came to be.
    pub origin: Origin,
    /// What it says.
    #[diesel(deserialize_as = Json<Content>)]
    pub content: Content,
    /// The writer's own id for it, which makes sending again harmless.
    pub client_id: Option<String>,
    /// The member who wrote it in the console.
    pub member_id: Option<MemberId>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// The agent who wrote it, or who had the follower when the follower wrote it.
    pub agent_id: Option<AgentId>,
}

impl From<Json<Content>> for Content {
    fn from(json: Json<Self>) -> Self {
        json.0
    }
}

/// Which part of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The first messages after this sequence number.
    After(i64),
    /// The last messages before this sequence number.
    Before(i64),
    /// The messages around this sequence number, half of them before it.
    Around(i64),
}

/// Messages of a conversation in ascending order, at most `limit`.
pub fn page(
    conn: &mut AnyConnection,
    follower: FollowerId,
    span: Span,
    limit: i64,
) -> QueryResult<Vec<Message>> {
    let of = Message::query().filter(messages::follower_id.eq(follower)).limit(limit);
    match span {
        Span::After(seq) => of.filter(messages::seq.gt(seq)).order(messages::seq.asc()).load(conn),
        Span::Before(seq) => {
            let mut page: Vec<Message> =
                of.filter(messages::seq.lt(seq)).order(messages::seq.desc()).load(conn)?;
            page.reverse();
            Ok(page)
        }
        Span::Around(seq) => of
            .filter(messages::seq.gt(seq.saturating_sub(limit / 2 + 1)))
            .order(messages::seq.asc())
            .load(conn),
    }
}

/// The message of this id.
pub fn get(conn: &mut AnyConnection, id: MessageId) -> Result<Message> {
    Message::query().filter(messages::id.eq(id)).get_result(conn).optional().or_missing("message")
}

/// The newest message of each of these conversations.
pub fn newest(
    conn: &mut AnyConnection,
    conversations: &[(FollowerId, i64)],
) -> QueryResult<Vec<Message>> {
    // One probe of the unique index each: a list page holds at most a hundred.
    conversations
        .iter()
        .filter(|(_, seq)| *seq > 0)
        .map(|(follower, seq)| {
            Message::query()
                .filter(messages::follower_id.eq(follower).and(messages::seq.eq(seq)))
                .get_result(conn)
        })
        .collect()
}
