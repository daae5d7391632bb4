//! Withdrawing a broadcast: who has not read it yet never will.
use crier_schema::ids::{AccountId, BroadcastId};
use crier_schema::tables::broadcasts;
use diesel::prelude::*;

use super::get;
use crate::content::Content;
use crate::error::{Error, Result};
use crate::tx::{Live, News, Tx};

/// Withdraws a broadcast. Withdrawing it again changes nothing; it still counts against the quota.
///
/// # Errors
/// `NotFound("broadcast")`; `not_withdrawable` for anything but films and articles.
pub fn withdraw(tx: &mut Tx<'_>, account: AccountId, id: BroadcastId) -> Result<()> {
    let broadcast = get(tx.conn, account, id)?;
    if !matches!(broadcast.content, Content::Video { .. }) {
        return Err(Error::Conflict("not_withdrawable"));
    }
    diesel::update(broadcasts::table.find(id))
        .set(broadcasts::withdrawn_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    let news = News::Withdrawn { seq: broadcast.seq };
    tx.effects.live.push(Live { account, user: None, news });
    Ok(())
}
