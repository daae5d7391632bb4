//! Taking articles back.
use crier_schema::ids::{AccountId, PublicationId};
use crier_schema::tables::{articles, publications};
use diesel::prelude::*;

use super::{State, get};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Takes back one article of a publication (places count from 1), or all of them. One that is back
/// already is no fault.
///
/// # Errors
/// `NotFound("publication")`, also when it is not out; [`Error::Invalid`] for `index`.
pub fn withdraw(
    tx: &mut Tx<'_>,
    account: AccountId,
    publication: PublicationId,
    idx: Option<i32>,
) -> Result<()> {
    let found = get(tx.conn, account, publication)?;
    if !matches!(found.state, State::Published | State::Removed) {
        return Err(Error::NotFound("publication"));
    }
    let there = articles::table.filter(articles::publication_id.eq(publication));
    if let Some(idx) = idx {
        let named: i64 = there.filter(articles::idx.eq(idx)).count().get_result(tx.conn)?;
        if named == 0 {
            return Err(Error::invalid("index", "names no article of it"));
        }
    }
    // The publication's row is taken first, so that of two that take back one each the second sees
    // that nothing is left.
    diesel::update(publications::table.find(publication))
        .set(publications::article_key.eq(publications::article_key))
        .execute(tx.conn)?;
    let (first, last) = idx.map_or((0, i32::MAX), |idx| (idx, idx));
    let taken = articles::publication_id.eq(publication).and(articles::removed_at.is_null());
    diesel::update(articles::table.filter(taken.and(articles::idx.between(first, last))))
        .set(articles::removed_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    let left: i64 = there.filter(articles::removed_at.is_null()).count().get_result(tx.conn)?;
    if left == 0 && found.removed_at.is_none() {
        diesel::update(publications::table.find(publication))
            .set((
                publications::state.eq(State::Removed),
                publications::removed_at.eq(Some(tx.now)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}
