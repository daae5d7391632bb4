//! The hot path: many appends, one statement a table. Never a query for each message.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crier_schema::ids::{
    AccountId, DeliveryId, EndpointId, EventId, FollowerId, MessageId, NodeId,
};
use crier_schema::tables::{conversations, deliveries, events, followers, messages};
use crier_schema::{AnyConnection, Json, Timestamp, on_each};
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{Append, Appended, Conversation, Post, Tell};
use crate::content::Sender;
use crate::deliveries::State;
use crate::error::{Denial, Error, Result};
use crate::events::Event;
use crate::facts::Fact;
use crate::media;
use crate::messages::Message;
use crate::roster::Roster;
use crate::tx::{Due, Live, News, Tx};

/// Rows in one statement: SQLite takes 32,766 values, and no row here has more than twelve.
const ROWS: usize = 2_000;
/// Pairs in one question: as many as both engines still answer by one index probe each.
const PAIRS: usize = 64;

#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
struct MessageRow<'a> {
    id: MessageId,
    account_id: AccountId,
    follower_id: FollowerId,
    seq: i64,
    sender: Sender,
    origin: crate::content::Origin,
    content: String,
    client_id: Option<&'a str>,
    member_id: Option<crier_schema::ids::MemberId>,
    created_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
struct EventRow {
    id: EventId,
    account_id: AccountId,
    follower_id: Option<FollowerId>,
    fact: String,
    created_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
struct DeliveryRow {
    id: DeliveryId,
    event_id: EventId,
    endpoint_id: EndpointId,
    account_id: AccountId,
    follower_id: Option<FollowerId>,
    state: State,
    attempts: i32,
    leased_by: Option<NodeId>,
    next_at: Timestamp,
    created_at: Timestamp,
}

/// A conversation with what an append must know of its follower.
struct Open {
    row: Conversation,
    openid: String,
    following: bool,
}

/// Adds to conversations: all of it in the open transaction, and with the same few statements
/// whatever the number. Each append has its own result; a refusal stores nothing of it.
///
/// # Errors
/// Only what fails all of them: the database.
pub fn append(
    tx: &mut Tx<'_>,
    roster: &Roster,
    appends: &[Append],
) -> Result<Vec<Result<Appended>>> {
    if appends.is_empty() {
        return Ok(Vec::new());
    }
    let open = load(tx.conn, appends)?;
    let repeats = repeats(tx.conn, appends)?;
    let mut batch = Batch { open, repeats, ..Batch::default() };
    let results = appends.iter().map(|append| batch.add(tx, append)).collect();
    batch.store(tx, roster)?;
    Ok(results)
}

fn load(conn: &mut AnyConnection, appends: &[Append]) -> Result<HashMap<FollowerId, Open>> {
    let ids: BTreeSet<FollowerId> = appends.iter().map(|append| append.follower).collect();
    let ids: Vec<FollowerId> = ids.into_iter().collect();
    // PostgreSQL: locked in the order of ids, so that two nodes never wait for each other.
    if let AnyConnection::Postgres(conn) = conn {
        conversations::table
            .filter(conversations::follower_id.eq_any(&ids))
            .order(conversations::follower_id.asc())
            .select(conversations::follower_id)
            .for_update()
            .load::<FollowerId>(conn)?;
    }
    let rows: Vec<(Conversation, String, Option<Timestamp>)> = conversations::table
        .inner_join(followers::table.on(followers::id.eq(conversations::follower_id)))
        .filter(conversations::follower_id.eq_any(&ids))
        .select((Conversation::as_select(), followers::openid, followers::unfollowed_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(row, openid, left)| {
            (row.follower_id, Open { row, openid, following: left.is_none() })
        })
        .collect())
}

type ClientKey = (FollowerId, String);

/// What these appends' client ids were stored as before. Asked by pair: two lists side by side
/// would be every follower with every id, and PostgreSQL would read the whole table for it.
fn repeats(conn: &mut AnyConnection, appends: &[Append]) -> Result<HashMap<ClientKey, Appended>> {
    let named: Vec<(FollowerId, &str)> = appends
        .iter()
        .filter_map(|append| Some((append.follower, append.post.as_ref()?.client_id.as_deref()?)))
        .collect();
    let mut known = HashMap::new();
    for pairs in named.chunks(PAIRS) {
        known.extend(repeats_of(conn, pairs)?);
    }
    Ok(known)
}

fn repeats_of(
    conn: &mut AnyConnection,
    pairs: &[(FollowerId, &str)],
) -> Result<Vec<(ClientKey, Appended)>> {
    let mut query = messages::table
        .select((
            messages::follower_id,
            messages::client_id,
            messages::id,
            messages::seq,
            messages::created_at,
        ))
        .into_boxed();
    for (follower, client_id) in pairs {
        query = query
            .or_filter(messages::follower_id.eq(follower).and(messages::client_id.eq(client_id)));
    }
    let rows: Vec<(FollowerId, Option<String>, MessageId, i64, Timestamp)> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(follower, client_id, id, seq, created_at)| {
            let first = Appended { id, seq, created_at, repeated: true };
            Some(((follower, client_id?), first))
        })
        .collect())
}

