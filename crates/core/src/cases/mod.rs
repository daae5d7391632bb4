//! Cases: how people stand with a conversation. Who has it, whether somebody waits for an answer,
//! and whether it is done. What a member does changes a case at once; what messages do, a worker
//! does that follows them ([`crate::trails`]), so that a message costs nothing here.
//!
//! The assignee is a member. Where that member works as an agent and is there, they have the
//! agent's session too, and whatever opens or ends a session changes the case with it.
mod changes;
mod following;
mod lists;

use crier_schema::ids::{AccountId, FollowerId, MemberId};
use crier_schema::tables::cases;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

pub(crate) use changes::leave;
pub use changes::{assign, dismiss, finish, give, hand_back, take};
pub(crate) use changes::{hold_as, let_go, read, wait};
pub(crate) use following::follow;
pub use lists::{Counts, MOST_COUNTED, Queue, Queued, Sort, counts, page, unread, unread_of};

text_enum! {
    /// How far a case is.
    pub enum State {
        /// Somebody must do something.
        Open = "open",
        /// What answers by itself has it.
        Bot = "bot",
        /// Nobody needs to do anything.
        Done = "done",
    }
}

/// How people stand with a conversation.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = cases, treat_none_as_default_value = false)]
pub struct Case {
    /// Which conversation.
    pub follower_id: FollowerId,
    /// With which account.
    pub account_id: AccountId,
    /// How far it is.
    pub state: State,
    /// The member who has it.
    pub assignee_id: Option<MemberId>,
    /// When the follower wrote what nobody has answered yet.
    pub waiting_since: Option<Timestamp>,
    /// Whether there are messages that no member has read.
    pub unread: bool,
    /// When something last happened, as the lists are sorted.
    pub last_at: Timestamp,
    /// How far members had read when they were last done with it: what came until then opens nothing.
    pub settled_seq: i64,
}

impl Case {
    fn new(account: AccountId, follower: FollowerId, now: Timestamp) -> Self {
        Self {
            follower_id: follower,
            account_id: account,
            state: State::Open,
            assignee_id: None,
            waiting_since: None,
            unread: false,
            last_at: now,
            settled_seq: 0,
        }
    }

    /// Whether the follower has waited for longer than so many minutes.
    pub fn is_overdue(&self, minutes: i32, now: Timestamp) -> bool {
        let patience = chrono::Duration::minutes(i64::from(minutes));
        self.waiting_since.is_some_and(|since| since.plus(patience) < now)
    }
}

/// The case of a conversation, if it ever was one.
pub fn find(conn: &mut AnyConnection, follower: FollowerId) -> QueryResult<Option<Case>> {
    Case::query().find(follower).get_result(conn).optional()
}

/// The cases of these conversations; those that never were one are absent.
pub fn of(conn: &mut AnyConnection, followers: &[FollowerId]) -> QueryResult<Vec<Case>> {
    Case::query().filter(cases::follower_id.eq_any(followers)).load(conn)
}
