//! Templates: notices whose wording is fixed and only the facts in it change. Template messages go
//! to any follower at any time; subscription notices to whoever said yes to them.
mod adopting;
pub mod library;
mod render;
mod rules;
mod sending;

use crier_schema::ids::{AccountId, TemplateId};
use crier_schema::tables::templates;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

pub use adopting::{adopt, adopt_notice};
pub use library::{Entry, Keyword};
pub(crate) use render::is_color;
pub use render::{Place, Value, places};
pub use rules::Rule;
pub use sending::{Notice, send, send_notice};

use crate::error::{OrMissing, Result};
use crate::tx::Tx;

text_enum! {
    /// What a template's notices are.
    pub enum Kind {
        /// Template messages: to any follower who has not refused them.
        Message = "message",
        /// Subscription notices: each takes one of the follower's permits.
        Once = "once",
        /// Subscription notices: as long as the follower agrees.
        Long = "long",
    }
}

/// A template an account has adopted.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = templates)]
pub struct Template {
    /// Its id.
    pub id: TemplateId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its name to operator backends: 43 characters.
    pub template_key: String,
    /// Heading.
    pub title: String,
    /// Its lines, with places like `{{keyword1.DATA}}` for what changes.
    pub content: String,
    /// The same, filled in.
    pub example: String,
    /// When it was adopted.
    pub created_at: Timestamp,
    /// The short id of the library's entry it was made from.
    pub short: String,
    /// What its notices are.
    pub kind: Kind,
    /// What the account says it is used for.
    pub purpose: String,
    /// Whether the platform has forbidden it.
    pub banned: bool,
}

impl Template {
    /// The library's entry it was made from, if the library still has it.
    pub fn entry(&self) -> Option<&'static Entry> {
        library::find(&self.short)
    }
}

/// The account's templates of these kinds, oldest first.
pub fn all(conn: &mut AnyConnection, account: AccountId, kinds: &[Kind]) -> Result<Vec<Template>> {
    Ok(Template::query()
        .filter(templates::account_id.eq(account).and(templates::kind.eq_any(kinds)))
        .order(templates::id.asc())
        .load(conn)?)
}

/// The account's template of this key.
///
/// # Errors
/// `NotFound("template")`.
pub fn get(conn: &mut AnyConnection, account: AccountId, key: &str) -> Result<Template> {
    Template::query()
        .filter(templates::template_key.eq(key).and(templates::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("template")
}

/// As [`get`], if it is of one of these kinds.
///
/// # Errors
/// `NotFound("template")`.
pub fn get_of(
    conn: &mut AnyConnection,
    account: AccountId,
    key: &str,
    kinds: &[Kind],
) -> Result<Template> {
    let template = get(conn, account, key)?;
    Some(template).filter(|template| kinds.contains(&template.kind)).ok_or(
        // To whoever sends the one, the other doesn't exist.
        crate::Error::NotFound("template"),
    )
}

/// Gives a template up. Messages made from it stay.
///
/// # Errors
/// `NotFound("template")`, also when it is of another kind.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, key: &str, kinds: &[Kind]) -> Result<()> {
    let template = get_of(tx.conn, account, key, kinds)?;
    diesel::delete(templates::table.find(template.id)).execute(tx.conn)?;
    Ok(())
}

/// Forbids the account to use a template, or allows it again.
///
/// # Errors
/// `NotFound("template")`.
pub fn set_banned(tx: &mut Tx<'_>, account: AccountId, key: &str, banned: bool) -> Result<()> {
    let template = get(tx.conn, account, key)?;
    diesel::update(templates::table.find(template.id))
        .set(templates::banned.eq(banned))
        .execute(tx.conn)?;
    Ok(())
}

/// A line with a place in it.
fn place(at: usize, label: &str) -> String {
    format!("{label}：{{{{keyword{at}.DATA}}}}\n")
}