#[derive(Default)]
struct Batch {
    open: HashMap<FollowerId, Open>,
    repeats: HashMap<ClientKey, Appended>,
    messages: Vec<Arc<Message>>,
    events: Vec<Arc<Event>>,
    touched: BTreeSet<FollowerId>,
}

impl Batch {
    fn add(&mut self, tx: &mut Tx<'_>, append: &Append) -> Result<Appended> {
        if let Some(first) = self.repeat_of(append) {
            return Ok(first);
        }
        let open = self.open.get_mut(&append.follower).ok_or(Error::NotFound("conversation"))?;
        // Somebody who left is told of nothing; that they left is the one event still to tell.
        if !open.following && !matches!(append.tell, Tell::Fact(Fact::Unfollowed)) {
            return Err(Denial::NotFollowing.into());
        }
        let window = open.row.window().after(append.effect, tx.now)?;
        (open.row.window_until, open.row.window_left) = (window.until, window.left);
        open.row.last_at = tx.now;
        let message = append.post.as_ref().map(|post| number(tx, &mut open.row, post));
        let event = tell(tx, open, &append.tell, message.as_deref());
        self.touched.insert(append.follower);
        self.events.extend(event.map(Arc::new));
        Ok(self.keep(tx, append, message))
    }

    fn repeat_of(&self, append: &Append) -> Option<Appended> {
        let client_id = append.post.as_ref()?.client_id.as_ref()?;
        self.repeats.get(&(append.follower, client_id.clone())).cloned()
    }

    fn keep(&mut self, tx: &Tx<'_>, append: &Append, message: Option<Arc<Message>>) -> Appended {
        let Some(message) = message else {
            return Appended { id: MessageId(0), seq: 0, created_at: tx.now, repeated: false };
        };
        let done = Appended {
            id: message.id,
            seq: message.seq,
            created_at: message.created_at,
            repeated: false,
        };
        if let Some(client_id) = &message.client_id {
            let again = Appended { repeated: true, ..done.clone() };
            self.repeats.insert((append.follower, client_id.clone()), again);
        }
        self.messages.push(message);
        done
    }

    fn store(self, tx: &mut Tx<'_>, roster: &Roster) -> Result<()> {
        store_messages(tx.conn, &self.messages)?;
        media::keep(tx.conn, self.messages.iter().flat_map(|message| message.content.media()))?;
        store_events(tx, roster, &self.events)?;
        let rows: Vec<&Conversation> =
            self.touched.iter().filter_map(|id| Some(&self.open.get(id)?.row)).collect();
        store_conversations(tx.conn, &rows)?;
        for message in self.messages {
            let user = self.open.get(&message.follower_id).map(|open| open.row.user_id);
            let account = message.account_id;
            tx.effects.live.push(Live { account, user, news: News::Message(message) });
        }
        Ok(())
    }
}

fn number(tx: &Tx<'_>, row: &mut Conversation, post: &Post) -> Arc<Message> {
    row.last_seq += 1;
    match post.sender {
        Sender::Follower => {
            row.last_inbound_seq = row.last_seq;
            row.follower_read_seq = row.last_seq;
        }
        Sender::Account => row.last_outbound_seq = row.last_seq,
    }
    if post.member.is_some() {
        row.account_read_seq = row.last_seq;
    }
    Arc::new(Message {
        id: tx.ids.next(),
        account_id: row.account_id,
        follower_id: row.follower_id,
        seq: row.last_seq,
        sender: post.sender,
        origin: post.origin,
        content: post.content.clone(),
        client_id: post.client_id.clone(),
        member_id: post.member,
        created_at: tx.now,
    })
}

