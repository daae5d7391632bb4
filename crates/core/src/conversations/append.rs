//! The hot path: many appends, one statement a table. Never a query for each message.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crier_schema::Timestamp;
use crier_schema::ids::{AgentId, FollowerId, MessageId};

use super::store::{self, ClientKey, Open};
use super::{Append, Appended, Conversation, Post, Tell};
use crate::accounts::State;
use crate::agents;
use crate::auto_replies::Trigger;
use crate::content::{Origin, Sender};
use crate::deliveries::outbox::{self, Holder};
use crate::error::{Denial, Error, Result};
use crate::events::Event;
use crate::facts::Fact;
use crate::media;
use crate::messages::Message;
use crate::roster::Roster;
use crate::traces;
use crate::tx::{Live, News, Tx};
use crate::windows::Effect;

/// Adds to conversations: all of it in the open transaction, and with the same few statements
/// whatever the number. Each append has its own result; a refusal stores nothing of it.
///
/// # Errors
/// Only what fails all of them: the database.
pub fn append(
    tx: &mut Tx<'_>,
    roster: &Roster,
    appends: &[&Append],
) -> Result<Vec<Result<Appended>>> {
    if appends.is_empty() {
        return Ok(Vec::new());
    }
    let open = store::load(tx.conn, appends.iter().map(|append| append.follower).collect())?;
    let repeats = store::repeats(tx.conn, appends)?;
    let mut batch = Batch { open, repeats, ..Batch::default() };
    let results = appends.iter().map(|append| batch.add(tx, roster, append)).collect();
    batch.store(tx, roster)?;
    Ok(results)
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
    fn add(&mut self, tx: &mut Tx<'_>, roster: &Roster, append: &Append) -> Result<Appended> {
        if let Some(first) = self.repeat_of(append) {
            return Ok(first);
        }
        let open = self.open.get_mut(&append.follower).ok_or(Error::NotFound("conversation"))?;
        // Of somebody who left, only what is about their leaving is told, and what they agreed to.
        let told = outlives_following(&append.tell) || append.effect == Effect::Consented;
        if !open.following && !told {
            return Err(Denial::NotFollowing.into());
        }
        // That they come and go is told still; they need not know why nothing else arrives.
        let about_following =
            matches!(append.tell, Tell::Fact(Fact::Unfollowed | Fact::Followed { .. }));
        if open.blocked && !about_following {
            return Err(Denial::Blocked.into());
        }
        // While a person has the conversation, what the backend answers to events reaches nobody.
        let answers = append.post.as_ref().is_some_and(|post| post.origin == Origin::Answer);
        if answers && open.row.attended_at.is_some() {
            return Ok(nothing(tx.now));
        }
        let state = roster.state(tx.conn, open.row.account_id)?;
        let says = append.post.as_ref().is_some_and(|post| post.sender == Sender::Account);
        // Nobody writes to a closed account either; that they leave is noted.
        let leaves = matches!(append.tell, Tell::Fact(Fact::Unfollowed));
        if says || state == State::Closed && !leaves {
            state.check()?;
        }
        let window = open.row.window().after(append.effect, tx.now)?;
        (open.row.window_until, open.row.window_left) = (window.until, window.left);
        open.row.last_at = tx.now;
        let message = append.post.as_ref().map(|post| number(tx, &mut open.row, post));
        let told = handed_over(tx, &mut open.row, &append.tell)?;
        let told = told.as_ref().unwrap_or(&append.tell);
        let event = tell(tx, open, told, message.as_deref());
        self.touched.insert(append.follower);
        if let Some(event) = &event {
            trace(tx, event, append);
        }
        self.events.extend(event.map(Arc::new));
        let done = self.keep(tx, append, message.clone());
        self.answer(tx, roster, append, message.as_deref())?;
        Ok(done)
    }

    /// Adds what the account answers by itself. One look into memory for accounts without rules.
    fn answer(
        &mut self,
        tx: &mut Tx<'_>,
        roster: &Roster,
        append: &Append,
        message: Option<&Message>,
    ) -> Result<()> {
        let trigger = match (&append.tell, message) {
            (Tell::Message, Some(message)) => Trigger::Message(&message.content),
            (Tell::Fact(Fact::Followed { .. }), _) => Trigger::Followed,
            _ => return Ok(()),
        };
        let Some(open) = self.open.get_mut(&append.follower) else { return Ok(()) };
        // Whom an agent has is answered by a person.
        if open.blocked || open.row.is_attended(tx.now) {
            return Ok(());
        }
        let rules = roster.rules(tx.conn, open.row.account_id)?;
        let Some(rule) = rules.answering(trigger, tx.now) else { return Ok(()) };
        for content in rule.picked() {
            let post = Post {
                sender: Sender::Account,
                origin: Origin::Auto,
                content,
                client_id: None,
                member: None,
                agent: None,
            };
            self.messages.push(number(tx, &mut open.row, &post));
        }
        Ok(())
    }

    fn repeat_of(&self, append: &Append) -> Option<Appended> {
        if self.repeats.is_empty() {
            return None;
        }
        let client_id = append.post.as_ref()?.client_id.as_ref()?;
        self.repeats.get(&(append.follower, client_id.clone())).cloned()
    }

    fn keep(&mut self, tx: &Tx<'_>, append: &Append, message: Option<Arc<Message>>) -> Appended {
        let Some(message) = message else {
            return nothing(tx.now);
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

    fn store(mut self, tx: &mut Tx<'_>, roster: &Roster) -> Result<()> {
        store::messages(tx.conn, &self.messages)?;
        media::keep(tx.conn, self.messages.iter().flat_map(|message| message.content.media()))?;
        let holders = self.holders(tx)?;
        outbox::store(tx, roster, &self.events, &holders)?;
        let rows = self.touched.iter().filter_map(|id| Some(&self.open.get(id)?.row));
        store::conversations(tx.conn, rows)?;
        for message in self.messages {
            let user = self.open.get(&message.follower_id).map(|open| open.row.user_id);
            let account = message.account_id;
            tx.effects.live.push(Live { account, user, news: News::Message(message) });
        }
        Ok(())
    }

    /// Who delivers what is new, so that a conversation's order holds between nodes: whoever holds
    /// what is pending of it. A node that last delivered for a conversation, and has not been
    /// relieved of it, need not ask.
    fn holders(&mut self, tx: &mut Tx<'_>) -> Result<HashMap<FollowerId, Holder>> {
        let Some(me) = tx.node else { return Ok(self.left_to_others()) };
        let told: BTreeSet<FollowerId> =
            self.events.iter().filter_map(|event| event.follower).collect();
        let strange =
            |id: &FollowerId| self.open.get(id).is_some_and(|open| open.row.deliverer != Some(me));
        let asked: BTreeSet<FollowerId> = told.into_iter().filter(strange).collect();
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let pending = outbox::holders(tx.conn, &asked)?;
        let mut holders = HashMap::new();
        for follower in asked {
            let Some(open) = self.open.get_mut(&follower) else { continue };
            open.row.deliverer = match pending.get(&follower) {
                None => Some(me),
                Some(holder) => {
                    holders.insert(follower, holder.map_or(Holder::Nobody, Holder::Holds));
                    None
                }
            };
        }
        Ok(holders)
    }

    /// A process that delivers nothing leaves its events to the nodes.
    fn left_to_others(&mut self) -> HashMap<FollowerId, Holder> {
        let told = self.events.iter().filter_map(|event| event.follower);
        let holders: HashMap<_, _> = told.map(|follower| (follower, Holder::Nobody)).collect();
        for follower in holders.keys() {
            if let Some(open) = self.open.get_mut(follower) {
                open.row.deliverer = None;
            }
        }
        holders
    }
}

/// What comes of an append that adds no message.
const fn nothing(now: Timestamp) -> Appended {
    Appended { id: MessageId(0), seq: 0, created_at: now, repeated: false }
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
    let agent_id = attend(row, post, tx.now);
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
        agent_id,
    })
}

