//! What was on show before, whoever set it, and the way back to it.
use crier_schema::ids::AccountId;
use crier_schema::tables::menu_history;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

use super::{Button, Rule, add_conditional, set};
use crate::error::{OrMissing, Result};
use crate::tx::Tx;

/// Menus that are kept for each account: the newest.
const KEPT: i64 = 50;

/// A menu that was published once.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = menu_history)]
pub struct Past {
    /// The number it had.
    pub id: i64,
    /// What the brand called it.
    pub name: String,
    /// Who saw it; absent of one for everybody.
    #[diesel(deserialize_as = Json<Option<Rule>>)]
    pub rule: Option<Rule>,
    /// Its buttons.
    pub buttons: Json<Vec<Button>>,
    /// When it came out.
    pub published_at: Timestamp,
}

/// Keeps a menu that comes out now.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: i64,
    (name, rule, buttons): (&str, Option<&Rule>, &[Button]),
) -> Result<()> {
    diesel::insert_into(menu_history::table)
        .values((
            menu_history::id.eq(id),
            menu_history::account_id.eq(account),
            menu_history::name.eq(name),
            menu_history::rule.eq(Json::to_text(&rule)?),
            menu_history::buttons.eq(Json::to_text(&buttons)?),
            menu_history::published_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let old: Option<i64> = menu_history::table
        .filter(menu_history::account_id.eq(account))
        .order(menu_history::id.desc())
        .offset(KEPT)
        .limit(1)
        .select(menu_history::id)
        .first(tx.conn)
        .optional()?;
    if let Some(old) = old {
        let rows = menu_history::account_id.eq(account).and(menu_history::id.le(old));
        diesel::delete(menu_history::table.filter(rows)).execute(tx.conn)?;
    }
    Ok(())
}

/// What was published, newest first; what is on show now is among it.
pub fn history(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<Past>> {
    Past::query()
        .filter(menu_history::account_id.eq(account))
        .order(menu_history::id.desc())
        .limit(KEPT)
        .load(conn)
}

/// Publishes a menu of before again, as it was: one for some goes before the others.
///
/// # Errors
/// `NotFound("menu")`; as [`set`] and [`add_conditional`].
pub fn restore(tx: &mut Tx<'_>, account: AccountId, id: i64) -> Result<()> {
    let past = Past::query()
        .filter(menu_history::id.eq(id).and(menu_history::account_id.eq(account)))
        .get_result(tx.conn)
        .optional()
        .or_missing("menu")?;
    super::check_stored(tx, account, &past.buttons.0)?;
    match past.rule {
        None => set(tx, account, &past.buttons.0),
        Some(rule) => add_conditional(tx, account, &rule, &past.buttons.0).map(drop),
    }
}
