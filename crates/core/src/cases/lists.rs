//! Lists of cases, each by an index of its own.
use crier_schema::ids::{AccountId, FollowerId, MemberId, TeamQueueId};
use crier_schema::tables::{cases, conversations, followers, marks, users};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::{Case, State, of};
use crate::conversations::{self as talk, Conversation, Listed};

/// How far conversations of a queue are counted.
pub const MOST_COUNTED: i64 = 100;

/// Which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Open, and nobody has them.
    Unassigned,
    /// Open, and this member has them.
    Of(MemberId),
    /// Open, and in this queue of the account's.
    Team(TeamQueueId),
    /// The follower waits for an answer, whoever has them.
    Waiting,
    /// Every conversation.
    All,
    /// Those that are done.
    Done,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// What moved last first.
    Newest,
    /// Only who waits for an answer, longest first.
    Waiting,
    /// Only what nobody has read, what moved last first.
    Unread,
}

/// A conversation in a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The conversation.
    pub listed: Listed,
    /// Its case, if it ever was one.
    pub case: Option<Case>,
}

impl Queued {
    /// Where the page after the one that ends with it begins.
    pub fn cursor(&self, queue: Queue, sort: Sort) -> (Timestamp, FollowerId) {
        let row = &self.listed.conversation;
        let at = match (&self.case, order(queue, sort)) {
            (Some(case), Sort::Waiting) => case.waiting_since.unwrap_or(case.last_at),
            (Some(case), _) if (queue, sort) != (Queue::All, Sort::Newest) => case.last_at,
            _ => row.last_at,
        };
        (at, row.follower_id)
    }
}

/// Who waits is always sorted by how long.
fn order(queue: Queue, sort: Sort) -> Sort {
    if queue == Queue::Waiting { Sort::Waiting } else { sort }
}

type Row = (Case, Conversation, String, String);

/// A page of a queue; `after` is where the page before ended ([`Queued::cursor`]).
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    queue: Queue,
    sort: Sort,
    after: Option<(Timestamp, FollowerId)>,
    limit: i64,
) -> QueryResult<Vec<Queued>> {
    if (queue, sort) == (Queue::All, Sort::Newest) {
        return everything(conn, account, after, limit);
    }
    let mut query = cases::table
        .inner_join(conversations::table.on(conversations::follower_id.eq(cases::follower_id)))
        .inner_join(followers::table.on(followers::id.eq(cases::follower_id)))
        .inner_join(users::table.on(users::id.eq(conversations::user_id)))
        .filter(cases::account_id.eq(account))
        .limit(limit)
        .select((Case::as_select(), Conversation::as_select(), followers::openid, users::name))
        .into_boxed();
    query = match queue {
        Queue::Unassigned => {
            query.filter(cases::state.eq(State::Open)).filter(cases::assignee_id.is_null())
        }
        Queue::Of(member) => {
            query.filter(cases::state.eq(State::Open)).filter(cases::assignee_id.eq(member))
        }
        Queue::Team(queue) => {
            query.filter(cases::state.eq(State::Open)).filter(cases::queue_id.eq(queue))
        }
        Queue::Done => query.filter(cases::state.eq(State::Done)),
        Queue::Waiting | Queue::All => query,
    };
    // The first half of each border bounds the walk through the index; the second sorts it out.
    match order(queue, sort) {
        Sort::Waiting => {
            query = query
                .filter(cases::waiting_since.is_not_null())
                .order((cases::waiting_since.asc(), cases::follower_id.asc()));
            if let Some((at, follower)) = after {
                let past = cases::waiting_since.gt(Some(at)).assume_not_null();
                let past = past.or(cases::follower_id.gt(follower));
                query = query.filter(cases::waiting_since.ge(Some(at))).filter(past);
            }
        }
        sort => {
            if sort == Sort::Unread {
                query = query.filter(cases::unread);
            }
            query = query.order((cases::last_at.desc(), cases::follower_id.desc()));
            if let Some((at, follower)) = after {
                let past = cases::last_at.lt(at).or(cases::follower_id.lt(follower));
                query = query.filter(cases::last_at.le(at).and(past));
            }
        }
    }
    let (known, rows): (Vec<Case>, Vec<_>) = query
        .load::<Row>(conn)?
        .into_iter()
        .map(|(case, row, openid, name)| (case, (row, openid, name)))
        .unzip();
    let listed = talk::with_newest(conn, rows)?;
    Ok(known
        .into_iter()
        .zip(listed)
        .map(|(case, listed)| Queued { listed, case: Some(case) })
        .collect())
}