fn tell(tx: &Tx<'_>, open: &mut Open, tell: &Tell, message: Option<&Message>) -> Option<Event> {
    let (fact, created_at) = match tell {
        Tell::Nothing => return None,
        Tell::Message => {
            let message = message?;
            let content = message.content.clone();
            (Fact::Message { id: message.id, seq: message.seq, content }, tx.now)
        }
        Tell::Fact(fact) => (fact.clone(), own_second(&mut open.row, tx.now)),
    };
    Some(Event {
        id: tx.ids.next(),
        account: open.row.account_id,
        follower: Some(open.row.follower_id),
        openid: Some(open.openid.clone()),
        fact,
        created_at,
    })
}

/// A second that no other event of this follower has.
fn own_second(row: &mut Conversation, now: Timestamp) -> Timestamp {
    if now.seconds() > row.last_event_second {
        row.last_event_second = now.seconds();
        return now;
    }
    row.last_event_second += 1;
    Timestamp::from_seconds(row.last_event_second)
}

fn store_messages(conn: &mut AnyConnection, stored: &[Arc<Message>]) -> Result<()> {
    for chunk in stored.chunks(ROWS) {
        let rows: Vec<MessageRow<'_>> =
            chunk.iter().map(|message| message_row(message)).collect::<Result<_>>()?;
        on_each!(conn, diesel::insert_into(messages::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

fn message_row(message: &Message) -> Result<MessageRow<'_>> {
    Ok(MessageRow {
        id: message.id,
        account_id: message.account_id,
        follower_id: message.follower_id,
        seq: message.seq,
        sender: message.sender,
        origin: message.origin,
        content: Json::to_text(&message.content)?,
        client_id: message.client_id.as_deref(),
        member_id: message.member_id,
        created_at: message.created_at,
    })
}

/// Stores events with a delivery for each endpoint of their account (the outbox), leased to this
/// node, and leaves them for the dispatcher to take after the commit.
pub(crate) fn store_events(tx: &mut Tx<'_>, roster: &Roster, stored: &[Arc<Event>]) -> Result<()> {
    let mut outbox = Vec::with_capacity(stored.len());
    for event in stored {
        for endpoint in roster.of(tx.conn, event.account)?.iter() {
            let id: DeliveryId = tx.ids.next();
            outbox.push(DeliveryRow {
                id,
                event_id: event.id,
                endpoint_id: *endpoint,
                account_id: event.account,
                follower_id: event.follower,
                state: State::Pending,
                attempts: 0,
                leased_by: tx.node,
                next_at: tx.now,
                created_at: tx.now,
            });
            let event = event.clone();
            tx.effects.due.push(Due { id, attempts: 0, event, endpoint: *endpoint });
        }
    }
    tx.effects.unclaimed |= tx.node.is_none() && !outbox.is_empty();
    let conn = &mut *tx.conn;
    for chunk in stored.chunks(ROWS) {
        let rows: Vec<EventRow> =
            chunk.iter().map(|event| event_row(event)).collect::<Result<_>>()?;
        on_each!(conn, diesel::insert_into(events::table).values(&rows).execute(conn))?;
    }
    for rows in outbox.chunks(ROWS) {
        on_each!(conn, diesel::insert_into(deliveries::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// Stores an event about the account itself, which is no part of any conversation.
pub(crate) fn tell_account(tx: &mut Tx<'_>, roster: &Roster, event: Arc<Event>) -> Result<()> {
    store_events(tx, roster, &[event])
}

fn event_row(event: &Event) -> Result<EventRow> {
    Ok(EventRow {
        id: event.id,
        account_id: event.account,
        follower_id: event.follower,
        fact: Json::to_text(&event.fact)?,
        created_at: event.created_at,
    })
}

fn store_conversations(conn: &mut AnyConnection, rows: &[&Conversation]) -> Result<()> {
    for chunk in rows.chunks(ROWS) {
        let chunk: Vec<&Conversation> = chunk.to_vec();
        on_each!(
            conn,
            diesel::insert_into(conversations::table)
                .values(chunk)
                .on_conflict(conversations::follower_id)
                .do_update()
                .set((
                    conversations::last_seq.eq(excluded(conversations::last_seq)),
                    conversations::last_inbound_seq.eq(excluded(conversations::last_inbound_seq)),
                    conversations::last_outbound_seq.eq(excluded(conversations::last_outbound_seq)),
                    conversations::follower_read_seq.eq(excluded(conversations::follower_read_seq)),
                    conversations::account_read_seq.eq(excluded(conversations::account_read_seq)),
                    conversations::window_until.eq(excluded(conversations::window_until)),
                    conversations::window_left.eq(excluded(conversations::window_left)),
                    conversations::last_event_second.eq(excluded(conversations::last_event_second)),
                    conversations::last_at.eq(excluded(conversations::last_at)),
                ))
                .execute(conn)
        )?;
    }
    Ok(())
}
