//! Running server processes and their leases. A node holds a lease as a whole, not one a delivery:
//! renewing it costs one row a second whatever the backlog, and a slow endpoint never lets go of
//! what this node still means to deliver.
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Duration;
use crier_schema::ids::NodeId;
use crier_schema::tables::{attempts, deliveries as held, events, followings, messages, nodes};
use crier_schema::{AnyConnection, Timestamp, write};
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error::DatabaseError;

use crate::deliveries;
use crate::error::{Error, Result};
use crate::mint::MAX_NODES;

/// How long a node that has stopped renewing keeps what it holds.
pub const LEASE: Duration = Duration::seconds(3);

/// This process as a node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it holds deliveries under.
    pub identity: Arc<Identity>,
    /// Its number among the running ones, below [`MAX_NODES`].
    pub number: i32,
    /// Whether it is the only one its database can have (SQLite): its lease never runs out.
    pub alone: bool,
    /// The greatest id there was when it entered: its own go on above.
    pub newest_id: i64,
}

/// What a node holds deliveries under. One that was taken for dead goes on under another id, so
/// that nothing it still does under the old one counts.
#[derive(Debug)]
pub struct Identity(AtomicI64);

impl Identity {
    /// The id it has now.
    pub fn id(&self) -> NodeId {
        NodeId(self.0.load(Ordering::Acquire))
    }
}

impl Node {
    /// A node of this id and number.
    pub fn new(id: NodeId, number: i32, alone: bool, newest_id: i64) -> Self {
        Self { identity: Arc::new(Identity(AtomicI64::new(id.0))), number, alone, newest_id }
    }

    /// The id it has now.
    pub fn id(&self) -> NodeId {
        self.identity.id()
    }
}

/// Enters a new node under the lowest free number. The only node of a SQLite file takes over at
/// once what the run before it held.
///
/// # Errors
/// [`Error::Unavailable`] when all numbers are taken.
pub fn enter(conn: &mut AnyConnection, now: Timestamp) -> Result<Node> {
    write(conn, |conn| {
        let alone = matches!(conn, AnyConnection::Sqlite(_));
        if alone {
            diesel::delete(nodes::table).execute(conn)?;
            for holder in holders(conn)? {
                free(conn, holder)?;
            }
        }
        let number = free_number(conn, now)?;
        let newest_id = newest_id(conn)?;
        let node = Node::new(fresh_id(now, number), number, alone, newest_id);
        store(conn, &node, now)?;
        Ok(node)
    })
}

/// The time alone names a run on SQLite; the number tells nodes apart that start together.
fn fresh_id(now: Timestamp, number: i32) -> NodeId {
    NodeId((now.micros() << 5) | i64::from(number))
}

/// The lowest number that no node has, or one of a node whose lease ran out long ago by any clock.
fn free_number(conn: &mut AnyConnection, now: Timestamp) -> Result<i32> {
    let long_gone = now.plus(Duration::minutes(-10));
    diesel::delete(nodes::table.filter(nodes::lease_until.lt(long_gone))).execute(conn)?;
    let taken: Vec<i32> = nodes::table.select(nodes::number).load(conn)?;
    (0..MAX_NODES)
        .find(|number| !taken.contains(number))
        .ok_or_else(|| Error::Unavailable("all node numbers are taken".into()))
}

fn newest_id(conn: &mut AnyConnection) -> QueryResult<i64> {
    let last = [
        messages::table.select(messages::id).order(messages::id.desc()).first(conn).optional()?,
        events::table.select(events::id).order(events::id.desc()).first(conn).optional()?,
        held::table.select(held::id).order(held::id.desc()).first(conn).optional()?,
        attempts::table.select(attempts::id).order(attempts::id.desc()).first(conn).optional()?,
        followings::table
            .select(followings::id)
            .order(followings::id.desc())
            .first(conn)
            .optional()?,
    ];
    Ok(last.into_iter().flatten().max().unwrap_or_default())
}

/// Whether any node has entered: the cheapest question that shows that the database answers.
pub fn any(conn: &mut AnyConnection) -> Result<bool> {
    let first = nodes::table.select(nodes::id).first::<NodeId>(conn).optional()?;
    Ok(first.is_some())
}

/// Renews the lease.
///
/// A transaction of its own, beside the writer: a lease must not wait behind what it is for.
///
/// # Errors
/// [`Error::Conflict`] `lease_lost` when others have taken over what it held: it must forget all of
/// that and [`enter_again`].
pub fn renew(conn: &mut AnyConnection, node: &Node, now: Timestamp) -> Result<()> {
    let renewed = write(conn, |conn| {
        Ok::<_, Error>(
            diesel::update(nodes::table.find(node.id()))
                .set(nodes::lease_until.eq(until(node, now)))
                .execute(conn)?,
        )
    })?;
    if renewed == 0 { Err(Error::Conflict("lease_lost")) } else { Ok(()) }
}

