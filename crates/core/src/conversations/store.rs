//! What an append reads and writes, many at once.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crier_schema::ids::{AccountId, AgentId, FollowerId, MemberId, MessageId, NodeId};
use crier_schema::tables::{conversations, followers, messages};
use crier_schema::{AnyConnection, Json, Timestamp, bulk};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use super::{Append, Appended, Conversation};
use crate::content::{Origin, Sender};
use crate::error::Result;
use crate::messages::Message;

bulk! {
    insert into messages
    struct MessageRow<'a> {
        id: MessageId as BigInt,
        account_id: AccountId as BigInt,
        follower_id: FollowerId as BigInt,
        seq: i64 as BigInt,
        sender: Sender as Text,
        origin: Origin as Text,
        content: String as Text,
        client_id: Option<&'a str> as Nullable<Text>,
        member_id: Option<MemberId> as Nullable<BigInt>,
        created_at: Timestamp as BigInt,
        agent_id: Option<AgentId> as Nullable<BigInt>,
    }
}

bulk! {
    update conversations
    struct ConversationRow {
        last_seq: i64 as BigInt,
        last_inbound_seq: i64 as BigInt,
        last_outbound_seq: i64 as BigInt,
        follower_read_seq: i64 as BigInt,
        account_read_seq: i64 as BigInt,
        window_until: Timestamp as BigInt,
        window_left: i32 as Integer,
        last_event_second: i64 as BigInt,
        last_at: Timestamp as BigInt,
        deliverer: Option<NodeId> as Nullable<BigInt>,
        agent_id: Option<AgentId> as Nullable<BigInt>,
        agent_until: Option<Timestamp> as Nullable<BigInt>,
    }
    where { follower_id = follower_id: FollowerId as BigInt }
}

/// A conversation with what an append must know of its follower.
pub(super) struct Open {
    pub row: Conversation,
    pub openid: String,
    pub following: bool,
    pub blocked: bool,
}

type Row = (Conversation, String, Option<Timestamp>, Option<Timestamp>);

/// The conversations of these followers, locked.
///
/// PostgreSQL: locked in the order of ids, so that two nodes never wait for each other. SQLite: the
/// transaction is the only one that writes.
pub(super) fn load(
    conn: &mut AnyConnection,
    ids: BTreeSet<FollowerId>,
) -> Result<HashMap<FollowerId, Open>> {
    /// The same query; its type names the engine.
    macro_rules! joined {
        () => {
            conversations::table
                .inner_join(followers::table.on(followers::id.eq(conversations::follower_id)))
                .select((
                    Conversation::as_select(),
                    followers::openid,
                    followers::unfollowed_at,
                    followers::blocked_at,
                ))
        };
    }
    let rows: Vec<Row> = match conn {
        AnyConnection::Postgres(conn) => {
            let ids: Vec<FollowerId> = ids.into_iter().collect();
            conversations::table
                .filter(conversations::follower_id.eq_any(&ids))
                .order(conversations::follower_id.asc())
                .select(conversations::follower_id)
                .for_no_key_update()
                .load::<FollowerId>(conn)?;
            joined!().filter(conversations::follower_id.eq_any(&ids)).load(conn)?
        }
        AnyConnection::Sqlite(conn) => {
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                let one = joined!().filter(conversations::follower_id.eq(id));
                rows.extend(one.get_result(conn).optional()?);
            }
            rows
        }
    };
    let open = |(row, openid, left, blocked): Row| Open {
        row,
        openid,
        following: left.is_none(),
        blocked: blocked.is_some(),
    };
    Ok(rows.into_iter().map(open).map(|open| (open.row.follower_id, open)).collect())
}

pub(super) type ClientKey = (FollowerId, String);
type Stored = (FollowerId, Option<String>, MessageId, i64, Timestamp);

