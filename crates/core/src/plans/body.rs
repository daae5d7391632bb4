//! What a plan sends, and to whom.
use crier_schema::ids::{AccountId, SegmentId};
use crier_schema::{AnyConnection, Timestamp};
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::accounts::has_control;
use crate::broadcasts::{Shortened, What};
use crate::content::{Content, MAX_TEXT};
use crate::drafts;
use crate::error::{Error, Result};
use crate::media;
use crate::segments::{Rule, Segment};
use crate::tags;

/// Characters of a film's heading and of the text beneath.
const MAX_WORDS: usize = 200;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Body {
    /// One message. A draft's may be empty.
    Message {
        /// What it says.
        content: Content,
        /// Whether its links become short addresses that count clicks.
        #[serde(default)]
        counted: bool,
    },
    /// Articles, by the key of their draft. They are published by it.
    Articles {
        /// The key; empty while none is chosen.
        key: String,
    },
}

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Whom {
    /// Everybody who follows then.
    All,
    /// Whoever has the tag of this number then.
    Tag {
        /// The number.
        number: i64,
    },
    /// Whoever a segment's rule means then. The rule is as it was when the plan was saved: whoever
    /// approves knows to whom it goes.
    Segment {
        /// Which segment.
        id: SegmentId,
        /// Its name at the time.
        name: String,
        /// Its rule at the time.
        rule: Rule,
    },
}

impl Whom {
    /// To a segment, as it is now.
    pub fn segment(segment: Segment) -> Self {
        Self::Segment { id: segment.id, name: segment.name, rule: segment.rule.0 }
    }

    /// Whether somebody may be in both.
    pub fn may_overlap(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Tag { number }, Self::Tag { number: another }) => number == another,
            _ => true,
        }
    }

    pub(super) fn check(&self, conn: &mut AnyConnection, account: AccountId) -> Result<()> {
        match self {
            Self::All => Ok(()),
            Self::Tag { number } => {
                let found = tags::get(conn, account, *number);
                if *number == tags::BLOCKED || found.is_err() {
                    return Err(Error::invalid("audience", "must be a tag of the account"));
                }
                Ok(())
            }
            Self::Segment { rule, .. } => rule.check(conn, account),
        }
    }
}

impl Body {
    /// An empty text.
    pub fn empty() -> Self {
        Self::Message { content: Content::text(""), counted: true }
    }

    /// What is sent of it.
    pub fn what(&self) -> What {
        match self {
            Self::Message { content, .. } => What::Message(content.clone()),
            Self::Articles { key } => What::Articles(key.clone()),
        }
    }

    /// What is sent of it to many, and the links in it that are counted.
    pub(super) fn outgoing(&self, public_url: &str) -> (What, Shortened) {
        match self {
            Self::Message { content, counted: true } => {
                let (content, short) = Shortened::of(content.clone(), public_url);
                (What::Message(content), short)
            }
            other => (other.what(), Shortened::default()),
        }
    }

    /// The type of what is sent, as messages name it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Message { content, .. } => content.type_name(),
            Self::Articles { .. } => "articles",
        }
    }

    /// Whether it may be kept, finished or not.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Message { content: Content::Text { text, .. }, .. } => {
                if text.len() > MAX_TEXT || has_control(text) {
                    return Err(Error::invalid("text", "must have at most 2048 bytes"));
                }
            }
            Self::Message { content: Content::Video { title, description, .. }, .. } => {
                for words in [title, description].into_iter().flatten() {
                    if words.chars().count() > MAX_WORDS || has_control(words) {
                        return Err(Error::invalid("title", "must have at most 200 characters"));
                    }
                }
            }
            Self::Message { content: Content::Image { .. } | Content::Voice { .. }, .. }
            | Self::Articles { .. } => {}
            Self::Message { .. } => {
                return Err(Error::invalid("type", "must be text, media or articles"));
            }
        }
        Ok(())
    }

    /// What followers would see, if it can be sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `text` (empty), `file` (none, or gone) or `article` (none, or gone).
    pub fn shown(
        &self,
        conn: &mut AnyConnection,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Content> {
        let gone = |field: &'static str| {
            move |error: Error| match error {
                Error::NotFound(_) | Error::Invalid { .. } => Error::invalid(field, "is gone"),
                error => error,
            }
        };
        match self {
            Self::Articles { key } => {
                drafts::content(conn, account, key, now).map_err(gone("article"))
            }
            Self::Message { content: Content::Text { text, .. }, .. } if text.trim().is_empty() => {
                Err(Error::invalid("text", "must not be empty"))
            }
            Self::Message { content, .. } => {
                for key in content.media() {
                    let own = media::get(conn, key, now).map_err(gone("file"))?.account_id;
                    if own != Some(account) {
                        return Err(Error::invalid("file", "is none of the account's"));
                    }
                }
                media::complete(conn, content.clone(), now).map_err(gone("file"))
            }
        }
    }
}

impl Plan {
    /// Whether everything is there to send it.
    ///
    /// # Errors
    /// As [`Body::shown`]; [`Error::Invalid`] for `audience`, or for the rule of a segment.
    pub fn check_ready(&self, conn: &mut AnyConnection, now: Timestamp) -> Result<()> {
        self.body.0.shown(conn, self.account_id, now)?;
        self.whom.0.check(conn, self.account_id)
    }
}
