//! Conversations: everything between one follower and one account, under gapless numbers.
mod append;
mod desk;
mod lists;
mod replying;
mod store;
mod typing;

use crier_schema::ids::{AccountId, AgentId, EventId, FollowerId, MemberId, NodeId, UserId};
use crier_schema::tables::conversations;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub use append::append;
pub(crate) use append::tell_account;
pub use desk::{Opened, open};
pub(crate) use lists::with_newest;
pub use lists::{Listed, inbox, of_user};
pub use replying::Reply;
pub use typing::set_typing;

use crate::cases;
use crate::content::{Content, Origin, Sender};
use crate::error::{OrMissing, Result};
use crate::facts::Fact;
use crate::traces::Span;
use crate::tx::{Live, News, Tx};
use crate::windows::{Effect, Window};

/// A conversation's counters.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = conversations, treat_none_as_default_value = false)]
pub struct Conversation {
    /// Whose it is.
    pub follower_id: FollowerId,
    /// With which account.
    pub account_id: AccountId,
    /// The follower's user.
    pub user_id: UserId,
    /// The newest message.
    pub last_seq: i64,
    /// The follower's newest message.
    pub last_inbound_seq: i64,
    /// The account's newest message.
    pub last_outbound_seq: i64,
    /// What the follower has read.
    pub follower_read_seq: i64,
    /// What the account's members have read.
    pub account_read_seq: i64,
    /// The reply window's end.
    pub window_until: Timestamp,
    /// Messages left in the reply window.
    pub window_left: i32,
    /// The second of the last event that was no message.
    pub last_event_second: i64,
    /// When something last happened.
    pub last_at: Timestamp,
    /// The node that knows of all its pending deliveries, if it is certain that one does: what is
    /// new goes to it without another look.
    pub deliverer: Option<NodeId>,
    /// The agent who has the follower, until [`Conversation::agent_until`].
    pub agent_id: Option<AgentId>,
    /// When the agent's session ends unless somebody writes in it.
    pub agent_until: Option<Timestamp>,
    /// Since when a person has it and what answers by itself rests.
    pub attended_at: Option<Timestamp>,
}

impl Conversation {
    /// An empty one.
    pub fn new(follower: FollowerId, account: AccountId, user: UserId, now: Timestamp) -> Self {
        Self {
            follower_id: follower,
            account_id: account,
            user_id: user,
            last_seq: 0,
            last_inbound_seq: 0,
            last_outbound_seq: 0,
            follower_read_seq: 0,
            account_read_seq: 0,
            window_until: Timestamp::default(),
            window_left: 0,
            last_event_second: 0,
            last_at: now,
            deliverer: None,
            agent_id: None,
            agent_until: None,
            attended_at: None,
        }
    }

    /// Its reply window.
    pub const fn window(&self) -> Window {
        Window { until: self.window_until, left: self.window_left }
    }

    /// The agent who has the follower at this moment: what the follower writes is theirs. A session
    /// that ran out is over at once, whenever it is swept.
    pub fn agent(&self, now: Timestamp) -> Option<AgentId> {
        self.agent_id.filter(|_| self.agent_until.is_some_and(|until| until > now))
    }

    /// Whether a person has the follower at this moment, so that nothing answers by itself: neither
    /// rules of the account nor the answers of its backend.
    pub fn is_attended(&self, now: Timestamp) -> bool {
        self.attended_at.is_some() || self.agent(now).is_some()
    }
}

/// Something to add to a conversation: a message, an event, or both.
#[derive(Debug, Clone)]
pub struct Append {
    /// Whose conversation.
    pub follower: FollowerId,
    /// The message to add.
    pub post: Option<Post>,
    /// What the operator backend is told.
    pub tell: Tell,
    /// What happens to the reply window.
    pub effect: Effect,
    /// The span it happens in, where it is traced.
    pub span: Span,
}

/// A message to add.
#[derive(Debug, Clone)]
pub struct Post {
    /// Who wrote it.
    pub sender: Sender,
    /// How it came to be.
    pub origin: Origin,
    /// What it says.
    pub content: Content,
    /// The writer's own id for it: adding it again gives the first answer.
    pub client_id: Option<String>,
    /// The member who wrote it.
    pub member: Option<MemberId>,
    /// The agent as whom they wrote it.
    pub agent: Option<AgentId>,
}

/// What the operator backend is told of an append.
#[derive(Debug, Clone)]
pub enum Tell {
    /// Nothing.
    Nothing,
    /// The message that is added.
    Message,
    /// Another fact.
    Fact(Fact),
    /// The answer to `event` hands the follower to agents, perhaps to the one of this name. Told is
    /// the session, if it opens at once.
    HandOver {
        /// What was answered: an answer counts once.
        event: EventId,
        /// The agent's name.
        agent: Option<String>,
    },
}

