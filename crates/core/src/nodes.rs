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
}

/// Enters a new node under the lowest free number, inside a writing transaction.
///
/// # Errors
/// [`Error::Unavailable`] when all numbers are taken.
pub fn enter(conn: &mut AnyConnection, now: Timestamp) -> Result<Node> {
    retire(conn, now)?;
    let taken: Vec<i32> = nodes::table.select(nodes::number).load(conn)?;
    let number = (0..MAX_NODES)
        .find(|number| !taken.contains(number))
        .ok_or_else(|| Error::Unavailable("all node numbers are taken".into()))?;
    let id = NodeId((now.micros() << 5 | i64::from(number)) & i64::MAX);
    diesel::insert_into(nodes::table)
        .values((
            nodes::id.eq(id),
            nodes::number.eq(number),
            nodes::started_at.eq(now),
            nodes::lease_until.eq(now.plus(LEASE)),
        ))
        .execute(conn)?;
    Ok(Node { id, number })
}

/// Renews the lease. `false` means that it ran out and was retired: this node may no longer act.
pub fn renew(conn: &mut AnyConnection, node: NodeId, now: Timestamp) -> Result<bool> {
    let renewed = diesel::update(nodes::table.find(node))
        .set(nodes::lease_until.eq(now.plus(LEASE)))
        .execute(conn)?;
    Ok(renewed == 1)
}

/// Removes nodes whose lease has run out and frees what they held; says how many deliveries.
pub fn retire(conn: &mut AnyConnection, now: Timestamp) -> Result<usize> {
    let gone: Vec<NodeId> =
        nodes::table.filter(nodes::lease_until.lt(now)).select(nodes::id).load(conn)?;
    if gone.is_empty() {
        return Ok(0);
    }
    leave(conn, &gone)
}

/// Removes these nodes and frees what they held: a graceful stop, or the start of the only server
/// a SQLite file can have.
pub fn leave(conn: &mut AnyConnection, gone: &[NodeId]) -> Result<usize> {
    let held = deliveries::table
        .filter(deliveries::leased_by.eq_any(gone))
        .filter(deliveries::state.eq(State::Pending));
    let freed = diesel::update(held).set(deliveries::leased_by.eq(None::<NodeId>)).execute(conn)?;
    diesel::delete(nodes::table.filter(nodes::id.eq_any(gone))).execute(conn)?;
    Ok(freed)
}

/// Every node that has entered and not left.
pub fn all(conn: &mut AnyConnection) -> Result<Vec<NodeId>> {
    Ok(nodes::table.select(nodes::id).load(conn)?)
}
