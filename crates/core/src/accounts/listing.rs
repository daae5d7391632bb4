//! Lists of accounts: of some brands by name, and every one for those who look after the installation.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, BrandId};
use crier_schema::tables::{accounts, brands};
use diesel::prelude::*;

use super::{Account, State, escape_like};
use crate::error::Result;

#[declare_sql_function]
extern "SQL" {
    /// Of ASCII on both engines.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Which accounts to page through.
#[derive(Debug, Clone, Default)]
pub struct Within {
    /// Of these brands; of all, if none are named.
    pub brands: Option<Vec<BrandId>>,
    /// With these words in the name or the handle; all, if empty.
    pub words: String,
}

/// A page of accounts by name, after the one of this name and id.
pub fn page(
    conn: &mut AnyConnection,
    within: &Within,
    after: Option<(&str, AccountId)>,
    limit: i64,
) -> Result<Vec<Account>> {
    let order = (accounts::name.asc(), accounts::id.asc());
    let mut query = Account::query().order(order).limit(limit).into_boxed();
    if let Some(brands) = &within.brands {
        query = query.filter(accounts::brand_id.eq_any(brands.clone()));
    }
    if !within.words.is_empty() {
        let (pattern, as_written) = patterns(&within.words);
        let in_handle = accounts::handle.like(pattern.clone()).escape('\\');
        let in_name = lower(accounts::name).like(pattern).escape('\\');
        let as_written = accounts::name.like(as_written).escape('\\');
        query = query.filter(in_handle.or(in_name).or(as_written));
    }
    if let Some((name, id)) = after {
        let later = accounts::name.eq(name.to_owned()).and(accounts::id.gt(id));
        query = query.filter(accounts::name.gt(name.to_owned()).or(later));
    }
    Ok(query.load(conn)?)
}

/// A handle is lower case; a name is compared as written, since the engines fold case differently
/// outside ASCII.
pub(crate) fn patterns(words: &str) -> (String, String) {
    (format!("%{}%", escape_like(&words.to_lowercase())), format!("%{}%", escape_like(words)))
}

/// What platform administrators look for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Words in the name or handle, or an app id.
    pub words: String,
    /// In this state.
    pub state: Option<State>,
}

/// Every account with its brand's name, newest first, before this one.
pub fn every(
    conn: &mut AnyConnection,
    search: &Search,
    before: Option<AccountId>,
    limit: i64,
) -> Result<Vec<(Account, String)>> {
    let mut query = accounts::table
        .inner_join(brands::table.on(brands::id.eq(accounts::brand_id)))
        .order(accounts::id.desc())
        .select((Account::as_select(), brands::name))
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(accounts::id.lt(before));
    }
    if let Some(state) = search.state {
        query = query.filter(accounts::state.eq(state));
    }
    if !search.words.is_empty() {
        let as_written = format!("%{}%", escape_like(&search.words));
        let pattern = format!("%{}%", escape_like(&search.words.to_lowercase()));
        let named = accounts::name.like(as_written).escape('\\');
        let by_handle = accounts::handle.like(pattern).escape('\\');
        query = query.filter(named.or(by_handle).or(accounts::app_id.eq(search.words.clone())));
    }
    Ok(query.load(conn)?)
}
