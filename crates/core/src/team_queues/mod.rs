//! Team queues: parts of an account's inbox that some members serve. A conversation is in the first
//! queue, in the account's order, that has one of the follower's tags.
mod filing;

use crier_schema::ids::{AccountId, MemberId, TagId, TeamQueueId};
use crier_schema::tables::{team_queue_members, team_queue_tags, team_queues};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub(crate) use filing::file_new;
pub use filing::{keep_filed, refile};

use crate::accounts::{self, Account, has_control};
use crate::error::{Error, Result};
use crate::members::{self, Permission, allows};
use crate::tags;
use crate::tx::Tx;

/// Queues of an account at the most.
pub const MOST: usize = 20;
/// Characters of a name.
const MOST_NAME: usize = 30;

#[derive(HasQuery, Insertable)]
#[diesel(table_name = team_queues)]
struct Row {
    id: TeamQueueId,
    account_id: AccountId,
    name: String,
    place: i32,
    created_at: Timestamp,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamQueue {
    /// Its id.
    pub id: TeamQueueId,
    /// Its name.
    pub name: String,
    /// Any of which a follower in it has.
    pub tags: Vec<TagId>,
    /// Who serve it; everybody who may answer if nobody is named.
    pub members: Vec<MemberId>,
}

impl TeamQueue {
    /// Whether the member serves it.
    pub fn is_served_by(&self, member: MemberId) -> bool {
        self.members.is_empty() || self.members.contains(&member)
    }
}

/// A queue as it is to be.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its name: 1 to 30 characters.
    pub name: String,
    /// The numbers of its tags: at least one.
    pub tags: Vec<i64>,
    /// Who serve it; whoever may not answer followers is passed over.
    pub members: Vec<MemberId>,
}

/// The account's queues in its order.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<TeamQueue>> {
    let rows: Vec<Row> = Row::query()
        .filter(team_queues::account_id.eq(account))
        .order((team_queues::place.asc(), team_queues::id.asc()))
        .load(conn)?;
    let ids: Vec<TeamQueueId> = rows.iter().map(|row| row.id).collect();
    let tags: Vec<(TeamQueueId, TagId)> = team_queue_tags::table
        .filter(team_queue_tags::queue_id.eq_any(&ids))
        .order(team_queue_tags::tag_id.asc())
        .load(conn)?;
    let members: Vec<(TeamQueueId, MemberId)> = team_queue_members::table
        .filter(team_queue_members::queue_id.eq_any(&ids))
        .order(team_queue_members::member_id.asc())
        .load(conn)?;
    let queue = |row: Row| TeamQueue {
        tags: tags.iter().filter(|(of, _)| *of == row.id).map(|(_, tag)| *tag).collect(),
        members: members.iter().filter(|(of, _)| *of == row.id).map(|(_, who)| *who).collect(),
        id: row.id,
        name: row.name,
    };
    Ok(rows.into_iter().map(queue).collect())
}

/// The account's queue of this id.
///
/// # Errors
/// `NotFound("team_queue")`.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: TeamQueueId) -> Result<TeamQueue> {
    all(conn, account)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound("team_queue"))
}

/// Adds a queue behind the others.
///
/// # Errors
/// [`Error::Invalid`] for `queue_name` or `queue_tags`; `NotFound("tag")`; `too_many_queues`.
pub fn add(tx: &mut Tx<'_>, account: AccountId, draft: &Draft) -> Result<TeamQueueId> {
    let known = all(tx.conn, account)?;
    if known.len() >= MOST {
        return Err(Error::Conflict("too_many_queues"));
    }
    let last: Option<i32> = team_queues::table
        .filter(team_queues::account_id.eq(account))
        .select(diesel::dsl::max(team_queues::place))
        .get_result(tx.conn)?;
    let row = Row {
        id: tx.ids.next(),
        account_id: account,
        name: checked(draft)?,
        place: last.map_or(0, |last| last + 1),
        created_at: tx.now,
    };
    let id = row.id;
    diesel::insert_into(team_queues::table).values(&row).execute(tx.conn)?;
    let account = accounts::get(tx.conn, account)?;
    fill(tx, &account, id, draft)?;
    Ok(id)
}

