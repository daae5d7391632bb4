//! Replies to be sent at their time. Whether the reply window allows one is asked then: a follower
//! may write again meanwhile. One that cannot be sent becomes a note that says why.
use std::sync::Arc;
use std::time::Duration as Pause;

use chrono::Duration;
use crier_schema::ids::{AccountId, FollowerId, MemberId, ScheduledReplyId};
use crier_schema::tables::scheduled_replies;
use crier_schema::{AnyConnection, Json, Timestamp, on_each, text_enum};
use diesel::prelude::*;

use crate::App;
use crate::content::Content;
use crate::conversations::{self, Reply, append_one};
use crate::error::{Denial, Error, OrMissing, Result};
use crate::notes;
use crate::roster::Roster;
use crate::rounds;
use crate::search::searchable;
use crate::tx::{Live, News, Tx};

/// How far ahead one may be planned.
pub const FURTHEST: Duration = Duration::days(7);
/// Planned replies of one conversation at the most.
pub const MOST: i64 = 20;
/// Between looks.
const EVERY: Pause = Pause::from_secs(1);
/// Replies sent in one round.
const BATCH: i64 = 50;

text_enum! {
    /// Where a reply stands.
    pub enum State {
        /// Its time has not come.
        Pending = "pending",
        /// Sent.
        Sent = "sent",
        /// It could not be sent: a note says why.
        Failed = "failed",
        /// Taken back.
        Canceled = "canceled",
    }
}

/// A reply to be sent at its time.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = scheduled_replies)]
pub struct ScheduledReply {
    /// Its id.
    pub id: ScheduledReplyId,
    /// In which account's name.
    pub account_id: AccountId,
    /// To whom.
    pub follower_id: FollowerId,
    /// Who wrote it.
    pub member_id: MemberId,
    /// What it says.
    #[diesel(deserialize_as = Json<Content>)]
    pub content: Content,
    /// Where it stands.
    pub state: State,
    /// When it is sent.
    pub send_at: Timestamp,
}

/// Plans a reply. Planned twice under the same `client_id`, it counts once.
///
/// # Errors
/// [`Error::Invalid`] for `send_at` (within the next seven days) and for what the reply says;
/// `too_many_scheduled`; `NotFound("conversation")`.
pub fn add(tx: &mut Tx<'_>, reply: Reply, send_at: Timestamp) -> Result<()> {
    if send_at <= tx.now || send_at > tx.now.plus(FURTHEST) {
        return Err(Error::invalid("send_at", "must be within the next seven days"));
    }
    let reply = reply.ready(tx.conn, tx.now)?;
    let count: i64 = scheduled_replies::table
        .filter(scheduled_replies::follower_id.eq(reply.follower))
        .filter(scheduled_replies::state.eq(State::Pending))
        .count()
        .get_result(tx.conn)?;
    if count >= MOST {
        return Err(Error::Conflict("too_many_scheduled"));
    }
    crate::media::keep(tx.conn, reply.content.media())?;
    let (id, now): (ScheduledReplyId, _) = (tx.ids.next(), tx.now);
    let content = Json::to_text(&reply.content)?;
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(scheduled_replies::table)
            .values((
                scheduled_replies::id.eq(id),
                scheduled_replies::account_id.eq(reply.account),
                scheduled_replies::follower_id.eq(reply.follower),
                scheduled_replies::member_id.eq(reply.member),
                scheduled_replies::content.eq(&content),
                scheduled_replies::client_id.eq(&reply.client_id),
                scheduled_replies::state.eq(State::Pending),
                scheduled_replies::send_at.eq(send_at),
                scheduled_replies::created_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    announce(tx, reply.account, reply.follower)
}

/// What is planned in a conversation, in the order of time.
pub fn pending(conn: &mut AnyConnection, follower: FollowerId) -> QueryResult<Vec<ScheduledReply>> {
    ScheduledReply::query()
        .filter(scheduled_replies::follower_id.eq(follower))
        .filter(scheduled_replies::state.eq(State::Pending))
        .order((scheduled_replies::send_at.asc(), scheduled_replies::id.asc()))
        .limit(MOST)
        .load(conn)
}

/// Takes a reply back whose time has not come.
///
/// # Errors
/// `NotFound("scheduled_reply")`, also when it was sent or taken back meanwhile.
pub fn cancel(
    tx: &mut Tx<'_>,
    account: AccountId,
    follower: FollowerId,
    id: ScheduledReplyId,
) -> Result<()> {
    let own = scheduled_replies::account_id
        .eq(account)
        .and(scheduled_replies::follower_id.eq(follower))
        .and(scheduled_replies::id.eq(id));
    let pending =
        scheduled_replies::table.filter(own).filter(scheduled_replies::state.eq(State::Pending));
    let canceled = diesel::update(pending)
        .set(scheduled_replies::state.eq(State::Canceled))
        .execute(tx.conn)?;
    if canceled == 0 {
        return Err(Error::NotFound("scheduled_reply"));
    }
    announce(tx, account, follower)
}

/// Takes back every reply of an account whose time has not come.
pub(crate) fn cancel_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let pending = scheduled_replies::state.eq(State::Pending);
    diesel::update(scheduled_replies::table)
        .filter(scheduled_replies::account_id.eq(account).and(pending))
        .set(scheduled_replies::state.eq(State::Canceled))
        .execute(tx.conn)?;
    Ok(())
}

fn announce(tx: &mut Tx<'_>, account: AccountId, follower: FollowerId) -> Result<()> {
    let seq = conversations::get(tx.conn, follower)?.last_seq;
    let news = News::Moved { follower, seq };
    tx.effects.live.push(Live { account, user: None, news });
    Ok(())
}

/// Sends what is due, for as long as the process lives. Every node does.
pub async fn keep_sent(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(send_due(&app).await, "planned replies were not sent");
    }
}

