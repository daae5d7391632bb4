//! Events: facts on record, each told to the account's endpoints.
use crier_schema::ids::{AccountId, EventId, FollowerId};
use crier_schema::tables::{events, followers};
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

use crate::facts::Fact;

/// A fact about an account, with whom it concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id, the same in every attempt and replay.
    pub id: EventId,
    /// The account it happened to.
    pub account: AccountId,
    /// The follower it concerns.
    pub follower: Option<FollowerId>,
    /// The follower as the account knows them.
    pub openid: Option<String>,
    /// What happened.
    pub fact: Fact,
    /// When. Two events of one follower that are no messages never share a second, because
    /// operators tell them apart by it (`reference/wechat-api.md` 5.1).
    pub created_at: Timestamp,
}

type Row = (EventId, AccountId, Option<FollowerId>, Json<Fact>, Timestamp, Option<String>);

/// The events of these ids.
pub fn all(conn: &mut AnyConnection, ids: &[EventId]) -> QueryResult<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .left_join(followers::table.on(followers::id.nullable().eq(events::follower_id)))
        .filter(events::id.eq_any(ids))
        .select((
            events::id,
            events::account_id,
            events::follower_id,
            events::fact,
            events::created_at,
            followers::openid.nullable(),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, account, follower, Json(fact), created_at, openid)| Event {
            id,
            account,
            follower,
            openid,
            fact,
            created_at,
        })
        .collect())
}
