//! Writing publications and their articles down.
use crier_schema::Json;
use crier_schema::ids::{AccountId, ArticleId, DraftId, PublicationId};
use crier_schema::tables::{articles, publications};
use diesel::prelude::*;

use super::{Origin, Publication, State};
use crate::drafts::Piece;
use crate::error::Result;
use crate::media;
use crate::mint;
use crate::tx::Tx;

/// Enters a publication: pending with a draft, or out at once.
pub(super) fn enter(
    tx: &mut Tx<'_>,
    account: AccountId,
    origin: Origin,
    draft: Option<DraftId>,
) -> Result<Publication> {
    let out = draft.is_none().then_some(tx.now);
    let publication = Publication {
        id: tx.ids.next(),
        account_id: account,
        article_key: mint::long_key(),
        origin,
        state: if out.is_some() { State::Published } else { State::Pending },
        draft_id: draft,
        failure: None,
        failed_indices: Vec::new(),
        created_at: tx.now,
        finished_at: out,
        published_at: out,
        removed_at: None,
    };
    diesel::insert_into(publications::table)
        .values((
            publications::id.eq(publication.id),
            publications::account_id.eq(account),
            publications::article_key.eq(&publication.article_key),
            publications::origin.eq(origin),
            publications::state.eq(publication.state),
            publications::draft_id.eq(draft),
            publications::failed_indices.eq("[]"),
            publications::created_at.eq(tx.now),
            publications::finished_at.eq(out),
            publications::published_at.eq(out),
        ))
        .execute(tx.conn)?;
    Ok(publication)
}

/// Stores the articles of a publication, and keeps their pictures for as long as there are pages
/// that show them.
pub(super) fn articles(
    tx: &mut Tx<'_>,
    account: AccountId,
    publication: PublicationId,
    pieces: &[Piece],
) -> Result<()> {
    for (idx, piece) in (1_i32..).zip(pieces) {
        article(tx, account, publication, idx, piece)?;
        let inside = crate::articles::html::own_pictures(&piece.content);
        let keys = inside.iter().chain(&piece.pictures).chain(&piece.cover);
        media::keep(tx.conn, keys.map(String::as_str))?;
    }
    Ok(())
}

fn article(
    tx: &mut Tx<'_>,
    account: AccountId,
    publication: PublicationId,
    idx: i32,
    piece: &Piece,
) -> Result<()> {
    diesel::insert_into(articles::table)
        .values((
            articles::id.eq(tx.ids.next::<ArticleId>()),
            articles::publication_id.eq(publication),
            articles::account_id.eq(account),
            articles::idx.eq(idx),
            articles::article_key.eq(mint::token()),
            articles::kind.eq(piece.kind),
            articles::title.eq(&piece.title),
            articles::author.eq(&piece.author),
            articles::digest.eq(piece.shown_digest()),
            articles::content.eq(&piece.content),
            articles::source_url.eq(&piece.source_url),
            articles::cover_key.eq(&piece.cover),
            articles::pictures.eq(Json::to_text(&piece.pictures)?),
            articles::crops.eq(Json::to_text(&piece.crops)?),
            articles::show_cover.eq(piece.show_cover),
            articles::comments_open.eq(piece.comments_open),
            articles::only_fans.eq(piece.only_fans),
            articles::next_comment.eq(1),
            articles::comment_count.eq(0),
            articles::elected_count.eq(0),
            articles::reads.eq(0_i64),
            articles::published_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}
