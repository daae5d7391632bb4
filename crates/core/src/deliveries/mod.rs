//! Deliveries: one event on its way to one endpoint, and every attempt at it.
mod claim;
mod log;
pub(crate) mod outbox;
mod record;
mod resend;
mod sweep;

use crier_schema::ids::{AccountId, DeliveryId, EndpointId, EventId, FollowerId, NodeId};
use crier_schema::tables::deliveries;
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

pub use claim::{any_ripe, assigned, claim, held, release, ripen, waiting};
pub use log::{LogPage, Logged, Search, get_logged, page};
pub use record::{Attempt, Outcome, record};
pub(crate) use resend::again;
pub use resend::resend;
pub use sweep::sweep;

use crate::error::{OrMissing, Result};

text_enum! {
    /// Where a delivery stands.
    pub enum State {
        /// Still to be made, or being made.
        Pending = "pending",
        /// It failed, and waits for its next attempt by the long schedule.
        Waiting = "waiting",
        /// The endpoint took it.
        Delivered = "delivered",
        /// Every attempt failed, or its endpoint was off.
        Failed = "failed",
    }
}

impl State {
    /// Whether nothing more happens by itself.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed)
    }
}

/// The verdict on what an endpoint missed while it was switched off.
pub const OFF: &str = "endpoint_off";

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
    /// What kind of fact it tells.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// Whether it has been asked for once more after its end.
    pub replay: bool,
    /// Attempts made.
    pub attempts: i32,
    /// Of those since it was last asked for, attempts by the long schedule.
    pub retries: i32,
    /// The node that is making it.
    pub leased_by: Option<NodeId>,
    /// When it may next be tried.
    pub next_at: Timestamp,
    /// What the last attempt showed, in a stable word.
    pub verdict: Option<String>,
    /// The status of the last answer, if there was one.
    pub status: Option<i32>,
    /// Milliseconds that the last attempt took.
    pub took_ms: Option<i32>,
    /// The beginning of the last answer, or what went wrong on the way.
    pub answer: Option<String>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub finished_at: Option<Timestamp>,
}

/// The delivery of this id.
pub fn get(conn: &mut AnyConnection, id: DeliveryId) -> Result<Delivery> {
    Delivery::query().find(id).get_result(conn).optional().or_missing("delivery")
}

/// Each state in full: neither engine would look for a bound one in the indexes that hold only one
/// state, and would walk the whole history for a rare one.
pub(crate) fn in_state(state: State) -> SqlLiteral<Bool> {
    sql(match state {
        State::Pending => "deliveries.state = 'pending'",
        State::Waiting => "deliveries.state = 'waiting'",
        State::Delivered => "deliveries.state = 'delivered'",
        State::Failed => "deliveries.state = 'failed'",
    })
}

pub(crate) fn pending() -> SqlLiteral<Bool> {
    in_state(State::Pending)
}
