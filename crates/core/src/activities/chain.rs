//! The chain: each row's hash is made of the row and of the hash before it. What was cut off at the
//! old end leaves its last hash behind, from which the rest is still proven.
use crier_schema::tables::{activities, activity_heads};
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use super::{Activity, Chain};
use crate::error::Result;
use crate::mint::fingerprint;
use crate::tx::Tx;

/// Where a chain goes on.
pub(super) struct End {
    pub seq: i64,
    pub hash: String,
}

/// Takes the next place in a chain. Its head's row is held until the commit, so that two nodes never
/// take the same.
pub(super) fn next(tx: &mut Tx<'_>, chain: Chain) -> Result<End> {
    if advance(tx, chain)? == 0 {
        let conn = &mut *tx.conn;
        on_each!(
            conn,
            diesel::insert_into(activity_heads::table)
                .values((
                    activity_heads::chain.eq(chain.0),
                    activity_heads::seq.eq(0),
                    activity_heads::hash.eq(""),
                    activity_heads::cut_seq.eq(0),
                    activity_heads::cut_hash.eq(""),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
        )?;
        advance(tx, chain)?;
    }
    let head = activity_heads::table.find(chain.0);
    let (seq, hash) =
        head.select((activity_heads::seq, activity_heads::hash)).get_result(tx.conn)?;
    Ok(End { seq, hash })
}

fn advance(tx: &mut Tx<'_>, chain: Chain) -> Result<usize> {
    let head = activity_heads::table.find(chain.0);
    Ok(diesel::update(head)
        .set(activity_heads::seq.eq(activity_heads::seq + 1))
        .execute(tx.conn)?)
}

/// Notes the hash that the next row goes on from.
pub(super) fn close(tx: &mut Tx<'_>, row: &Activity) -> Result<()> {
    diesel::update(activity_heads::table.find(row.chain))
        .set(activity_heads::hash.eq(&row.hash))
        .execute(tx.conn)?;
    Ok(())
}

/// A row's hash: SHA-256 of a JSON array, in which no two rows read alike.
pub(super) fn hash(before: &str, row: &Activity) -> Result<String> {
    let parts = serde_json::to_string(&(
        (before, row.id, row.chain, row.seq, row.created_at.micros()),
        (row.member_id, &row.member_name, &row.address),
        (&row.action, row.account_id, &row.subject, &row.detail),
    ))?;
    Ok(fingerprint(&parts))
}

/// What looking over a part of a chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The first place that was looked at.
    pub from: i64,
    /// The last one that holds.
    pub to: i64,
    /// The newest place of the chain.
    pub end: i64,
    /// The first place that does not hold.
    pub broken: Option<i64>,
}

impl Check {
    /// Whether it holds up to its end.
    pub const fn is_whole(self) -> bool {
        self.broken.is_none() && self.to == self.end
    }
}

/// Looks over at most `most` rows after this place, from the oldest there is when it is 0.
pub fn check(conn: &mut AnyConnection, chain: Chain, after: i64, most: i64) -> Result<Check> {
    type Head = (i64, String, i64, String);
    let head = activity_heads::table.find(chain.0).select((
        activity_heads::seq,
        activity_heads::hash,
        activity_heads::cut_seq,
        activity_heads::cut_hash,
    ));
    let head: Option<Head> = head.get_result(conn).optional()?;
    let Some((end, last, cut_seq, cut_hash)) = head else {
        return Ok(Check { from: 0, to: 0, end: 0, broken: None });
    };
    let after = after.clamp(cut_seq, end);
    let mut before = if after == cut_seq { cut_hash } else { hash_at(conn, chain, after)? };
    let rows: Vec<Activity> = Activity::query()
        .filter(activities::chain.eq(chain.0).and(activities::seq.gt(after)))
        .order(activities::seq.asc())
        .limit(most)
        .load(conn)?;
    let (mut found, is_end) =
        (Check { from: after + 1, to: after, end, broken: None }, { (rows.len() as i64) < most });
    for row in rows {
        if row.seq != found.to + 1 || hash(&before, &row)? != row.hash {
            return Ok(Check { broken: Some(found.to + 1), ..found });
        }
        (found.to, before) = (row.seq, row.hash);
    }
    // Rows taken off the new end leave a head that nothing leads up to.
    let is_short = is_end && found.to < end;
    let is_other = found.to == end && before != last;
    let broken = (is_short || is_other).then_some(found.to + i64::from(is_short));
    Ok(Check { broken, ..found })
}

fn hash_at(conn: &mut AnyConnection, chain: Chain, seq: i64) -> Result<String> {
    let row = activities::table.filter(activities::chain.eq(chain.0).and(activities::seq.eq(seq)));
    Ok(row.select(activities::hash).get_result(conn).optional()?.unwrap_or_default())
}
