//! Running server processes and their leases. A node holds a lease as a whole, not one a delivery:
//! renewing it costs one row a second whatever the backlog, and a slow endpoint never lets go of
//! what this node still means to deliver.
use chrono::Duration;
use crier_schema::ids::NodeId;
use crier_schema::tables::{deliveries, nodes};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::deliveries::State;
use crate::error::{Error, Result};
use crate::mint::MAX_NODES;

/// How long a node that has stopped renewing keeps what it holds.
pub const LEASE: Duration = Duration::seconds(3);

/// This process as a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// This run of the process; a restart is another node.
    pub id: NodeId,
    /// Its number among the running ones, below [`MAX_NODES`].
    pub number: i32,
    /// Whether it is the only one its database can have (SQLite): its lease never runs out.
    pub alone: bool,
}

/// Enters a new node under the lowest free number, inside a writing transaction. The only node of
/// a SQLite file takes over at once what the run before it held.
///
/// # Errors
/// [`Error::Unavailable`] when all numbers are taken.
pub fn enter(conn: &mut AnyConnection, now: Timestamp) -> Result<Node> {
    let alone = matches!(conn, AnyConnection::Sqlite(_));
    if alone {
        diesel::delete(nodes::table).execute(conn)?;
    }
    retire(conn, now)?;
    let taken: Vec<i32> = nodes::table.select(nodes::number).load(conn)?;
    let number = (0..MAX_NODES)
        .find(|number| !taken.contains(number))
        .ok_or_else(|| Error::Unavailable("all node numbers are taken".into()))?;
    // The time alone names a run on SQLite; the number tells nodes apart that start together.
    let node = Node { id: NodeId((now.micros() << 5) | i64::from(number)), number, alone };
    renew(conn, node, now)?;
    Ok(node)
}

/// [`enter`] in a transaction of its own: before there is an application to write through.
pub fn start(conn: &mut AnyConnection, now: Timestamp) -> Result<Node> {
    crier_schema::write(conn, |conn| enter(conn, now))
}

/// Whether any node has entered: the cheapest question that shows that the database answers.
pub fn any(conn: &mut AnyConnection) -> Result<bool> {
    let first = nodes::table.select(nodes::id).first::<NodeId>(conn).optional()?;
    Ok(first.is_some())
}

/// Renews the lease, also one that had run out meanwhile: what others took over in that time is
/// theirs, because every outcome names the node that holds the delivery.
///
/// # Errors
/// [`Error::Database`] when another node has its number by now: this one must start anew.
pub fn renew(conn: &mut AnyConnection, node: Node, now: Timestamp) -> Result<()> {
    let lasts = if node.alone { Duration::days(36_500) } else { LEASE };
    let until = now.plus(lasts);
    let renewed = diesel::update(nodes::table.find(node.id))
        .set(nodes::lease_until.eq(until))
        .execute(conn)?;
    if renewed == 0 {
        diesel::insert_into(nodes::table)
            .values((
                nodes::id.eq(node.id),
                nodes::number.eq(node.number),
                nodes::started_at.eq(now),
                nodes::lease_until.eq(until),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Removes nodes whose lease has run out, and frees every delivery that no living node holds. Says
/// how many that was.
pub fn retire(conn: &mut AnyConnection, now: Timestamp) -> Result<usize> {
    diesel::delete(nodes::table.filter(nodes::lease_until.lt(now))).execute(conn)?;
    let living: Vec<NodeId> = nodes::table.select(nodes::id).load(conn)?;
    let mut freed = 0;
    for holder in holders(conn)? {
        if !living.contains(&holder) {
            freed += free(conn, holder)?;
        }
    }
    Ok(freed)
}

/// Whether [`retire`] would have something to do: asked every second, so it only reads.
pub fn any_gone(conn: &mut AnyConnection, now: Timestamp) -> Result<bool> {
    let living: Vec<NodeId> =
        nodes::table.filter(nodes::lease_until.ge(now)).select(nodes::id).load(conn)?;
    Ok(holders(conn)?.iter().any(|holder| !living.contains(holder)))
}

/// Removes this node and frees what it held: a graceful stop.
pub fn leave(conn: &mut AnyConnection, node: NodeId) -> Result<usize> {
    diesel::delete(nodes::table.find(node)).execute(conn)?;
    free(conn, node)
}

/// The nodes that hold deliveries: one probe of an index for each.
fn holders(conn: &mut AnyConnection) -> Result<Vec<NodeId>> {
    let mut found = Vec::new();
    let mut last = NodeId(0);
    while let Some(next) = holder_after(conn, last)? {
        found.push(next);
        last = next;
    }
    Ok(found)
}

fn holder_after(conn: &mut AnyConnection, last: NodeId) -> QueryResult<Option<NodeId>> {
    let next: Option<Option<NodeId>> = deliveries::table
        .filter(deliveries::state.eq(State::Pending).and(deliveries::leased_by.is_not_null()))
        .filter(deliveries::leased_by.gt(last))
        .order(deliveries::leased_by.asc())
        .select(deliveries::leased_by)
        .first(conn)
        .optional()?;
    Ok(next.flatten())
}

fn free(conn: &mut AnyConnection, holder: NodeId) -> Result<usize> {
    let held = deliveries::table
        .filter(deliveries::leased_by.eq(holder).and(deliveries::state.eq(State::Pending)));
    Ok(diesel::update(held).set(deliveries::leased_by.eq(None::<NodeId>)).execute(conn)?)
}
