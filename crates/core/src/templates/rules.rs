//! What may stand in a place of a subscription notice, by the word its name begins with
//! (`reference/wechat-api.md` 2.5).
use chrono::{NaiveDate, NaiveTime};
use crier_schema::text_enum;

use crate::accounts::has_control;

text_enum! {
    /// What kind of words a place takes.
    pub enum Rule {
        /// Up to 20 characters of any kind.
        Thing = "thing",
        /// A number of up to 32 digits.
        Number = "number",
        /// Up to 32 letters, digits and signs, none of them Chinese.
        CharacterString = "character_string",
        /// A time of day, perhaps with a date, or from one to another.
        Time = "time",
        /// A date, perhaps with a time, or from one to another.
        Date = "date",
        /// A sum of money: a currency's sign, up to 10 digits, `元`.
        Amount = "amount",
        /// Up to 17 digits and signs.
        PhoneNumber = "phone_number",
        /// A number plate of up to 8 characters.
        CarNumber = "car_number",
        /// Up to 10 characters with Chinese ones, or 20 without.
        Name = "name",
        /// Up to 5 Chinese characters.
        Phrase = "phrase",
    }
}

impl Rule {
    /// The rule of a place's name: `thing3` is a thing.
    pub fn of(place: &str) -> Option<Self> {
        Self::parse(place.trim_end_matches(|c: char| c.is_ascii_digit()))
    }

    /// Whether the words may stand there.
    pub fn takes(self, text: &str) -> bool {
        let length = text.chars().count();
        if text.trim().is_empty() || length > 40 || has_control(text) || text.contains('\n') {
            return false;
        }
        let all = |test: fn(char) -> bool| text.chars().all(test);
        match self {
            Self::Thing => length <= 20,
            Self::Number => length <= 32 && is_number(text.strip_prefix('-').unwrap_or(text)),
            Self::CharacterString => length <= 32 && !text.chars().any(is_han),
            Self::Time => is_span(text, |part| is_clock(part) || is_moment(part)),
            Self::Date => is_span(text, |part| is_day(part) || is_moment(part)),
            Self::Amount => is_amount(text),
            Self::PhoneNumber => length <= 17 && all(|c| c.is_ascii() && !c.is_ascii_alphabetic()),
            Self::CarNumber => length <= 8,
            Self::Name => length <= if text.chars().any(is_han) { 10 } else { 20 },
            Self::Phrase => length <= 5 && all(is_han),
        }
    }
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    is_digits(whole) && is_digits(part)
}

fn is_amount(text: &str) -> bool {
    let text = text.strip_suffix('元').unwrap_or(text).trim();
    let bare = text.strip_prefix(['¥', '￥', '$', '€', '£']).unwrap_or(text).trim();
    let whole = bare.split('.').next().unwrap_or(bare);
    whole.len() <= 10 && is_number(bare)
}

/// One moment, or two with `~` between.
fn is_span(text: &str, is_one: impl Fn(&str) -> bool) -> bool {
    let mut parts = text.splitn(2, ['~', '～']).map(str::trim);
    parts.all(is_one)
}

fn is_moment(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(day, clock)| is_day(day) && is_clock(clock.trim()))
}

fn is_clock(text: &str) -> bool {
    ["%H:%M", "%H:%M:%S"].iter().any(|form| NaiveTime::parse_from_str(text, form).is_ok())
}

fn is_day(text: &str) -> bool {
    let forms = ["%Y年%m月%d日", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"];
    forms.iter().any(|form| NaiveDate::parse_from_str(text, form).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_takes_its_own() {
        let rows: [(&str, &[&str], &[&str]); 10] = [
            (
                "thing1",
                &["手冲咖啡 250 克", "Tea, 2 cups"],
                &["", " ", "一二三四五六七八九十一二三四五六七八九十一"],
            ),
            ("number2", &["7", "3.50", "-1"], &["1.", "seven", "1e3"]),
            ("character_string3", &["SF-1029/3"], &["单号1"]),
            (
                "time4",
                &["15:01", "2026年11月26日 15:01", "2026-11-26 9:00~2026-11-26 10:00"],
                &["25:00", "noon", "2026-11-26"],
            ),
            (
                "date5",
                &["2026年11月26日", "2026-11-26", "2026-11-26 09:00"],
                &["2026-13-01", "today"],
            ),
            ("amount6", &["¥68.00", "68元", "68.5"], &["about 5", "12345678901", "¥"]),
            ("phone_number7", &["+86-0766-66888866"], &["call me"]),
            ("car_number8", &["粤A8Z888挂"], &["粤A8Z888888"]),
            ("name9", &["张三", "Ada Lovelace"], &["一二三四五六七八九十一"]),
            ("phrase10", &["配送中"], &["On its way", "一二三四五六"]),
        ];
        for (place, good, bad) in rows {
            let rule = Rule::of(place).unwrap();
            for text in good {
                assert!(rule.takes(text), "{place} {text}");
            }
            for text in bad {
                assert!(!rule.takes(text), "{place} {text}");
            }
        }
        assert_eq!(Rule::of("keyword1"), None);
    }
}
