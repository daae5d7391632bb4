//! One person and what is stored about them at one account: found, handed out, forgotten.
mod apart;
mod deliveries;
mod erasing;
mod export;
pub mod holdings;

use crier_schema::AnyConnection;
use crier_schema::Timestamp;
use crier_schema::ids::{AccountId, ErasureId, FollowerId, HostAppId, MemberId, UserId};
use crier_schema::tables::{erasures, users};
use crier_schema::text_enum;
use diesel::prelude::*;

pub(crate) use erasing::erase_for;
pub use erasing::{erase, keep_erasing};
pub use export::{Part, files, part};

use crate::error::{Error, Result};
use crate::followers::{self, Follower};
use crate::users::{self as people, User};

text_enum! {
    /// Where forgetting somebody stands.
    pub enum State {
        /// Under way.
        Running = "running",
        /// Nothing is left.
        Done = "done",
    }
}

/// That somebody was forgotten: when, by whom and how much, and nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = erasures, treat_none_as_default_value = false)]
pub struct Erasure {
    /// Its id.
    pub id: ErasureId,
    /// At which account.
    pub account_id: AccountId,
    /// Which follower it was, who names nobody any more.
    pub follower_id: FollowerId,
    /// Which user, until it is done.
    pub user_id: Option<UserId>,
    /// Fingerprint of the openid: who has it can prove that they were meant.
    pub openid_hash: String,
    /// Who asked for it.
    pub asked_by: Option<MemberId>,
    /// What they were called.
    pub asked_name: String,
    /// Where it stands.
    pub state: State,
    /// How many rows of which table, as a JSON object.
    pub counts: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its next step is due.
    pub next_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
}

impl Erasure {
    /// How many rows of which table, by name.
    pub fn counted(&self) -> Vec<(String, u64)> {
        let counts: std::collections::BTreeMap<String, u64> =
            serde_json::from_str(&self.counts).unwrap_or_default();
        counts.into_iter().collect()
    }
}

/// A person at an account.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who they are to the account.
    pub follower: Follower,
    /// Who they are.
    pub user: User,
}

/// The person of this openid at the account, also when they have left.
///
/// # Errors
/// `NotFound("openid")`.
pub fn by_openid(conn: &mut AnyConnection, account: AccountId, openid: &str) -> Result<Person> {
    let follower = followers::by_openid(conn, account, openid.trim())?;
    person(conn, follower)
}

/// The person of this id at the account.
///
/// # Errors
/// `NotFound("follower")`, also for one of another account, or one who was forgotten.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: FollowerId) -> Result<Person> {
    let follower = followers::get(conn, id)?;
    if follower.account_id != account {
        return Err(Error::NotFound("follower"));
    }
    person(conn, follower)
}

fn person(conn: &mut AnyConnection, follower: Follower) -> Result<Person> {
    let user = people::get(conn, follower.user_id)?;
    if user.subject.starts_with(GONE) {
        return Err(Error::NotFound("follower"));
    }
    Ok(Person { follower, user })
}

/// What stands before the name of a user who stands for somebody forgotten.
pub(crate) const GONE: &str = "forgotten:";

/// People of the account with this name, as the host app tells it: at most 20.
pub fn named(conn: &mut AnyConnection, account: AccountId, name: &str) -> Result<Vec<Person>> {
    use crier_schema::tables::{followers as rows, host_apps};
    if name.is_empty() {
        return Ok(Vec::new());
    }
    // Names are unique in a host app, and found by the index of both.
    let apps: Vec<HostAppId> = host_apps::table.select(host_apps::id).load(conn)?;
    let found: Vec<(Follower, User)> = rows::table
        .inner_join(users::table.on(users::id.eq(rows::user_id)))
        .filter(users::host_app_id.eq_any(apps).and(users::subject.eq(name)))
        .filter(rows::account_id.eq(account))
        .order(rows::id.asc())
        .limit(20)
        .select((Follower::as_select(), User::as_select()))
        .load(conn)?;
    Ok(found.into_iter().map(|(follower, user)| Person { follower, user }).collect())
}

/// Who was forgotten at an account, newest first, before this one.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    before: Option<ErasureId>,
    limit: i64,
) -> Result<Vec<Erasure>> {
    let mut query = Erasure::query()
        .filter(erasures::account_id.eq(account))
        .order(erasures::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(erasures::id.lt(before));
    }
    Ok(query.load(conn)?)
}
