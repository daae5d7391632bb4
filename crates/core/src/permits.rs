//! Permits: what a user lets an account send them beside what following brings. One is for a
//! template, or for a template at one scene (`reference/wechat-api.md` 2.4, 2.5).
use crier_schema::ids::{AccountId, FollowerId};
use crier_schema::tables::permits;
use crier_schema::{AnyConnection, Timestamp, on_each, text_enum};
use diesel::prelude::*;

use crate::error::Result;
use crate::tx::Tx;

/// The scene of what has none.
pub const NO_SCENE: i32 = -1;
/// Notices that may be left: saying yes more often adds no more.
const MOST: i32 = 1_000;

text_enum! {
    /// What a user said.
    pub enum Standing {
        /// Yes.
        Accepted = "accepted",
        /// No.
        Refused = "refused",
    }
}

/// What a user said to one template.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = permits)]
pub struct Permit {
    /// Who.
    pub follower_id: FollowerId,
    /// To which template.
    pub template_key: String,
    /// At which scene, 0 to 10000, or [`NO_SCENE`].
    pub scene: i32,
    /// Of which account.
    pub account_id: AccountId,
    /// What they said last.
    pub standing: Standing,
    /// How many notices they agreed to that have not been sent yet.
    pub remaining: i32,
    /// When they said so, or when a notice was last sent by it.
    pub updated_at: Timestamp,
}

/// What the user said to this, if anything.
pub fn find(
    conn: &mut AnyConnection,
    follower: FollowerId,
    key: &str,
    scene: i32,
) -> Result<Option<Permit>> {
    Ok(Permit::query().find((follower, key, scene)).get_result(conn).optional()?)
}

/// All that the user said.
pub fn of_follower(conn: &mut AnyConnection, follower: FollowerId) -> QueryResult<Vec<Permit>> {
    Permit::query()
        .filter(permits::follower_id.eq(follower))
        .order((permits::template_key.asc(), permits::scene.asc()))
        .load(conn)
}

/// What the user said to these templates, apart from scenes.
pub fn of_templates(
    conn: &mut AnyConnection,
    follower: FollowerId,
    keys: &[&str],
) -> Result<Vec<Permit>> {
    Ok(Permit::query()
        .filter(permits::follower_id.eq(follower).and(permits::template_key.eq_any(keys)))
        .filter(permits::scene.eq(NO_SCENE))
        .load(conn)?)
}

/// Notes a yes, which lets the account send `more` notices.
pub fn accept(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    key: &str,
    scene: i32,
    more: i32,
) -> Result<()> {
    if enter(tx, account, follower, key, scene, (Standing::Accepted, more))? {
        return Ok(());
    }
    let row = permits::table.find((follower, key, scene));
    diesel::update(row)
        .set((permits::standing.eq(Standing::Accepted), permits::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    diesel::update(row)
        .filter(permits::remaining.lt(MOST))
        .set(permits::remaining.eq(permits::remaining + more))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes a no, which takes back what was agreed to and not used.
pub fn refuse(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    key: &str,
    scene: i32,
) -> Result<()> {
    if enter(tx, account, follower, key, scene, (Standing::Refused, 0))? {
        return Ok(());
    }
    diesel::update(permits::table.find((follower, key, scene)))
        .set((
            permits::standing.eq(Standing::Refused),
            permits::remaining.eq(0),
            permits::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Takes one notice off a permit. Whether there was one: of two at once that want the last, one
/// gets it.
pub fn spend(tx: &mut Tx<'_>, follower: FollowerId, key: &str, scene: i32) -> Result<bool> {
    let spent = diesel::update(permits::table.find((follower, key, scene)))
        .filter(permits::standing.eq(Standing::Accepted).and(permits::remaining.gt(0)))
        .set((permits::remaining.eq(permits::remaining - 1), permits::updated_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(spent == 1)
}

/// Whether it was the first said to this.
fn enter(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    key: &str,
    scene: i32,
    (standing, remaining): (Standing, i32),
) -> Result<bool> {
    let (conn, now) = (&mut *tx.conn, tx.now);
    let entered = on_each!(
        conn,
        diesel::insert_into(permits::table)
            .values((
                permits::follower_id.eq(follower),
                permits::template_key.eq(key),
                permits::scene.eq(scene),
                permits::account_id.eq(account),
                permits::standing.eq(standing),
                permits::remaining.eq(remaining),
                permits::updated_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    Ok(entered == 1)
}
