//! Reading the log: newest first, narrowed down.
use crier_schema::ids::{AccountId, MemberId};
use crier_schema::tables::activities;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::{Activity, Chain};
use crate::error::Result;

/// Different actions that are listed to choose from.
const ACTIONS: usize = 400;

/// Which part of a log.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Of this member.
    pub member: Option<MemberId>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// This action.
    pub action: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// A page of a log, newest first, before this place.
pub fn page(
    conn: &mut AnyConnection,
    chain: Chain,
    search: &Search,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Activity>> {
    // Places grow with time: a range of time is one of places, which every index knows.
    let first = search.from.map(|at| first_at(conn, chain, at)).transpose()?;
    let end = search.until.map(|at| first_at(conn, chain, at)).transpose()?;
    let end = before.into_iter().chain(end).min();
    let mut query = Activity::query()
        .filter(activities::chain.eq(chain.0))
        .order(activities::seq.desc())
        .limit(limit)
        .into_boxed();
    if let Some(first) = first {
        query = query.filter(activities::seq.ge(first));
    }
    if let Some(end) = end {
        query = query.filter(activities::seq.lt(end));
    }
    if let Some(member) = search.member {
        query = query.filter(activities::member_id.eq(member));
    }
    if let Some(account) = search.account {
        query = query.filter(activities::account_id.eq(account));
    }
    if let Some(action) = &search.action {
        query = query.filter(activities::action.eq(action.clone()));
    }
    Ok(query.load(conn)?)
}

/// The first place at or after a moment; beyond every place when there is none.
fn first_at(conn: &mut AnyConnection, chain: Chain, at: Timestamp) -> Result<i64> {
    let found: Option<i64> = activities::table
        .filter(activities::chain.eq(chain.0).and(activities::created_at.ge(at)))
        .order((activities::created_at.asc(), activities::seq.asc()))
        .select(activities::seq)
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or(i64::MAX))
}

/// The different actions there are in a log, by word: one probe of an index for each.
pub fn actions(conn: &mut AnyConnection, chain: Chain) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < ACTIONS {
        let last = found.last().cloned().unwrap_or_default();
        let next: Option<String> = activities::table
            .filter(activities::chain.eq(chain.0).and(activities::action.gt(last)))
            .order(activities::action.asc())
            .select(activities::action)
            .first(conn)
            .optional()?;
        match next {
            Some(next) => found.push(next),
            None => break,
        }
    }
    Ok(found)
}
