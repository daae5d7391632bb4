//! The days that figures are asked for, as moments: a day is the account's own, and has 23 or 25
//! hours where its clock changes.
use chrono::{Datelike, Days as Whole, Duration, Months, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use crier_schema::Timestamp;

use crate::accounts::Account;
use crate::error::{Error, Result};
use crate::mint::floor_id;

/// How long after midnight the day before counts as complete: what happened in its last seconds may
/// still be in a commit, and clocks of nodes differ.
const SETTLING: Duration = Duration::minutes(1);
/// How far ids may be ahead of the time in their row: a transaction began before it minted, and a
/// node that mints faster than ticks pass takes them early.
const AHEAD: Duration = Duration::minutes(10);

/// What figures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// The hours of each day.
    Hour,
    /// Each day.
    Day,
    /// The calendar weeks that the days are in, from Monday, as far as they are past.
    Week,
    /// The calendar months that the days are in, as far as they are past.
    Month,
}

/// One hour, day, week or month of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The day, or the first day of the week or month.
    pub day: NaiveDate,
    /// 0 to 23, of an hour. One that a clock change repeats is one hour, twice as long.
    pub hour: Option<u32>,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

impl Period {
    /// Between which ids its rows are: from the first, before the second. Rows outside the period
    /// may be among them.
    pub(crate) fn ids(&self) -> (i64, i64) {
        (floor_id(self.from), floor_id(self.until.plus(AHEAD)))
    }
}

/// Whole days of an account that are past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    zone: Tz,
    first: NaiveDate,
    last: NaiveDate,
    today: NaiveDate,
}

impl Days {
    /// From the first to the last day, as `YYYY-MM-DD`; at most `most` of them, the last at the
    /// latest yesterday.
    ///
    /// # Errors
    /// [`Error::Invalid`] `date` for what is no date, `days` for days that are too many, in the wrong
    /// order or not past; [`Error::Conflict`] `figures_not_ready` in the first minute after the last
    /// day.
    pub fn parse(
        account: &Account,
        first: &str,
        last: &str,
        most: i64,
        now: Timestamp,
    ) -> Result<Self> {
        let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
        let today = now.to_chrono().with_timezone(&zone).date_naive();
        let days = Self { zone, first: date(first)?, last: date(last)?, today };
        if days.first > days.last {
            return Err(Error::invalid("days", "must not end before they begin"));
        }
        if (days.last - days.first).num_days() >= most {
            return Err(Error::invalid("days", format!("must be at most {most}")));
        }
        if days.last >= today {
            return Err(Error::invalid("days", "must end yesterday at the latest"));
        }
        if now < days.end_of(days.last).plus(SETTLING) {
            return Err(Error::Conflict("figures_not_ready"));
        }
        Ok(days)
    }

    /// From the first to the last day, as `YYYY-MM-DD`; at most `most` of them, the last at the
    /// latest today, which is not over yet.
    ///
    /// # Errors
    /// As for [`Days::parse`], but nothing is waited for.
    pub fn up_to_now(
        account: &Account,
        first: &str,
        last: &str,
        most: i64,
        now: Timestamp,
    ) -> Result<Self> {
        let days = Self { first: date(first)?, last: date(last)?, ..Self::latest(account, 1, now) };
        if days.first > days.last {
            return Err(Error::invalid("days", "must not end before they begin"));
        }
        if days.count() > most {
            return Err(Error::invalid("days", format!("must be at most {most}")));
        }
        if days.last > days.today {
            return Err(Error::invalid("days", "must end today at the latest"));
        }
        Ok(days)
    }

    /// The last `number` days, at least one; the last of them is today.
    pub fn latest(account: &Account, number: u64, now: Timestamp) -> Self {
        let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
        let today = now.to_chrono().with_timezone(&zone).date_naive();
        let first = today - Whole::new(number.saturating_sub(1));
        Self { zone, first, last: today, today }
    }

    /// As many days right before these.
    #[must_use]
    pub fn before(&self) -> Self {
        let back = Duration::days(self.count());
        Self { first: self.first - back, last: self.last - back, ..*self }
    }

