//! How the account's endpoints answered, from the delivery log and for as long as it is kept.
use chrono::NaiveDate;
use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::{Days, Grain, Period, within};
use crate::error::Result;

/// Calls to the account's endpoints in one period. A call counts where the event it told happened,
/// also when it was made later or once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// The day.
    pub day: NaiveDate,
    /// The hour, when counted by the hour.
    pub hour: Option<u32>,
    /// How many calls were made.
    pub calls: i64,
    /// Of them, those that failed.
    pub failed: i64,
    /// Milliseconds that all of them took.
    pub took_ms: i64,
    /// Milliseconds that the longest took.
    pub longest_ms: i64,
}

#[derive(Debug, Clone, Copy, Default, QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    calls: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    #[diesel(sql_type = BigInt)]
    took_ms: i64,
    #[diesel(sql_type = BigInt)]
    longest_ms: i64,
}

/// Calls that went well stand on the delivery's own row.
pub(super) const WELL: &str = "SELECT COUNT(*) AS calls, CAST(0 AS BIGINT) AS failed, \
     COALESCE(SUM(took_ms), 0) AS took_ms, CAST(COALESCE(MAX(took_ms), 0) AS BIGINT) AS longest_ms \
     FROM deliveries WHERE (account_id, id) >= ($1, $2) AND (account_id, id) < ($1, $3) \
     AND created_at >= $4 AND created_at < $5 AND state = 'delivered' AND status IS NOT NULL";

/// Those that failed have rows of their own, and so has what went well before it was asked for once
/// more: it has no request, as on the delivery's row.
pub(super) const TRIED: &str = "SELECT COUNT(*) AS calls, COUNT(*) FILTER (WHERE a.request <> '') AS failed, \
     COALESCE(SUM(a.took_ms), 0) AS took_ms, \
     CAST(COALESCE(MAX(a.took_ms), 0) AS BIGINT) AS longest_ms \
     FROM deliveries d JOIN attempts a ON a.delivery_id = d.id \
     WHERE (d.account_id, d.id) >= ($1, $2) AND (d.account_id, d.id) < ($1, $3) \
     AND d.created_at >= $4 AND d.created_at < $5 AND (d.attempts > 1 OR d.state <> 'delivered')";

/// Calls to the account's endpoints, by period.
pub fn called(
    conn: &mut AnyConnection,
    account: AccountId,
    days: &Days,
    grain: Grain,
) -> Result<Vec<Called>> {
    let mut found = Vec::new();
    for period in days.parts(grain) {
        let mut all = Row::default();
        for statement in [WELL, TRIED] {
            let rows: Vec<Row> = within(conn, statement, account, &period)?;
            all = rows.into_iter().fold(all, Row::and);
        }
        if all.calls > 0 {
            found.push(all.of(&period));
        }
    }
    Ok(found)
}

impl Row {
    fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            failed: self.failed + other.failed,
            took_ms: self.took_ms + other.took_ms,
            longest_ms: self.longest_ms.max(other.longest_ms),
        }
    }

    const fn of(self, period: &Period) -> Called {
        Called {
            day: period.day,
            hour: period.hour,
            calls: self.calls,
            failed: self.failed,
            took_ms: self.took_ms,
            longest_ms: self.longest_ms,
        }
    }
}
