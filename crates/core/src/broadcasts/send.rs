//! Sending a broadcast: one row, one number, one piece of news.
use std::sync::Arc;

use crier_schema::ids::{AccountId, BroadcastId, FollowerId, MessageId, PublicationId};
use crier_schema::tables::{accounts, broadcast_recipients, broadcasts};
use crier_schema::{AnyConnection, Json, Timestamp, on_each};
use diesel::prelude::*;

use super::counting::{self, Care, Counted};
use super::frozen::{self, Frozen};
use super::quota::{self, Period};
use super::{Audience, Broadcast};
use crate::accounts::{self as all_accounts, Account};
use crate::content::{Content, Origin};
use crate::conversations::{self, Append, append_one};
use crate::drafts::{self, DraftKind, Piece};
use crate::error::{Denial, Error, Result};
use crate::events::Event;
use crate::facts::Fact;
use crate::followers;
use crate::media;
use crate::publications;
use crate::rights::Right;
use crate::roster::Roster;
use crate::tx::{Live, News, Tx};
use crate::windows::Effect;

/// Followers in one list (`reference/wechat-api.md` 2.3).
pub const MAX_LIST: usize = 10_000;
/// Characters of a client id.
const MAX_CLIENT_ID: usize = 64;
/// Rows of recipients in one statement.
const ROWS: usize = 5_000;
/// Broadcasts an account may send in a minute, and more.
const LATELY: i64 = 100;
/// For how long a client id names its broadcast (`reference/wechat-api.md` 2.3).
const REMEMBERED: chrono::Duration = chrono::Duration::hours(24);

/// Whom to send to.
#[derive(Debug, Clone)]
pub enum To {
    /// Everybody who follows.
    All,
    /// The followers who have the tag of this number.
    Tag(i64),
    /// The followers of these openids, at most [`MAX_LIST`]; those who left are passed over.
    Openids(Vec<String>),
    /// The followers of a list that was written down before.
    Frozen(Frozen),
}

/// What to send.
#[derive(Debug, Clone)]
pub enum What {
    /// One message.
    Message(Content),
    /// Articles: the key of a draft, a material or an upload, which is published by it.
    Articles(String),
    /// Articles that are in no draft, as [`drafts::prepare`] made them ready.
    Pieces(Vec<Piece>),
}

impl From<Content> for What {
    fn from(content: Content) -> Self {
        Self::Message(content)
    }
}

/// A broadcast to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Whom to send to.
    pub to: To,
    /// What to send.
    pub what: What,
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
        To::All | To::Tag(_) | To::Frozen(_) => Right::Broadcast,
        To::Openids(_) => Right::BroadcastList,
    })?;
    if let Some(broadcast) = find_repeat(tx, account.id, outgoing.client_id.as_deref())? {
        give_back(tx, account.id)?;
        return Ok(Sent { broadcast, repeated: true });
    }
    let period = quota::period(tx.conn, &account, seq, tx.now)?;
    let counted = count(tx, &account, period, &outgoing.to)?;
    let second = own_second(tx.conn, account.id, seq, tx.now)?;
    let broadcast = store(tx, &account, period, outgoing, &counted)?;
    tell(tx, roster, &broadcast, &counted, second)?;
    tx.effects.stale.push(account.id);
    let news = News::Broadcast { seq };
    tx.effects.live.push(Live { account: account.id, user: None, news });
    Ok(Sent { broadcast, repeated: false })
}

