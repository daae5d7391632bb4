//! Making, changing and removing rules. Each leaves word that what is remembered no longer holds.
use crier_schema::Json;
use crier_schema::ids::{AccountId, AutoReplyId};
use crier_schema::tables::auto_replies;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as Refused};

use super::{Draft, Kind, MOST};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Makes a rule, which is on.
///
/// # Errors
/// [`Error::Invalid`] for a field; `too_many_rules`; `rule_exists` for a second welcome or default.
pub fn add(tx: &mut Tx<'_>, account: AccountId, draft: Draft) -> Result<AutoReplyId> {
    let draft = draft.complete(tx.conn, account, tx.now)?;
    let rules = super::all(tx.conn, account)?;
    if rules.len() >= MOST {
        return Err(Error::Conflict("too_many_rules"));
    }
    let is_single = matches!(draft.kind, Kind::Welcome | Kind::Default);
    if is_single && rules.iter().any(|rule| rule.kind == draft.kind) {
        return Err(Error::Conflict("rule_exists"));
    }
    let id: AutoReplyId = tx.ids.next();
    let added = diesel::insert_into(auto_replies::table)
        .values((
            auto_replies::id.eq(id),
            auto_replies::account_id.eq(account),
            auto_replies::kind.eq(draft.kind),
            auto_replies::name.eq(&draft.name),
            auto_replies::keywords.eq(Json::to_text(&draft.keywords)?),
            auto_replies::picks.eq(draft.picks),
            auto_replies::replies.eq(Json::to_text(&draft.replies)?),
            auto_replies::hours.eq(Json::to_text(&draft.hours)?),
            auto_replies::enabled.eq(true),
            auto_replies::created_at.eq(tx.now),
            auto_replies::updated_at.eq(tx.now),
        ))
        .execute(tx.conn);
    match added {
        // Another node made it a moment ago.
        Err(Refused::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Error::Conflict("rule_exists"))
        }
        added => {
            added?;
            tx.effects.stale.push(account);
            Ok(id)
        }
    }
}

/// Changes a rule; its kind stays.
///
/// # Errors
/// [`Error::Invalid`] for a field; `NotFound("auto_reply")`.
pub fn change(tx: &mut Tx<'_>, account: AccountId, id: AutoReplyId, draft: Draft) -> Result<()> {
    let kind = super::get(tx.conn, account, id)?.kind;
    let draft = Draft { kind, ..draft }.complete(tx.conn, account, tx.now)?;
    diesel::update(auto_replies::table.find(id))
        .set((
            auto_replies::name.eq(&draft.name),
            auto_replies::keywords.eq(Json::to_text(&draft.keywords)?),
            auto_replies::picks.eq(draft.picks),
            auto_replies::replies.eq(Json::to_text(&draft.replies)?),
            auto_replies::hours.eq(Json::to_text(&draft.hours)?),
            auto_replies::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    tx.effects.stale.push(account);
    Ok(())
}

/// Switches a rule on or off.
///
/// # Errors
/// `NotFound("auto_reply")`.
pub fn set_enabled(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: AutoReplyId,
    enabled: bool,
) -> Result<()> {
    super::get(tx.conn, account, id)?;
    diesel::update(auto_replies::table.find(id))
        .set((auto_replies::enabled.eq(enabled), auto_replies::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    tx.effects.stale.push(account);
    Ok(())
}

/// Removes a rule.
///
/// # Errors
/// `NotFound("auto_reply")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: AutoReplyId) -> Result<()> {
    super::get(tx.conn, account, id)?;
    diesel::delete(auto_replies::table.find(id)).execute(tx.conn)?;
    tx.effects.stale.push(account);
    Ok(())
}
