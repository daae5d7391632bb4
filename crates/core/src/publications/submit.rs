//! Asking for a publication, and publishing at once.
use std::sync::Arc;

use chrono::Duration;
use crier_schema::ids::{AccountId, PublicationId};
use crier_schema::tables::publications;
use diesel::prelude::*;

use super::{Origin, Publication, articles_of, finish, store};
use crate::App;
use crate::articles::Article;
use crate::content::Content;
use crate::drafts::{self, DraftKind};
use crate::error::{Error, Result};
use crate::mint::floor_id;
use crate::tx::Tx;

/// Publications an account may ask for in one minute.
const MAX_A_MINUTE: i64 = 60;

/// Takes a draft out of its box, to be published by [`finish`].
///
/// # Errors
/// `NotFound("draft")`; `Conflict("draft_broken")` when a cover of it is gone;
/// `Conflict("publishing_too_often")` beyond 60 a minute.
pub fn submit(tx: &mut Tx<'_>, account: AccountId, media_key: &str) -> Result<Publication> {
    let draft = drafts::get(tx.conn, account, &[DraftKind::Draft], media_key, tx.now)?;
    if !drafts::covers_missing(tx.conn, account, &draft.articles, tx.now)?.is_empty() {
        return Err(Error::Conflict("draft_broken"));
    }
    let since = PublicationId(floor_id(tx.now.plus(Duration::minutes(-1))));
    let lately: i64 = publications::table
        .filter(publications::account_id.eq(account).and(publications::id.ge(since)))
        .count()
        .get_result(tx.conn)?;
    if lately >= MAX_A_MINUTE {
        return Err(Error::Conflict("publishing_too_often"));
    }
    drafts::take_out(tx, draft.id)?;
    store::enter(tx, account, Origin::Publish, Some(draft.id))
}

impl App {
    /// Asks for a draft to be published, and publishes it right after. Who looks at once may find
    /// it pending.
    ///
    /// # Errors
    /// As [`submit`].
    pub async fn publish(
        self: &Arc<Self>,
        account: AccountId,
        media_key: String,
    ) -> Result<PublicationId> {
        let id = self.write(move |tx| Ok(submit(tx, account, &media_key)?.id)).await?;
        self.finish_soon(id);
        Ok(id)
    }

    /// The same for a draft as somebody saw it.
    ///
    /// # Errors
    /// As [`drafts::at_revision`] and [`submit`].
    pub async fn publish_revision(
        self: &Arc<Self>,
        account: AccountId,
        media_key: String,
        revision: i64,
    ) -> Result<PublicationId> {
        let submitted = self.write(move |tx| {
            drafts::at_revision(tx, account, &media_key, revision)?;
            Ok(submit(tx, account, &media_key)?.id)
        });
        let id = submitted.await?;
        self.finish_soon(id);
        Ok(id)
    }

    fn finish_soon(self: &Arc<Self>, id: PublicationId) {
        let app = self.clone();
        tokio::spawn(async move {
            let roster = app.roster.clone();
            // What fails here stays pending, and is found by whoever looks for what is.
            if let Err(error) = app.write(move |tx| finish(tx, &roster, id)).await {
                tracing::warn!(%error, publication.id = %id, "not published yet; trying again");
            }
        });
    }
}

/// What is out.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The publication.
    pub publication: PublicationId,
    /// What operators know it by.
    pub article_key: String,
    /// What a message of it says.
    pub content: Content,
}

/// Publishes a draft, a material or an upload at once, to be sent to an audience. A draft leaves
/// its box.
///
/// # Errors
/// `NotFound("draft")`; [`Error::Invalid`] for `media_id` when one of its pictures is gone.
pub fn publish_now(tx: &mut Tx<'_>, account: AccountId, media_key: &str) -> Result<Published> {
    const SENT: [DraftKind; 3] = [DraftKind::Draft, DraftKind::Material, DraftKind::Upload];
    let draft = drafts::get(tx.conn, account, &SENT, media_key, tx.now)?;
    if !drafts::pictures_missing(tx.conn, account, &draft.articles, tx.now)?.is_empty() {
        return Err(Error::invalid("media_id", "names articles whose pictures are gone"));
    }
    if draft.kind == DraftKind::Draft {
        drafts::take_out(tx, draft.id)?;
        drafts::used_up(tx, draft.id)?;
    }
    let publication = store::enter(tx, account, Origin::Broadcast, None)?;
    store::articles(tx, account, publication.id, &draft.articles)?;
    let cards = articles_of(tx.conn, publication.id)?.iter().map(Article::card).collect();
    let article_key = publication.article_key;
    let content = Content::Articles { article_id: article_key.clone(), articles: cards };
    Ok(Published { publication: publication.id, article_key, content })
}
