//! Moments as people read them: in the account's time zone, in the member's own where there is no
//! account, in their language.
use chrono::{DateTime, Datelike as _, Duration, NaiveDate, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use crier_core::figures::Days;
use crier_core::mails::Language;
use crier_core::{App, Timestamp};

use crate::charts::Label;
use crate::fields::Choice;
use crate::gate::Desk;
use crate::visits::Visit;
use crate::words::Speech;

/// A moment for `<time>`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moment {
    /// For machines.
    pub iso: String,
    /// For people.
    pub shown: String,
}

const INPUT: &str = "%Y-%m-%dT%H:%M";
const INPUT_SECONDS: &str = "%Y-%m-%dT%H:%M:%S";

/// Puts moments into words.
pub struct Calendar {
    zone: Tz,
    now: DateTime<Tz>,
    speech: Speech,
}

impl Calendar {
    /// The account's.
    pub fn of(visit: &Visit, desk: &Desk, app: &App) -> Self {
        Self::new(&desk.account.time_zone, app.clock.now(), visit.speech.clone())
    }

    /// The member's own, for pages that no account is behind.
    pub fn own(visit: &Visit, app: &App) -> Self {
        let zone = visit.session.as_ref().map_or("UTC", |session| session.member.zone());
        Self::new(zone, app.clock.now(), visit.speech.clone())
    }

    /// For this IANA time zone; an unknown one counts as UTC.
    pub fn new(zone: &str, now: Timestamp, speech: Speech) -> Self {
        let zone = zone.parse().unwrap_or(Tz::UTC);
        Self { zone, now: now.to_chrono().with_timezone(&zone), speech }
    }

    /// The zone's IANA name.
    pub fn zone_name(&self) -> &'static str {
        self.zone.name()
    }

    /// As short as it can be: the time today, else the day.
    pub fn short(&self, at: Timestamp) -> Moment {
        let local = self.local(at);
        let pattern = match self.speech.language {
            _ if local.date_naive() == self.now.date_naive() => "%H:%M",
            Language::English if local.year() == self.now.year() => "%-d %b",
            Language::English => "%-d %b %Y",
            Language::Chinese | Language::Japanese if local.year() == self.now.year() => {
                "%-m月%-d日"
            }
            Language::Chinese | Language::Japanese => "%Y年%-m月%-d日",
        };
        Moment { iso: at.to_string(), shown: local.format(pattern).to_string() }
    }

    /// The time of day.
    pub fn time(&self, at: Timestamp) -> Moment {
        Moment { iso: at.to_string(), shown: self.local(at).format("%H:%M").to_string() }
    }

    /// Day and time, with seconds.
    pub fn exact(&self, at: Timestamp) -> Moment {
        let pattern = match self.speech.language {
            Language::English => "%-d %b %Y, %H:%M:%S",
            Language::Chinese | Language::Japanese => "%Y年%-m月%-d日 %H:%M:%S",
        };
        Moment { iso: at.to_string(), shown: self.local(at).format(pattern).to_string() }
    }

    /// Day and time.
    pub fn full(&self, at: Timestamp) -> Moment {
        let pattern = match self.speech.language {
            Language::English => "%-d %b %Y, %H:%M",
            Language::Chinese | Language::Japanese => "%Y年%-m月%-d日 %H:%M",
        };
        Moment { iso: at.to_string(), shown: self.local(at).format(pattern).to_string() }
    }

    /// Day and time as `<input type=datetime-local>` has them.
    pub fn input(&self, at: Timestamp) -> String {
        self.local(at).format(INPUT).to_string()
    }

    /// Reads what such an input gives: the earlier moment of those that clocks show twice, the next
    /// one for those that they skip.
    pub fn parse(&self, text: &str) -> Option<Timestamp> {
        let read = |format| NaiveDateTime::parse_from_str(text.trim(), format).ok();
        let local = read(INPUT).or_else(|| read(INPUT_SECONDS))?;
        // What is further away is a slip, and has no id.
        if !(2000..2100).contains(&local.year()) {
            return None;
        }
        let skipped = || self.zone.from_local_datetime(&(local + Duration::hours(1))).earliest();
        let at = self.zone.from_local_datetime(&local).earliest().or_else(skipped)?;
        Some(Timestamp::from_micros(at.timestamp_micros()))
    }

    /// So long ago.
    pub fn ago(&self, time: Duration) -> Timestamp {
        Timestamp::from_micros((self.now - time).timestamp_micros())
    }

    /// The day, as a heading.
    pub fn day(&self, at: Timestamp) -> String {
        let day = self.local(at).date_naive();
        let today = self.now.date_naive();
        if day == today {
            return self.speech.say("today");
        }
        if day == today - Duration::days(1) {
            return self.speech.say("yesterday");
        }
        self.date(at)
    }

    /// The day, whichever it is.
    pub fn date(&self, at: Timestamp) -> String {
        let pattern = match self.speech.language {
            Language::English => "%-d %B %Y",
            Language::Chinese | Language::Japanese => "%Y年%-m月%-d日",
        };
        self.local(at).format(pattern).to_string()
    }

    /// A day that is known as such, short for an axis and in full with its weekday.
    pub fn label(&self, day: NaiveDate) -> Label {
        let (tick, full) = match self.speech.language {
            Language::English => ("%-d %b", "%a %-d %b %Y"),
            Language::Chinese | Language::Japanese => ("%-m/%-d", "%Y年%-m月%-d日"),
        };
        Label { tick: day.format(tick).to_string(), full: day.format(full).to_string() }
    }

    /// The labels of a chart of these days.
    pub fn days(&self, days: &Days) -> Vec<Label> {
        days.dates().into_iter().map(|day| self.label(day)).collect()
    }

    /// Today.
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// The day that a moment lies in.
    pub fn day_of(&self, at: Timestamp) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// The moment a day begins; where a clock change skips midnight, the first there is.
    pub fn midnight(&self, day: NaiveDate) -> Timestamp {
        let mut hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
        let first = hours.find_map(|at| self.zone.from_local_datetime(&at).earliest());
        first.map(|at| Timestamp::from_micros(at.timestamp_micros())).unwrap_or_default()
    }

    /// The month of a day.
    pub fn month(&self, day: NaiveDate) -> String {
        let pattern = match self.speech.language {
            Language::English => "%B %Y",
            Language::Chinese | Language::Japanese => "%Y年%-m月",
        };
        day.format(pattern).to_string()
    }

    fn local(&self, at: Timestamp) -> DateTime<Tz> {
        at.to_chrono().with_timezone(&self.zone)
    }
}

