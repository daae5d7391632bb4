//! Withdrawing a broadcast: who has not read it yet never will.
use crier_schema::Json;
use crier_schema::ids::{AccountId, BroadcastId, PublicationId};
use crier_schema::tables::broadcasts;
use diesel::prelude::*;

use super::{Broadcast, get};
use crate::content::Content;
use crate::error::{Error, Result};
use crate::publications;
use crate::tx::{Live, News, Tx};

/// Withdraws a broadcast, or one article of it (places count from 1). Withdrawing it again changes
/// nothing; it still counts against the quota.
///
/// # Errors
/// `NotFound("broadcast")`; `not_withdrawable` for anything but films and articles;
/// [`Error::Invalid`] for an `index` it has not.
pub fn withdraw(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: BroadcastId,
    index: Option<i32>,
) -> Result<()> {
    let broadcast = get(tx.conn, account, id)?;
    match (&broadcast.content, broadcast.publication_id) {
        (Content::Articles { .. }, Some(publication)) => {
            withdraw_articles(tx, &broadcast, publication, index)?;
        }
        (Content::Video { .. }, _) => end(tx, id)?,
        _ => return Err(Error::Conflict("not_withdrawable")),
    }
    let news = News::Withdrawn { seq: broadcast.seq };
    tx.effects.live.push(Live { account, user: None, news });
    Ok(())
}

fn end(tx: &mut Tx<'_>, id: BroadcastId) -> Result<()> {
    diesel::update(broadcasts::table.find(id))
        .set(broadcasts::withdrawn_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes articles back, and leaves the cards of the others.
fn withdraw_articles(
    tx: &mut Tx<'_>,
    broadcast: &Broadcast,
    publication: PublicationId,
    index: Option<i32>,
) -> Result<()> {
    publications::withdraw(tx, broadcast.account_id, publication, index)?;
    let left = publications::urls(tx.conn, publication)?;
    if left.is_empty() {
        return end(tx, broadcast.id);
    }
    let Content::Articles { article_id, articles } = broadcast.content.clone() else {
        return Ok(());
    };
    let is_left = |key: &String| left.iter().any(|(_, other)| other == key);
    let articles = articles.into_iter().filter(|card| is_left(&card.key)).collect();
    let content = Json::to_text(&Content::Articles { article_id, articles })?;
    diesel::update(broadcasts::table.find(broadcast.id))
        .set(broadcasts::content.eq(content))
        .execute(tx.conn)?;
    Ok(())
}
