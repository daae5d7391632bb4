//! What would happen if a plan were sent, found out without sending anything.
use chrono::Duration;
use crier_schema::ids::{BroadcastId, PlanId};
use crier_schema::{AnyConnection, Timestamp};

use super::{Body, Plan, QuietHours, Whom, between, quiet_hours};
use crate::accounts::{self, Account};
use crate::articles::html;
use crate::broadcasts::{self, Allowance, Audience, Forecast, To};
use crate::content::Content;
use crate::drafts::{self, PieceKind};
use crate::error::{Error, Result};
use crate::rights::Right;
use crate::segments::{self, Looking, Spoken};

/// Sends nearer to each other than this reach the same people within a day.
const NEAR: Duration = Duration::hours(24);
/// Other sends that are looked at.
const MOST: i64 = 50;
/// Links of one plan.
const MAX_LINKS: usize = 40;

/// What would happen.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// Why it cannot be sent as it is: the fields that are wrong.
    pub faults: Vec<&'static str>,
    /// Whether the account may broadcast at all.
    pub no_right: bool,
    /// Whom it reaches, where that is known without a look at each.
    pub forecast: Option<Forecast>,
    /// What the account may still send then.
    pub allowance: Option<Allowance>,
    /// The quiet hours it falls into.
    pub quiet: Option<QuietHours>,
    /// Other sends within a day of it.
    pub near: Vec<Near>,
    /// The languages of those it goes to.
    pub languages: Vec<Spoken>,
    /// What it is written in.
    pub script: Script,
    /// Articles that lack something.
    pub articles: Vec<Lacking>,
    /// Addresses in it, each once.
    pub links: Vec<String>,
    /// Whether they become short addresses that count clicks.
    pub counted: bool,
}

/// Another send near it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// When.
    pub at: Timestamp,
    /// What it is called, or its first words.
    pub name: String,
    /// The plan, if it has not been sent.
    pub plan: Option<PlanId>,
    /// The broadcast, if it has been.
    pub broadcast: Option<BroadcastId>,
}

/// An article that lacks something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Its heading.
    pub title: String,
    /// Pictures without a text for those who do not see them.
    pub silent_pictures: usize,
    /// Whether it has no cover.
    pub no_cover: bool,
}

/// What a text is written in, as far as its letters tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Script {
    /// Latin letters.
    pub latin: bool,
    /// Chinese characters.
    pub han: bool,
    /// Japanese syllables.
    pub kana: bool,
    /// Korean syllables.
    pub hangul: bool,
}

impl Script {
    /// Of this text.
    pub fn of(text: &str) -> Self {
        let any = |is: fn(char) -> bool| text.chars().any(is);
        Self {
            latin: any(|c| c.is_ascii_alphabetic()),
            han: any(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')),
            kana: any(|c| matches!(c, '\u{3040}'..='\u{30ff}')),
            hangul: any(|c| matches!(c, '\u{ac00}'..='\u{d7af}')),
        }
    }

    /// Whether whoever speaks this language may find nothing in it that they read. Of languages
    /// whose letters are not told apart here nothing is claimed, and a text without letters speaks
    /// to all.
    pub fn misses(self, language: &str) -> bool {
        if self == Self::default() {
            return false;
        }
        match language {
            "zh" => !self.han || self.kana,
            "ja" => !self.kana,
            "ko" => !self.hangul,
            "en" | "fr" | "de" | "es" | "it" | "pt" | "nl" | "id" | "vi" => !self.latin,
            _ => false,
        }
    }
}

/// What would happen if the plan were sent at its time; at `now` if it has none.
pub fn outlook(conn: &mut AnyConnection, plan: &Plan, now: Timestamp) -> Result<Outlook> {
    let account = accounts::get(conn, plan.account_id)?;
    let at = plan.send_at.unwrap_or(now).max(now);
    let mut found = Outlook {
        no_right: account.may(Right::Broadcast).is_err(),
        forecast: forecast(conn, &account, &plan.whom.0, at)?,
        allowance: Some(broadcasts::allowance(conn, &account, at)?),
        quiet: quiet_hours(conn, account.id)?.filter(|hours| hours.holds(at, &account.time_zone)),
        near: near(conn, plan, at)?,
        languages: languages(conn, &account, &plan.whom.0, now)?,
        ..Outlook::default()
    };
    if let Err(error) = plan.check_ready(conn, now) {
        found.faults.push(field(error)?);
    }
    match &plan.body.0 {
        Body::Message { content, counted } => {
            found.counted = *counted;
            let words = words(content);
            found.links = broadcasts::in_text(&words);
            found.script = Script::of(&words);
        }
        Body::Articles { key } => of_articles(conn, plan, key, now, &mut found)?,
    }
    found.links.dedup();
    found.links.truncate(MAX_LINKS);
    Ok(found)
}

fn field(error: Error) -> Result<&'static str> {
    match error {
        Error::Invalid { field, .. } => Ok(field),
        error => Err(error),
    }
}

