//! What a draft was: a version for each save that somebody asked for, and one for each few minutes
//! of writing. The newest hundred are kept, and of what is older the last of each day.
use chrono::Duration;
use crier_schema::ids::{AccountId, DraftId, MemberId};
use crier_schema::tables::draft_versions;
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;

use super::saving::{held, put};
use super::{Change, Draft, Piece};
use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

/// So long a version takes up what is written before the next begins.
const GATHERS: Duration = Duration::minutes(5);
/// Versions that are all kept.
const NEWEST: i32 = 100;
/// Of older ones, the last of so many days.
const DAYS: usize = 366;
const MICROS_A_DAY: i64 = 86_400_000_000;

text_enum! {
    /// Why there is a version.
    pub enum Cause {
        /// The draft was so before it was first changed.
        Begun = "begun",
        /// Somebody saved.
        Saved = "saved",
        /// Somebody wrote.
        Autosave = "autosave",
        /// Somebody went back to an older one.
        Restored = "restored",
        /// Somebody's save came too late: it never was the draft.
        Conflict = "conflict",
        /// An operator's backend changed the draft.
        Api = "api",
    }
}

/// A version as lists have it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = draft_versions)]
pub struct VersionEntry {
    /// Its number: 1, 2, ...
    pub number: i32,
    /// Whose it is; nobody's where an operator's backend made it.
    pub made_by: Option<MemberId>,
    /// Why there is one.
    pub cause: Cause,
    /// When its first change was made.
    pub begun_at: Timestamp,
    /// When its last change was made.
    pub made_at: Timestamp,
}

/// A version.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its number, its author, its time.
    pub entry: VersionEntry,
    /// What the draft was.
    pub articles: Vec<Piece>,
}

/// A draft's versions, newest first.
pub fn versions(conn: &mut AnyConnection, draft: DraftId) -> Result<Vec<VersionEntry>> {
    Ok(VersionEntry::query()
        .filter(draft_versions::draft_id.eq(draft))
        .order(draft_versions::number.desc())
        .load(conn)?)
}

/// A draft's version of this number.
///
/// # Errors
/// `NotFound("version")`.
pub fn version(conn: &mut AnyConnection, draft: DraftId, number: i32) -> Result<Version> {
    let row = draft_versions::table.find((draft, number));
    let entry = VersionEntry::query().filter(draft_versions::draft_id.eq(draft));
    let entry = entry.filter(draft_versions::number.eq(number)).get_result(conn);
    let entry = entry.optional().or_missing("version")?;
    let text: String = row.select(draft_versions::articles).get_result(conn)?;
    Ok(Version { entry, articles: serde_json::from_str(&text)? })
}

/// Makes a draft what it was: that is a new version, so that nothing is lost by it.
///
/// # Errors
/// `NotFound` of `draft` or `version`; `Conflict("draft_scheduled")`.
pub fn restore(
    tx: &mut Tx<'_>,
    account: AccountId,
    key: &str,
    number: i32,
    member: MemberId,
) -> Result<Draft> {
    let draft = held(tx, account, key)?;
    if draft.due_at.is_some() {
        return Err(Error::Conflict("draft_scheduled"));
    }
    begin(tx, &draft)?;
    let old = version(tx.conn, draft.id, number)?.articles;
    put(tx, draft, Change::All(old), member, Cause::Restored)
}

/// Keeps what a draft is before its first change.
pub(super) fn begin(tx: &mut Tx<'_>, draft: &Draft) -> Result<()> {
    match newest(tx.conn, draft.id)? {
        Some(_) => Ok(()),
        None => insert(tx, draft, 1, draft.changed_by, Cause::Begun, draft.updated_at),
    }
}

/// Enters what a draft is now, and says under which number.
pub(super) fn record(
    tx: &mut Tx<'_>,
    draft: &Draft,
    member: Option<MemberId>,
    cause: Cause,
) -> Result<i32> {
    let last = newest(tx.conn, draft.id)?;
    if let Some(last) = &last
        && goes_on(last, member, cause, tx.now)
    {
        diesel::update(draft_versions::table.find((draft.id, last.number)))
            .set((
                draft_versions::articles.eq(Json::to_text(&draft.articles)?),
                draft_versions::cause.eq(cause),
                draft_versions::made_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        return Ok(last.number);
    }
    let number = last.map_or(0, |last| last.number) + 1;
    insert(tx, draft, number, member, cause, tx.now)?;
    thin_out(tx, draft.id, number - NEWEST)?;
    Ok(number)
}

/// Whether a change belongs to the version before. A save ends the one that writing began.
fn goes_on(last: &VersionEntry, member: Option<MemberId>, cause: Cause, now: Timestamp) -> bool {
    let lately = last.begun_at > now.plus(-GATHERS);
    let same = match cause {
        Cause::Saved => last.cause == Cause::Autosave,
        Cause::Autosave | Cause::Conflict | Cause::Api => last.cause == cause,
        Cause::Begun | Cause::Restored => false,
    };
    lately && same && last.made_by == member
}

fn newest(conn: &mut AnyConnection, draft: DraftId) -> Result<Option<VersionEntry>> {
    Ok(VersionEntry::query()
        .filter(draft_versions::draft_id.eq(draft))
        .order(draft_versions::number.desc())
        .first(conn)
        .optional()?)
}

fn insert(
    tx: &mut Tx<'_>,
    draft: &Draft,
    number: i32,
    member: Option<MemberId>,
    cause: Cause,
    at: Timestamp,
) -> Result<()> {
    diesel::insert_into(draft_versions::table)
        .values((
            draft_versions::draft_id.eq(draft.id),
            draft_versions::number.eq(number),
            draft_versions::made_by.eq(member),
            draft_versions::cause.eq(cause),
            draft_versions::articles.eq(Json::to_text(&draft.articles)?),
            draft_versions::begun_at.eq(at),
            draft_versions::made_at.eq(at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Removes versions up to `oldest`, but for the last of each day.
fn thin_out(tx: &mut Tx<'_>, draft: DraftId, oldest: i32) -> Result<()> {
    if oldest < 1 {
        return Ok(());
    }
    let of = draft_versions::draft_id.eq(draft);
    let old: Vec<(i32, Timestamp)> = draft_versions::table
        .filter(of.and(draft_versions::number.le(oldest)))
        .order(draft_versions::number.desc())
        .select((draft_versions::number, draft_versions::made_at))
        .load(tx.conn)?;
    let (mut days, mut gone) = (Vec::new(), Vec::new());
    for (number, at) in old {
        let day = at.micros().div_euclid(MICROS_A_DAY);
        if days.last() == Some(&day) || days.len() >= DAYS {
            gone.push(number);
        } else {
            days.push(day);
        }
    }
    diesel::delete(draft_versions::table.filter(of.and(draft_versions::number.eq_any(gone))))
        .execute(tx.conn)?;
    Ok(())
}
