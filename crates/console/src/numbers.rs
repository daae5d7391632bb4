//! Numbers as people read them, in their language.
use crier_core::cases::MOST_COUNTED;
use crier_core::mails::Language;

use crate::words::Speech;

/// What a number measures, which decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Things, which are whole.
    #[default]
    Count,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Parts of a hundred.
    Percent,
}

/// 1,204 rather than 1204.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let first = digits.len() % 3;
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        // The sign of print: a hyphen may be left alone at the end of a line.
        grouped.push('\u{2212}');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// What is counted no further than [`MOST_COUNTED`]: `99+` says that there may be more.
pub fn counted(count: i64) -> String {
    if count < MOST_COUNTED { count.to_string() } else { format!("{}+", MOST_COUNTED - 1) }
}

/// How much waits, if anything: as a number, and in the words of a message about it.
pub fn waiting(speech: &Speech, key: &str, count: i64) -> Option<(String, String)> {
    let number = counted(count);
    let values = [("count", count.into()), ("number", number.clone().into())];
    (count > 0).then(|| (number, speech.with(key, &values)))
}

/// The nearest whole number.
pub fn whole(value: f64) -> i64 {
    // Figures stay far below where whole numbers lose precision; what is beyond is cut.
    let text = format!("{:.0}", value.clamp(-9e15, 9e15));
    text.parse().unwrap_or_default()
}

/// A whole number as a fraction, to be drawn. Exact below 2^53, and no figure is as large.
pub fn real(number: i64) -> f64 {
    let high = i32::try_from(number >> 32).unwrap_or_default();
    let low = u32::try_from(number & 0xffff_ffff).unwrap_or_default();
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

impl Unit {
    /// In full: `12,345`, `3 min 20 s`, `120 ms`, `12.5%`.
    pub fn full(self, speech: &Speech, value: f64) -> String {
        match self {
            Self::Count => grouped(whole(value)),
            Self::Seconds => seconds(speech, value),
            Self::Millis => speech.with("unit-millis", &[("count", grouped(whole(value)).into())]),
            Self::Percent => format!("{}%", trimmed(value)),
        }
    }

    /// As short as it can be, for an axis: `12K`, `1.2万`.
    pub fn brief(self, speech: &Speech, value: f64) -> String {
        match self {
            Self::Count => compact(speech, value),
            _ => self.full(speech, value),
        }
    }
}

fn compact(speech: &Speech, value: f64) -> String {
    let steps: &[(f64, &str)] = match speech.language {
        Language::English => &[(1e9, "B"), (1e6, "M"), (1e3, "K")],
        Language::Chinese => &[(1e8, "亿"), (1e4, "万")],
        Language::Japanese => &[(1e8, "億"), (1e4, "万")],
    };
    // What has four figures is short as it is.
    let step = steps.iter().find(|(step, _)| value.abs() >= step.max(1e4));
    match step {
        Some((step, name)) => format!("{}{name}", trimmed(value / step)),
        None => grouped(whole(value)),
    }
}

/// With one digit after the point, unless it is nought.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn seconds(speech: &Speech, value: f64) -> String {
    let all = whole(value);
    let say = |key, first: i64, second: i64| {
        speech.with(key, &[("first", first.into()), ("second", second.into())])
    };
    match all {
        ..60 => say("unit-seconds", all, 0),
        60..3_600 if all % 60 == 0 => say("unit-minutes", all / 60, 0),
        60..3_600 => say("unit-minutes-seconds", all / 60, all % 60),
        3_600..86_400 if all % 3_600 < 60 => say("unit-hours", all / 3_600, 0),
        3_600..86_400 => say("unit-hours-minutes", all / 3_600, all % 3_600 / 60),
        _ if all % 86_400 < 3_600 => say("unit-days", all / 86_400, 0),
        _ => say("unit-days-hours", all / 86_400, all % 86_400 / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::words::Words;

    fn speech(language: Language) -> Speech {
        Speech::new(Arc::new(Words::load()), language)
    }

    #[test]
    fn figures_are_grouped_by_thousands() {
        for (number, shown) in
            [(0, "0"), (999, "999"), (1_204, "1,204"), (1_234_567, "1,234,567"), (-1_204, "−1,204")]
        {
            assert_eq!(grouped(number), shown);
        }
    }

    #[test]
    fn what_is_counted_no_further_says_so() {
        let words = |count| waiting(&speech(Language::English), "nav-unread", count);
        let said = |number: &str, words: &str| Some((number.to_owned(), words.to_owned()));
        assert_eq!(words(0), None);
        assert_eq!(words(1), said("1", "1 unread conversation"));
        assert_eq!(words(99), said("99", "99 unread conversations"));
        assert_eq!(words(MOST_COUNTED), said("99+", "99+ unread conversations"));
    }

    #[test]
    fn numbers_are_as_their_language_has_them() {
        let (english, japanese) = (speech(Language::English), speech(Language::Japanese));
        for (value, here, there) in [
            (0.0, "0", "0"),
            (9_500.0, "9,500", "9,500"),
            (13_000.0, "13K", "1.3万"),
            (1_200_000.0, "1.2M", "120万"),
            (-20_000.0, "-20K", "-2万"),
        ] {
            assert_eq!(Unit::Count.brief(&english, value), here);
            assert_eq!(Unit::Count.brief(&japanese, value), there);
        }
        for (value, here, there) in [
            (8.0, "8 s", "8秒"),
            (120.0, "2 min", "2分"),
            (200.0, "3 min 20 s", "3分20秒"),
            (5_400.0, "1 h 30 min", "1時間30分"),
            (180_000.0, "2 d 2 h", "2日2時間"),
        ] {
            assert_eq!(Unit::Seconds.full(&english, value), here);
            assert_eq!(Unit::Seconds.full(&japanese, value), there);
        }
        assert_eq!(Unit::Percent.full(&english, 12.5), "12.5%");
        assert_eq!(Unit::Millis.full(&english, 1_250.0), "1,250 ms");
    }

    #[test]
    fn whole_numbers_stay_what_they_are() {
        for number in [0, 1, -1, 4_294_967_296, -4_294_967_297, 8_999_999_999_999_999] {
            assert_eq!(whole(real(number)), number);
        }
    }
}
