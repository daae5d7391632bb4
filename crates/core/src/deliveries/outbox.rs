//! The outbox: events with a delivery for each endpoint that hears them, stored in the transaction
//! of what happened.
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crier_schema::ids::{AccountId, DeliveryId, EndpointId, EventId, FollowerId, NodeId};
use crier_schema::tables::deliveries;
use crier_schema::{AnyConnection, Json, Timestamp, bulk};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::{OFF, State, pending};
use crate::error::Result;
use crate::events::Event;
use crate::nodes;
use crate::roster::{Listener, Roster};
use crate::tx::{Due, Tx};

bulk! {
    insert into events
    struct EventRow {
        id: EventId as BigInt,
        account_id: AccountId as BigInt,
        follower_id: Option<FollowerId> as Nullable<BigInt>,
        fact: String as Text,
        created_at: Timestamp as BigInt,
    }
}

bulk! {
    insert into deliveries
    struct DeliveryRow {
        id: DeliveryId as BigInt,
        event_id: EventId as BigInt,
        endpoint_id: EndpointId as BigInt,
        account_id: AccountId as BigInt,
        follower_id: Option<FollowerId> as Nullable<BigInt>,
        kind: &'static str as Text,
        state: State as Text,
        replay: bool as Bool,
        attempts: i32 as Integer,
        retries: i32 as Integer,
        leased_by: Option<NodeId> as Nullable<BigInt>,
        next_at: Timestamp as BigInt,
        verdict: Option<&'static str> as Nullable<Text>,
        created_at: Timestamp as BigInt,
        finished_at: Option<Timestamp> as Nullable<BigInt>,
    }
}

/// Who is to deliver what is new in a conversation, so that its order holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// This node, straight from the commit: whatever is pending, it knows.
    Here(NodeId),
    /// The node that holds what is pending, which finds the new ones in the database: another one,
    /// or this one when it may not have heard of all of them yet.
    Holds(NodeId),
    /// Whoever claims it, behind what nobody holds.
    Nobody,
}

impl Holder {
    const fn node(self) -> Option<NodeId> {
        match self {
            Self::Here(node) | Self::Holds(node) => Some(node),
            Self::Nobody => None,
        }
    }
}

/// Stores events with a delivery for each endpoint of their account, and leaves them for the
/// dispatcher to take after the commit. `holders` says who delivers a conversation's; events of
/// none are this node's.
pub(crate) fn store(
    tx: &mut Tx<'_>,
    roster: &Roster,
    stored: &[Arc<Event>],
    holders: &HashMap<FollowerId, Holder>,
) -> Result<()> {
    let here = tx.node.map_or(Holder::Nobody, Holder::Here);
    let mut outbox = Vec::with_capacity(stored.len());
    for event in stored {
        let holder = event.follower.and_then(|id| holders.get(&id)).copied().unwrap_or(here);
        for listener in roster.of(tx.conn, event.account)?.iter() {
            if listener.hears(&event.fact) {
                outbox.push(delivery(tx, event, listener, holder));
            }
        }
    }
    let rows = stored.iter().map(|event| event_row(event)).collect::<Result<Vec<_>>>()?;
    EventRow::execute_all(tx.conn, &rows)?;
    DeliveryRow::execute_all(tx.conn, &outbox)?;
    Ok(())
}

fn delivery(
    tx: &mut Tx<'_>,
    event: &Arc<Event>,
    listener: &Listener,
    holder: Holder,
) -> DeliveryRow {
    let id: DeliveryId = tx.ids.next();
    // What an endpoint misses while it is off stays on record, to be recovered.
    let off = !listener.enabled;
    if !off {
        tell(tx, id, event, listener, holder);
    }
    DeliveryRow {
        id,
        event_id: event.id,
        endpoint_id: listener.id,
        account_id: event.account,
        follower_id: event.follower,
        kind: event.fact.name(),
        state: if off { State::Failed } else { State::Pending },
        replay: false,
        attempts: 0,
        retries: 0,
        leased_by: holder.node().filter(|_| !off),
        next_at: tx.now,
        verdict: off.then_some(OFF),
        created_at: tx.now,
        finished_at: off.then_some(tx.now),
    }
}

fn tell(tx: &mut Tx<'_>, id: DeliveryId, event: &Arc<Event>, listener: &Listener, holder: Holder) {
    match (holder, event.follower) {
        (Holder::Here(node), _) => tx.effects.due.push(Due {
            id,
            node,
            attempts: 0,
            retries: 0,
            replay: false,
            event: event.clone(),
            endpoint: listener.id,
            width: listener.width,
            span: tx.effects.span_of(event.id),
        }),
        (Holder::Holds(node), Some(follower)) => tx.effects.assigned.push((node, follower)),
        (Holder::Holds(_) | Holder::Nobody, _) => tx.effects.unclaimed = true,
    }
}

/// Looks at conversations whose last commit may or may not have happened: the connection broke
/// before it answered. What was stored is handed out as if it had just been, ahead of anything new.
pub(crate) fn hand_out_doubted(tx: &mut Tx<'_>, followers: &BTreeSet<FollowerId>) -> Result<()> {
    let Some(me) = tx.node else { return Ok(()) };
    let mut mine = Vec::new();
    for (follower, holder) in holders(tx.conn, followers)? {
        match holder {
            Some(node) if node == me => mine.push(follower),
            Some(other) => tx.effects.assigned.push((other, follower)),
            None => tx.effects.unclaimed = true,
        }
    }
    tx.effects.due.extend(super::assigned(tx.conn, me, &mine)?);
    Ok(())
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

/// Who holds what is pending of these conversations; those without anything pending are absent.
///
/// `None` stands for deliveries that nobody holds, also beside others that somebody does.
pub(crate) fn holders(
    conn: &mut AnyConnection,
    followers: &BTreeSet<FollowerId>,
) -> Result<HashMap<FollowerId, Option<NodeId>>> {
    let followers: Vec<FollowerId> = followers.iter().copied().collect();
    let nodes = nodes::holders(conn)?;
    let held: Vec<(Option<FollowerId>, Option<NodeId>)> = deliveries::table
        .filter(pending().and(deliveries::leased_by.eq_any(&nodes)))
        .filter(deliveries::follower_id.eq_any(&followers))
        .select((deliveries::follower_id, deliveries::leased_by))
        .distinct()
        .load(conn)?;
    let unheld: Vec<Option<FollowerId>> = deliveries::table
        .filter(pending().and(deliveries::leased_by.is_null()))
        .filter(deliveries::follower_id.eq_any(&followers))
        .select(deliveries::follower_id)
        .distinct()
        .load(conn)?;
    let mut found: HashMap<FollowerId, Option<NodeId>> =
        held.into_iter().filter_map(|(follower, node)| Some((follower?, node))).collect();
    found.extend(unheld.into_iter().flatten().map(|follower| (follower, None)));
    Ok(found)
}
