//! Scene codes: the QR of a poster, a table, a parcel. Who follows by one carries its scene.
use chrono::Duration;
use crier_schema::ids::{AccountId, SceneCodeId};
use crier_schema::tables::scene_codes;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::error::{Error, Result};
use crate::facts::Scene;
use crate::mint::token;
use crate::tx::Tx;

/// Codes without an end an account may have.
const MAX_PERMANENT: i64 = 100_000;

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
    let ended: Vec<SceneCodeId> = scene_codes::table
        .filter(scene_codes::expires_at.le(Some(tx.now)))
        .order(scene_codes::expires_at.asc())
        .limit(limit)
        .select(scene_codes::id)
        .load(tx.conn)?;
    Ok(diesel::delete(scene_codes::table.filter(scene_codes::id.eq_any(ended))).execute(tx.conn)?)
}
