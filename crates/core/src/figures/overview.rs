//! How an account is doing now, as its overview shows it.
use chrono::Duration;
use crier_schema::ids::{AccountId, DeliveryId};
use crier_schema::tables::{accounts, conversations, deliveries, followers};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::cases;
use crate::deliveries::State;
use crate::error::Result;
use crate::mint::floor_id;

/// How far back deliveries are counted: a busy account has millions, and this walks an index.
pub const SPAN: Duration = Duration::days(7);

/// How an account is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Who follows it now.
    pub followers: i64,
    /// Of them, who came within a day.
    pub new_followers: i64,
    /// Conversations with messages.
    pub conversations: i64,
    /// Of them, those with messages nobody has read.
    pub unread: i64,
    /// Deliveries of the last seven days that the endpoint took.
    pub delivered: i64,
    /// Those still to be made.
    pub open: i64,
    /// Those given up.
    pub failed: i64,
}

/// The account's figures at `now`.
pub fn of_account(conn: &mut AnyConnection, account: AccountId, now: Timestamp) -> Result<Figures> {
    let following = followers::table
        .filter(followers::account_id.eq(account).and(followers::unfollowed_at.is_null()));
    let since = now.plus(-Duration::days(1));
    let mut figures = Figures {
        followers: accounts::table
            .find(account)
            .select(accounts::follower_count)
            .get_result(conn)
            .optional()?
            .unwrap_or_default(),
        new_followers: following
            .filter(followers::followed_at.ge(since))
            .count()
            .get_result(conn)?,
        conversations: conversations::table
            .filter(conversations::account_id.eq(account).and(conversations::last_seq.gt(0)))
            .count()
            .get_result(conn)?,
        unread: unread(conn, account)?,
        ..Figures::default()
    };
    let floor = DeliveryId(floor_id(now.plus(-SPAN)));
    for state in State::ALL {
        let count: i64 = deliveries::table
            .filter(deliveries::account_id.eq(account).and(deliveries::id.ge(floor)))
            .filter(deliveries::state.eq(*state))
            .count()
            .get_result(conn)?;
        match state {
            State::Pending | State::Waiting => figures.open += count,
            State::Delivered => figures.delivered = count,
            State::Failed => figures.failed = count,
        }
    }
    Ok(figures)
}

/// The account's conversations with messages nobody has read, up to [`cases::MOST_COUNTED`].
pub fn unread(conn: &mut AnyConnection, account: AccountId) -> Result<i64> {
    Ok(cases::unread(conn, account)?)
}
