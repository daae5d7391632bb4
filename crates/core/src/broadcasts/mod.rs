//! Broadcasts: one message to many, stored once whatever the audience. Who may read one is decided
//! when it is sent, and found out when it is read.
mod counting;
mod forecast;
mod frozen;
mod links;
mod parts;
mod quota;
mod recent;
mod results;
mod send;
mod settings;
mod withdraw;

use crier_schema::ids::{AccountId, BroadcastId, FollowerId, ListId, PublicationId, TagId, UserId};
use crier_schema::tables::{accounts, addressed, broadcast_recipients, broadcasts};
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;

pub use counting::PLANS;
pub use forecast::{Allowance, Forecast, allowance, forecast};
pub use frozen::Frozen;
pub(crate) use frozen::{standing, unblocked, unsated};
pub use links::{Link, click, link, links};
pub(crate) use links::{Shortened, in_text};
pub use parts::By;
pub(crate) use quota::is_crowded;
pub(crate) use recent::Recent;
pub use results::{Clicks, Reading, Results, results};
pub use send::{MAX_LIST, Outgoing, Sent, To, What, preview, send};
pub use settings::{MAX_SPEED, set_speed, speed};
pub use withdraw::withdraw;

use self::counting::has_share;

use crate::accounts::Account;
use crate::content::Content;
use crate::error::{OrMissing, Result};
use crate::followers::Follower;

text_enum! {
    /// Whom a broadcast is addressed to.
    pub enum Audience {
        /// Everybody who followed when it was sent.
        All = "all",
        /// The followers who had its tag when it was sent.
        Tag = "tag",
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
    /// How many followers it went to.
    pub reached: i64,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The tag it is addressed to, if it is to one.
    pub tag_id: Option<TagId>,
    /// The account's first broadcast of the same month: of those, each follower gets so many.
    pub month_seq: i64,
    /// The publication of its articles, if it is of articles.
    pub publication_id: Option<PublicationId>,
    /// When it was withdrawn, if it has been: nobody is shown it since.
    pub withdrawn_at: Option<Timestamp>,
    /// The list it is addressed to, if that was written down before.
    pub list_id: Option<ListId>,
}

impl Broadcast {
    /// Whether it is addressed to this follower; `None` where only the database knows.
    pub fn is_to(&self, follower: &Follower) -> Option<bool> {
        if self.withdrawn_at.is_some() || follower.unfollowed_at.is_some() {
            return Some(false);
        }
        match self.audience {
            Audience::All if !is_crowded(self.month_seq, self.seq) => {
                Some(follower.blocked_at.is_none() && follower.followed_at <= self.sent_at)
            }
            Audience::All | Audience::Tag | Audience::List => None,
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
    let mut end = before.unwrap_or(BroadcastId(i64::MAX));
    let mut found = Vec::new();
    loop {
        let page: Vec<(FollowerId, Broadcast, Account)> = addressed::table
            .inner_join(broadcasts::table.on(broadcasts::id.eq(addressed::broadcast_id)))
            .inner_join(accounts::table.on(accounts::id.eq(addressed::account_id)))
            .filter(addressed::user_id.eq(user).and(broadcasts::id.lt(end)))
            .filter(broadcasts::withdrawn_at.is_null())
            .order(broadcasts::id.desc())
            .limit(limit)
            .select((addressed::follower_id, Broadcast::as_select(), Account::as_select()))
            .load(conn)?;
        let last = page.last().map(|(_, broadcast, _)| broadcast.id);
        let is_last = (page.len() as i64) < limit;
        for (follower, broadcast, account) in page {
            if has_share(conn, follower, &broadcast)? {
                found.push((broadcast, account));
            }
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        match last {
            Some(last) if !is_last && (found.len() as i64) < limit => end = last,
            _ => return Ok(found),
        }
    }
}

/// The account's broadcasts addressed to this follower after the account's sequence number `seq`,
/// oldest first. None while they don't follow.
pub fn after(
    conn: &mut AnyConnection,
    follower: &Follower,
    seq: i64,
    limit: i64,
) -> Result<Vec<Broadcast>> {
    let (mut begin, mut found) = (seq, Vec::new());
    loop {
        let page: Vec<Broadcast> = addressed::table
            .inner_join(broadcasts::table.on(broadcasts::id.eq(addressed::broadcast_id)))
            .filter(addressed::follower_id.eq(follower.id).and(addressed::seq.gt(begin)))
            .filter(broadcasts::withdrawn_at.is_null())
            .order(addressed::seq.asc())
            .limit(limit)
            .select(Broadcast::as_select())
            .load(conn)?;
        let last = page.last().map(|broadcast| broadcast.seq);
        let is_last = (page.len() as i64) < limit;
        for broadcast in page {
            if has_share(conn, follower.id, &broadcast)? {
                found.push(broadcast);
            }
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        match last {
            Some(last) if !is_last && (found.len() as i64) < limit => begin = last,
            _ => return Ok(found),
        }
    }
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

/// The account's broadcasts sent from a moment until before another, oldest first: at most `limit`.
pub fn between(
    conn: &mut AnyConnection,
    account: AccountId,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Broadcast>> {
    Ok(Broadcast::query()
        .filter(broadcasts::account_id.eq(account))
        .filter(broadcasts::sent_at.ge(from).and(broadcasts::sent_at.lt(until)))
        .order(broadcasts::seq.asc())
        .limit(limit)
        .load(conn)?)
}

/// The followers a broadcast to a list is addressed to that was named with it.
pub fn recipients(conn: &mut AnyConnection, id: BroadcastId) -> Result<Vec<FollowerId>> {
    Ok(broadcast_recipients::table
        .filter(broadcast_recipients::broadcast_id.eq(id))
        .order(broadcast_recipients::follower_id.asc())
        .select(broadcast_recipients::follower_id)
        .load(conn)?)
}