/// Sends what is due, and says how many replies that were. One that fails holds up no other.
///
/// # Errors
/// When the database is away.
pub async fn send_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let due = app.read(move |conn| {
        Ok(scheduled_replies::table
            .filter(scheduled_replies::state.eq(State::Pending))
            .filter(scheduled_replies::send_at.le(now))
            .order(scheduled_replies::send_at.asc())
            .limit(BATCH)
            .select(scheduled_replies::id)
            .load::<ScheduledReplyId>(conn)?)
    });
    let due = due.await?;
    let mut sent = 0;
    for id in due {
        let roster = app.roster.clone();
        match app.write(move |tx| send(tx, &roster, id)).await {
            Ok(did) => sent += usize::from(did),
            Err(error) => {
                tracing::warn!(%error, scheduled_reply.id = %id, "not sent yet; trying again");
            }
        }
    }
    Ok(sent)
}

/// Sends one, unless another node has: it is marked in the transaction that sends it.
fn send(tx: &mut Tx<'_>, roster: &Roster, id: ScheduledReplyId) -> Result<bool> {
    if !mark(tx, id, State::Pending, State::Sent)? {
        return Ok(false);
    }
    let due: ScheduledReply = ScheduledReply::query()
        .find(id)
        .get_result(tx.conn)
        .optional()
        .or_missing("scheduled_reply")?;
    let text = searchable(&due.content);
    let reply = Reply {
        account: due.account_id,
        follower: due.follower_id,
        member: due.member_id,
        content: due.content,
        client_id: format!("later:{id}"),
    };
    let append = reply.append(tx.conn)?;
    let why = match append_one(tx, roster, append) {
        Ok(_) => return Ok(true),
        Err(Error::Denied(denial)) => word(denial),
        Err(error) => return Err(error),
    };
    mark(tx, id, State::Sent, State::Failed)?;
    notes::tell_failure(tx, (due.account_id, due.follower_id), due.member_id, why, text)?;
    Ok(true)
}

fn mark(tx: &mut Tx<'_>, id: ScheduledReplyId, from: State, to: State) -> QueryResult<bool> {
    let still = scheduled_replies::id.eq(id).and(scheduled_replies::state.eq(from));
    let marked = diesel::update(scheduled_replies::table.filter(still))
        .set(scheduled_replies::state.eq(to))
        .execute(tx.conn)?;
    Ok(marked > 0)
}

/// Why it was not sent, as notes store it.
const fn word(denial: Denial) -> &'static str {
    match denial {
        Denial::WindowClosed => "window_closed",
        Denial::WindowSpent => "window_spent",
        Denial::NotFollowing => "not_following",
        Denial::Blocked => "blocked",
        _ => "refused",
    }
}
