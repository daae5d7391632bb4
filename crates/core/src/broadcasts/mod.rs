//! Broadcasts: one message to many, stored once whatever the audience. Who may read one is decided
//! when it is sent, and found out when it is read.
mod quota;
mod recent;
mod send;

use crier_schema::ids::{AccountId, BroadcastId, FollowerId, UserId};
use crier_schema::tables::{accounts, broadcast_recipients, broadcasts, followers};
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;

pub(crate) use recent::Recent;
pub use send::{MAX_LIST, Outgoing, Sent, To, send};

use crate::accounts::Account;
use crate::content::Content;
use crate::error::{OrMissing, Result};
use crate::followers::Follower;

text_enum! {
    /// Whom a broadcast is addressed to.
    pub enum Audience {
        /// Everybody who followed when it was sent.
        All = "all",
        /// The followers listed with it.
        List = "list",
    }
}

/// One broadcast.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = broadcasts)]
pub struct Broadcast {
    /// Its id, unique in the installation; newer ones have greater ids.
    pub id: BroadcastId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its place among the account's broadcasts: 1, 2, 3, ... without a gap.
    pub seq: i64,
    /// Whom it is addressed to.
    pub audience: Audience,
    /// What it says.
    #[diesel(deserialize_as = Json<Content>)]
    pub content: Content,
    /// The sender's own id for it, which makes sending again harmless.
    pub client_id: Option<String>,
    /// How many followers it was addressed to.
    pub reached: i64,
    /// When it was sent.
    pub sent_at: Timestamp,
}

impl Broadcast {
    /// Whether it is addressed to this follower; `None` where only the database knows.
    pub fn is_to(&self, follower: &Follower) -> Option<bool> {
        match self.audience {
            Audience::All => {
                Some(follower.unfollowed_at.is_none() && follower.followed_at <= self.sent_at)
            }
            Audience::List => None,
        }
    }
}

/// The account's broadcast of this id.
///
/// # Errors
/// `NotFound("broadcast")`, also for another account's.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: BroadcastId) -> Result<Broadcast> {
    Broadcast::query()
        .filter(broadcasts::id.eq(id).and(broadcasts::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("broadcast")
}

/// Broadcasts addressed to the user by the accounts they follow, newest first, each with its
/// account. `before` is the last one of the page before.
pub fn timeline(
    conn: &mut AnyConnection,
    user: UserId,
    before: Option<BroadcastId>,
    limit: i64,
) -> Result<Vec<(Broadcast, Account)>> {
    let end = before.unwrap_or(BroadcastId(i64::MAX));
    Ok(broadcasts::table
        .inner_join(accounts::table.on(accounts::id.eq(broadcasts::account_id)))
        .inner_join(
            followers::table.on(followers::account_id
                .eq(broadcasts::account_id)
                .and(followers::user_id.eq(user))
                .and(followers::unfollowed_at.is_null())
                .and(followers::followed_at.le(broadcasts::sent_at))),
        )
        .left_join(
            broadcast_recipients::table.on(broadcast_recipients::broadcast_id
                .eq(broadcasts::id)
                .and(broadcast_recipients::follower_id.eq(followers::id))),
        )
        .filter(broadcasts::id.lt(end))
        .filter(
            broadcasts::audience
                .eq(Audience::All)
                .or(broadcast_recipients::follower_id.nullable().is_not_null()),
        )
        .order(broadcasts::id.desc())
        .limit(limit)
        .select((Broadcast::as_select(), Account::as_select()))
        .load(conn)?)
}

/// The account's broadcasts addressed to this follower after the account's sequence number `seq`,
/// oldest first. None while they don't follow.
pub fn after(
    conn: &mut AnyConnection,
    follower: &Follower,
    seq: i64,
    limit: i64,
) -> Result<Vec<Broadcast>> {
    if follower.unfollowed_at.is_some() {
        return Ok(Vec::new());
    }
    Ok(broadcasts::table
        .left_join(
            broadcast_recipients::table.on(broadcast_recipients::broadcast_id
                .eq(broadcasts::id)
                .and(broadcast_recipients::follower_id.eq(follower.id))),
        )
        .filter(broadcasts::account_id.eq(follower.account_id).and(broadcasts::seq.gt(seq)))
        .filter(broadcasts::sent_at.ge(follower.followed_at))
        .filter(
            broadcasts::audience
                .eq(Audience::All)
                .or(broadcast_recipients::follower_id.nullable().is_not_null()),
        )
        .order(broadcasts::seq.asc())
        .limit(limit)
        .select(Broadcast::as_select())
        .load(conn)?)
}

/// The account's broadcasts, newest first. `before` is the last one of the page before.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    before: Option<BroadcastId>,
    limit: i64,
) -> Result<Vec<Broadcast>> {
    let end = before.unwrap_or(BroadcastId(i64::MAX));
    Ok(Broadcast::query()
        .filter(broadcasts::account_id.eq(account).and(broadcasts::id.lt(end)))
        .order(broadcasts::id.desc())
        .limit(limit)
        .load(conn)?)
}

/// The followers a broadcast to a list is addressed to.
pub fn recipients(conn: &mut AnyConnection, id: BroadcastId) -> Result<Vec<FollowerId>> {
    Ok(broadcast_recipients::table
        .filter(broadcast_recipients::broadcast_id.eq(id))
        .order(broadcast_recipients::follower_id.asc())
        .select(broadcast_recipients::follower_id)
        .load(conn)?)
}