/// Every zone, to be chosen.
pub fn zone_choices() -> Vec<Choice> {
    zones().map(|zone| Choice { value: zone.into(), label: zone.into() }).collect()
}

/// Every zone an account or a member may be in, by name; those of old maps are left out.
pub fn zones() -> impl Iterator<Item = &'static str> {
    const PLACES: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let known = |name: &&str| *name == "UTC" || PLACES.iter().any(|place| name.starts_with(place));
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(known)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::words::Words;

    fn calendar(language: Language) -> Calendar {
        let speech = Speech::new(Arc::new(Words::load()), language);
        // 2026-01-01 00:30 in Shanghai.
        Calendar::new("Asia/Shanghai", Timestamp::from_seconds(1_767_198_600), speech)
    }

    #[test]
    fn days_begin_where_the_account_is() {
        let (english, hour) = (calendar(Language::English), 3_600);
        let at = |hours: i64| Timestamp::from_seconds(1_767_198_600 + hours * hour);
        assert_eq!(english.day(at(0)), "Today");
        assert_eq!(english.day(at(-1)), "Yesterday");
        assert_eq!(english.short(at(0)).shown, "00:30");
        assert_eq!(english.short(at(-1)).shown, "31 Dec 2025");
        for language in [Language::Chinese, Language::Japanese] {
            assert_eq!(calendar(language).full(at(0)).shown, "2026年1月1日 00:30");
            assert_eq!(calendar(language).short(at(-1)).shown, "2025年12月31日");
        }
    }

    #[test]
    fn moments_are_read_where_the_account_is() {
        let calendar = calendar(Language::English);
        let at = Timestamp::from_seconds(1_767_198_600);
        assert_eq!(calendar.input(at), "2026-01-01T00:30");
        assert_eq!(calendar.parse("2026-01-01T00:30"), Some(at));
        assert_eq!(calendar.parse(" 2026-01-01T00:30:00 "), Some(at));
        for bad in ["", "2026-01-01", "2026-13-01T00:00", "1026-01-01T00:00", "9999-01-01T00:00"] {
            assert_eq!(calendar.parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_moment_that_clocks_skip_or_show_twice_is_still_one() {
        let speech = Speech::new(Arc::new(Words::load()), Language::English);
        let berlin = Calendar::new("Europe/Berlin", Timestamp::default(), speech);
        let read = |text: &str| berlin.parse(text).unwrap().to_string();
        assert_eq!(read("2026-03-29T02:30"), read("2026-03-29T03:30"));
        assert!(berlin.parse("2026-10-25T02:30") < berlin.parse("2026-10-25T03:00"));
    }

    #[test]
    fn zones_can_be_chosen() {
        assert!(zones().any(|zone| zone == "Asia/Shanghai") && zones().any(|zone| zone == "UTC"));
        assert!(!zones().any(|zone| zone.starts_with("US/")));
    }
}
