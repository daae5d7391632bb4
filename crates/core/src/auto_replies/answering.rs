//! Which rule answers, and with what.
use chrono_tz::Tz;
use crier_schema::ids::AccountId;
use crier_schema::tables::accounts;
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::{AutoReply, Kind, Match, Picks};
use crate::clock::random;
use crate::content::Content;

/// What a rule may answer.
#[derive(Debug, Clone, Copy)]
pub enum Trigger<'a> {
    /// Somebody followed.
    Followed,
    /// A message came.
    Message(&'a Content),
}

/// The rules of an account that are on, as the writer remembers them.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Where the account's hours are.
    zone: Tz,
}

impl Default for Rules {
    fn default() -> Self {
        Self::of(Vec::new(), "")
    }
}

#[derive(Debug)]
struct Rule {
    stored: AutoReply,
    /// Its words in small letters.
    words: Vec<(Match, String)>,
}

impl Rules {
    /// The account's.
    pub fn load(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Self> {
        let rules = super::all(conn, account)?;
        let zone: String = if rules.iter().any(|rule| rule.kind == Kind::Hours) {
            accounts::table.find(account).select(accounts::time_zone).get_result(conn)?
        } else {
            String::new()
        };
        Ok(Self::of(rules, &zone))
    }

    /// Of these rules, those that are on, in this IANA time zone.
    pub fn of(rules: Vec<AutoReply>, zone: &str) -> Self {
        let rule = |stored: AutoReply| {
            let words = stored.keywords.0.iter();
            let words = words.map(|word| (word.match_mode, word.text.to_lowercase())).collect();
            Rule { stored, words }
        };
        let rules = rules.into_iter().filter(|rule| rule.enabled).map(rule).collect();
        Self { rules, zone: zone.parse().unwrap_or(Tz::UTC) }
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule that answers at that moment, if any: the first whose word is in a text, else the
    /// first whose hours hold, else that for everything.
    pub fn answering(&self, trigger: Trigger<'_>, at: Timestamp) -> Option<&AutoReply> {
        let of = |kind| self.rules.iter().find(|rule| rule.stored.kind == kind);
        let found = match trigger {
            Trigger::Followed => of(Kind::Welcome),
            Trigger::Message(content) => {
                self.by_word(content).or_else(|| self.by_hours(at)).or_else(|| of(Kind::Default))
            }
        };
        found.map(|rule| &rule.stored)
    }

    fn by_hours(&self, at: Timestamp) -> Option<&Rule> {
        let holds = |rule: &&Rule| {
            rule.stored.hours.as_ref().is_some_and(|hours| hours.hold(self.zone, at))
        };
        self.rules.iter().filter(|rule| rule.stored.kind == Kind::Hours).find(holds)
    }

    fn by_word(&self, content: &Content) -> Option<&Rule> {
        let Content::Text { text, .. } = content else { return None };
        let mut keyword =
            self.rules.iter().filter(|rule| rule.stored.kind == Kind::Keyword).peekable();
        keyword.peek()?;
        let text = text.trim().to_lowercase();
        let stands = |(how, word): &(Match, String)| match how {
            Match::Contain => text.contains(word.as_str()),
            Match::Equal => text == *word,
        };
        keyword.find(|rule| rule.words.iter().any(stands))
    }
}

impl AutoReply {
    /// What it answers now: all of its replies, or one by chance.
    pub fn picked(&self) -> Vec<Content> {
        let replies = &self.replies.0;
        match self.picks {
            Picks::All => replies.clone(),
            Picks::One => {
                let chance = u64::from_be_bytes(random::<8>());
                let count = u64::try_from(replies.len().max(1)).unwrap_or(1);
                let index = usize::try_from(chance % count).unwrap_or_default();
                replies.get(index).cloned().into_iter().collect()
            }
        }
    }
}
