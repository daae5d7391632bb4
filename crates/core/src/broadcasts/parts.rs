//! The parts of the time after a broadcast that are told one by one.
use chrono::{DateTime, Duration, NaiveTime, TimeZone as _};
use chrono_tz::Tz;
use crier_schema::Timestamp;

/// Hours that are told one by one.
const HOURS: i32 = 48;
/// Days that are.
const DAYS: i32 = 30;

/// What is told one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The first 48 hours.
    Hour,
    /// The first 30 days, from midnight to midnight where the account is.
    Day,
}

/// The parts that are past, or have begun.
pub(super) struct Parts {
    /// Their first moments.
    pub(super) begins: Vec<Timestamp>,
    /// When the last one ends.
    pub(super) end: Timestamp,
}

impl Parts {
    pub(super) fn since(sent: Timestamp, zone: &str, by: By, now: Timestamp) -> Self {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let mut begins = begins(sent.to_chrono().with_timezone(&zone), by);
        begins.retain(|from| *from <= now);
        let length = match by {
            By::Hour => Duration::hours(1),
            By::Day => Duration::days(1),
        };
        let end = begins.last().map_or(sent, |last| last.plus(length));
        Self { begins, end }
    }

    /// How often in each of them, of quarters of an hour, in microseconds, and how often in each.
    pub(super) fn sums(&self, quarters: impl Iterator<Item = (i64, i64)>) -> Vec<i64> {
        let mut sums = vec![0; self.begins.len()];
        for (quarter, times) in quarters {
            let at = Timestamp::from_micros(quarter);
            let after = self.begins.partition_point(|from| *from <= at);
            let part = after.checked_sub(1).filter(|_| at < self.end);
            if let Some(sum) = part.and_then(|part| sums.get_mut(part)) {
                *sum += times;
            }
        }
        sums
    }
}

/// The first moments of the parts. An hour begins with a quarter, as visits are counted.
fn begins(sent: DateTime<Tz>, by: By) -> Vec<Timestamp> {
    match by {
        By::Hour => {
            let micros = sent.timestamp_micros();
            let first = Timestamp::from_micros(micros - micros.rem_euclid(900_000_000));
            (0..HOURS).map(|hour| first.plus(Duration::hours(i64::from(hour)))).collect()
        }
        By::Day => {
            let days = (0..DAYS).map(|day| sent.date_naive() + Duration::days(i64::from(day)));
            let midnight = |day: chrono::NaiveDate| {
                let at = day.and_time(NaiveTime::MIN);
                let first = sent.timezone().from_local_datetime(&at).earliest();
                first.map(|at| Timestamp::from_micros(at.timestamp_micros()))
            };
            days.filter_map(midnight).collect()
        }
    }
}
