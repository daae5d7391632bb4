//! The job that publishes: whichever node does it first, once.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{AccountId, PublicationId};
use crier_schema::tables::publications;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

use super::{Failure, Publication, State, store, urls};
use crate::App;
use crate::accounts;
use crate::conversations;
use crate::drafts::{self, Draft};
use crate::error::Result;
use crate::events::Event;
use crate::facts::Fact;
use crate::mint::floor_id;
use crate::roster::Roster;
use crate::rounds;
use crate::tx::Tx;

/// Between looks for publications that a node began and did not end.
const EVERY: Duration = Duration::from_secs(5);
/// Of these, in one look.
const BATCH: i64 = 20;

/// Ends a pending publication: its articles come out, or it fails and the draft goes back into its
/// box, as when the account was closed meanwhile; the operator is told which. Whether there was
/// anything to do: of two calls at once one does it.
pub fn finish(tx: &mut Tx<'_>, roster: &Roster, id: PublicationId) -> Result<bool> {
    let row = publications::id.eq(id).and(publications::finished_at.is_null());
    let taken = diesel::update(publications::table.filter(row))
        .set(publications::finished_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    if taken == 0 {
        return Ok(false);
    }
    let publication: Publication = Publication::query().find(id).get_result(tx.conn)?;
    let account = publication.account_id;
    let draft = draft(tx.conn, &publication)?;
    let pieces = draft.as_ref().map(|draft| draft.articles.as_slice()).unwrap_or_default();
    let failed = drafts::pictures_missing(tx.conn, account, pieces, tx.now)?;
    let is_closed = accounts::get(tx.conn, account)?.state == accounts::State::Closed;
    let fact = match draft {
        Some(draft) if failed.is_empty() && !is_closed => come_out(tx, publication, &draft)?,
        draft => fail(tx, publication, draft.as_ref(), failed)?,
    };
    tell(tx, roster, account, id, fact)?;
    Ok(true)
}

fn draft(conn: &mut AnyConnection, publication: &Publication) -> Result<Option<Draft>> {
    let Some(id) = publication.draft_id else { return Ok(None) };
    Ok(Draft::query().find(id).get_result(conn).optional()?)
}

fn come_out(tx: &mut Tx<'_>, publication: Publication, draft: &Draft) -> Result<Fact> {
    store::articles(tx, publication.account_id, publication.id, &draft.articles)?;
    diesel::update(publications::table.find(publication.id))
        .set((
            publications::state.eq(State::Published),
            publications::published_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    drafts::used_up(tx, draft.id)?;
    Ok(Fact::Published {
        id: publication.id,
        articles: urls(tx.conn, publication.id)?,
        article_id: publication.article_key,
        failed: Vec::new(),
        failure: None,
    })
}

fn fail(
    tx: &mut Tx<'_>,
    publication: Publication,
    draft: Option<&Draft>,
    failed: Vec<i32>,
) -> Result<Fact> {
    let failure = match draft {
        Some(_) if failed.is_empty() => Failure::AccountClosed,
        Some(_) => Failure::PicturesGone,
        None => Failure::DraftGone,
    };
    diesel::update(publications::table.find(publication.id))
        .set((
            publications::state.eq(State::Failed),
            publications::failure.eq(Some(failure)),
            publications::failed_indices.eq(Json::to_text(&failed)?),
        ))
        .execute(tx.conn)?;
    if let Some(draft) = draft {
        drafts::give_back(tx, draft.id)?;
    }
    Ok(Fact::Published {
        id: publication.id,
        articles: Vec::new(),
        article_id: String::new(),
        failed,
        failure: Some(failure.words().to_owned()),
    })
}

fn tell(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    id: PublicationId,
    fact: Fact,
) -> Result<()> {
    let created_at = own_second(tx.conn, account, id, tx.now)?;
    let event =
        Event { id: tx.ids.next(), account, follower: None, openid: None, fact, created_at };
    conversations::tell_account(tx, roster, Arc::new(event))
}

/// A second that no other publication of this account is reported at: operators tell events apart
/// by it (`reference/wechat-api.md` 5.1). It follows from when those of the last minutes ended.
fn own_second(
    conn: &mut AnyConnection,
    account: AccountId,
    id: PublicationId,
    now: Timestamp,
) -> Result<Timestamp> {
    let since = PublicationId(floor_id(now.plus(chrono::Duration::minutes(-5))));
    let lately: Vec<Option<Timestamp>> = publications::table
        .filter(publications::account_id.eq(account).and(publications::id.ge(since)))
        .filter(publications::id.ne(id))
        .order(publications::finished_at.asc())
        .select(publications::finished_at)
        .load(conn)?;
    let ended = lately.into_iter().flatten();
    let last = ended.fold(0, |last, ended| ended.seconds().max(last + 1));
    Ok(if now.seconds() > last { now } else { Timestamp::from_seconds(last + 1) })
}

/// Publishes what is pending: what was asked for on a node that died before it got to it.
///
/// # Errors
/// When the database cannot be read.
pub async fn finish_pending(app: &App) -> Result<usize> {
    let pending = app.read(|conn| {
        let ids: Vec<PublicationId> = publications::table
            .filter(publications::finished_at.is_null())
            .order(publications::id.asc())
            .limit(BATCH)
            .select(publications::id)
            .load(conn)?;
        Ok(ids)
    });
    let mut finished = 0;
    for id in pending.await? {
        let roster = app.roster.clone();
        match app.write(move |tx| finish(tx, &roster, id)).await {
            Ok(did) => finished += usize::from(did),
            Err(error) => {
                tracing::warn!(%error, publication.id = %id, "not published yet; trying again");
            }
        }
    }
    Ok(finished)
}

/// Looks for pending publications at once and every few seconds, for as long as the process lives.
pub async fn keep_finishing(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(finish_pending(&app).await, "pending publications were not read");
    }
}
