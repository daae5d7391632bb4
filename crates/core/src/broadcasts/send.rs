//! Sending a broadcast: one row, one number, one piece of news.
use std::sync::Arc;

use crier_schema::ids::{AccountId, BroadcastId, FollowerId};
use crier_schema::tables::{accounts, broadcast_recipients, broadcasts};
use crier_schema::{AnyConnection, Json, Timestamp, on_each};
use diesel::prelude::*;

use super::quota::{self, Reach};
use super::{Audience, Broadcast};
use crate::accounts::{self as all_accounts, Account};
use crate::content::Content;
use crate::conversations;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::facts::Fact;
use crate::followers;
use crate::media;
use crate::rights::Right;
use crate::roster::Roster;
use crate::tx::{Live, News, Tx};

/// Followers in one list (`reference/wechat-api.md` 2.3).
pub const MAX_LIST: usize = 10_000;
/// Characters of a client id.
const MAX_CLIENT_ID: usize = 64;
/// Rows of recipients in one statement.
const ROWS: usize = 5_000;

/// Whom to send to.
#[derive(Debug, Clone)]
pub enum To {
    /// Everybody who follows.
    All,
    /// The followers of these openids, at most [`MAX_LIST`]; those who left are passed over.
    Openids(Vec<String>),
}

/// A broadcast to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Whom to send to.
    pub to: To,
    /// What it says.
    pub content: Content,
    /// The sender's own id for it: at most 64 bytes.
    pub client_id: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The broadcast.
    pub broadcast: Broadcast,
    /// Whether it had been sent before, under the same client id: nothing was sent now.
    pub repeated: bool,
}

/// How an audience came out.
struct Counted {
    list: Option<Vec<FollowerId>>,
    total: i64,
    filtered: i64,
    sent: i64,
}

/// Sends a broadcast. Its audience is whoever follows now.
///
/// # Errors
/// The account's missing right; [`Error::Invalid`] for a list or client id that is too long;
/// `NotFound("openid")` when nobody of the list follows; `Denied(Quota)`; media that isn't there.
pub fn send(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: AccountId,
    outgoing: &Outgoing,
) -> Result<Sent> {
    check(outgoing)?;
    // The account's row is taken first: broadcasts of one account are sent one after the other, so
    // that neither the sequence nor the quota can be overtaken by another node.
    let seq = next_seq(tx, account)?;
    let account = all_accounts::get(tx.conn, account)?;
    account.may(match outgoing.to {
        To::All => Right::Broadcast,
        To::Openids(_) => Right::BroadcastList,
    })?;
    if let Some(broadcast) = find_repeat(tx.conn, account.id, outgoing.client_id.as_deref())? {
        give_back(tx, account.id)?;
        return Ok(Sent { broadcast, repeated: true });
    }
    let counted = count(tx, &account, &outgoing.to)?;
    let second = own_second(tx.conn, account.id, tx.now)?;
    let broadcast = store(tx, &account, seq, outgoing, &counted)?;
    tell(tx, roster, &broadcast, &counted, second)?;
    tx.effects.stale.push(account.id);
    let news = News::Broadcast { seq };
    tx.effects.live.push(Live { account: account.id, user: None, news });
    Ok(Sent { broadcast, repeated: false })
}

fn check(outgoing: &Outgoing) -> Result<()> {
    if outgoing.client_id.as_ref().is_some_and(|id| id.is_empty() || id.len() > MAX_CLIENT_ID) {
        return Err(Error::invalid("client_id", "must have 1 to 64 bytes"));
    }
    match &outgoing.to {
        To::Openids(openids) if openids.is_empty() || openids.len() > MAX_LIST => {
            Err(Error::invalid("openids", "must be 1 to 10000 openids"))
        }
        _ => Ok(()),
    }
}

fn next_seq(tx: &mut Tx<'_>, account: AccountId) -> Result<i64> {
    move_seq(tx, account, 1)?;
    let row = accounts::table.find(account).select(accounts::last_broadcast_seq);
    Ok(row.get_result(tx.conn)?)
}

/// A repeat uses no number: the sequence has no gaps.
fn give_back(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    move_seq(tx, account, -1)
}

fn move_seq(tx: &mut Tx<'_>, account: AccountId, by: i64) -> Result<()> {
    let moved = diesel::update(accounts::table.find(account))
        .set(accounts::last_broadcast_seq.eq(accounts::last_broadcast_seq + by))
        .execute(tx.conn)?;
    if moved == 0 { Err(Error::NotFound("account")) } else { Ok(()) }
}

