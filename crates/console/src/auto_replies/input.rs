//! What is filled in, and the rule that it makes.
use chrono::NaiveDate;
use crier_core::auto_replies::{AutoReply, Draft, Hours, Keyword, Kind, Match, Picks};
use crier_core::content::Content;
use crier_core::media::{Media, MediaKind};
use serde::Deserialize;

/// Replies that the form has room for.
pub const ROOM: usize = 5;

/// The form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    pub kind: String,
    pub rule_name: String,
    /// Words that stand somewhere in a text, one a line.
    pub contain: String,
    /// Words that are the whole text, one a line.
    pub equal: String,
    /// `on` for the weekdays of the hours, from Monday.
    pub day_1: String,
    pub day_2: String,
    pub day_3: String,
    pub day_4: String,
    pub day_5: String,
    pub day_6: String,
    pub day_7: String,
    /// `09:00`.
    pub hours_from: String,
    pub hours_until: String,
    /// `inside` or `outside`.
    pub hours_side: String,
    /// Dates without hours, one a line.
    pub holidays: String,
    pub picks: String,
    pub text_1: String,
    pub text_2: String,
    pub text_3: String,
    pub text_4: String,
    pub text_5: String,
    pub file_1: String,
    pub file_2: String,
    pub file_3: String,
    pub file_4: String,
    pub file_5: String,
}

impl Input {
    /// An empty form of this kind.
    pub fn fresh(kind: Kind, name: String) -> Self {
        let picks = Picks::All.as_str().to_owned();
        let office = Hours {
            weekdays: vec![1, 2, 3, 4, 5],
            from: 9 * 60,
            until: 18 * 60,
            holidays: Vec::new(),
            outside: true,
        };
        let kind = kind.as_str().to_owned();
        let fresh = Self { kind, rule_name: name, picks, ..Self::default() };
        fresh.with_hours(&office)
    }

    /// The form of a stored rule.
    pub fn of(rule: &AutoReply) -> Self {
        let lines = |how: Match| {
            let words = rule.keywords.0.iter().filter(|word| word.match_mode == how);
            words.map(|word| word.text.as_str()).collect::<Vec<_>>().join("\n")
        };
        let mut input = Self {
            kind: rule.kind.as_str().to_owned(),
            rule_name: rule.name.clone(),
            contain: lines(Match::Contain),
            equal: lines(Match::Equal),
            picks: rule.picks.as_str().to_owned(),
            ..Self::default()
        };
        for ((text, file), reply) in input.slots_mut().into_iter().zip(&rule.replies.0) {
            match reply {
                Content::Image { media_id, .. }
                | Content::Voice { media_id, .. }
                | Content::Video { media_id, .. } => file.clone_from(media_id),
                other => other.summary().clone_into(text),
            }
        }
        match &rule.hours {
            Some(hours) => input.with_hours(hours),
            None => input,
        }
    }

    fn with_hours(mut self, hours: &Hours) -> Self {
        for (weekday, day) in (1..).zip(self.days_mut()) {
            if hours.weekdays.contains(&weekday) {
                "on".clone_into(day);
            }
        }
        let side = if hours.outside { "outside" } else { "inside" };
        let dates: Vec<String> = hours.holidays.iter().map(NaiveDate::to_string).collect();
        Self {
            hours_from: clock(hours.from),
            // A time field knows no 24:00; until midnight is said as 00:00.
            hours_until: clock(hours.until % (24 * 60)),
            hours_side: side.to_owned(),
            holidays: dates.join("\n"),
            ..self
        }
    }

    /// The weekdays from Monday: `on` or empty.
    pub fn days(&self) -> [&str; 7] {
        [&self.day_1, &self.day_2, &self.day_3, &self.day_4, &self.day_5, &self.day_6, &self.day_7]
    }

    fn days_mut(&mut self) -> [&mut String; 7] {
        [
            &mut self.day_1,
            &mut self.day_2,
            &mut self.day_3,
            &mut self.day_4,
            &mut self.day_5,
            &mut self.day_6,
            &mut self.day_7,
        ]
    }

    /// The hours, unless a time or date cannot be read: the rule is refused then.
    fn hours(&self) -> Option<Hours> {
        let on = (1..).zip(self.days()).filter(|(_, day)| !day.is_empty());
        let dates = self.holidays.lines().map(str::trim).filter(|line| !line.is_empty());
        Some(Hours {
            weekdays: on.map(|(weekday, _)| weekday).collect(),
            from: minute(&self.hours_from)?,
            until: minute(&self.hours_until)?,
            holidays: dates.map(|date| date.parse().ok()).collect::<Option<_>>()?,
            outside: self.hours_side != "inside",
        })
    }

    /// Which kind of rule it makes.
    pub fn kind(&self) -> Kind {
        Kind::parse(&self.kind).unwrap_or(Kind::Keyword)
    }

    /// The replies' texts and files.
    pub fn slots(&self) -> [(&str, &str); ROOM] {
        [
            (&self.text_1, &self.file_1),
            (&self.text_2, &self.file_2),
            (&self.text_3, &self.file_3),
            (&self.text_4, &self.file_4),
            (&self.text_5, &self.file_5),
        ]
    }

    fn slots_mut(&mut self) -> [(&mut String, &mut String); ROOM] {
        [
            (&mut self.text_1, &mut self.file_1),
            (&mut self.text_2, &mut self.file_2),
            (&mut self.text_3, &mut self.file_3),
            (&mut self.text_4, &mut self.file_4),
            (&mut self.text_5, &mut self.file_5),
        ]
    }

    /// Whether more than the first reply is filled in.
    pub fn has_more(&self) -> bool {
        self.slots()[1..].iter().any(|(text, file)| !text.trim().is_empty() || !file.is_empty())
    }

    /// The rule. A file goes before a text in the same place.
    pub fn draft(&self, files: &[Media]) -> Draft {
        let kind = self.kind();
        let mut keywords = Vec::new();
        if kind == Kind::Keyword {
            keywords.extend(words(&self.contain, Match::Contain));
            keywords.extend(words(&self.equal, Match::Equal));
        }
        let reply = |(text, file): (&str, &str)| match (text.trim(), file) {
            ("", "") => None,
            (text, "") => Some(Content::text(text.replace("\r\n", "\n"))),
            (_, key) => Some(sent(files, key)),
        };
        Draft {
            kind,
            name: self.rule_name.clone(),
            keywords,
            hours: self.hours().filter(|_| kind == Kind::Hours),
            picks: Picks::parse(&self.picks).unwrap_or(Picks::All),
            replies: self.slots().into_iter().filter_map(reply).collect(),
        }
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minute of the day that a time field says.
fn minute(time: &str) -> Option<u16> {
    let (hour, minute) = time.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

fn words(lines: &str, match_mode: Match) -> impl Iterator<Item = Keyword> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(move |line| Keyword { match_mode, text: line.to_owned() })
}

/// A file as a message. One that is not among the account's is refused when the rule is stored.
fn sent(files: &[Media], key: &str) -> Content {
    let media_id = key.to_owned();
    let kind = files.iter().find(|file| file.media_key == key).map(|file| file.kind);
    match kind {
        Some(MediaKind::Voice) => Content::Voice { media_id, format: String::new() },
        Some(MediaKind::Video) => {
            Content::Video { media_id, thumbnail_id: None, title: None, description: None }
        }
        _ => Content::Image { media_id, width: None, height: None },
    }
}
