//! Segments: rules an account saves, by what it knows of its followers. A rule is looked up when it
//! is asked who is meant, a bounded number of followers at a time: an account may have millions.
mod looking;
mod rule;

use crier_schema::ids::{AccountId, MemberId, SegmentId};
use crier_schema::tables::segments;
use crier_schema::{AnyConnection, Json, Timestamp};
use diesel::prelude::*;

pub use looking::{Found, LOOK, Looking, Spoken, Tally, count, languages, means, members, plans};
pub use rule::{Condition, Join, MAX_CONDITIONS, MAX_DAYS, Rule};

use crate::accounts::has_control;
use crate::error::{Error, Result};
use crate::tags;
use crate::tx::Tx;

/// Segments of one account.
const MAX: i64 = 100;
/// Characters of a name.
const MAX_NAME: usize = 60;

/// A saved rule.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = segments)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its name, unique in the account.
    pub name: String,
    /// Which followers are meant.
    pub rule: Json<Rule>,
    /// Who changed it last.
    pub changed_by: Option<MemberId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The account's segments, by name: at most 100.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> Result<Vec<Segment>> {
    Ok(Segment::query()
        .filter(segments::account_id.eq(account))
        .order((segments::name.asc(), segments::id.asc()))
        .load(conn)?)
}

/// The account's segment of this id, if it has one.
pub fn find(
    conn: &mut AnyConnection,
    account: AccountId,
    id: SegmentId,
) -> Result<Option<Segment>> {
    let own = segments::id.eq(id).and(segments::account_id.eq(account));
    Ok(Segment::query().filter(own).get_result(conn).optional()?)
}

/// The account's segment of this id.
///
/// # Errors
/// `NotFound("segment")`, also for another account's.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: SegmentId) -> Result<Segment> {
    find(conn, account, id)?.ok_or(Error::NotFound("segment"))
}

/// Saves a rule under a name.
///
/// # Errors
/// [`Error::Invalid`] for `segment_name` or the rule ([`Rule::check`]); `segment_taken`;
/// `too_many_segments`.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    by: Option<MemberId>,
    name: &str,
    rule: &Rule,
) -> Result<SegmentId> {
    let name = checked(name)?;
    rule.check(tx.conn, account)?;
    // Held, so that two who add at once cannot both be the last that there is room for.
    tags::hold(tx, account)?;
    check_free(tx.conn, account, &name, None)?;
    let of = segments::table.filter(segments::account_id.eq(account));
    if of.count().get_result::<i64>(tx.conn)? >= MAX {
        return Err(Error::Conflict("too_many_segments"));
    }
    let id: SegmentId = tx.ids.next();
    diesel::insert_into(segments::table)
        .values((
            segments::id.eq(id),
            segments::account_id.eq(account),
            segments::name.eq(&name),
            segments::rule.eq(Json::to_text(rule)?),
            segments::changed_by.eq(by),
            segments::created_at.eq(tx.now),
            segments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// Changes a segment. What was planned to it keeps the rule that it was planned with.
///
/// # Errors
/// As [`add`]; `NotFound("segment")`.
pub fn change(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: SegmentId,
    by: Option<MemberId>,
    name: &str,
    rule: &Rule,
) -> Result<()> {
    let name = checked(name)?;
    rule.check(tx.conn, account)?;
    tags::hold(tx, account)?;
    check_free(tx.conn, account, &name, Some(id))?;
    let row = segments::table.filter(segments::id.eq(id).and(segments::account_id.eq(account)));
    let changed = diesel::update(row)
        .set((
            segments::name.eq(&name),
            segments::rule.eq(Json::to_text(rule)?),
            segments::changed_by.eq(by),
            segments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if changed == 0 { Err(Error::NotFound("segment")) } else { Ok(()) }
}

/// Removes a segment. What was planned to it goes on; a menu for it is shown to nobody.
///
/// # Errors
/// `NotFound("segment")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: SegmentId) -> Result<()> {
    let row = segments::table.filter(segments::id.eq(id).and(segments::account_id.eq(account)));
    if diesel::delete(row).execute(tx.conn)? == 0 {
        return Err(Error::NotFound("segment"));
    }
    Ok(())
}

fn checked(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || has_control(name) {
        return Err(Error::invalid("segment_name", "must have 1 to 60 characters"));
    }
    Ok(name.to_owned())
}

fn check_free(
    conn: &mut AnyConnection,
    account: AccountId,
    name: &str,
    own: Option<SegmentId>,
) -> Result<()> {
    let taken: Option<SegmentId> = segments::table
        .filter(segments::account_id.eq(account).and(segments::name.eq(name)))
        .select(segments::id)
        .get_result(conn)
        .optional()?;
    if taken.is_some_and(|id| Some(id) != own) {
        return Err(Error::Conflict("segment_taken"));
    }
    Ok(())
}
