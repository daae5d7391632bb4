//! Adding, changing and removing drafts.
use chrono::Duration;
use crier_schema::Json;
use crier_schema::ids::{AccountId, DraftId, MemberId};
use crier_schema::tables::drafts;
use diesel::prelude::*;

use super::{Cause, Draft, DraftKind, Piece, get, versions};
use crate::error::{Error, Result};
use crate::mint;
use crate::tx::Tx;

/// How long an upload is kept: as long as other temporary media.
const LASTS: Duration = Duration::days(3);
/// Of one kind, at the most (`reference/wechat-api.md` 2.7).
const MAX_KEPT: i64 = 100_000;

/// Stores articles that [`super::prepare`] has made ready.
///
/// # Errors
/// `Conflict("too_many_drafts")` beyond 100,000 of a kind.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: DraftKind,
    articles: Vec<Piece>,
) -> Result<Draft> {
    add_by(tx, account, kind, articles, None)
}

/// Stores articles that a member, or an operator's backend, has begun.
pub(super) fn add_by(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: DraftKind,
    articles: Vec<Piece>,
    member: Option<MemberId>,
) -> Result<Draft> {
    if super::count(tx.conn, account, kind)? >= MAX_KEPT {
        return Err(Error::Conflict("too_many_drafts"));
    }
    let draft = Draft {
        id: tx.ids.next(),
        account_id: account,
        media_key: mint::long_key(),
        kind,
        articles,
        created_at: tx.now,
        updated_at: tx.now,
        expires_at: (kind == DraftKind::Upload).then(|| tx.now.plus(LASTS)),
        revision: 1,
        titles: String::new(),
        changed_by: member,
        due_at: None,
        failure: None,
    };
    let draft = Draft { titles: titles(&draft.articles), ..draft };
    diesel::insert_into(drafts::table)
        .values((
            drafts::id.eq(draft.id),
            drafts::account_id.eq(draft.account_id),
            drafts::media_key.eq(&draft.media_key),
            drafts::kind.eq(draft.kind),
            drafts::articles.eq(Json::to_text(&draft.articles)?),
            drafts::created_at.eq(draft.created_at),
            drafts::updated_at.eq(draft.updated_at),
            drafts::expires_at.eq(draft.expires_at),
            drafts::revision.eq(draft.revision),
            drafts::titles.eq(&draft.titles),
            drafts::search.eq(draft.titles.to_lowercase()),
            drafts::changed_by.eq(draft.changed_by),
        ))
        .execute(tx.conn)?;
    Ok(draft)
}

/// The headings, one a line. Each is cut at the length it may have when it comes out: an index
/// holds them.
pub(super) fn titles(pieces: &[Piece]) -> String {
    let cut = |piece: &Piece| piece.title.chars().take(super::MAX_TITLE).collect::<String>();
    pieces.iter().map(cut).collect::<Vec<_>>().join("\n")
}

/// Stores what has become of a draft whose row this transaction holds, as its next revision.
pub(super) fn store(tx: &mut Tx<'_>, draft: &mut Draft, by: Option<MemberId>) -> Result<()> {
    draft.revision += 1;
    draft.titles = titles(&draft.articles);
    (draft.changed_by, draft.updated_at, draft.failure) = (by, tx.now, None);
    diesel::update(drafts::table.find(draft.id))
        .set((
            drafts::articles.eq(Json::to_text(&draft.articles)?),
            drafts::kind.eq(draft.kind),
            drafts::updated_at.eq(draft.updated_at),
            drafts::revision.eq(draft.revision),
            drafts::titles.eq(&draft.titles),
            drafts::search.eq(draft.titles.to_lowercase()),
            drafts::changed_by.eq(by),
            drafts::failure.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Puts another article in the place `index`, which counts from 0.
///
/// # Errors
/// `NotFound("draft")`; [`Error::Invalid`] for `index`.
pub fn set_piece(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: DraftKind,
    key: &str,
    index: usize,
    piece: Piece,
) -> Result<()> {
    // The row is taken first: of two changes at once the second must see the first.
    let own = drafts::media_key.eq(key).and(drafts::account_id.eq(account));
    let row = drafts::table.filter(own.and(drafts::kind.eq(kind)));
    diesel::update(row).set(drafts::updated_at.eq(tx.now)).execute(tx.conn)?;
    let mut draft = get(tx.conn, account, &[kind], key, tx.now)?;
    versions::begin(tx, &draft)?;
    let place = draft.articles.get_mut(index);
    *place.ok_or_else(|| Error::invalid("index", "names no article of it"))? = piece;
    store(tx, &mut draft, None)?;
    versions::record(tx, &draft, None, Cause::Api).map(drop)
}

/// Removes one.
///
/// # Errors
/// `NotFound("draft")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, kind: DraftKind, key: &str) -> Result<()> {
    let own = drafts::media_key.eq(key).and(drafts::account_id.eq(account));
    let row = drafts::table.filter(own.and(drafts::kind.eq(kind)));
    match diesel::delete(row).execute(tx.conn)? {
        0 => Err(Error::NotFound("draft")),
        _ => Ok(()),
    }
}

/// Takes a draft out of the box, to be published; of two at once one finds it.
pub(crate) fn take_out(tx: &mut Tx<'_>, id: DraftId) -> Result<()> {
    match set_kind(tx, id, DraftKind::Draft, DraftKind::Publishing)? {
        0 => Err(Error::NotFound("draft")),
        _ => Ok(()),
    }
}

/// Puts a draft back that was not published.
pub(crate) fn give_back(tx: &mut Tx<'_>, id: DraftId) -> Result<()> {
    set_kind(tx, id, DraftKind::Publishing, DraftKind::Draft)?;
    diesel::update(drafts::table.find(id))
        .set(drafts::failure.eq(Some("pictures")))
        .execute(tx.conn)?;
    Ok(())
}

fn set_kind(tx: &mut Tx<'_>, id: DraftId, from: DraftKind, to: DraftKind) -> Result<usize> {
    let row = drafts::table.filter(drafts::id.eq(id).and(drafts::kind.eq(from)));
    let none = None::<crier_schema::Timestamp>;
    Ok(diesel::update(row).set((drafts::kind.eq(to), drafts::due_at.eq(none))).execute(tx.conn)?)
}

/// Removes a draft that has been published.
pub(crate) fn used_up(tx: &mut Tx<'_>, id: DraftId) -> Result<()> {
    diesel::delete(drafts::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Removes uploads that have expired, up to `limit`.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<DraftId> = drafts::table
        .filter(drafts::expires_at.is_not_null().and(drafts::expires_at.le(Some(tx.now))))
        .order(drafts::expires_at.asc())
        .limit(limit)
        .select(drafts::id)
        .load(tx.conn)?;
    Ok(diesel::delete(drafts::table.filter(drafts::id.eq_any(ended))).execute(tx.conn)?)
}
