//! Lists of conversations: the account's inbox and the user's own.
use crier_schema::ids::{AccountId, AgentId, FollowerId, UserId};
use crier_schema::tables::{conversations, followers, users};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::Conversation;
use crate::messages::{self, Message};

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its counters.
    pub conversation: Conversation,
    /// The follower as the account knows them.
    pub openid: String,
    /// The user's name in their host app.
    pub name: String,
    /// Its newest message.
    pub newest: Option<Message>,
}

impl Listed {
    /// The agent who has the follower at this moment.
    pub fn agent(&self, now: Timestamp) -> Option<AgentId> {
        self.conversation.agent(now)
    }
}

type Row = (Conversation, String, String);

/// An account's conversations with messages, latest first; `before` is the last page's last one.
/// Its time alone would not do: others of the same moment may be on the next page.
pub fn inbox(
    conn: &mut AnyConnection,
    account: AccountId,
    before: Option<(Timestamp, FollowerId)>,
    limit: i64,
) -> QueryResult<Vec<Listed>> {
    let mut query = conversations::table
        .inner_join(followers::table.on(followers::id.eq(conversations::follower_id)))
        .inner_join(users::table.on(users::id.eq(conversations::user_id)))
        .filter(conversations::account_id.eq(account).and(conversations::last_seq.gt(0)))
        .order((conversations::last_at.desc(), conversations::follower_id.desc()))
        .limit(limit)
        .select((Conversation::as_select(), followers::openid, users::name))
        .into_boxed();
    if let Some((at, follower)) = before {
        let earlier = conversations::last_at.lt(at).or(conversations::follower_id.lt(follower));
        // The first half bounds the walk through the index; the second sorts out the border.
        query = query.filter(conversations::last_at.le(at).and(earlier));
    }
    let rows = query.load(conn)?;
    with_newest(conn, rows)
}

/// A user's conversations with the accounts they follow, and with those that sent them something
/// they agreed to since they left; latest first.
pub fn of_user(conn: &mut AnyConnection, user: UserId, limit: i64) -> QueryResult<Vec<Listed>> {
    let since_left = followers::unfollowed_at
        .lt(conversations::last_at.nullable())
        .and(conversations::last_outbound_seq.gt(0));
    let rows = conversations::table
        .inner_join(followers::table.on(followers::id.eq(conversations::follower_id)))
        .inner_join(users::table.on(users::id.eq(conversations::user_id)))
        .filter(conversations::user_id.eq(user))
        .filter(followers::unfollowed_at.is_null().or(since_left))
        .order(conversations::last_at.desc())
        .limit(limit)
        .select((Conversation::as_select(), followers::openid, users::name))
        .load(conn)?;
    with_newest(conn, rows)
}

pub(crate) fn with_newest(conn: &mut AnyConnection, rows: Vec<Row>) -> QueryResult<Vec<Listed>> {
    let ends: Vec<_> = rows.iter().map(|(row, ..)| (row.follower_id, row.last_seq)).collect();
    let mut newest = messages::newest(conn, &ends)?;
    Ok(rows
        .into_iter()
        .map(|(conversation, openid, name)| {
            let at = newest.iter().position(|one| one.follower_id == conversation.follower_id);
            let newest = at.map(|at| newest.swap_remove(at));
            Listed { conversation, openid, name, newest }
        })
        .collect())
}