/// The agent a message is of: whoever wrote it, or has the follower who did. It keeps their session
/// open.
fn attend(row: &mut Conversation, post: &Post, now: Timestamp) -> Option<AgentId> {
    let has = row.agent(now);
    let agent = match post.sender {
        Sender::Follower => has,
        Sender::Account => post.agent,
    };
    if agent.is_some() && agent == has {
        row.agent_until = Some(now.plus(agents::SESSION));
    }
    agent
}

/// What is told of a hand-over, in place of it.
fn handed_over(tx: &mut Tx<'_>, row: &mut Conversation, tell: &Tell) -> Result<Option<Tell>> {
    let Tell::HandOver { event, agent } = tell else { return Ok(None) };
    let opened = agents::hand_over(tx, row, *event, agent.as_deref())?;
    Ok(Some(opened.map_or(Tell::Nothing, Tell::Fact)))
}

const fn outlives_following(tell: &Tell) -> bool {
    matches!(tell, Tell::Fact(fact) if fact.outlives_following())
}

fn tell(tx: &Tx<'_>, open: &mut Open, tell: &Tell, message: Option<&Message>) -> Option<Event> {
    let (fact, created_at) = match tell {
        // What is left of a hand-over has been put in its place.
        Tell::Nothing | Tell::HandOver { .. } => return None,
        Tell::Message => {
            // What agents have is not the operator backend's.
            let message = message.filter(|message| message.agent_id.is_none())?;
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

/// Deliveries of the event will be part of the append's trace: that of its own commit, or of the
/// work that it is a part of.
fn trace(tx: &mut Tx<'_>, event: &Event, append: &Append) {
    let own = &append.span;
    let span = if own.is_disabled() { traces::current() } else { own.clone() };
    if !span.is_disabled() {
        tx.effects.traced.push((event.id, span));
    }
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

/// Stores an event about the account itself, which is no part of any conversation.
pub(crate) fn tell_account(tx: &mut Tx<'_>, roster: &Roster, event: Arc<Event>) -> Result<()> {
    outbox::store(tx, roster, &[event], &HashMap::new())
}