/// Shows a broadcast to one follower alone, as a message of their conversation. It opens and takes
/// nothing, and counts against no quota.
///
/// # Errors
/// The account's missing right; `NotFound("openid")`; `Denied(NotFollowing)`, `Denied(Blocked)`;
/// media that isn't there.
pub fn preview(
    tx: &mut Tx<'_>,
    roster: &Roster,
    account: &Account,
    openid: &str,
    what: What,
) -> Result<MessageId> {
    account.may(Right::Broadcast)?;
    let follower = followers::by_openid(tx.conn, account.id, openid)?.id;
    let content = match what {
        What::Message(content) => media::complete(tx.conn, content, tx.now)?,
        What::Articles(key) => drafts::content(tx.conn, account.id, &key, tx.now)?,
        What::Pieces(pieces) => {
            let key = upload(tx, account.id, pieces)?;
            drafts::content(tx.conn, account.id, &key, tx.now)?
        }
    };
    let shown = Append::outbound(follower, Origin::Broadcast, content, None, Effect::None);
    Ok(append_one(tx, roster, shown)?.id)
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

/// The broadcast that was sent under this client id, if that was not long ago. One sent earlier gives
/// the id up.
fn find_repeat(
    tx: &mut Tx<'_>,
    account: AccountId,
    client_id: Option<&str>,
) -> Result<Option<Broadcast>> {
    let Some(client_id) = client_id else { return Ok(None) };
    let named = broadcasts::account_id.eq(account).and(broadcasts::client_id.eq(client_id));
    let found: Option<Broadcast> =
        Broadcast::query().filter(named).get_result(tx.conn).optional()?;
    let Some(found) = found else { return Ok(None) };
    if found.sent_at > tx.now.plus(-REMEMBERED) {
        return Ok(Some(found));
    }
    diesel::update(broadcasts::table.find(found.id))
        .set(broadcasts::client_id.eq(None::<String>))
        .execute(tx.conn)?;
    Ok(None)
}

fn count(tx: &mut Tx<'_>, account: &Account, period: Period, to: &To) -> Result<Counted> {
    let counted = match to {
        To::All => counting::of_all(tx.conn, account, period, Care::Exact)?,
        To::Tag(number) => counting::of_tag(tx.conn, account, period, *number, Care::Exact)?,
        To::Openids(openids) => counting::of_list(tx.conn, account, period, openids)?,
        To::Frozen(list) => frozen::of_frozen(tx, account, *list)?,
    };
    // Somebody was there, and everybody has had their share.
    if counted.sent == 0 && counted.filtered > 0 {
        return Err(Denial::Quota.into());
    }
    Ok(counted)
}

fn publish(
    tx: &mut Tx<'_>,
    account: AccountId,
    key: &str,
) -> Result<(Content, Option<PublicationId>)> {
    let published = publications::publish_now(tx, account, key)?;
    Ok((published.content, Some(published.publication)))
}

/// Stores articles for as long as uploads are kept, and says their key.
fn upload(tx: &mut Tx<'_>, account: AccountId, pieces: Vec<Piece>) -> Result<String> {
    Ok(drafts::add(tx, account, DraftKind::Upload, pieces)?.media_key)
}

/// What followers read, with the publication it is if it is of articles.
fn said(
    tx: &mut Tx<'_>,
    account: AccountId,
    what: &What,
) -> Result<(Content, Option<PublicationId>)> {
    match what {
        What::Message(content) => Ok((media::complete(tx.conn, content.clone(), tx.now)?, None)),
        What::Articles(key) => publish(tx, account, key),
        What::Pieces(pieces) => {
            let key = upload(tx, account, pieces.clone())?;
            publish(tx, account, &key)
        }
    }
}

fn store(
    tx: &mut Tx<'_>,
    account: &Account,
    period: Period,
    outgoing: &Outgoing,
    counted: &Counted,
) -> Result<Broadcast> {
    let (content, publication_id) = said(tx, account.id, &outgoing.what)?;
    let broadcast = Broadcast {
        id: tx.ids.next(),
        account_id: account.id,
        seq: period.seq,
        audience: match outgoing.to {
            To::All => Audience::All,
            To::Tag(_) => Audience::Tag,
            To::Openids(_) | To::Frozen(_) => Audience::List,
        },
        content,
        publication_id,
        client_id: outgoing.client_id.clone(),
        reached: counted.sent,
        sent_at: tx.now,
        tag_id: counted.tag,
        month_seq: period.first_seq,
        withdrawn_at: None,
        list_id: counted.frozen,
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
            broadcasts::tag_id.eq(broadcast.tag_id),
            broadcasts::publication_id.eq(broadcast.publication_id),
            broadcasts::month_seq.eq(broadcast.month_seq),
            broadcasts::list_id.eq(broadcast.list_id),
        ))
        .execute(tx.conn)?;
    media::keep(tx.conn, broadcast.content.media())?;
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
        articles: match broadcast.publication_id {
            Some(publication) => publications::urls(tx.conn, publication)?,
            None => Vec::new(),
        },
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
fn own_second(
    conn: &mut AnyConnection,
    account: AccountId,
    seq: i64,
    now: Timestamp,
) -> Result<Timestamp> {
    let lately: Vec<Timestamp> = broadcasts::table
        .filter(broadcasts::account_id.eq(account).and(broadcasts::seq.gt(seq - LATELY)))
        .filter(broadcasts::sent_at.gt(now.plus(chrono::Duration::minutes(-1))))
        .order(broadcasts::seq.asc())
        .select(broadcasts::sent_at)
        .load(conn)?;
    let last = lately.iter().fold(0, |last, sent| sent.seconds().max(last + 1));
    Ok(if now.seconds() > last { now } else { Timestamp::from_seconds(last + 1) })
}