    /// How many they are.
    pub fn count(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// The first of them.
    pub const fn first(&self) -> NaiveDate {
        self.first
    }

    /// The last of them.
    pub const fn last(&self) -> NaiveDate {
        self.last
    }

    /// Each day, in order.
    pub fn dates(&self) -> Vec<NaiveDate> {
        self.each().collect()
    }

    /// The parts that they are counted by, in order. Hours that a clock change skips are not among
    /// them.
    pub fn parts(&self, grain: Grain) -> Vec<Period> {
        match grain {
            Grain::Hour => self.each().flat_map(|day| self.hours(day)).collect(),
            Grain::Day => self.each().map(|day| self.period(day, next(day))).collect(),
            Grain::Week => self.whole(monday, |day| day + Whole::new(7)),
            Grain::Month => self.whole(first_of_month, |day| day + Months::new(1)),
        }
    }

    /// So many days from this one on, as far as they are past.
    pub(super) fn begun_on(&self, day: NaiveDate, number: u64) -> Self {
        let last = (day + Whole::new(number - 1)).min(self.today - Whole::new(1));
        Self { first: day, last, ..*self }
    }

    fn each(&self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }

    fn hours(&self, day: NaiveDate) -> Vec<Period> {
        let begins = |hour| day.and_hms_opt(hour, 0, 0).map(|at| self.moment(at));
        (0..24)
            .filter_map(|hour| {
                let until = begins(hour + 1).unwrap_or_else(|| self.end_of(day));
                Some(Period { day, hour: Some(hour), from: begins(hour)?, until })
            })
            .filter(|period| period.from < period.until)
            .collect()
    }

    fn whole(
        &self,
        begin: fn(NaiveDate) -> NaiveDate,
        next: fn(NaiveDate) -> NaiveDate,
    ) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut day = begin(self.first);
        while day <= self.last {
            let after = next(day);
            periods.push(self.period(day, after.min(self.today)));
            day = after;
        }
        periods
    }

    fn period(&self, day: NaiveDate, after: NaiveDate) -> Period {
        let (from, until) = (self.start_of(day), self.start_of(after));
        Period { day, hour: None, from, until }
    }

    fn start_of(&self, day: NaiveDate) -> Timestamp {
        self.moment(day.into())
    }

    fn end_of(&self, day: NaiveDate) -> Timestamp {
        self.start_of(next(day))
    }

    /// When the clock of the zone first shows this; where a change skips it, the moment of the
    /// change. Changes are of whole quarter hours, and the longest skipped a day.
    fn moment(&self, shown: NaiveDateTime) -> Timestamp {
        (0..=100)
            .map(|quarters| shown + Duration::minutes(15 * quarters))
            .find_map(|shown| self.zone.from_local_datetime(&shown).earliest())
            .map_or_else(|| shown.and_utc().into(), |at| at.with_timezone(&Utc).into())
    }
}

/// A date as `YYYY-MM-DD`, and in no other way.
fn date(text: &str) -> Result<NaiveDate> {
    let plain = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let formed = text.len() == 10 && text.bytes().enumerate().all(plain);
    formed
        .then(|| text.parse().ok())
        .flatten()
        .ok_or_else(|| Error::invalid("date", "must be a day, as YYYY-MM-DD"))
}

