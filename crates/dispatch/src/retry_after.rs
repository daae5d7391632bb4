//! How long an answer asks us to stay away.
use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// The longest pause that an answer may ask for: a day.
const LONGEST: Duration = Duration::from_hours(24);

/// The pause that a `Retry-After` header asks for, as seconds or as a date; what lies in the past
/// is no pause, what is beyond a day is a day.
///
/// A date counts from the answer's own `Date`: one clock wrote both, so neither its error nor ours
/// is in the difference. A date without that header says nothing.
pub(crate) fn wanted(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, RETRY_AFTER)?;
    let (past, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let pause = if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits beyond 64 bits are a number too, just an absurd one.
        Duration::from_secs(if past { 0 } else { digits.parse().unwrap_or(u64::MAX) })
    } else {
        let now = date(self::text(headers, DATE)?)?;
        date(text)?.duration_since(now).unwrap_or_default()
    };
    Some(pause.min(LONGEST))
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    const NOW: &str = "Sun, 22 Nov 2026 12:00:00 GMT";

    fn seconds(retry_after: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(retry_after).ok()?);
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).ok()?);
        }
        wanted(&headers).map(|pause| pause.as_secs())
    }

    #[test]
    fn seconds_are_taken_within_a_day() {
        for (text, wanted) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("-5", Some(0)),
            ("86401", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("-99999999999999999999999999", Some(0)),
            ("1.5", None),
            ("+5", None),
            ("-", None),
            ("", None),
            ("soon", None),
        ] {
            assert_eq!(seconds(text, None), wanted, "{text:?}");
        }
        assert_eq!(wanted(&HeaderMap::new()), None);
    }

    #[test]
    fn a_date_counts_from_the_answers_own_date() {
        for (text, wanted) in [
            ("Sun, 22 Nov 2026 12:00:30 GMT", Some(30)),
            ("Sunday, 22-Nov-26 12:01:00 GMT", Some(60)),
            ("Sun Nov 22 12:00:05 2026", Some(5)),
            ("Sun, 22 Nov 2026 11:59:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(86_400)),
            ("Sun, 40 Nov 2026 12:00:00 GMT", None),
        ] {
            assert_eq!(seconds(text, Some(NOW)), wanted, "{text:?}");
            assert_eq!(seconds(text, None), None, "{text:?} without a date");
            assert_eq!(seconds(text, Some("yesterday")), None, "{text:?} with a bad date");
        }
    }

    proptest! {
        #[test]
        fn whatever_it_says_it_is_a_day_at_most(text in "[ -~]{0,40}", date in "[ -~]{0,40}") {
            prop_assert!(seconds(&text, Some(&date)).is_none_or(|seconds| seconds <= 86_400));
        }
    }
}
