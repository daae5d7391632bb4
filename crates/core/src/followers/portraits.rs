//! Everything an account knows about one follower.
use crier_schema::ids::{AccountId, BroadcastId, FollowerId};
use crier_schema::tables::{addressed, followers, users};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::Follower;
use crate::conversations::{self, Conversation};
use crate::error::{OrMissing, Result};
use crate::followings::{self, Following};
use crate::grants::{self, Consent};
use crate::permits::{self, Permit};
use crate::tags;
use crate::users::User;

/// Broadcasts that are counted at the most.
pub const RECEIVED: i64 = 500;
/// Comings and goings that are shown: the newest.
const HISTORY: i64 = 50;

/// What an account knows about a follower.
#[derive(Debug, Clone)]
pub struct Portrait {
    /// Who, to the account.
    pub follower: Follower,
    /// The person.
    pub user: User,
    /// The numbers of their tags, without that of the blocked.
    pub tags: Vec<i64>,
    /// What is between them.
    pub conversation: Conversation,
    /// Broadcasts that were addressed to them since they follow; at most [`RECEIVED`].
    pub received: i64,
    /// When they came and went, newest first.
    pub history: Vec<Following>,
    /// What they said to notices.
    pub permits: Vec<Permit>,
    /// What the account's web pages may know of them.
    pub consents: Vec<Consent>,
}

/// What the account knows about this follower, also when they have left.
///
/// # Errors
/// `NotFound("follower")`, also for another account's.
pub fn portrait(
    conn: &mut AnyConnection,
    account: AccountId,
    id: FollowerId,
    now: Timestamp,
) -> Result<Portrait> {
    let (follower, user): (Follower, User) = followers::table
        .inner_join(users::table.on(users::id.eq(followers::user_id)))
        .filter(followers::id.eq(id).and(followers::account_id.eq(account)))
        .select((Follower::as_select(), User::as_select()))
        .get_result(conn)
        .optional()
        .or_missing("follower")?;
    Ok(Portrait {
        tags: tags::of_follower(conn, id)?,
        conversation: conversations::get(conn, id)?,
        received: received(conn, id)?,
        history: followings::of_follower(conn, id, HISTORY)?,
        permits: permits::of_follower(conn, id)?,
        consents: grants::consents(conn, account, user.id, now)?,
        follower,
        user,
    })
}

fn received(conn: &mut AnyConnection, follower: FollowerId) -> QueryResult<i64> {
    let some: Vec<BroadcastId> = addressed::table
        .filter(addressed::follower_id.eq(follower))
        .limit(RECEIVED)
        .select(addressed::broadcast_id)
        .load(conn)?;
    Ok(some.len() as i64)
}