fn next(day: NaiveDate) -> NaiveDate {
    day + Whole::new(1)
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Whole::new(u64::from(day.weekday().num_days_from_monday()))
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(zone: &str, first: &str, last: &str) -> Days {
        let today = "2026-12-01".parse().unwrap();
        let [first, last] = [first, last].map(|day| date(day).unwrap());
        Days { zone: zone.parse().unwrap(), first, last, today }
    }

    /// Minutes of each hour of a day, by the hour.
    fn hours(zone: &str, day: &str) -> Vec<(u32, i64)> {
        let parts = days(zone, day, day).parts(Grain::Hour);
        for pair in parts.windows(2) {
            assert_eq!(pair[0].until, pair[1].from, "hours of {day} in {zone} leave nothing out");
        }
        let whole = days(zone, day, day).parts(Grain::Day);
        assert_eq!(whole[0].from, parts[0].from);
        assert_eq!(whole[0].until, parts[parts.len() - 1].until);
        let minutes = |part: &Period| (part.until.micros() - part.from.micros()) / 60_000_000;
        parts.iter().map(|part| (part.hour.unwrap(), minutes(part))).collect()
    }

    #[test]
    fn a_day_is_that_of_the_account() {
        for (zone, from) in [
            ("Asia/Shanghai", "2026-11-24T16:00:00.000Z"),
            ("Asia/Kolkata", "2026-11-24T18:30:00.000Z"),
            ("Asia/Kathmandu", "2026-11-24T18:15:00.000Z"),
            ("America/St_Johns", "2026-11-25T03:30:00.000Z"),
        ] {
            let day = days(zone, "2026-11-25", "2026-11-25").parts(Grain::Day);
            assert_eq!(day[0].from.to_string(), from, "{zone}");
            assert_eq!(day[0].until, day[0].from.plus(Duration::days(1)), "{zone}");
        }
    }

    #[test]
    fn an_hour_that_comes_twice_is_one_hour() {
        for (zone, day, hour, minutes) in [
            ("America/New_York", "2026-11-01", 1, 120),
            ("Europe/Berlin", "2026-10-25", 2, 120),
            ("Australia/Lord_Howe", "2026-04-05", 1, 90),
            ("America/Havana", "2026-11-01", 0, 120),
            ("Asia/Beirut", "2026-10-24", 23, 120),
        ] {
            let hours = hours(zone, day);
            assert_eq!(hours.len(), 24, "{zone}");
            for (shown, length) in hours {
                assert_eq!(length, if shown == hour { minutes } else { 60 }, "{zone} {shown}");
            }
        }
    }

    #[test]
    fn an_hour_that_is_skipped_is_left_out() {
        for (zone, day, hour) in [
            ("America/New_York", "2026-03-08", 2),
            ("Europe/Berlin", "2026-03-29", 2),
            ("America/Santiago", "2026-09-06", 0),
            ("Asia/Beirut", "2026-03-29", 0),
        ] {
            let hours = hours(zone, day);
            assert_eq!(hours.len(), 23, "{zone}");
            assert!(hours.iter().all(|(shown, length)| *shown != hour && *length == 60), "{zone}");
        }
        let half = hours("Australia/Lord_Howe", "2026-10-04");
        assert_eq!((half.len(), half[2]), (24, (2, 30)));
    }

    #[test]
    fn a_skipped_day_is_empty() {
        let parts = days("Pacific/Apia", "2011-12-29", "2011-12-31").parts(Grain::Day);
        assert_eq!(parts[1].from, parts[1].until);
        assert_eq!(parts[0].until, parts[2].from);
        assert!(days("Pacific/Apia", "2011-12-30", "2011-12-30").parts(Grain::Hour).is_empty());
    }

    #[test]
    fn weeks_and_months_are_whole_as_far_as_they_are_past() {
        let shown = |days: Days, grain| {
            let parts = days.parts(grain).into_iter();
            parts.map(|part| format!("{} {}", part.day, part.until)).collect::<Vec<_>>()
        };
        let november = days("UTC", "2026-11-11", "2026-11-30");
        let weeks = shown(november, Grain::Week);
        assert_eq!(weeks.len(), 4);
        assert_eq!(weeks[0], "2026-11-09 2026-11-16T00:00:00.000Z");
        assert_eq!(weeks[3], "2026-11-30 2026-12-01T00:00:00.000Z");
        assert_eq!(shown(november, Grain::Month), ["2026-11-01 2026-12-01T00:00:00.000Z"]);
        let turn = shown(days("UTC", "2026-10-31", "2026-11-01"), Grain::Month);
        assert_eq!(turn.len(), 2);
    }

    #[test]
    fn as_many_days_before_are_compared() {
        let now = days("UTC", "2026-11-24", "2026-11-30");
        let before = now.before();
        assert_eq!((now.count(), before.count()), (7, 7));
        assert_eq!(before.first().to_string(), "2026-11-17");
        assert_eq!(before.dates().last().unwrap().to_string(), "2026-11-23");
        assert_eq!(before.parts(Grain::Day)[6].until, now.parts(Grain::Day)[0].from);
    }

    #[test]
    fn only_dates_are_dates() {
        for text in
            ["", "2026-1-05", "2026-11-31", "20261101", "2026/11/01", "+026-11-01", "2026-11-01 "]
        {
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!(date("2024-02-29").unwrap().to_string(), "2024-02-29");
        let (first, last) = (date("0000-01-01").unwrap(), date("9999-12-31").unwrap());
        let all = Days { zone: Tz::UTC, first: last, last, today: last };
        assert!(all.parts(Grain::Day)[0].ids().0 > 0);
        let old = Days { first, last: first, ..all };
        for grain in [Grain::Hour, Grain::Day, Grain::Week, Grain::Month] {
            assert!(!old.parts(grain).is_empty());
        }
    }
}
