//! Menus coming out: at once, or at their time, once, on whichever node is first.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{AccountId, MenuDraftId};
use crier_schema::tables::menu_drafts;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::conditional::insert;
use super::drafts::check_finished;
use super::{Action, Button, Draft, Rule, conditionals, draft, flat, remove_conditional, set};
use crate::App;
use crate::error::{Error, Result};
use crate::rounds;
use crate::tx::Tx;
use crate::{drafts, media, publications};

/// Between looks for menus whose time has come.
const EVERY: Duration = Duration::from_secs(5);
/// Of these, in one look.
const BATCH: i64 = 20;

/// What menus send must be the account's own and stay: a tap may come in a year.
///
/// # Errors
/// `NotFound` of media or article.
pub fn check_stored(tx: &mut Tx<'_>, account: AccountId, buttons: &[Button]) -> Result<()> {
    for button in flat(buttons) {
        match &button.action {
            Action::Media { media_id } | Action::Articles { media_id } => {
                check_file(tx, account, media_id)?;
            }
            Action::Article { article_id, .. } => {
                publications::by_key(tx.conn, account, article_id)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file that stays, or a set of articles.
fn check_file(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<()> {
    match drafts::content(tx.conn, account, key, tx.now) {
        Err(Error::NotFound(_)) => {}
        found => return found.map(drop),
    }
    let file = media::get(tx.conn, key, tx.now)?;
    if !file.permanent || file.account_id != Some(account) {
        return Err(Error::NotFound("media"));
    }
    Ok(())
}

/// Publishes a draft: it is on show from now on, and is no draft any more.
///
/// # Errors
/// `NotFound("menu_draft")`; [`Error::Invalid`] for what is unfinished; as [`set`] and
/// [`super::add_conditional`].
pub fn publish(tx: &mut Tx<'_>, account: AccountId, id: MenuDraftId) -> Result<()> {
    let draft = draft(tx.conn, account, id)?;
    // Of two at once one removes it.
    if diesel::delete(menu_drafts::table.find(id)).execute(tx.conn)? == 0 {
        return Err(Error::NotFound("menu_draft"));
    }
    come_out(tx, &draft)
}

fn come_out(tx: &mut Tx<'_>, draft: &Draft) -> Result<()> {
    let (account, buttons) = (draft.account_id, draft.buttons.0.as_slice());
    check_finished(buttons)?;
    check_stored(tx, account, buttons).map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("media_id", "must name a permanent file"),
        error => error,
    })?;
    let Some(rule) = &draft.rule else { return set(tx, account, buttons) };
    if *rule == Rule::default() {
        return Err(Error::invalid("rule", "must say who sees the menu"));
    }
    let before = conditionals(tx.conn, account)?;
    let before = before.iter().find(|one| draft.replaces.is_some_and(|id| id.0 == one.menu.id));
    if let (Some(_), Some(id)) = (before, draft.replaces) {
        remove_conditional(tx, account, id)?;
    }
    let place = before.map(|one| one.place);
    insert(tx, account, (&draft.name, rule, buttons), place).map(drop)
}

/// Has a draft come out by itself then.
///
/// # Errors
/// `NotFound("menu_draft")`; [`Error::Invalid`] for `publish_at` in the past, and for what is
/// unfinished.
pub fn schedule(tx: &mut Tx<'_>, account: AccountId, id: MenuDraftId, at: Timestamp) -> Result<()> {
    let draft = draft(tx.conn, account, id)?;
    if at <= tx.now {
        return Err(Error::invalid("publish_at", "must be in the future"));
    }
    if draft.buttons.0.is_empty() {
        return Err(Error::invalid("button", "must be 1 to 3 buttons"));
    }
    super::check(&draft.buttons.0)?;
    check_finished(&draft.buttons.0)?;
    if draft.rule.is_some_and(|rule| rule == Rule::default()) {
        return Err(Error::invalid("rule", "must say who sees the menu"));
    }
    set_time(tx, id, Some(at), None)
}

/// Takes a draft's time away; it stays a draft.
///
/// # Errors
/// `NotFound("menu_draft")`, also when it has come out.
pub fn unschedule(tx: &mut Tx<'_>, account: AccountId, id: MenuDraftId) -> Result<()> {
    draft(tx.conn, account, id)?;
    set_time(tx, id, None, None)
}

/// Takes the times of all of an account's drafts away.
pub(crate) fn unschedule_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::update(menu_drafts::table)
        .filter(menu_drafts::account_id.eq(account).and(menu_drafts::publish_at.is_not_null()))
        .set(menu_drafts::publish_at.eq(None::<Timestamp>))
        .execute(tx.conn)?;
    Ok(())
}

fn set_time(
    tx: &mut Tx<'_>,
    id: MenuDraftId,
    at: Option<Timestamp>,
    failure: Option<String>,
) -> Result<()> {
    diesel::update(menu_drafts::table.find(id))
        .set((menu_drafts::publish_at.eq(at), menu_drafts::failure.eq(failure)))
        .execute(tx.conn)?;
    Ok(())
}

fn due(conn: &mut AnyConnection, now: Timestamp) -> QueryResult<Vec<(MenuDraftId, AccountId)>> {
    menu_drafts::table
        .filter(menu_drafts::publish_at.le(Some(now)))
        .order(menu_drafts::publish_at.asc())
        .limit(BATCH)
        .select((menu_drafts::id, menu_drafts::account_id))
        .load(conn)
}

/// Publishes the menus whose time has come, and says how many. One that cannot come out stays a
/// draft without a time, and says why.
///
/// # Errors
/// When the database cannot be read.
pub async fn publish_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut published = 0;
    for (id, account) in app.read(move |conn| Ok(due(conn, now)?)).await? {
        match app.write(move |tx| publish_one(tx, account, id)).await {
            Ok(did) => published += usize::from(did),
            Err(error) if error.is_ours() => {
                tracing::warn!(%error, menu_draft.id = %id, "a menu has not come out; trying again");
            }
            Err(error) => {
                let why = match error {
                    Error::Invalid { field, .. } => field.to_owned(),
                    Error::Conflict(word) | Error::NotFound(word) => word.to_owned(),
                    other => other.to_string(),
                };
                app.write(move |tx| set_time(tx, id, None, Some(why))).await?;
            }
        }
    }
    Ok(published)
}

/// Whether it was this one that published it: another node may have, or a member has changed the
/// time.
fn publish_one(tx: &mut Tx<'_>, account: AccountId, id: MenuDraftId) -> Result<bool> {
    let draft = match draft(tx.conn, account, id) {
        Ok(draft) => draft,
        Err(Error::NotFound(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let row = menu_drafts::table.find(id).filter(menu_drafts::publish_at.le(Some(tx.now)));
    if diesel::delete(row).execute(tx.conn)? == 0 {
        return Ok(false);
    }
    come_out(tx, &draft)?;
    Ok(true)
}

/// Publishes menus at their time, for as long as the process lives. Every node does.
pub async fn keep_publishing(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(publish_due(&app).await, "menus whose time has come were not read");
    }
}
