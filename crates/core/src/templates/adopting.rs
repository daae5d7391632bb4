//! Taking templates out of the library.
use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use crier_schema::tables::templates;
use diesel::prelude::*;

use super::library::{self, Entry, GENERAL};
use super::{Kind, Template};
use crate::accounts::has_control;
use crate::error::{Error, Result};
use crate::industries;
use crate::mint::token;
use crate::tx::Tx;

/// Templates of template messages an account may have.
const MAX_MESSAGES: i64 = 25;
/// Templates of subscription notices an account may have.
const MAX_NOTICES: i64 = 50;
/// Characters of what a notice is used for.
const MAX_PURPOSE: usize = 15;

/// Adopts a template of the library, perhaps with some of its keywords only, in this order.
///
/// # Errors
/// `NotFound("template")`; [`Error::Invalid`] for a keyword it doesn't have;
/// `industry_conflict` for one of a trade that the account, which has set its trades, is not in;
/// `too_many_templates`.
pub fn adopt(
    tx: &mut Tx<'_>,
    account: AccountId,
    short: &str,
    keywords: &[String],
) -> Result<Template> {
    let entry = library::find(short).ok_or(Error::NotFound("template"))?;
    let text = entry.text(keywords)?;
    check_industry(tx.conn, account, entry)?;
    if count(tx.conn, account, &[Kind::Message])? >= MAX_MESSAGES {
        return Err(Error::Conflict("too_many_templates"));
    }
    store(tx, account, entry, Kind::Message, text, "")
}

/// Adopts a title of the library for subscription notices, with two to five of its keywords by
/// number, in this order. `purpose` says in up to 15 characters what it is for.
///
/// # Errors
/// `NotFound("title")`; [`Error::Invalid`] for `kids` or `purpose`; `too_many_notices`.
pub fn adopt_notice(
    tx: &mut Tx<'_>,
    account: AccountId,
    tid: i64,
    kids: &[i64],
    purpose: &str,
) -> Result<Template> {
    let entry = library::find_title(tid).ok_or(Error::NotFound("title"))?;
    let text = entry.notice_text(kids)?;
    if purpose.chars().count() > MAX_PURPOSE || has_control(purpose) {
        return Err(Error::invalid("purpose", "must have at most 15 characters"));
    }
    if count(tx.conn, account, &[Kind::Once, Kind::Long])? >= MAX_NOTICES {
        return Err(Error::Conflict("too_many_notices"));
    }
    store(tx, account, entry, entry.kind, text, purpose)
}

/// Whether the account's trades go with the template's.
///
/// # Errors
/// `industry_conflict`.
pub(super) fn check_industry(
    conn: &mut AnyConnection,
    account: AccountId,
    entry: &Entry,
) -> Result<()> {
    if entry.industry == GENERAL {
        return Ok(());
    }
    match industries::find(conn, account)? {
        Some(set) if !set.have(entry.industry) => Err(Error::Conflict("industry_conflict")),
        _ => Ok(()),
    }
}

fn count(conn: &mut AnyConnection, account: AccountId, kinds: &[Kind]) -> Result<i64> {
    Ok(templates::table
        .filter(templates::account_id.eq(account).and(templates::kind.eq_any(kinds)))
        .count()
        .get_result(conn)?)
}

fn store(
    tx: &mut Tx<'_>,
    account: AccountId,
    entry: &Entry,
    kind: Kind,
    (content, example): (String, String),
    purpose: &str,
) -> Result<Template> {
    let template = Template {
        id: tx.ids.next(),
        account_id: account,
        template_key: token(),
        title: entry.title.to_owned(),
        content,
        example,
        created_at: tx.now,
        short: entry.short.to_owned(),
        kind,
        purpose: purpose.to_owned(),
        banned: false,
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
            templates::short.eq(&template.short),
            templates::kind.eq(template.kind),
            templates::purpose.eq(&template.purpose),
            templates::banned.eq(template.banned),
        ))
        .execute(tx.conn)?;
    Ok(template)
}
