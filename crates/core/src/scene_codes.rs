//! Scene codes: the QR of a poster, a table, a parcel. Who follows by one carries its scene.
mod attribution;

use chrono::Duration;
use crier_schema::ids::{AccountId, SceneCodeId};
use crier_schema::tables::scene_codes;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub use attribution::{Day, attribution};

use crate::accounts::has_control;
use crate::error::{Error, OrMissing, Result};
use crate::facts::Scene;
use crate::mint::token;
use crate::tallies::{self, Noun};
use crate::tx::Tx;

/// Codes without an end an account may have.
const MAX_PERMANENT: i64 = 100_000;

/// Characters of a name.
pub const MOST_NAME: usize = 60;

/// A scene code.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = scene_codes)]
pub struct SceneCode {
    /// Its id.
    pub id: SceneCodeId,
    /// The account it leads to.
    pub account_id: AccountId,
    /// Its secret name, in the picture and in events.
    pub ticket: String,
    /// What it stands for: a number or 1 to 64 characters.
    pub scene: String,
    /// Whether the scene is a number.
    pub numeric: bool,
    /// Valid until; for ever if absent.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// What the brand calls it; empty of one that its backend made.
    pub name: String,
    /// How often it was scanned.
    pub scans: i64,
    /// How often somebody followed by it.
    pub gained: i64,
    /// How often somebody left who had followed by it.
    pub lost: i64,
}

/// Makes a code without an end that the brand calls so.
///
/// # Errors
/// [`Error::Invalid`] for `code_name` or `scene`; `too_many_codes`.
pub fn add_named(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
    scene: &str,
) -> Result<SceneCode> {
    let name = checked_name(name)?;
    let code = add(tx, account, scene.trim(), false, None)?;
    rename(tx, account, code.id, &name)?;
    Ok(SceneCode { name, ..code })
}

/// Calls a code so.
///
/// # Errors
/// [`Error::Invalid`] for `code_name`; `NotFound("code")`.
pub fn rename(tx: &mut Tx<'_>, account: AccountId, id: SceneCodeId, name: &str) -> Result<()> {
    let row = scene_codes::id.eq(id).and(scene_codes::account_id.eq(account));
    let named = diesel::update(scene_codes::table.filter(row))
        .set(scene_codes::name.eq(checked_name(name)?))
        .execute(tx.conn)?;
    if named == 1 { Ok(()) } else { Err(Error::NotFound("code")) }
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > MOST_NAME || has_control(name) {
        return Err(Error::invalid("code_name", "must have 1 to 60 characters"));
    }
    Ok(name.to_owned())
}

/// The account's code of this id.
///
/// # Errors
/// `NotFound("code")`.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: SceneCodeId) -> Result<SceneCode> {
    SceneCode::query()
        .filter(scene_codes::id.eq(id).and(scene_codes::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("code")
}

/// The account's codes, newest first, after this one.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    after: Option<SceneCodeId>,
    limit: i64,
) -> QueryResult<Vec<SceneCode>> {
    SceneCode::query()
        .filter(scene_codes::account_id.eq(account))
        .filter(scene_codes::id.lt(after.unwrap_or(SceneCodeId(i64::MAX))))
        .order((scene_codes::account_id.desc(), scene_codes::id.desc()))
        .limit(limit)
        .load(conn)
}

/// Where a code leads: the follower page, which follows by its scene.
pub fn link(public_url: &str, handle: &str, ticket: &str) -> String {
    let address = format!("{public_url}/app");
    match url::Url::parse_with_params(&address, [("account", handle), ("scene", ticket)]) {
        Ok(url) => url.into(),
        Err(_) => address,
    }
}

/// Counts what happened by a code. Who follows by one has scanned it.
pub(crate) fn count(tx: &mut Tx<'_>, account: AccountId, ticket: &str, noun: Noun) -> Result<()> {
    let row = scene_codes::table.filter(scene_codes::ticket.eq(ticket));
    let (scans, gained, lost) = match noun {
        Noun::Gained => (1, 1, 0),
        Noun::Lost => (0, 0, 1),
        _ => (1, 0, 0),
    };
    let counted = diesel::update(row)
        .set((
            scene_codes::scans.eq(scene_codes::scans + scans),
            scene_codes::gained.eq(scene_codes::gained + gained),
            scene_codes::lost.eq(scene_codes::lost + lost),
        ))
        .execute(tx.conn)?;
    // One that has ended is counted no more: nobody can look at it.
    if counted == 0 {
        return Ok(());
    }
    if noun == Noun::Gained {
        tallies::add(tx, account, Noun::Scanned, ticket)?;
    }
    tallies::add(tx, account, noun, ticket)
}

