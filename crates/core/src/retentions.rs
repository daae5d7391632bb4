//! How long things are kept: a brand's rules, an account's own, and what keeps to them. A message is
//! looked at once, when it comes to the age at which its account may be done with it.
use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use crier_schema::ids::{AccountId, BrandId, MessageId};
use crier_schema::tables::{
    account_retentions, accounts, brand_settings, brands, messages, retention_marks,
};
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use crate::App;
use crate::accounts::has_control;
use crate::activities;
use crate::error::{Error, Result};
use crate::mails::Language;
use crate::members::clean_email;
use crate::mint::floor_id;
use crate::search;
use crate::tx::Tx;

/// Days that conversations are kept at the least: a month's dispute must have its messages.
pub const LEAST_MESSAGES: i32 = 30;
/// Days that the activity log goes back at the least.
pub const LEAST_ACTIVITIES: i32 = 180;
/// Days of any rule at the most; what is kept longer is kept for ever.
pub const MOST: i32 = 3_650;
/// Messages looked at in one step.
const LOOKED_AT: usize = 1_000;
/// Between steps.
const PAUSE: Duration = Duration::from_millis(50);

/// What a brand decides for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The language its people are written to in.
    pub language: Option<Language>,
    /// Whom to write to about it.
    pub contact: String,
    /// Days that conversations are kept; for ever if absent.
    pub message_days: Option<i32>,
    /// Days that the activity log goes back; two years if absent.
    pub activity_days: Option<i32>,
}

type Row = (String, String, Option<i32>, Option<i32>);

/// A brand's settings.
pub fn of_brand(conn: &mut AnyConnection, brand: BrandId) -> Result<Settings> {
    let row: Option<Row> = brand_settings::table
        .find(brand)
        .select((
            brand_settings::language,
            brand_settings::contact,
            brand_settings::message_days,
            brand_settings::activity_days,
        ))
        .get_result(conn)
        .optional()?;
    let Some((language, contact, message_days, activity_days)) = row else {
        return Ok(Settings::default());
    };
    let language = Language::parse(&language);
    Ok(Settings { language, contact, message_days, activity_days })
}

fn within(field: &'static str, days: Option<i32>, least: i32) -> Result<()> {
    if days.is_some_and(|days| days < least || days > MOST) {
        return Err(Error::invalid(field, format!("must be {least} to {MOST} days")));
    }
    Ok(())
}

/// A rule that keeps less than the one before it deletes for good what is older, so whoever gives it
/// must be `sure`.
fn not_less(before: Option<i32>, after: Option<i32>, sure: bool) -> Result<()> {
    let keeps_less = after.is_some_and(|after| before.is_none_or(|before| after < before));
    if keeps_less && !sure { Err(Error::Conflict("keeps_less")) } else { Ok(()) }
}

/// Changes a brand's name and settings. `sure` says that what is older than the new rules may go.
///
/// # Errors
/// [`Error::Invalid`] for a field; `brand_taken`; `keeps_less` for rules that keep less than those
/// before, unless `sure`.
pub fn change_brand(
    tx: &mut Tx<'_>,
    brand: BrandId,
    name: &str,
    settings: &Settings,
    sure: bool,
) -> Result<()> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || has_control(name) {
        return Err(Error::invalid("brand", "must have 1 to 60 characters"));
    }
    if !settings.contact.trim().is_empty() {
        clean_email(&settings.contact)
            .map_err(|_| Error::invalid("contact_email", "no address"))?;
    }
    within("message_days", settings.message_days, LEAST_MESSAGES)?;
    within("activity_days", settings.activity_days, LEAST_ACTIVITIES)?;
    let other = brands::table.filter(brands::name.eq(name).and(brands::id.ne(brand)));
    if other.select(brands::id).first::<BrandId>(tx.conn).optional()?.is_some() {
        return Err(Error::Conflict("brand_taken"));
    }
    let before = of_brand(tx.conn, brand)?;
    not_less(before.message_days, settings.message_days, sure)?;
    let logged = |settings: &Settings| Some(settings.activity_days.unwrap_or(activities::DAYS));
    not_less(logged(&before), logged(settings), sure)?;
    diesel::update(brands::table.find(brand)).set(brands::name.eq(name)).execute(tx.conn)?;
    store(tx, brand, settings)?;
    begin_again(tx, settings.message_days)
}

fn store(tx: &mut Tx<'_>, brand: BrandId, settings: &Settings) -> Result<()> {
    let conn = &mut *tx.conn;
    let set = (
        brand_settings::language.eq(settings.language.map_or("", Language::as_str)),
        brand_settings::contact.eq(settings.contact.trim()),
        brand_settings::message_days.eq(settings.message_days),
        brand_settings::activity_days.eq(settings.activity_days),
    );
    on_each!(
        conn,
        diesel::insert_into(brand_settings::table)
            .values((brand_settings::brand_id.eq(brand), set))
            .on_conflict(brand_settings::brand_id)
            .do_update()
            .set(set)
            .execute(conn)
    )?;
    Ok(())
}