/// Goes on under another id and the same number.
///
/// # Errors
/// [`Error::Conflict`] `node_replaced` when another node has its number by now: this process must
/// end, because both would mint the same ids.
pub fn enter_again(conn: &mut AnyConnection, node: &Node, now: Timestamp) -> Result<()> {
    let id = fresh_id(now, node.number);
    let again = Node::new(id, node.number, node.alone, node.newest_id);
    match write(conn, |conn| store(conn, &again, now)) {
        Err(Error::Database(DatabaseError(UniqueViolation, _))) => {
            Err(Error::Conflict("node_replaced"))
        }
        other => {
            other?;
            node.identity.0.store(id.0, Ordering::Release);
            Ok(())
        }
    }
}

fn until(node: &Node, now: Timestamp) -> Timestamp {
    now.plus(if node.alone { Duration::days(36_500) } else { LEASE })
}

fn store(conn: &mut AnyConnection, node: &Node, now: Timestamp) -> Result<()> {
    diesel::insert_into(nodes::table)
        .values((
            nodes::id.eq(node.id()),
            nodes::number.eq(node.number),
            nodes::process.eq(process::here()),
            nodes::started_at.eq(now),
            nodes::lease_until.eq(until(node, now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A node as others see it.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = nodes)]
pub struct Seen {
    /// Its id.
    pub id: NodeId,
    /// The process it is.
    pub process: String,
    /// The end of its lease, by its own clock.
    pub lease_until: Timestamp,
}

impl Seen {
    /// Whether it is a process of this machine that has ended: its lease need not run out first.
    pub fn is_dead(&self) -> bool {
        process::is_dead(&self.process)
    }
}

/// The nodes there are, and holders of deliveries that are no node any more.
///
/// Clocks differ between machines, so a lease is not compared with the reader's clock: whoever
/// watches sees by its own that the end has not moved for [`LEASE`].
pub fn seen(conn: &mut AnyConnection) -> Result<(Vec<Seen>, Vec<NodeId>)> {
    // Holders first: a node that enters in between is then in the second list.
    let mut orphans = holders(conn)?;
    let rows: Vec<Seen> = Seen::query().load(conn)?;
    orphans.retain(|holder| !rows.iter().any(|row| row.id == *holder));
    Ok((rows, orphans))
}

/// Removes this node, which leaves, and frees what it held. Says how many deliveries.
pub fn leave(conn: &mut AnyConnection, node: NodeId) -> Result<usize> {
    diesel::delete(nodes::table.find(node)).execute(conn)?;
    free(conn, node)
}

/// Removes nodes that are gone and frees what they held: those whose lease still ends where it was
/// seen to end, and holders that are no node. Says how many deliveries.
pub fn bury(conn: &mut AnyConnection, gone: &[Seen], orphans: &[NodeId]) -> Result<usize> {
    let mut freed = 0;
    for node in gone {
        let still = nodes::table.find(node.id).filter(nodes::lease_until.eq(node.lease_until));
        if diesel::delete(still).execute(conn)? > 0 {
            freed += free(conn, node.id)?;
        }
    }
    for holder in orphans {
        let back: Option<NodeId> =
            nodes::table.find(holder).select(nodes::id).get_result(conn).optional()?;
        if back.is_none() {
            freed += free(conn, *holder)?;
        }
    }
    Ok(freed)
}

/// The nodes that hold deliveries: one probe of an index for each.
pub(crate) fn holders(conn: &mut AnyConnection) -> Result<Vec<NodeId>> {
    let mut found = Vec::new();
    let mut last = NodeId(0);
    while let Some(next) = holder_after(conn, last)? {
        found.push(next);
        last = next;
    }
    Ok(found)
}

fn holder_after(conn: &mut AnyConnection, last: NodeId) -> QueryResult<Option<NodeId>> {
    let next: Option<Option<NodeId>> = held::table
        .filter(deliveries::pending().and(held::leased_by.is_not_null()))
        .filter(held::leased_by.gt(last))
        .order(held::leased_by.asc())
        .select(held::leased_by)
        .first(conn)
        .optional()?;
    Ok(next.flatten())
}

fn free(conn: &mut AnyConnection, holder: NodeId) -> Result<usize> {
    let held = held::table.filter(held::leased_by.eq(holder).and(deliveries::pending()));
    Ok(diesel::update(held).set(held::leased_by.eq(None::<NodeId>)).execute(conn)?)
}