fn find_repeat(
    conn: &mut AnyConnection,
    account: AccountId,
    client_id: Option<&str>,
) -> Result<Option<Broadcast>> {
    let Some(client_id) = client_id else { return Ok(None) };
    Ok(Broadcast::query()
        .filter(broadcasts::account_id.eq(account).and(broadcasts::client_id.eq(client_id)))
        .get_result(conn)
        .optional()?)
}

fn count(tx: &mut Tx<'_>, account: &Account, to: &To) -> Result<Counted> {
    let To::Openids(openids) = to else {
        quota::reach(tx.conn, account, None, tx.now)?;
        let all = account.follower_count;
        return Ok(Counted { list: None, total: all, filtered: all, sent: all });
    };
    let mut found = followers::of_openids(tx.conn, account.id, openids)?;
    found.retain(|follower| follower.unfollowed_at.is_none());
    let mut list: Vec<FollowerId> = found.into_iter().map(|follower| follower.id).collect();
    list.sort_unstable();
    list.dedup();
    if list.is_empty() {
        return Err(Error::NotFound("openid"));
    }
    let filtered = list.len() as i64;
    if let Reach::Without(sated) = quota::reach(tx.conn, account, Some(&list), tx.now)? {
        list.retain(|follower| !sated.contains(follower));
    }
    let sent = list.len() as i64;
    Ok(Counted { list: Some(list), total: openids.len() as i64, filtered, sent })
}

fn store(
    tx: &mut Tx<'_>,
    account: &Account,
    seq: i64,
    outgoing: &Outgoing,
    counted: &Counted,
) -> Result<Broadcast> {
    let broadcast = Broadcast {
        id: tx.ids.next(),
        account_id: account.id,
        seq,
        audience: if counted.list.is_some() { Audience::List } else { Audience::All },
        content: media::complete(tx.conn, outgoing.content.clone(), tx.now)?,
        client_id: outgoing.client_id.clone(),
        reached: counted.sent,
        sent_at: tx.now,
    };
    diesel::insert_into(broadcasts::table)
        .values((
            broadcasts::id.eq(broadcast.id),
            broadcasts::account_id.eq(broadcast.account_id),
            broadcasts::seq.eq(broadcast.seq),
            broadcasts::audience.eq(broadcast.audience),
            broadcasts::content.eq(Json::to_text(&broadcast.content)?),
            broadcasts::client_id.eq(&broadcast.client_id),
            broadcasts::reached.eq(broadcast.reached),
            broadcasts::sent_at.eq(broadcast.sent_at),
        ))
        .execute(tx.conn)?;
    store_list(tx.conn, broadcast.id, counted.list.as_deref().unwrap_or_default())?;
    Ok(broadcast)
}

#[derive(Insertable)]
#[diesel(table_name = broadcast_recipients, treat_none_as_default_value = false)]
struct Recipient {
    broadcast_id: BroadcastId,
    follower_id: FollowerId,
}

fn store_list(conn: &mut AnyConnection, id: BroadcastId, list: &[FollowerId]) -> Result<()> {
    for chunk in list.chunks(ROWS) {
        let rows: Vec<Recipient> = chunk
            .iter()
            .map(|follower| Recipient { broadcast_id: id, follower_id: *follower })
            .collect();
        let into = broadcast_recipients::table;
        on_each!(conn, diesel::insert_into(into).values(&rows).execute(conn))?;
    }
    Ok(())
}

fn tell(
    tx: &mut Tx<'_>,
    roster: &Roster,
    broadcast: &Broadcast,
    counted: &Counted,
    second: Timestamp,
) -> Result<()> {
    let fact = Fact::BroadcastFinished {
        id: broadcast.id,
        total: counted.total,
        filtered: counted.filtered,
        sent: counted.sent,
        failed: counted.filtered - counted.sent,
    };
    let event = Event {
        id: tx.ids.next(),
        account: broadcast.account_id,
        follower: None,
        openid: None,
        fact,
        created_at: second,
    };
    conversations::tell_account(tx, roster, Arc::new(event))
}

/// A second that no other broadcast of this account is reported at: operators tell events apart by
/// it (`reference/wechat-api.md` 5.1). It follows from when the last minute's broadcasts were sent.
fn own_second(conn: &mut AnyConnection, account: AccountId, now: Timestamp) -> Result<Timestamp> {
    let lately: Vec<Timestamp> = broadcasts::table
        .filter(broadcasts::account_id.eq(account))
        .filter(broadcasts::sent_at.gt(now.plus(chrono::Duration::minutes(-1))))
        .order(broadcasts::seq.asc())
        .select(broadcasts::sent_at)
        .load(conn)?;
    let last = lately.iter().fold(0, |last, sent| sent.seconds().max(last + 1));
    Ok(if now.seconds() > last { now } else { Timestamp::from_seconds(last + 1) })
}