/// Changes a queue.
///
/// # Errors
/// As [`add`]; `NotFound("team_queue")`.
pub fn change(tx: &mut Tx<'_>, account: AccountId, id: TeamQueueId, draft: &Draft) -> Result<()> {
    let name = checked(draft)?;
    get(tx.conn, account, id)?;
    diesel::update(team_queues::table.find(id)).set(team_queues::name.eq(name)).execute(tx.conn)?;
    empty(tx, id)?;
    let account = accounts::get(tx.conn, account)?;
    fill(tx, &account, id, draft)
}

/// Puts a queue before the one that stands before it.
///
/// # Errors
/// `NotFound("team_queue")`.
pub fn move_up(tx: &mut Tx<'_>, account: AccountId, id: TeamQueueId) -> Result<()> {
    let mut order: Vec<TeamQueueId> =
        all(tx.conn, account)?.into_iter().map(|one| one.id).collect();
    let at = order.iter().position(|one| *one == id).ok_or(Error::NotFound("team_queue"))?;
    order.swap(at, at.saturating_sub(1));
    for (place, id) in (0_i32..).zip(order) {
        diesel::update(team_queues::table.find(id))
            .set(team_queues::place.eq(place))
            .execute(tx.conn)?;
    }
    filing::begin(tx, account)
}

/// Removes a queue. Its conversations fall into another that fits, or into none.
///
/// # Errors
/// `NotFound("team_queue")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: TeamQueueId) -> Result<()> {
    get(tx.conn, account, id)?;
    empty(tx, id)?;
    diesel::delete(team_queues::table.find(id)).execute(tx.conn)?;
    filing::begin(tx, account)
}

/// A tag is removed: queues go on without it.
pub(crate) fn forget_tag(tx: &mut Tx<'_>, account: AccountId, tag: TagId) -> Result<()> {
    let of_tag = team_queue_tags::table.filter(team_queue_tags::tag_id.eq(tag));
    if diesel::delete(of_tag).execute(tx.conn)? > 0 {
        filing::begin(tx, account)?;
    }
    Ok(())
}

/// Takes a member off the queues of accounts that they leave.
pub(crate) fn leave(tx: &mut Tx<'_>, accounts: &[AccountId], member: MemberId) -> Result<()> {
    let of_accounts =
        team_queues::table.filter(team_queues::account_id.eq_any(accounts)).select(team_queues::id);
    let theirs = team_queue_members::table
        .filter(team_queue_members::member_id.eq(member))
        .filter(team_queue_members::queue_id.eq_any(of_accounts));
    diesel::delete(theirs).execute(tx.conn)?;
    Ok(())
}

fn checked(draft: &Draft) -> Result<String> {
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > MOST_NAME || has_control(name) {
        return Err(Error::invalid("queue_name", "must have 1 to 30 characters"));
    }
    if draft.tags.is_empty() {
        return Err(Error::invalid("queue_tags", "must be at least one"));
    }
    Ok(name.to_owned())
}

fn empty(tx: &mut Tx<'_>, id: TeamQueueId) -> Result<()> {
    let tags = team_queue_tags::table.filter(team_queue_tags::queue_id.eq(id));
    diesel::delete(tags).execute(tx.conn)?;
    let members = team_queue_members::table.filter(team_queue_members::queue_id.eq(id));
    diesel::delete(members).execute(tx.conn)?;
    Ok(())
}

fn fill(tx: &mut Tx<'_>, account: &Account, id: TeamQueueId, draft: &Draft) -> Result<()> {
    let mut numbers = draft.tags.clone();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let tag = tags::usable(tx, account.id, number)?.id;
        diesel::insert_into(team_queue_tags::table)
            .values((team_queue_tags::queue_id.eq(id), team_queue_tags::tag_id.eq(tag)))
            .execute(tx.conn)?;
    }
    for one in members::of_brand(tx.conn, account.brand_id)? {
        if draft.members.contains(&one.member.id) && allows(one.role, Permission::Inbox) {
            diesel::insert_into(team_queue_members::table)
                .values((
                    team_queue_members::queue_id.eq(id),
                    team_queue_members::member_id.eq(one.member.id),
                ))
                .execute(tx.conn)?;
        }
    }
    filing::begin(tx, account.id)
}