/// Whom a plan reaches, where that is known without a look at each follower.
///
/// # Errors
/// When the database cannot be read.
pub fn forecast(
    conn: &mut AnyConnection,
    account: &Account,
    whom: &Whom,
    at: Timestamp,
) -> Result<Option<Forecast>> {
    let to = match whom {
        Whom::All => To::All,
        Whom::Tag { number } => To::Tag(*number),
        Whom::Segment { .. } => return Ok(None),
    };
    match broadcasts::forecast(conn, account, &to, at) {
        Ok(forecast) => Ok(Some(forecast)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn near(conn: &mut AnyConnection, plan: &Plan, at: Timestamp) -> Result<Vec<Near>> {
    let (from, until) = (at.plus(-NEAR), at.plus(NEAR));
    let mut found = Vec::new();
    for other in between(conn, plan.account_id, from, until, MOST)? {
        if other.id != plan.id && other.whom.0.may_overlap(&plan.whom.0) {
            let at = other.send_at.unwrap_or(at);
            found.push(Near { at, name: other.name, plan: Some(other.id), broadcast: None });
        }
    }
    let tag = match &plan.whom.0 {
        Whom::Tag { number } => crate::tags::find(conn, plan.account_id, *number)?,
        _ => None,
    };
    for sent in broadcasts::page(conn, plan.account_id, None, MOST)? {
        let apart = sent.audience == Audience::Tag
            && tag.as_ref().is_some_and(|tag| sent.tag_id != Some(tag.id));
        if sent.sent_at >= from && sent.sent_at < until && !apart && sent.withdrawn_at.is_none() {
            let name = sent.content.summary().chars().take(60).collect();
            found.push(Near { at: sent.sent_at, name, plan: None, broadcast: Some(sent.id) });
        }
    }
    found.sort_by_key(|near| near.at);
    Ok(found)
}

fn languages(
    conn: &mut AnyConnection,
    account: &Account,
    whom: &Whom,
    now: Timestamp,
) -> Result<Vec<Spoken>> {
    let looking = whom.looking(conn, account.id, now)?;
    segments::languages(conn, &looking)
}

impl Whom {
    /// The rule that finds them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn looking(
        &self,
        conn: &mut AnyConnection,
        account: crier_schema::ids::AccountId,
        now: Timestamp,
    ) -> Result<Looking> {
        use crate::segments::{Condition, Join, Rule};
        match self {
            Self::All => Looking::everybody(conn, account),
            Self::Tag { number } => {
                let conditions = vec![Condition::Tag { number: *number, has: true }];
                Looking::new(conn, account, &Rule { join: Join::All, conditions }, now)
            }
            Self::Segment { rule, .. } => Looking::new(conn, account, rule, now),
        }
    }
}

fn of_articles(
    conn: &mut AnyConnection,
    plan: &Plan,
    key: &str,
    now: Timestamp,
    found: &mut Outlook,
) -> Result<()> {
    let draft = match drafts::preview(conn, key, now) {
        Ok(draft) if draft.account_id == plan.account_id => draft,
        Ok(_) | Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut words = String::new();
    for piece in draft.articles {
        found.links.extend(html::links(&piece.content));
        if !piece.source_url.is_empty() {
            found.links.push(piece.source_url);
        }
        words.push_str(&piece.title);
        words.push_str(&html::words(&piece.content));
        let lacking = Lacking {
            silent_pictures: html::pictures_without_words(&piece.content),
            no_cover: piece.kind == PieceKind::News
                && piece.cover.as_deref().is_none_or(str::is_empty),
            title: piece.title,
        };
        if lacking.silent_pictures > 0 || lacking.no_cover {
            found.articles.push(lacking);
        }
    }
    found.script = Script::of(&words);
    Ok(())
}

fn words(content: &Content) -> String {
    match content {
        Content::Text { text, .. } => text.clone(),
        Content::Video { title, description, .. } => {
            let parts = [title.as_deref(), description.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
        other => other.summary().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_who_can_read() {
        assert!(Script::of("Hello").misses("zh") && !Script::of("Hello").misses("en"));
        assert!(Script::of("你好").misses("ja") && !Script::of("你好 hello").misses("zh"));
        assert!(Script::of("こんにちは世界").misses("zh") && !Script::of("✨").misses("zh"));
    }
}
