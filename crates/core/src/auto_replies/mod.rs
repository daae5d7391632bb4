//! What an account answers by itself: a welcome, words that trigger an answer, answers by the time
//! of day, and an answer to everything else. Only for accounts whose own backend does not answer: as
//! soon as an endpoint that may is on, these rest. They also rest for a follower whom an agent has.
//!
//! One rule answers a message: the first keyword rule whose word is in it; if none, the first rule
//! whose hours hold; if none, the default. Of rules of a kind the one made first goes first.
mod answering;
mod changes;
mod drafts;
mod hours;
mod shadows;

use crier_schema::ids::{AccountId, AutoReplyId};
use crier_schema::tables::auto_replies;
use crier_schema::{AnyConnection, Json, Timestamp, text_enum};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

pub use answering::{Rules, Trigger};
pub use changes::{add, change, remove, set_enabled};
pub use drafts::{Draft, MOST_KEYWORDS, MOST_NAME, MOST_REPLIES, MOST_WORD};
pub use hours::{Hours, MOST_DATES};
pub use shadows::{Shadow, shadows};

use crate::content::Content;
use crate::error::{OrMissing, Result};

/// Rules that an account may have.
pub const MOST: usize = 200;

text_enum! {
    /// When a rule answers.
    pub enum Kind {
        /// Somebody follows. An account has one.
        Welcome = "welcome",
        /// A message came that no keyword rule answers. An account has one.
        Default = "default",
        /// A text has one of its words.
        Keyword = "keyword",
        /// A message came that no keyword rule answers, and its hours hold.
        Hours = "hours",
    }
}

text_enum! {
    /// Which of its replies a rule sends.
    pub enum Picks {
        /// All, in their order.
        All = "all",
        /// One, by chance.
        One = "one",
    }
}

/// How a word must stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// Somewhere in it.
    Contain,
    /// As the whole of it.
    Equal,
}

/// A word that triggers a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyword {
    /// How it must stand.
    pub match_mode: Match,
    /// The word: capitals do not matter.
    pub text: String,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, HasQuery)]
#[diesel(table_name = auto_replies)]
pub struct AutoReply {
    /// Its id. The first of several that match answers.
    pub id: AutoReplyId,
    /// Whose it is.
    pub account_id: AccountId,
    /// When it answers.
    pub kind: Kind,
    /// What the brand calls it.
    pub name: String,
    /// Its words; none unless it is a keyword rule.
    pub keywords: Json<Vec<Keyword>>,
    /// Which replies it sends.
    pub picks: Picks,
    /// What it answers.
    pub replies: Json<Vec<Content>>,
    /// Whether it answers at all.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it answers, of a rule of [`Kind::Hours`].
    #[diesel(deserialize_as = Json<Option<Hours>>)]
    pub hours: Option<Hours>,
}

/// An account's rules in their order, those that are off too.
pub fn all(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<AutoReply>> {
    AutoReply::query()
        .filter(auto_replies::account_id.eq(account))
        .order(auto_replies::id.asc())
        .load(conn)
}

/// A rule of this account.
///
/// # Errors
/// `NotFound("auto_reply")`.
pub fn get(conn: &mut AnyConnection, account: AccountId, id: AutoReplyId) -> Result<AutoReply> {
    AutoReply::query()
        .filter(auto_replies::id.eq(id).and(auto_replies::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("auto_reply")
}

/// Whether one of the account's rules sends this file.
pub fn uses(conn: &mut AnyConnection, account: AccountId, media_key: &str) -> Result<bool> {
    let rules = all(conn, account)?;
    let mut keys = rules.iter().flat_map(|rule| &rule.replies.0).flat_map(Content::media);
    Ok(keys.any(|key| key == media_key))
}
