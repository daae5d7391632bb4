//! Drafts that come out at a time. Every node looks for those that are due; whoever clears the time
//! of one publishes it, in the same transaction, so that it comes out once.
use std::sync::Arc;

use chrono::Duration;
use crier_schema::ids::{AccountId, DraftId};
use crier_schema::tables::drafts;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::saving::held;
use super::{Draft, DraftKind};
use crate::App;
use crate::error::{Error, OrMissing, Result};
use crate::publications;
use crate::rounds;
use crate::tx::Tx;

/// So far ahead a time may be.
pub const FAR: Duration = Duration::days(366);
/// Between looks for what is due.
const EVERY: std::time::Duration = std::time::Duration::from_secs(1);
/// Drafts in one look.
const BATCH: i64 = 20;

/// The account's draft as somebody saw it, ready to come out; its row is held.
///
/// # Errors
/// `NotFound("draft")`; `Conflict` of `draft_changed` (since that revision) or `draft_unfinished`.
pub fn at_revision(tx: &mut Tx<'_>, account: AccountId, key: &str, revision: i64) -> Result<Draft> {
    let draft = held(tx, account, key)?;
    if draft.revision != revision {
        return Err(Error::Conflict("draft_changed"));
    }
    if draft.kind != DraftKind::Draft {
        return Err(Error::Conflict("draft_unfinished"));
    }
    Ok(draft)
}

/// Publishes a draft at a time. Until then it stays as it is.
///
/// # Errors
/// As [`at_revision`]; [`Error::Invalid`] for `due` that is not to come, or beyond [`FAR`].
pub fn schedule(
    tx: &mut Tx<'_>,
    account: AccountId,
    key: &str,
    revision: i64,
    due: Timestamp,
) -> Result<()> {
    if due <= tx.now || due > tx.now.plus(FAR) {
        return Err(Error::invalid("due", "must be within the next year"));
    }
    let draft = at_revision(tx, account, key, revision)?;
    diesel::update(drafts::table.find(draft.id))
        .set((drafts::due_at.eq(Some(due)), drafts::failure.eq(None::<String>)))
        .execute(tx.conn)?;
    Ok(())
}

/// Leaves a draft unpublished after all. One without a time stays so.
///
/// # Errors
/// `NotFound("draft")`.
pub fn unschedule(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<()> {
    let draft = held(tx, account, key)?;
    diesel::update(drafts::table.find(draft.id))
        .set(drafts::due_at.eq(None::<Timestamp>))
        .execute(tx.conn)?;
    Ok(())
}

/// Leaves every draft of an account unpublished.
pub(crate) fn unschedule_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::update(drafts::table)
        .filter(drafts::account_id.eq(account).and(drafts::due_at.is_not_null()))
        .set(drafts::due_at.eq(None::<Timestamp>))
        .execute(tx.conn)?;
    Ok(())
}

/// The account's drafts that come out from a moment until before another, the first first: their
/// times, keys and headings. At most `limit`.
pub fn due_between(
    conn: &mut AnyConnection,
    account: AccountId,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(Timestamp, String, String)>> {
    let found: Vec<Draft> = Draft::query()
        .filter(drafts::account_id.eq(account))
        .filter(drafts::due_at.ge(Some(from)).and(drafts::due_at.lt(Some(until))))
        .order((drafts::due_at.asc(), drafts::id.asc()))
        .limit(limit)
        .load(conn)?;
    let named = |draft: Draft| {
        let title = draft.articles.into_iter().next().map(|piece| piece.title);
        Some((draft.due_at?, draft.media_key, title.unwrap_or_default()))
    };
    Ok(found.into_iter().filter_map(named).collect())
}

/// Publishes what is due, and says how many that were.
///
/// # Errors
/// When the database cannot be read.
pub async fn publish_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let due = app.read(move |conn| {
        let ids: Vec<DraftId> = drafts::table
            .filter(drafts::due_at.is_not_null().and(drafts::due_at.le(Some(now))))
            .order(drafts::due_at.asc())
            .limit(BATCH)
            .select(drafts::id)
            .load(conn)?;
        Ok(ids)
    });
    let mut published = 0;
    for id in due.await? {
        let roster = app.roster.clone();
        let done = app.write(move |tx| {
            let Some(publication) = publish(tx, id)? else { return Ok(false) };
            publications::finish(tx, &roster, publication)
        });
        match done.await {
            Ok(did) => published += usize::from(did),
            Err(error) => tracing::warn!(%error, draft.id = %id, "due and not published yet"),
        }
    }
    Ok(published)
}

/// Publishes a draft whose time has come, or writes down why not.
fn publish(tx: &mut Tx<'_>, id: DraftId) -> Result<Option<crier_schema::ids::PublicationId>> {
    let is_due = drafts::due_at.le(Some(tx.now)).and(drafts::kind.eq(DraftKind::Draft));
    let taken = diesel::update(drafts::table.filter(drafts::id.eq(id).and(is_due)))
        .set(drafts::due_at.eq(None::<Timestamp>))
        .execute(tx.conn)?;
    if taken == 0 {
        return Ok(None);
    }
    let draft: Draft =
        Draft::query().find(id).get_result(tx.conn).optional().or_missing("draft")?;
    let failure = match publications::submit(tx, draft.account_id, &draft.media_key) {
        Ok(publication) => return Ok(Some(publication.id)),
        // Others of the account are on their way: a second later there is room.
        Err(Error::Conflict("publishing_too_often")) => {
            return Err(Error::Conflict("publishing_too_often"));
        }
        Err(Error::Conflict(word)) => word,
        Err(error) => return Err(error),
    };
    diesel::update(drafts::table.find(id))
        .set(drafts::failure.eq(Some(failure)))
        .execute(tx.conn)?;
    Ok(None)
}

/// Looks for what is due every second, for as long as the process lives.
pub async fn keep_publishing(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(publish_due(&app).await, "what is due was not read");
    }
}
