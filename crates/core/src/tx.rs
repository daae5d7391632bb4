//! What a writing function gets: the open transaction, the time, fresh ids, and a place to leave
//! what must happen once it is committed.
use std::sync::Arc;

use crier_schema::AnyConnection;
use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, DeliveryId, EndpointId, FollowerId, NodeId, UserId};

use crate::events::Event;
use crate::messages::Message;
use crate::mint::Ids;

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
    /// What follows the commit.
    pub effects: &'a mut Effects,
}

/// What follows a commit. Dropped when the transaction is rolled back.
#[derive(Debug, Default)]
pub struct Effects {
    /// Deliveries leased to this node, in the order they were written.
    pub due: Vec<Due>,
    /// News for open streams.
    pub live: Vec<Live>,
    /// Accounts or endpoints that changed, whose cached copies must go.
    pub stale: Vec<AccountId>,
    /// Deliveries were stored that nobody holds yet: wake the claim loops.
    pub unclaimed: bool,
}

/// A delivery to make now.
#[derive(Debug, Clone)]
pub struct Due {
    /// The delivery.
    pub id: DeliveryId,
    /// Attempts made before.
    pub attempts: i32,
    /// What it tells.
    pub event: Arc<Event>,
    /// Whom it tells.
    pub endpoint: EndpointId,
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
    /// The user followed or left the account.
    Following {
        /// Whose following changed.
        follower: FollowerId,
    },
    /// A delivery reached its end.
    Delivery {
        /// Which one.
        id: DeliveryId,
    },
}
