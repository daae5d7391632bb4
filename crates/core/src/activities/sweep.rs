//! Cutting the old end of a log: the head is moved first, with the hash of the last row that goes, and
//! the database lets rows go only below it. So a cut shows, and what stays is still proven.
use chrono::Duration;
use crier_schema::Timestamp;
use crier_schema::tables::{activities, activity_heads, brand_settings};
use diesel::prelude::*;

use super::Chain;
use crate::error::Result;
use crate::tx::Tx;

/// Days a log goes back where a brand says nothing.
pub const DAYS: i32 = 730;

/// Cuts what is older than each brand keeps, at most `limit` rows, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let chains: Vec<(i64, Option<i32>)> = activity_heads::table
        .left_join(brand_settings::table.on(brand_settings::brand_id.eq(activity_heads::chain)))
        .select((activity_heads::chain, brand_settings::activity_days.nullable()))
        .order(activity_heads::chain.asc())
        .load(tx.conn)?;
    let mut left = limit;
    for (chain, days) in chains {
        let days = days.unwrap_or(DAYS);
        let before = tx.now.plus(-Duration::days(days.into()));
        left -= cut(tx, Chain(chain), before, left)?;
        if left <= 0 {
            break;
        }
    }
    Ok(usize::try_from(limit - left).unwrap_or_default())
}

fn cut(tx: &mut Tx<'_>, chain: Chain, before: Timestamp, limit: i64) -> Result<i64> {
    let old: Vec<(i64, String)> = activities::table
        .filter(activities::chain.eq(chain.0).and(activities::created_at.lt(before)))
        .order(activities::seq.asc())
        .limit(limit)
        .select((activities::seq, activities::hash))
        .load(tx.conn)?;
    let Some((seq, hash)) = old.last() else { return Ok(0) };
    diesel::update(activity_heads::table.find(chain.0))
        .set((
            activity_heads::cut_seq.eq(seq),
            activity_heads::cut_hash.eq(hash),
            activity_heads::cut_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    let gone = activities::table.filter(activities::chain.eq(chain.0).and(activities::seq.le(seq)));
    Ok(i64::try_from(diesel::delete(gone).execute(tx.conn)?).unwrap_or_default())
}
