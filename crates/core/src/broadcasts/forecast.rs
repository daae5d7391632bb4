//! What a broadcast would come to, without sending it.
use crier_schema::{AnyConnection, Timestamp};

use super::To;
use super::counting::{self, Care, Counted};
use super::quota::{self, A_MONTH};
use crate::accounts::Account;
use crate::error::Result;
use crate::rights::Kind;

/// Whom a broadcast would reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Followers in the audience.
    pub total: i64,
    /// Of them, those who are blocked.
    pub blocked: i64,
    /// Of the others, those who have had their share.
    pub sated: i64,
    /// Those it would go to.
    pub reached: i64,
    /// Whether some of these may have had their share: there were too many to look at each.
    pub at_most: bool,
}

/// What an account may still send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// So many that day.
    Day {
        /// 1 or 0.
        left: i64,
    },
    /// Each follower gets four a calendar month.
    Month {
        /// How many the account has sent that month, to whomever.
        sent: i64,
        /// How many are left for somebody who got all of them.
        left: i64,
    },
}

/// Whom a broadcast to this audience would reach if it were sent now. Where too many would have to be
/// looked at to find out who has had their share, it says how many at the most. Of a list that is
/// written down beforehand nothing is known yet.
///
/// # Errors
/// As [`super::send`], but for a quota that is used up: nobody would be reached.
pub fn forecast(
    conn: &mut AnyConnection,
    account: &Account,
    to: &To,
    now: Timestamp,
) -> Result<Forecast> {
    let seq = account.last_broadcast_seq + 1;
    let first_seq = quota::first_of_month(conn, account, seq, now)?;
    let period = quota::Period { first_seq, seq };
    let counted = match to {
        To::All => counting::of_all(conn, account, period, Care::Quick)?,
        To::Tag(number) => counting::of_tag(conn, account, period, *number, Care::Quick)?,
        To::Openids(openids) => counting::of_list(conn, account, period, openids)?,
        To::Frozen(_) => Counted::default(),
    };
    Ok(Forecast {
        total: counted.total,
        blocked: counted.total - counted.filtered,
        sated: counted.filtered - counted.sent,
        reached: counted.sent,
        at_most: counted.at_most,
    })
}

/// What the account may still send on the day, or in the month, of a moment: by what was sent until
/// now.
pub fn allowance(conn: &mut AnyConnection, account: &Account, at: Timestamp) -> Result<Allowance> {
    let seq = account.last_broadcast_seq + 1;
    if account.kind == Kind::Subscription {
        let spent = quota::period(conn, account, seq, at).is_err();
        return Ok(Allowance::Day { left: i64::from(!spent) });
    }
    let sent = seq - quota::first_of_month(conn, account, seq, at)?;
    Ok(Allowance::Month { sent, left: (A_MONTH - sent).max(0) })
}