/// Makes a code. `lasts` is absent for one without an end.
///
/// # Errors
/// [`Error::Invalid`] for a scene out of range; `too_many_codes`.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    scene: &str,
    numeric: bool,
    lasts: Option<Duration>,
) -> Result<SceneCode> {
    check(scene)?;
    if lasts.is_none() && permanent(tx.conn, account)? >= MAX_PERMANENT {
        return Err(Error::Conflict("too_many_codes"));
    }
    let code = SceneCode {
        id: tx.ids.next(),
        account_id: account,
        ticket: format!("g{}", token()),
        scene: scene.to_owned(),
        numeric,
        expires_at: lasts.map(|lasts| tx.now.plus(lasts)),
        created_at: tx.now,
        name: String::new(),
        scans: 0,
        gained: 0,
        lost: 0,
    };
    diesel::insert_into(scene_codes::table)
        .values((
            scene_codes::id.eq(code.id),
            scene_codes::account_id.eq(code.account_id),
            scene_codes::ticket.eq(&code.ticket),
            scene_codes::scene.eq(&code.scene),
            scene_codes::numeric.eq(code.numeric),
            scene_codes::expires_at.eq(code.expires_at),
            scene_codes::created_at.eq(code.created_at),
        ))
        .execute(tx.conn)?;
    Ok(code)
}

fn permanent(conn: &mut AnyConnection, account: AccountId) -> QueryResult<i64> {
    scene_codes::table
        .filter(scene_codes::account_id.eq(account).and(scene_codes::expires_at.is_null()))
        .count()
        .get_result(conn)
}

fn check(scene: &str) -> Result<()> {
    let length = scene.chars().count();
    if length == 0 || length > 64 || scene.chars().any(char::is_control) {
        return Err(Error::invalid("scene", "must have 1 to 64 characters"));
    }
    Ok(())
}

/// The valid code of this ticket.
pub fn find(conn: &mut AnyConnection, ticket: &str, now: Timestamp) -> Result<Option<SceneCode>> {
    let code: Option<SceneCode> =
        SceneCode::query().filter(scene_codes::ticket.eq(ticket)).get_result(conn).optional()?;
    Ok(code.filter(|code| code.expires_at.is_none_or(|end| end > now)))
}

/// The scene a follower names: a ticket, or a scene value; and whether it is a number. A value that
/// no code carries is kept as where they came from, without a ticket, and is text.
pub(crate) fn resolve(tx: &mut Tx<'_>, account: AccountId, named: &str) -> Result<(Scene, bool)> {
    let by_ticket = find(tx.conn, named, tx.now)?.filter(|code| code.account_id == account);
    let code = match by_ticket {
        Some(code) => Some(code),
        None => newest(tx.conn, account, named, tx.now)?,
    };
    if let Some(code) = code {
        return Ok((Scene { value: code.scene, ticket: Some(code.ticket) }, code.numeric));
    }
    check(named)?;
    Ok((Scene { value: named.to_owned(), ticket: None }, false))
}

fn newest(
    conn: &mut AnyConnection,
    account: AccountId,
    scene: &str,
    now: Timestamp,
) -> QueryResult<Option<SceneCode>> {
    SceneCode::query()
        .filter(scene_codes::account_id.eq(account).and(scene_codes::scene.eq(scene)))
        .filter(scene_codes::expires_at.is_null().or(scene_codes::expires_at.gt(Some(now))))
        .order(scene_codes::id.desc())
        .first(conn)
        .optional()
}

/// Removes up to `limit` codes that have ended, and says how many.
pub fn sweep(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    let ended: Vec<(SceneCodeId, AccountId, String)> = scene_codes::table
        .filter(scene_codes::expires_at.le(Some(tx.now)))
        .order(scene_codes::expires_at.asc())
        .limit(limit)
        .select((scene_codes::id, scene_codes::account_id, scene_codes::ticket))
        .load(tx.conn)?;
    for (_, account, ticket) in &ended {
        for noun in [Noun::Scanned, Noun::Gained, Noun::Lost] {
            tallies::forget(tx, *account, noun, ticket)?;
        }
    }
    let ended: Vec<SceneCodeId> = ended.into_iter().map(|(id, ..)| id).collect();
    Ok(diesel::delete(scene_codes::table.filter(scene_codes::id.eq_any(ended))).execute(tx.conn)?)
}
