//! Plans: broadcasts on their way, from the first word to the moment they are sent. What is sent is
//! a broadcast like any other; a plan is how people come to it.
mod body;
mod changes;
mod mailing;
mod moves;
mod outlook;
mod preparing;
mod rules;
mod running;
mod testing;

use crier_schema::ids::{AccountId, BroadcastId, ListId, MemberId, PlanId};
use crier_schema::tables::plans;
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use body::{Body, Whom};
pub use changes::{Draft, MAX_NAME, add, change, copy};
pub(crate) use moves::cancel_all;
pub use moves::{By, approve, ask, cancel, pause, reschedule, resume, schedule, send_back};
pub use outlook::{Lacking, Near, Outlook, Script, forecast, outlook};
pub use preparing::{CHUNK, Chunk, Post, begin, finish, next, store};
pub use rules::{
    QuietHours, approval_required, quiet_hours, set_approval_required, set_quiet_hours,
};
pub use running::{keep_sending, send_due, tidy};
pub use testing::{set_tester, tester};

use crate::error::{OrMissing, Result};
use crate::tx::Tx;

text_enum! {
    /// How far a plan is.
    pub enum State {
        /// It is being written.
        Draft = "draft",
        /// It waits for somebody else to approve it.
        Awaiting = "awaiting",
        /// It will be sent at its time.
        Scheduled = "scheduled",
        /// Its audience is being listed; it is sent right after.
        Preparing = "preparing",
        /// Somebody stopped it; it can go on.
        Paused = "paused",
        /// It was sent.
        Sent = "sent",
        /// It could not be sent, and says why.
        Failed = "failed",
        /// It will not be sent.
        Cancelled = "cancelled",
    }
}

/// A broadcast on its way.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = plans)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What the brand calls it: followers never see it.
    pub name: String,
    /// What is sent.
    pub body: Json<Body>,
    /// To whom.
    pub whom: Json<Whom>,
    /// How far it is.
    pub state: State,
    /// When it is to be sent; at once when it is approved, if absent.
    pub send_at: Option<Timestamp>,
    /// Who began it.
    pub created_by: Option<MemberId>,
    /// Who changed what would be sent, to whom or when, last.
    pub changed_by: Option<MemberId>,
    /// Who approved it as it is.
    pub approved_by: Option<MemberId>,
    /// When they did.
    pub approved_at: Option<Timestamp>,
    /// What the last one who looked at it said.
    pub note: String,
    /// Why it failed, as a word: `quota`, `right`, `tag`, `draft`, `media`, `missed`, `nobody`,
    /// `other`.
    pub failure: Option<String>,
    /// What was sent.
    pub broadcast_id: Option<BroadcastId>,
    /// How far its audience is listed, while it is.
    pub list: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
}

/// A list of followers that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Its number.
    pub id: ListId,
    /// The last follower looked at; 0 at the beginning.
    pub after: i64,
    /// Whether all have been.
    pub whole: bool,
    /// When it was begun: who left or was blocked since is counted out at the end.
    pub began: Timestamp,
    /// The account's newest broadcast then.
    pub seq: i64,
    /// The first broadcast of the quota's month then.
    pub first_seq: i64,
    /// Followers the rule means.
    pub total: i64,
    /// Of them, those who are not blocked.
    pub filtered: i64,
    /// Of them, those who had not had their share: they are in the list.
    pub listed: i64,
}

impl Plan {
    /// How far its audience is listed.
    pub fn list(&self) -> Option<List> {
        self.list.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }

    /// Whether it can still be changed.
    pub const fn is_open(&self) -> bool {
        use State::{Awaiting, Draft, Failed, Paused, Scheduled};
        matches!(self.state, Draft | Awaiting | Scheduled | Paused | Failed)
    }
}

/// The account's plan of this id.
///
/// # Errors
/// `NotFound("plan")`, also for another account's.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: PlanId) -> Result<Plan> {
    Plan::query()
        .filter(plans::id.eq(id).and(plans::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("plan")
}

/// The account's plans in one of these states, the newest first. `before` is the last one of the
/// page before.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    states: &[State],
    before: Option<PlanId>,
    limit: i64,
) -> Result<Vec<Plan>> {
    Ok(Plan::query()
        .filter(plans::account_id.eq(account).and(plans::state.eq_any(states)))
        .filter(plans::id.lt(before.unwrap_or(PlanId(i64::MAX))))
        .order(plans::id.desc())
        .limit(limit)
        .load(conn)?)
}

/// The account's plans to be sent, or sent, from a moment until before another, the first to be sent
/// first: at most `limit`.
pub fn between(
    conn: &mut AnyConnection,
    account: AccountId,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Plan>> {
    let shown = [State::Awaiting, State::Scheduled, State::Preparing, State::Paused];
    Ok(Plan::query()
        .filter(plans::account_id.eq(account).and(plans::state.eq_any(shown)))
        .filter(plans::send_at.ge(Some(from)).and(plans::send_at.lt(Some(until))))
        .order((plans::send_at.asc(), plans::id.asc()))
        .limit(limit)
        .load(conn)?)
}

/// The plans that these broadcasts were sent by.
pub fn of_broadcasts(
    conn: &mut AnyConnection,
    account: AccountId,
    ids: &[BroadcastId],
) -> Result<Vec<(BroadcastId, PlanId, String)>> {
    let of = plans::account_id.eq(account).and(plans::state.eq(State::Sent));
    let found: Vec<(Option<BroadcastId>, PlanId, String)> = plans::table
        .filter(of.and(plans::broadcast_id.eq_any(ids)))
        .select((plans::broadcast_id, plans::id, plans::name))
        .load(conn)?;
    Ok(found.into_iter().filter_map(|(sent, id, name)| Some((sent?, id, name))).collect())
}

/// The plan, held until the transaction ends: what two people or two nodes do with it happens one
/// after the other.
pub(crate) fn hold(tx: &mut Tx<'_>, account: Option<AccountId>, id: PlanId) -> Result<Plan> {
    let row = plans::table.find(id);
    match tx.conn {
        AnyConnection::Postgres(conn) => {
            let held = row.select(plans::id).for_no_key_update();
            held.get_result::<PlanId>(conn).optional().map(drop)?;
        }
        // The transaction is the only one that writes.
        AnyConnection::Sqlite(_) => {}
    }
    let found = Plan::query().find(id).get_result(tx.conn).optional()?;
    let own = found.filter(|plan: &Plan| account.is_none_or(|account| plan.account_id == account));
    Ok(own).or_missing("plan")
}
