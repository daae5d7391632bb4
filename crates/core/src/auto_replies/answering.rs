//! Which rule answers, and with what.
use crier_schema::AnyConnection;
use crier_schema::ids::AccountId;
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
#[derive(Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    stored: AutoReply,
    /// Its words in small letters.
    words: Vec<(Match, String)>,
}

impl Rules {
    /// The account's.
    pub fn load(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Self> {
        Ok(Self::of(super::all(conn, account)?))
    }

    /// Of these rules, those that are on.
    pub fn of(rules: Vec<AutoReply>) -> Self {
        let rule = |stored: AutoReply| {
            let words = stored.keywords.0.iter();
            let words = words.map(|word| (word.match_mode, word.text.to_lowercase())).collect();
            Rule { stored, words }
        };
        Self(rules.into_iter().filter(|rule| rule.enabled).map(rule).collect())
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rule that answers, if any: the first whose word is in a text, else that for everything.
    pub fn answering(&self, trigger: Trigger<'_>) -> Option<&AutoReply> {
        let of = |kind| self.0.iter().find(|rule| rule.stored.kind == kind);
        let found = match trigger {
            Trigger::Followed => of(Kind::Welcome),
            Trigger::Message(content) => self.by_word(content).or_else(|| of(Kind::Default)),
        };
        found.map(|rule| &rule.stored)
    }

    fn by_word(&self, content: &Content) -> Option<&Rule> {
        let Content::Text { text, .. } = content else { return None };
        let mut keyword = self.0.iter().filter(|rule| rule.stored.kind == Kind::Keyword).peekable();
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
