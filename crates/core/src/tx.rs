//! What a writing function gets: the open transaction, the time, fresh ids, and a place to leave
//! what must happen once it is committed.
use std::sync::Arc;

use crier_schema::AnyConnection;
use crier_schema::Timestamp;
use crier_schema::ids::{
    AccountId, DeliveryId, EndpointId, EventId, FollowerId, MemberId, NodeId, UserId,
};

use crate::events::Event;
use crate::messages::Message;
use crate::mint::Ids;
use crate::presences::Doing;
use crate::traces::Span;

/// An open transaction that may write.
pub struct Tx<'a> {
    /// The connection, inside the transaction.
    pub conn: &'a mut AnyConnection,
    /// The time all of this happens at.
    pub now: Timestamp,
    /// Mints row ids.
    pub ids: &'a Ids,
    /// The node that will deliver what is written, if this process delivers.
    pub node: Option<NodeId>,
    /// Whether no other node can share the database (SQLite).
    pub alone: bool,
    /// What follows the commit.
    pub effects: &'a mut Effects,
}

/// What follows a commit. Dropped when the transaction is rolled back.
#[derive(Debug, Default)]
pub struct Effects {
    /// Deliveries leased to this node, in the order they were written.
    pub due: Vec<Due>,
    /// Conversations with new deliveries for the node that holds the earlier ones: it reads them
    /// from the database.
    pub assigned: Vec<(NodeId, FollowerId)>,
    /// Deliveries whose outcomes are stored.
    pub ended: Vec<DeliveryId>,
    /// News for open streams.
    pub live: Vec<Live>,
    /// Accounts or endpoints that changed, whose cached copies must go.
    pub stale: Vec<AccountId>,
    /// Deliveries were stored that nobody holds yet: wake the claim loops.
    pub unclaimed: bool,
    /// Deliveries that were asked for once more.
    pub resent: u64,
    /// Events that are part of a trace, in the order of their ids, with the span they were stored in.
    pub traced: Vec<(EventId, Span)>,
}

impl Effects {
    /// The span an event was stored in.
    pub(crate) fn span_of(&self, event: EventId) -> Span {
        let found = self.traced.binary_search_by_key(&event, |(id, _)| *id).ok();
        let found = found.and_then(|index| self.traced.get(index));
        found.map_or_else(Span::none, |(_, span)| span.clone())
    }
}

/// A delivery to make now.
#[derive(Debug, Clone)]
pub struct Due {
    /// The delivery.
    pub id: DeliveryId,
    /// The node that holds it. A node that lost its lease goes on under another id, and makes
    /// nothing any more that was held under this one.
    pub node: NodeId,
    /// Attempts made before.
    pub attempts: i32,
    /// Of those, attempts by the long schedule.
    pub retries: i32,
    /// Whether the endpoint has been told before.
    pub replay: bool,
    /// What it tells.
    pub event: Arc<Event>,
    /// Whom it tells.
    pub endpoint: EndpointId,
    /// Deliveries that its endpoint takes at once.
    pub width: u16,
    /// The span it happens in, where it is traced and comes straight from its commit.
    pub span: Span,
}

impl Due {
    /// Whose order it keeps.
    pub fn track(&self) -> Track {
        let follower = self.event.follower;
        if self.replay || self.retries > 0 {
            Track::Again(follower)
        } else {
            Track::First(follower)
        }
    }
}

/// Deliveries to one endpoint that are made one after the other. Events without a follower share
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Track {
    /// A conversation as it happens.
    First(Option<FollowerId>),
    /// What is told later or once more: it has an order of its own and holds nothing up.
    Again(Option<FollowerId>),
}

/// News for the streams of one follower and of one account's console.
#[derive(Debug, Clone)]
pub struct Live {
    /// The account it concerns.
    pub account: AccountId,
    /// The user whose streams get it, if it concerns one.
    pub user: Option<UserId>,
    /// What happened.
    pub news: News,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum News {
    /// A message was added to a conversation.
    Message(Arc<Message>),
    /// A conversation moved on another node: read it from the database.
    Moved {
        /// Whose conversation.
        follower: FollowerId,
        /// Its newest sequence number.
        seq: i64,
    },
    /// The account sent a broadcast: read it from the database.
    Broadcast {
        /// Its place in the account's own sequence.
        seq: i64,
    },
    /// The account withdrew a broadcast.
    Withdrawn {
        /// Its place in the account's own sequence.
        seq: i64,
    },
    /// The user followed or left the account.
    Following {
        /// Whose following changed.
        follower: FollowerId,
    },
    /// The account begins, or ceases, to write to the follower.
    Typing {
        /// To whom.
        follower: FollowerId,
        /// Whether it writes.
        typing: bool,
    },
    /// One side has read what the other wrote.
    Read {
        /// Whose conversation.
        follower: FollowerId,
        /// Up to which number.
        seq: i64,
        /// Whether the account has, and not the follower.
        by_account: bool,
    },
    /// Somebody is at a conversation, or no longer is.
    Attending {
        /// Whose conversation.
        follower: FollowerId,
        /// Which member; the follower themself if absent.
        member: Option<MemberId>,
        /// What they do there.
        doing: Doing,
    },
    /// A delivery reached its end.
    Delivery {
        /// Which one.
        id: DeliveryId,
    },
}