/// Every conversation, as the hot path keeps them: a case comes a moment later.
fn everything(
    conn: &mut AnyConnection,
    account: AccountId,
    after: Option<(Timestamp, FollowerId)>,
    limit: i64,
) -> QueryResult<Vec<Queued>> {
    let listed = talk::inbox(conn, account, after, limit)?;
    let ids: Vec<FollowerId> = listed.iter().map(|one| one.conversation.follower_id).collect();
    let mut known = of(conn, &ids)?;
    let queued = |listed: Listed| {
        let at = known.iter().position(|case| case.follower_id == listed.conversation.follower_id);
        Queued { case: at.map(|at| known.swap_remove(at)), listed }
    };
    Ok(listed.into_iter().map(queued).collect())
}

/// How many conversations are in a member's queues, up to [`MOST_COUNTED`] each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Open ones nobody has.
    pub unassigned: i64,
    /// Open ones the member has.
    pub mine: i64,
    /// Those whose followers wait for an answer.
    pub waiting: i64,
}

/// Counts a member's queues.
pub fn counts(conn: &mut AnyConnection, account: AccountId, me: MemberId) -> QueryResult<Counts> {
    let of = || cases::table.filter(cases::account_id.eq(account)).select(cases::follower_id);
    let open = || of().filter(cases::state.eq(State::Open)).limit(MOST_COUNTED);
    let unassigned: Vec<FollowerId> = open().filter(cases::assignee_id.is_null()).load(conn)?;
    let mine: Vec<FollowerId> = open().filter(cases::assignee_id.eq(me)).load(conn)?;
    let waiting: Vec<FollowerId> =
        of().filter(cases::waiting_since.is_not_null()).limit(MOST_COUNTED).load(conn)?;
    let count = |found: Vec<FollowerId>| found.len() as i64;
    Ok(Counts { unassigned: count(unassigned), mine: count(mine), waiting: count(waiting) })
}

/// How many open conversations of a queue have messages nobody has read, up to [`MOST_COUNTED`].
pub fn unread_of(conn: &mut AnyConnection, queue: TeamQueueId) -> QueryResult<i64> {
    let found: Vec<FollowerId> = cases::table
        .filter(cases::queue_id.eq(queue).and(cases::state.eq(State::Open)))
        .filter(cases::unread)
        .select(cases::follower_id)
        .limit(MOST_COUNTED)
        .load(conn)?;
    Ok(found.len() as i64)
}

/// Who wrote what the worker has not followed yet, the newest: by the index of what followers write,
/// which needs its condition in words.
const LATE: &str = "SELECT follower_id FROM messages WHERE account_id = $1 \
    AND sender = 'follower' AND id > $2 ORDER BY id DESC LIMIT 500";

#[derive(QueryableByName)]
struct Late {
    #[diesel(sql_type = BigInt)]
    follower_id: FollowerId,
}

/// How many of the account's conversations have messages nobody has read, up to [`MOST_COUNTED`]:
/// those that are known, and the ones of messages that the worker has not followed yet. These are
/// asked for by the messages: conversations move by much else, all of a million who came meanwhile.
pub fn unread(conn: &mut AnyConnection, account: AccountId) -> QueryResult<i64> {
    let known: Vec<FollowerId> = cases::table
        .filter(cases::account_id.eq(account).and(cases::unread))
        .select(cases::follower_id)
        .limit(MOST_COUNTED)
        .load(conn)?;
    let last: i64 = marks::table.find("desk").select(marks::last_id).get_result(conn)?;
    let late: Vec<Late> =
        sql_query(LATE).bind::<BigInt, _>(account).bind::<BigInt, _>(last).load(conn)?;
    let late: Vec<FollowerId> = late.into_iter().map(|late| late.follower_id).collect();
    let moved: Vec<FollowerId> = conversations::table
        .filter(conversations::follower_id.eq_any(late))
        .filter(conversations::last_inbound_seq.gt(conversations::account_read_seq))
        .select(conversations::follower_id)
        .load(conn)?;
    let fresh = moved.iter().filter(|id| !known.contains(id)).count();
    Ok(((known.len() + fresh) as i64).min(MOST_COUNTED))
}
