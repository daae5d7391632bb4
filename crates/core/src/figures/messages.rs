//! What followers wrote, counted where it is stored: no message is loaded.
use chrono::NaiveDate;
use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::{Days, Grain, within};
use crate::error::Result;

/// Messages of one kind in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The day, or the first day of the week or month.
    pub day: NaiveDate,
    /// The hour, when counted by the hour.
    pub hour: Option<u32>,
    /// What they were.
    pub kind: Kind,
    /// How many followers wrote them.
    pub followers: i64,
    /// How many there were.
    pub messages: i64,
}

/// Kinds of messages that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Text, also a choice from a menu.
    Text,
    /// A picture.
    Image,
    /// A voice recording.
    Voice,
    /// A video.
    Video,
    /// A link, a place, and whatever else there is.
    Other,
}

/// How many followers wrote so many messages in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The day, or the first day of the week or month.
    pub day: NaiveDate,
    /// How many messages.
    pub band: Band,
    /// How many followers.
    pub followers: i64,
}

/// How many messages somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// One to five.
    Few,
    /// Six to ten.
    Some,
    /// More than ten.
    Many,
}

#[derive(QueryableByName)]
struct WrittenRow {
    #[diesel(sql_type = BigInt)]
    kind: i64,
    #[diesel(sql_type = BigInt)]
    followers: i64,
    #[diesel(sql_type = BigInt)]
    messages: i64,
}

#[derive(QueryableByName)]
struct SpreadRow {
    #[diesel(sql_type = BigInt)]
    band: i64,
    #[diesel(sql_type = BigInt)]
    followers: i64,
}

/// A content is stored with its type first; the engines have no common way to look into JSON.
pub(super) const WRITTEN: &str = "SELECT kind, COUNT(DISTINCT follower_id) AS followers, COUNT(*) AS messages \
     FROM (SELECT follower_id, CAST(CASE \
         WHEN content LIKE '{\"type\":\"text\",%' THEN 1 \
         WHEN content LIKE '{\"type\":\"image\",%' THEN 2 \
         WHEN content LIKE '{\"type\":\"voice\",%' THEN 3 \
         WHEN content LIKE '{\"type\":\"video\",%' THEN 4 ELSE 0 END AS BIGINT) AS kind \
     FROM messages WHERE sender = 'follower' AND (account_id, id) >= ($1, $2) AND (account_id, id) < ($1, $3) \
     AND created_at >= $4 AND created_at < $5) AS written GROUP BY kind";

pub(super) const SPREAD: &str = "SELECT band, COUNT(*) AS followers FROM (SELECT CAST(CASE \
         WHEN COUNT(*) <= 5 THEN 1 WHEN COUNT(*) <= 10 THEN 2 ELSE 3 END AS BIGINT) AS band \
     FROM messages WHERE sender = 'follower' AND (account_id, id) >= ($1, $2) AND (account_id, id) < ($1, $3) \
     AND created_at >= $4 AND created_at < $5 GROUP BY follower_id) AS written GROUP BY band";

/// What followers wrote, by period and kind.
pub fn written(
    conn: &mut AnyConnection,
    account: AccountId,
    days: &Days,
    grain: Grain,
) -> Result<Vec<Written>> {
    let mut found = Vec::new();
    for period in days.parts(grain) {
        let rows: Vec<WrittenRow> = within(conn, WRITTEN, account, &period)?;
        let begin = found.len();
        found.extend(rows.into_iter().map(|row| Written {
            day: period.day,
            hour: period.hour,
            kind: kind(row.kind),
            followers: row.followers,
            messages: row.messages,
        }));
        found[begin..].sort_unstable_by_key(|row| row.kind);
    }
    Ok(found)
}

/// How many followers wrote how much, by period. Those who wrote nothing are nowhere counted.
pub fn spread(
    conn: &mut AnyConnection,
    account: AccountId,
    days: &Days,
    grain: Grain,
) -> Result<Vec<Spread>> {
    let mut found = Vec::new();
    for period in days.parts(grain) {
        let rows: Vec<SpreadRow> = within(conn, SPREAD, account, &period)?;
        let begin = found.len();
        found.extend(rows.into_iter().map(|row| Spread {
            day: period.day,
            band: band(row.band),
            followers: row.followers,
        }));
        found[begin..].sort_unstable_by_key(|row| row.band);
    }
    Ok(found)
}

const fn kind(number: i64) -> Kind {
    match number {
        1 => Kind::Text,
        2 => Kind::Image,
        3 => Kind::Voice,
        4 => Kind::Video,
        _ => Kind::Other,
    }
}

const fn band(number: i64) -> Band {
    match number {
        1 => Band::Few,
        2 => Band::Some,
        _ => Band::Many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;

    #[test]
    fn contents_are_stored_as_they_are_counted() {
        let location =
            Content::Location { latitude: 1.0, longitude: 2.0, scale: 3, label: "x".into() };
        let image = Content::Image { media_id: "m".into(), width: None, height: None };
        let voice = Content::Voice { media_id: "m".into(), format: "amr".into() };
        let video = Content::Video {
            media_id: "m".into(),
            thumbnail_id: None,
            title: None,
            description: None,
        };
        for content in [Content::text("hi"), image, voice, video, location] {
            let stored = serde_json::to_string(&content).unwrap();
            let start = format!("{{\"type\":\"{}\",", content.type_name());
            assert!(stored.starts_with(&start), "{stored}");
            let told_apart = !matches!(content, Content::Location { .. });
            assert_eq!(WRITTEN.contains(&start), told_apart, "{start}");
        }
    }
}