/// What came of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The message's id (0 when none was added).
    pub id: crier_schema::ids::MessageId,
    /// Its place in the conversation.
    pub seq: i64,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Whether it had been added before, under the same `client_id`.
    pub repeated: bool,
}

impl Append {
    /// A message from the follower: told to the operator, opens the window.
    pub fn inbound(follower: FollowerId, content: Content, client_id: Option<String>) -> Self {
        let post = Post {
            sender: Sender::Follower,
            origin: Origin::Follower,
            content,
            client_id,
            member: None,
            agent: None,
        };
        let effect = Effect::Open(crate::windows::BY_MESSAGE);
        Self { follower, post: Some(post), tell: Tell::Message, effect, span: Span::none() }
    }

    /// A message from the account. `effect` is [`Effect::Spend`] when nobody asked for it.
    pub fn outbound(
        follower: FollowerId,
        origin: Origin,
        content: Content,
        client_id: Option<String>,
        effect: Effect,
    ) -> Self {
        let post =
            Post { sender: Sender::Account, origin, content, client_id, member: None, agent: None };
        Self { follower, post: Some(post), tell: Tell::Nothing, effect, span: Span::none() }
    }

    /// The same, written as this agent.
    #[must_use]
    pub fn as_agent(mut self, agent: Option<AgentId>) -> Self {
        if let Some(post) = &mut self.post {
            post.agent = agent;
        }
        self
    }

    /// The follower is handed to agents, as the answer to `event` asked.
    pub const fn hand_over(follower: FollowerId, event: EventId, agent: Option<String>) -> Self {
        let tell = Tell::HandOver { event, agent };
        Self { follower, post: None, tell, effect: Effect::None, span: Span::none() }
    }

    /// An event without a message.
    pub fn event(follower: FollowerId, fact: Fact, effect: Effect) -> Self {
        Self { follower, post: None, tell: Tell::Fact(fact), effect, span: Span::none() }
    }
}

/// The conversation of a follower.
pub fn get(conn: &mut AnyConnection, follower: FollowerId) -> Result<Conversation> {
    Conversation::query().find(follower).get_result(conn).optional().or_missing("conversation")
}

/// The conversation of a follower, locked until the transaction ends: nobody else adds to it or
/// changes who has it. On SQLite the transaction is the only one that writes.
pub(crate) fn lock(conn: &mut AnyConnection, follower: FollowerId) -> Result<Conversation> {
    if let AnyConnection::Postgres(conn) = conn {
        conversations::table
            .find(follower)
            .select(conversations::follower_id)
            .for_no_key_update()
            .load::<FollowerId>(conn)?;
    }
    get(conn, follower)
}

/// Whether a person has the follower at this moment: [`Conversation::is_attended`].
pub fn is_attended(conn: &mut AnyConnection, follower: FollowerId, now: Timestamp) -> Result<bool> {
    Ok(get(conn, follower)?.is_attended(now))
}

/// Stores that the follower has read up to `seq`. Never moves back, nor past the end.
pub fn read_by_follower(tx: &mut Tx<'_>, follower: FollowerId, seq: i64) -> Result<()> {
    let row = conversations::table.filter(
        conversations::follower_id
            .eq(follower)
            .and(conversations::follower_read_seq.lt(seq))
            .and(conversations::last_seq.ge(seq)),
    );
    let moved =
        diesel::update(row).set(conversations::follower_read_seq.eq(seq)).execute(tx.conn)?;
    if moved > 0 {
        let account = get(tx.conn, follower)?.account_id;
        let news = News::Read { follower, seq, by_account: false };
        tx.effects.live.push(Live { account, user: None, news });
    }
    Ok(())
}

/// Stores that the account's members have read up to `seq`.
pub fn read_by_account(tx: &mut Tx<'_>, follower: FollowerId, seq: i64) -> Result<()> {
    let row = conversations::table.filter(
        conversations::follower_id
            .eq(follower)
            .and(conversations::account_read_seq.lt(seq))
            .and(conversations::last_seq.ge(seq)),
    );
    let moved =
        diesel::update(row).set(conversations::account_read_seq.eq(seq)).execute(tx.conn)?;
    if moved > 0 {
        cases::read(tx, follower)?;
        let row = get(tx.conn, follower)?;
        let (account, user) = (row.account_id, Some(row.user_id));
        tx.effects.live.push(Live { account, user: None, news: News::Moved { follower, seq } });
        let news = News::Read { follower, seq, by_account: true };
        tx.effects.live.push(Live { account, user, news });
    }
    Ok(())
}

/// Adds to one conversation within a larger piece of work.
pub fn append_one(
    tx: &mut Tx<'_>,
    roster: &crate::roster::Roster,
    one: Append,
) -> Result<Appended> {
    let mut results = append(tx, roster, &[&one])?;
    results.pop().unwrap_or_else(|| Err(crate::Error::Internal("no result".into())))
}