/// What these appends' client ids were stored as before. Asked by pair: two lists side by side
/// would be every follower with every id, and PostgreSQL would read the whole table for it.
pub(super) fn repeats(
    conn: &mut AnyConnection,
    appends: &[&Append],
) -> Result<HashMap<ClientKey, Appended>> {
    let named: Vec<(FollowerId, &str)> = appends
        .iter()
        .filter_map(|append| Some((append.follower, append.post.as_ref()?.client_id.as_deref()?)))
        .collect();
    if named.is_empty() {
        return Ok(HashMap::new());
    }
    let known = match conn {
        AnyConnection::Postgres(conn) => pairs::Pairs::new(&named).load::<Stored>(conn)?,
        AnyConnection::Sqlite(conn) => {
            let mut known = Vec::new();
            for (follower, client_id) in named {
                let one = messages::table
                    .filter(
                        messages::follower_id.eq(follower).and(messages::client_id.eq(client_id)),
                    )
                    .select((
                        messages::follower_id,
                        messages::client_id,
                        messages::id,
                        messages::seq,
                        messages::created_at,
                    ));
                known.extend(one.get_result::<Stored>(conn).optional()?);
            }
            known
        }
    };
    let keyed = |(follower, client_id, id, seq, created_at): Stored| {
        Some(((follower, client_id?), Appended { id, seq, created_at, repeated: true }))
    };
    Ok(known.into_iter().filter_map(keyed).collect())
}

/// Stores messages.
pub(super) fn messages(conn: &mut AnyConnection, stored: &[Arc<Message>]) -> Result<()> {
    let rows: Vec<MessageRow<'_>> =
        stored.iter().map(|message| message_row(message)).collect::<Result<_>>()?;
    Ok(MessageRow::execute_all(conn, &rows)?)
}

fn message_row(message: &Message) -> Result<MessageRow<'_>> {
    Ok(MessageRow {
        id: message.id,
        account_id: message.account_id,
        follower_id: message.follower_id,
        seq: message.seq,
        sender: message.sender,
        origin: message.origin,
        content: Json::to_text(&message.content)?,
        client_id: message.client_id.as_deref(),
        member_id: message.member_id,
        created_at: message.created_at,
        agent_id: message.agent_id,
    })
}

/// Stores conversations' counters.
pub(super) fn conversations<'a>(
    conn: &mut AnyConnection,
    touched: impl Iterator<Item = &'a Conversation>,
) -> Result<()> {
    let rows: Vec<ConversationRow> = touched
        .map(|row| ConversationRow {
            follower_id: row.follower_id,
            last_seq: row.last_seq,
            last_inbound_seq: row.last_inbound_seq,
            last_outbound_seq: row.last_outbound_seq,
            follower_read_seq: row.follower_read_seq,
            account_read_seq: row.account_read_seq,
            window_until: row.window_until,
            window_left: row.window_left,
            last_event_second: row.last_event_second,
            last_at: row.last_at,
            deliverer: row.deliverer,
            agent_id: row.agent_id,
            agent_until: row.agent_until,
        })
        .collect();
    Ok(ConversationRow::execute_all(conn, &rows)?)
}

/// Messages by pairs of follower and client id, as one prepared PostgreSQL statement.
mod pairs {
    use crier_schema::ids::FollowerId;
    use diesel::pg::Pg;
    use diesel::prelude::*;
    use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
    use diesel::sql_types::{Array, BigInt, Nullable, Text};

    pub struct Pairs<'a> {
        followers: Vec<FollowerId>,
        client_ids: Vec<&'a str>,
    }

    /// Stands for the statement in Diesel's cache.
    pub struct Statement;

    impl<'a> Pairs<'a> {
        pub fn new(pairs: &[(FollowerId, &'a str)]) -> Self {
            let (followers, client_ids) = pairs.iter().copied().unzip();
            Self { followers, client_ids }
        }
    }

    impl QueryId for Pairs<'_> {
        type QueryId = Statement;
        const HAS_STATIC_QUERY_ID: bool = true;
    }

    impl Query for Pairs<'_> {
        type SqlType = (BigInt, Nullable<Text>, BigInt, BigInt, BigInt);
    }

    impl<Conn> RunQueryDsl<Conn> for Pairs<'_> {}

    impl QueryFragment<Pg> for Pairs<'_> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
            out.push_sql(
                "SELECT messages.follower_id, messages.client_id, id, seq, created_at \
                 FROM messages JOIN UNNEST(",
            );
            out.push_bind_param::<Array<BigInt>, _>(&self.followers)?;
            out.push_sql(", ");
            out.push_bind_param::<Array<Text>, _>(&self.client_ids)?;
            out.push_sql(
                ") AS asked (follower_id, client_id) \
                 ON messages.follower_id = asked.follower_id \
                 AND messages.client_id = asked.client_id",
            );
            Ok(())
        }
    }
}
