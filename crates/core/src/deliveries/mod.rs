//! Deliveries: one event on its way to one endpoint, and every attempt at it.
mod claim;
mod log;
mod record;

use crier_schema::ids::{AccountId, DeliveryId, EndpointId, EventId, FollowerId, NodeId};
use crier_schema::tables::deliveries;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

pub use claim::{claim, held, release, resend, waiting};
pub use log::{Attempt, Logged, attempts, find, get_logged, page};
pub use record::{NewAttempt, Outcome, record};

use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

text_enum! {
    /// Where a delivery stands.
    pub enum State {
        /// Still to be made, or being made.
        Pending = "pending",
        /// The endpoint took it.
        Delivered = "delivered",
        /// Every attempt failed.
        Failed = "failed",
    }
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = deliveries)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// What it tells.
    pub event_id: EventId,
    /// Whom it tells.
    pub endpoint_id: EndpointId,
    /// Whose event it is.
    pub account_id: AccountId,
    /// The follower it concerns.
    pub follower_id: Option<FollowerId>,
    /// Where it stands.
    pub state: State,
    /// Attempts made.
    pub attempts: i32,
    /// The node that is making it.
    pub leased_by: Option<NodeId>,
    /// When it may next be tried.
    pub next_at: Timestamp,
    /// What the last attempt showed, in a stable word.
    pub verdict: Option<String>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub finished_at: Option<Timestamp>,
}

/// The delivery of this id.
pub fn get(conn: &mut AnyConnection, id: DeliveryId) -> Result<Delivery> {
    Delivery::query().find(id).first(conn).optional().or_missing("delivery")
}

/// As [`resend`], for a delivery of this account.
///
/// # Errors
/// `NotFound("delivery")`, also for another account's; `delivery_pending`.
pub fn resend_of(tx: &mut Tx<'_>, account: AccountId, id: DeliveryId) -> Result<()> {
    if get(tx.conn, id)?.account_id != account {
        return Err(Error::NotFound("delivery"));
    }
    resend(tx, id)
}
