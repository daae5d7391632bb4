//! Message templates: notices an account may send at any time, because their wording is fixed and
//! only the facts in it change.
mod library;
mod render;

use crier_schema::ids::{AccountId, FollowerId, MessageId, TemplateId};
use crier_schema::tables::templates;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub use library::{Entry, LIBRARY};
pub use render::Value;

use crate::content::{Content, Origin};
use crate::conversations::{Append, append_one};
use crate::error::{Error, OrMissing, Result};
use crate::facts::Fact;
use crate::mint::token;
use crate::roster::Roster;
use crate::tx::Tx;
use crate::windows::Effect;

/// Templates an account may have.
const MAX: i64 = 25;

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
}

/// Adopts a template of the library, perhaps with some of its keywords only, in this order.
///
/// # Errors
/// `NotFound("template")`; [`Error::Invalid`] for a keyword it doesn't have; `too_many_templates`.
pub fn adopt(
    tx: &mut Tx<'_>,
    account: AccountId,
    short: &str,
    keywords: &[String],
) -> Result<Template> {
    let entry = LIBRARY.iter().find(|entry| entry.short == short);
    let (content, example) = entry.ok_or(Error::NotFound("template"))?.text(keywords)?;
    let of = templates::table.filter(templates::account_id.eq(account));
    if of.count().get_result::<i64>(tx.conn)? >= MAX {
        return Err(Error::Conflict("too_many_templates"));
    }
    let template = Template {
        id: tx.ids.next(),
        account_id: account,
        template_key: token(),
        title: entry.map_or("", |entry| entry.title).to_owned(),
        content,
        example,
        created_at: tx.now,
    };
    diesel::insert_into(templates::table)
        .values((
            templates::id.eq(template.id),
            templates::account_id.eq(template.account_id),
            templates::template_key.eq(&template.template_key),
            templates::title.eq(&template.title),
            templates::content.eq(&template.content),
            templates::example.eq(&template.example),
            templates::created_at.eq(template.created_at),
        ))
        .execute(tx.conn)?;
    Ok(template)
}

/// The account's templates, oldest first.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> Result<Vec<Template>> {
    Ok(Template::query()
        .filter(templates::account_id.eq(account))
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

/// Gives a template up. Messages made from it stay.
///
/// # Errors
/// `NotFound("template")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<()> {
    let template = get(tx.conn, account, key)?;
    diesel::delete(templates::table.find(template.id)).execute(tx.conn)?;
    Ok(())
}

/// A notice to send.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Key of the account's template.
    pub template: String,
    /// What stands in its places, by name.
    pub values: Vec<(String, Value)>,
    /// Where a tap leads.
    pub url: Option<String>,
    /// The sender's own id for it, which makes sending again harmless.
    pub client_id: Option<String>,
}

/// Sends a notice. It needs no open reply window and takes nothing off one; that it arrived is
/// told as an event. Returns the message's id, the first one's when it is a repeat.
///
/// # Errors
/// `NotFound("template")`; [`Error::Invalid`] for a value that is missing or too long;
/// `Denied(NotFollowing)`.
pub fn send(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    follower: FollowerId,
    notice: &Notice,
) -> Result<MessageId> {
    let template = get(tx.conn, account, &notice.template)?;
    let content = Content::Template {
        template_id: template.template_key.clone(),
        title: template.title.clone(),
        lines: render::lines(&template.content, &notice.values)?,
        url: notice.url.clone(),
    };
    // Followers name their messages too: the prefix keeps the two from meeting.
    let client_id = notice.client_id.as_ref().map(|id| format!("notice:{id}"));
    let message = Append::outbound(follower, Origin::Template, content, client_id, Effect::None);
    let sent = append_one(tx, roster, message)?;
    if !sent.repeated {
        let fact = Fact::TemplateFinished { id: sent.id, delivered: true };
        append_one(tx, roster, Append::event(follower, fact, Effect::None))?;
    }
    Ok(sent.id)
}