/// What is older than a new rule allows has been looked at by an older one already.
fn begin_again(tx: &mut Tx<'_>, days: Option<i32>) -> Result<()> {
    if let Some(days) = days {
        diesel::delete(retention_marks::table.find(days)).execute(tx.conn)?;
    }
    Ok(())
}

/// Days an account keeps conversations otherwise than its brand, if it does.
pub fn of_account(conn: &mut AnyConnection, account: AccountId) -> Result<Option<i32>> {
    let row = account_retentions::table.find(account).select(account_retentions::message_days);
    Ok(row.get_result(conn).optional()?)
}

/// Has an account keep conversations for so many days, or as its brand does. `sure` says that what is
/// older may go.
///
/// # Errors
/// [`Error::Invalid`] for `message_days`; `keeps_less` for fewer days than before, unless `sure`.
pub fn set_of_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    days: Option<i32>,
    sure: bool,
) -> Result<()> {
    within("message_days", days, LEAST_MESSAGES)?;
    let own = of_account(tx.conn, account)?;
    let brand = brand_settings::table
        .inner_join(accounts::table.on(accounts::brand_id.eq(brand_settings::brand_id)))
        .filter(accounts::id.eq(account))
        .select(brand_settings::message_days);
    let brand: Option<i32> = brand.get_result(tx.conn).optional()?.flatten();
    not_less(own.or(brand), days.or(brand), sure)?;
    diesel::delete(account_retentions::table.find(account)).execute(tx.conn)?;
    if let Some(days) = days {
        diesel::insert_into(account_retentions::table)
            .values((
                account_retentions::account_id.eq(account),
                account_retentions::message_days.eq(days),
            ))
            .execute(tx.conn)?;
    }
    begin_again(tx, days.or(brand))
}

/// The accounts that do not keep everything, by how many days they keep.
fn rules(conn: &mut AnyConnection) -> Result<BTreeMap<i32, HashSet<AccountId>>> {
    let rows: Vec<(AccountId, Option<i32>, Option<i32>)> = accounts::table
        .left_join(brand_settings::table.on(brand_settings::brand_id.eq(accounts::brand_id)))
        .left_join(account_retentions::table.on(account_retentions::account_id.eq(accounts::id)))
        .filter(
            account_retentions::message_days
                .is_not_null()
                .or(brand_settings::message_days.is_not_null()),
        )
        .select((
            accounts::id,
            account_retentions::message_days.nullable(),
            brand_settings::message_days.nullable(),
        ))
        .load(conn)?;
    let mut rules: BTreeMap<i32, HashSet<AccountId>> = BTreeMap::new();
    for (account, own, brand) in rows {
        if let Some(days) = own.or(brand) {
            rules.entry(days).or_default().insert(account);
        }
    }
    Ok(rules)
}

/// Removes messages that are older than their accounts keep them, in small steps, and says how many.
/// What was sent to many is the account's own and stays, as do numbers: a conversation that lost its
/// beginning goes on where it was.
///
/// # Errors
/// When the database cannot be reached; what was done until then stays done.
pub async fn sweep(app: &App) -> Result<usize> {
    let mut removed = 0;
    for (days, of) in app.read(rules).await? {
        loop {
            let step_of = of.clone();
            let (gone, is_over) = app.write(move |tx| step(tx, days, &step_of)).await?;
            removed += gone;
            if is_over {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(removed)
}

fn step(tx: &mut Tx<'_>, days: i32, of: &HashSet<AccountId>) -> Result<(usize, bool)> {
    let end = floor_id(tx.now.plus(-chrono::Duration::days(days.into())));
    let mark = retention_marks::table.find(days).select(retention_marks::reached);
    let reached: i64 = mark.get_result(tx.conn).optional()?.unwrap_or_default();
    let rows: Vec<(MessageId, AccountId)> = messages::table
        .filter(messages::id.gt(MessageId(reached)).and(messages::id.lt(MessageId(end))))
        .order(messages::id.asc())
        .limit(LOOKED_AT as i64)
        .select((messages::id, messages::account_id))
        .load(tx.conn)?;
    let Some((last, _)) = rows.last().copied() else { return Ok((0, true)) };
    let old: Vec<MessageId> =
        rows.iter().filter(|(_, account)| of.contains(account)).map(|(id, _)| *id).collect();
    search::remove(tx, &old.iter().map(|id| id.0).collect::<Vec<_>>())?;
    let gone = diesel::delete(messages::table.filter(messages::id.eq_any(old))).execute(tx.conn)?;
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(retention_marks::table)
            .values((retention_marks::days.eq(days), retention_marks::reached.eq(last.0)))
            .on_conflict(retention_marks::days)
            .do_update()
            .set(retention_marks::reached.eq(last.0))
            .execute(conn)
    )?;
    Ok((gone, rows.len() < LOOKED_AT))
}
