//! Running server processes and their leases. A node holds a lease as a whole, not one a delivery:
//! renewing it costs one row a second whatever the backlog, and a slow endpoint never lets go of
//! what this node still means to deliver.
use chrono::Duration;
use crier_schema::ids::NodeId;
use crier_schema::tables::{attempts, deliveries, events, messages, nodes};
use crier_schema::{AnyConnection, Timestamp, write};
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind::UniqueViolation;
use diesel::result::Error::DatabaseError;

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
    /// The greatest id there was when it entered: its own go on above.
    pub newest_id: i64,
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
        // The time alone names a run on SQLite; the number tells nodes apart that start together.
        let id = NodeId((now.micros() << 5) | i64::from(number));
        let node = Node { id, number, alone, newest_id };
        store(conn, node, now)?;
        Ok(node)
    })
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
        deliveries::table
            .select(deliveries::id)
            .order(deliveries::id.desc())
            .first(conn)
            .optional()?,
        attempts::table.select(attempts::id).order(attempts::id.desc()).first(conn).optional()?,
    ];
    Ok(last.into_iter().flatten().max().unwrap_or_default())
}

/// Whether any node has entered: the cheapest question that shows that the database answers.
pub fn any(conn: &mut AnyConnection) -> Result<bool> {
    let first = nodes::table.select(nodes::id).first::<NodeId>(conn).optional()?;
    Ok(first.is_some())
}

/// Renews the lease, also one that had run out meanwhile: what others took over in that time is
/// theirs, because every outcome names the node that holds the delivery.
///
/// A transaction of its own, beside the writer: a lease must not wait behind what it is for.
///
/// # Errors
/// [`Error::Conflict`] `node_replaced` when another node has its number by now: this process must
/// end, because both would mint the same ids.
pub fn renew(conn: &mut AnyConnection, node: Node, now: Timestamp) -> Result<()> {
    let renewed = write(conn, |conn| store(conn, node, now));
    renewed.map_err(|error| match error {
        Error::Database(DatabaseError(UniqueViolation, _)) => Error::Conflict("node_replaced"),
        other => other,
    })
}

fn store(conn: &mut AnyConnection, node: Node, now: Timestamp) -> Result<()> {
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

/// A node and the end of its lease by its own clock.
pub type Lease = (NodeId, Timestamp);

/// The nodes there are, each with the end of its lease by its own clock, and holders of deliveries
/// that are no node any more.
///
/// Clocks differ between machines, so a lease is not compared with the reader's clock: whoever
/// watches sees by its own that the end has not moved for [`LEASE`].
pub fn seen(conn: &mut AnyConnection) -> Result<(Vec<Lease>, Vec<NodeId>)> {
    // Holders first: a node that enters in between is then in the second list.
    let mut orphans = holders(conn)?;
    let rows: Vec<Lease> = nodes::table.select((nodes::id, nodes::lease_until)).load(conn)?;
    orphans.retain(|holder| !rows.iter().any(|(id, _)| id == holder));
    Ok((rows, orphans))
}

/// Removes nodes that are gone, or leave, and frees what they held. Says how many deliveries.
pub fn retire(conn: &mut AnyConnection, gone: &[NodeId]) -> Result<usize> {
    diesel::delete(nodes::table.filter(nodes::id.eq_any(gone))).execute(conn)?;
    gone.iter().map(|node| free(conn, *node)).sum()
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
