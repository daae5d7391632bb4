//! The time of day as a condition: the opening hours of an account, and what is outside them.
use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, Timelike as _};
use chrono_tz::Tz;
use crier_schema::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Dates that hours may have.
pub const MOST_DATES: usize = 60;
/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Hours on some weekdays, in the account's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The weekdays on which they begin: 1 is Monday, 7 is Sunday.
    pub weekdays: Vec<u8>,
    /// From this minute of the day on.
    pub from: u16,
    /// Until before this minute. At or before `from` it is one of the next day.
    pub until: u16,
    /// Days on which there are no such hours, whatever the weekday.
    #[serde(default)]
    pub holidays: Vec<NaiveDate>,
    /// Whether the rule answers outside these hours, instead of within.
    pub outside: bool,
}

impl Hours {
    /// Whether a rule with these hours answers at that moment.
    pub fn hold(&self, zone: Tz, at: Timestamp) -> bool {
        let local = at.to_chrono().with_timezone(&zone).naive_local();
        self.within(local) != self.outside
    }

    fn within(&self, local: NaiveDateTime) -> bool {
        let minute = local.hour() * 60 + local.minute();
        let (from, until) = (u32::from(self.from), u32::from(self.until));
        let today = local.date();
        if from < until {
            return self.begin_on(today) && (from..until).contains(&minute);
        }
        let of_yesterday =
            today.checked_sub_days(Days::new(1)).is_some_and(|day| self.begin_on(day));
        (self.begin_on(today) && minute >= from) || (of_yesterday && minute < until)
    }

    fn begin_on(&self, day: NaiveDate) -> bool {
        let weekday = day.weekday().number_from_monday();
        let is_one = self.weekdays.iter().any(|one| u32::from(*one) == weekday);
        is_one && !self.holidays.contains(&day)
    }

    /// Puts them in order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `hours` or `holidays`.
    pub(super) fn checked(mut self) -> Result<Self> {
        self.weekdays.sort_unstable();
        self.weekdays.dedup();
        self.holidays.sort_unstable();
        self.holidays.dedup();
        let is_weekday = |day: &u8| (1..=7).contains(day);
        if self.weekdays.is_empty() || !self.weekdays.iter().all(is_weekday) {
            return Err(Error::invalid("hours", "must have a weekday"));
        }
        if self.from >= DAY || self.until > DAY {
            return Err(Error::invalid("hours", "must be times of a day"));
        }
        if self.holidays.len() > MOST_DATES {
            return Err(Error::invalid("holidays", "must be at most 60 dates"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(outside: bool) -> Hours {
        let holidays = vec![NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()];
        Hours { weekdays: vec![1, 2, 3, 4, 5], from: 9 * 60, until: 18 * 60, holidays, outside }
    }

    fn at(text: &str) -> Timestamp {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        local.and_utc().into()
    }

    #[test]
    fn hours_hold_where_the_account_is() {
        let zone = chrono_tz::Asia::Tokyo;
        // 2026-01-05 is a Monday; Tokyo is nine hours ahead.
        for (moment, open) in [
            ("2026-01-05 00:00", true),
            ("2026-01-04 23:59", false),
            ("2026-01-05 08:59", true),
            ("2026-01-05 09:00", false),
            ("2026-01-03 03:00", false),
            ("2026-01-01 03:00", false),
        ] {
            assert_eq!(office(false).hold(zone, at(moment)), open, "{moment}");
            assert_eq!(office(true).hold(zone, at(moment)), !open, "{moment}");
        }
    }

    #[test]
    fn a_night_belongs_to_the_day_it_begins_on() {
        let night = Hours { weekdays: vec![5], from: 22 * 60, until: 6 * 60, ..office(false) };
        for (moment, holds) in [
            ("2026-01-09 21:59", false),
            ("2026-01-09 22:00", true),
            ("2026-01-10 05:59", true),
            ("2026-01-10 06:00", false),
            ("2026-01-09 05:00", false),
            ("2026-01-10 22:30", false),
        ] {
            assert_eq!(night.hold(Tz::UTC, at(moment)), holds, "{moment}");
        }
        let always =
            Hours { weekdays: vec![1, 2, 3, 4, 5, 6, 7], from: 0, until: DAY, ..office(false) };
        assert!(always.hold(Tz::UTC, at("2026-01-09 23:59")));
        assert!(office(false).checked().is_ok());
        assert!(Hours { weekdays: vec![8], ..office(false) }.checked().is_err());
    }
}
