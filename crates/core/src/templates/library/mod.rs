//! The templates accounts choose from, by trade: our own, and plain. A short id and a title's
//! number never change their meaning, because bots have them in their code.
mod cities;
mod money;
mod trades;
mod travel;

use super::rules::Rule;
use super::{Kind, place};
use crate::error::{Error, Result};
use crate::industries;

/// The number of what fits every trade, where trades are numbered.
pub const GENERAL: i32 = 0;
/// Keywords of a subscription notice.
const NOTICE_KEYWORDS: std::ops::RangeInclusive<usize> = 2..=5;

/// One template of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is asked for by, for template messages.
    pub short: &'static str,
    /// What it is asked for by, for subscription notices.
    pub tid: i64,
    /// The trade it is meant for: 1 to 41, or [`GENERAL`].
    pub industry: i32,
    /// Which kind of subscription notice it makes.
    pub kind: Kind,
    /// Heading.
    pub title: &'static str,
    /// Its facts; the number of each is its place, beginning with 1.
    pub keywords: &'static [Keyword],
}

/// One fact of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keyword {
    /// Its label.
    pub name: &'static str,
    /// An example that its rule takes.
    pub example: &'static str,
    /// What may stand there.
    pub rule: Rule,
}

/// Writes entries down in little room.
macro_rules! entries {
    ($($short:literal $tid:literal $industry:literal $kind:ident $title:literal
        { $($name:literal $rule:ident $example:literal),+ })+) => {
        &[$(super::Entry {
            short: $short,
            tid: $tid,
            industry: $industry,
            kind: $crate::templates::Kind::$kind,
            title: $title,
            keywords: &[$(super::Keyword {
                name: $name,
                example: $example,
                rule: $crate::templates::Rule::$rule,
            }),+],
        }),+]
    };
}
use entries;

/// All of them, by trade.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    [money::ENTRIES, travel::ENTRIES, cities::ENTRIES, trades::ENTRIES].into_iter().flatten()
}

/// The template of this short id.
pub fn find(short: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.short == short)
}

/// The template of this title number.
pub fn find_title(tid: i64) -> Option<&'static Entry> {
    all().find(|entry| entry.tid == tid)
}

impl Entry {
    /// The two classes of its trade; what fits every trade is `通用`.
    pub fn classes(&self) -> (&'static str, &'static str) {
        industries::classes(self.industry).unwrap_or(("通用", ""))
    }

    /// Its lines with their places, and the same filled in; with these labels only, if any.
    pub(super) fn text(&self, labels: &[String]) -> Result<(String, String)> {
        let chosen: Vec<&Keyword> = if labels.is_empty() {
            self.keywords.iter().collect()
        } else {
            labels.iter().map(|label| self.keyword(label)).collect::<Result<_>>()?
        };
        let places = (1..).zip(&chosen).map(|(at, keyword)| place(at, keyword.name));
        let content =
            format!("{{{{first.DATA}}}}\n{}{{{{remark.DATA}}}}", places.collect::<String>());
        let filled: Vec<String> =
            chosen.iter().map(|keyword| format!("{}：{}", keyword.name, keyword.example)).collect();
        Ok((content, filled.join("\n")))
    }

    /// The same for a subscription notice, with these keywords by number, in this order.
    pub(super) fn notice_text(&self, kids: &[i64]) -> Result<(String, String)> {
        let wrong =
            || Error::invalid("kids", "must name 2 to 5 keywords of the template, once each");
        let mut seen = kids.to_vec();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() != kids.len() || !NOTICE_KEYWORDS.contains(&kids.len()) {
            return Err(wrong());
        }
        let (mut content, mut example) = (Vec::new(), Vec::new());
        for kid in kids {
            let at = usize::try_from(*kid).ok().and_then(|kid| kid.checked_sub(1));
            let keyword = at.and_then(|at| self.keywords.get(at)).ok_or_else(wrong)?;
            content.push(format!("{}:{{{{{}{kid}.DATA}}}}", keyword.name, keyword.rule));
            example.push(format!("{}:{}", keyword.name, keyword.example));
        }
        Ok((content.join("\n"), example.join("\n")))
    }

    fn keyword(&self, label: &str) -> Result<&'static Keyword> {
        let found = self.keywords.iter().find(|known| known.name == label);
        found.ok_or_else(|| Error::invalid("keyword_name_list", format!("has no keyword {label}")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keywords_become_numbered_places() {
        let entry = find("CR00001").unwrap();
        let (content, example) = entry.text(&[]).unwrap();
        assert!(content.starts_with("{{first.DATA}}\n订单号：{{keyword1.DATA}}\n商品：{{keyword2"));
        assert!(example.starts_with("订单号：20261122001\n"));
        let (content, _) = entry.text(&["状态".into()]).unwrap();
        assert_eq!(content, "{{first.DATA}}\n状态：{{keyword1.DATA}}\n{{remark.DATA}}");
        assert!(entry.text(&["无".into()]).is_err());
    }

    #[test]
    fn a_notice_names_its_places_by_their_rules() {
        let entry = find_title(1001).unwrap();
        let (content, example) = entry.notice_text(&[3, 1]).unwrap();
        assert_eq!(content, "状态:{{phrase3.DATA}}\n订单号:{{character_string1.DATA}}");
        assert_eq!(example, "状态:已发货\n订单号:20261122001");
        for bad in [&[1][..], &[1, 1], &[1, 9], &[0, 1], &[-1, 2], &[], &[1, 2, 3, 1, 2, 3]] {
            assert!(entry.notice_text(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_library_is_whole() {
        let entries: Vec<&Entry> = all().collect();
        assert!(entries.len() >= 60, "{}", entries.len());
        let shorts: BTreeSet<&str> = entries.iter().map(|entry| entry.short).collect();
        let titles: BTreeSet<&str> = entries.iter().map(|entry| entry.title).collect();
        let tids: BTreeSet<i64> = entries.iter().map(|entry| entry.tid).collect();
        assert_eq!([shorts.len(), titles.len(), tids.len()], [entries.len(); 3]);
        let trades: BTreeSet<i32> = entries.iter().map(|entry| entry.industry).collect();
        assert_eq!(trades, (GENERAL..=41).collect(), "every trade has one");
        for entry in entries {
            assert_eq!(entry.short, format!("CR{:05}", entry.tid - 1_000));
            assert!((2..=6).contains(&entry.keywords.len()) && entry.kind != Kind::Message);
            for Keyword { name, example, rule } in entry.keywords {
                assert!(rule.takes(example), "{} {name}: {example} is no {rule}", entry.short);
            }
        }
    }
}
