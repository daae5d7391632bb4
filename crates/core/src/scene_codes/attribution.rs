//! What came of a code, day by day.
use chrono::NaiveDate;
use crier_schema::AnyConnection;

use super::SceneCode;
use crate::error::Result;
use crate::figures::{Days, Grain, Period};
use crate::tallies::{self, Noun, QUARTER};

/// Microseconds in most days.
const DAY: i64 = 86_400_000_000;

/// What came of a code on one day of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// How often it was scanned.
    pub scans: i64,
    /// How often somebody followed by it.
    pub gained: i64,
    /// How often somebody left who had followed by it.
    pub lost: i64,
}

/// What came of a code on each of these days.
pub fn attribution(conn: &mut AnyConnection, code: &SceneCode, days: &Days) -> Result<Vec<Day>> {
    let periods = days.parts(Grain::Day);
    let mut found: Vec<Day> = periods
        .iter()
        .map(|period| Day { day: period.day, scans: 0, gained: 0, lost: 0 })
        .collect();
    let from = periods.first().map(|period| period.from).unwrap_or_default();
    let spans = (from, span(&periods));
    for noun in [Noun::Scanned, Noun::Gained, Noun::Lost] {
        for (at, count) in tallies::since(conn, code.account_id, noun, &code.ticket, spans)? {
            let place = periods.partition_point(|period| period.until <= at);
            let Some(day) = found.get_mut(place) else { break };
            match noun {
                Noun::Gained => day.gained += count,
                Noun::Lost => day.lost += count,
                _ => day.scans += count,
            }
        }
    }
    Ok(found)
}

/// Microseconds that are counted together: a day, unless a clock is changed in between.
fn span(periods: &[Period]) -> i64 {
    let even = |period: &Period| period.until.micros() - period.from.micros() == DAY;
    if periods.iter().all(even) { DAY } else { QUARTER }
}
