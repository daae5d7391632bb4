//! What agents and followers wrote to each other, as one log of an account.
use chrono::Duration;
use crier_schema::ids::{AccountId, FollowerId};
use crier_schema::tables::{agents, followers, messages};
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

use crate::content::{Content, Sender};
use crate::error::Result;
use crate::mint::floor_id;
use crate::nodes;

/// How long another node's commit may take: ids are minted before it, so what is newer may still
/// come in between.
const SETTLING: Duration = Duration::seconds(5);
/// How far an id may be ahead of its message's time, or behind it: ids are minted in the transaction
/// whose beginning is the time, and ahead of the clock when many are.
const DRIFT: Duration = Duration::hours(1);

/// One message of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id: where the next page begins.
    pub id: i64,
    /// The follower.
    pub openid: String,
    /// The agent's name.
    pub agent: String,
    /// Who wrote it.
    pub sender: Sender,
    /// What it says.
    pub content: Content,
    /// When.
    pub at: Timestamp,
}

/// Which messages of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment that is too late.
    pub to: Timestamp,
    /// Of one follower alone.
    pub follower: Option<FollowerId>,
}

/// The log's messages after this id, in the order of ids. Nothing is ever stored before what has
/// been read: going on from the last id misses nothing.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    span: Span,
    after: i64,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Record>> {
    load(conn, account, span, (after, 0), now, limit)
}

/// The log's messages after the first `skip`: for the call that counts pages.
pub fn part(
    conn: &mut AnyConnection,
    account: AccountId,
    span: Span,
    skip: i64,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Record>> {
    load(conn, account, span, (0, skip), now, limit)
}

fn load(
    conn: &mut AnyConnection,
    account: AccountId,
    span: Span,
    (after, skip): (i64, i64),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Record>> {
    type Row = (i64, String, String, Sender, Json<Content>, Timestamp);
    let alone = nodes::holders(conn)?.len() < 2;
    let settled = if alone { span.to } else { span.to.min(now.plus(-SETTLING)) };
    let (first, last) = (floor_id(span.from.plus(-DRIFT)), floor_id(span.to.plus(DRIFT)));
    let mut query = messages::table
        .inner_join(followers::table.on(followers::id.eq(messages::follower_id)))
        .inner_join(agents::table.on(agents::id.nullable().eq(messages::agent_id)))
        .filter(messages::account_id.eq(account).and(messages::agent_id.is_not_null()))
        .filter(messages::id.gt(after.max(first)).and(messages::id.lt(last)))
        .filter(messages::created_at.ge(span.from).and(messages::created_at.lt(settled)))
        .order(messages::id.asc())
        .offset(skip)
        .limit(limit)
        .select((
            messages::id,
            followers::openid,
            agents::name,
            messages::sender,
            messages::content,
            messages::created_at,
        ))
        .into_boxed();
    if let Some(follower) = span.follower {
        query = query.filter(messages::follower_id.eq(follower));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let record = |(id, openid, agent, sender, Json(content), at): Row| Record {
        id,
        openid,
        agent,
        sender,
        content,
        at,
    };
    Ok(rows.into_iter().map(record).collect())
}
