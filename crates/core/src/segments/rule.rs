//! What a rule can say, and its limits.
use crier_schema::{AnyConnection, Timestamp, text_enum};
use serde::{Deserialize, Serialize};

use crate::accounts::has_control;
use crate::arrivals::Source;
use crate::error::{Error, Result};
use crate::ids::AccountId;
use crate::tags;
use crate::users::Platform;

/// Conditions of one rule.
pub const MAX_CONDITIONS: usize = 10;
/// Days that a condition may go back: ten years.
pub const MAX_DAYS: i64 = 3_650;
/// Characters of a scene.
const MAX_SCENE: usize = 64;
/// Characters of a language.
const MAX_LANGUAGE: usize = 35;

text_enum! {
    /// How a rule's conditions come together.
    pub enum Join {
        /// All of them hold.
        All = "all",
        /// One of them holds, or more.
        Any = "any",
    }
}

/// Which followers are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// How the conditions come together.
    pub join: Join,
    /// 1 to [`MAX_CONDITIONS`].
    pub conditions: Vec<Condition>,
}

/// Something that holds for a follower or does not. Days are spans of 24 hours that end now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Condition {
    /// Has, or has not, the tag of this number. Nobody has a tag that was removed.
    Tag {
        /// The tag's number at the account.
        number: i64,
        /// Whether they have it.
        has: bool,
    },
    /// Came, or did not come, this way.
    Source {
        /// Which way.
        source: Source,
        /// Whether they did.
        is: bool,
    },
    /// Came by this scene: that of a code, or of a link that names one.
    Scene {
        /// Its value.
        scene: String,
    },
    /// Follows since a time between the two, the first included.
    FollowedBetween {
        /// Not before.
        from: Option<Timestamp>,
        /// Before.
        until: Option<Timestamp>,
    },
    /// Has followed for so many days, or more.
    FollowedFor {
        /// 1 to [`MAX_DAYS`].
        days: i64,
    },
    /// Began to follow within so many days.
    FollowedWithin {
        /// 1 to [`MAX_DAYS`].
        days: i64,
    },
    /// Wrote to the account within so many days.
    WroteWithin {
        /// 1 to [`MAX_DAYS`].
        days: i64,
    },
    /// Has not written for so many days, or never.
    SilentFor {
        /// 1 to [`MAX_DAYS`].
        days: i64,
    },
    /// Speaks, or does not speak, this language: `zh` is every Chinese, `zh-tw` that of Taiwan.
    Language {
        /// A language (BCP 47), or the beginning of one, in small letters with hyphens.
        language: String,
        /// Whether they do.
        is: bool,
    },
    /// Was last seen on this platform.
    Platform {
        /// Which one.
        platform: Platform,
    },
}

impl Rule {
    /// Whether the rule may be stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `conditions` (their number), `segment_tag`, `scene`, `between`, `days` or
    /// `language`.
    pub fn check(&self, conn: &mut AnyConnection, account: AccountId) -> Result<()> {
        if self.conditions.is_empty() || self.conditions.len() > MAX_CONDITIONS {
            return Err(Error::invalid("conditions", "must be 1 to 10"));
        }
        for condition in &self.conditions {
            condition.check()?;
            if let Condition::Tag { number, .. } = condition
                && (*number == tags::BLOCKED || tags::get(conn, account, *number).is_err())
            {
                return Err(Error::invalid("segment_tag", "must be a tag of the account"));
            }
        }
        Ok(())
    }
}

impl Condition {
    fn check(&self) -> Result<()> {
        match self {
            Self::Scene { scene } => {
                let length = scene.chars().count();
                if length == 0 || length > MAX_SCENE || has_control(scene) {
                    return Err(Error::invalid("scene", "must have 1 to 64 characters"));
                }
            }
            Self::FollowedBetween { from, until } => {
                let ends = from.zip(*until).is_none_or(|(from, until)| from < until);
                if !ends || (from.is_none() && until.is_none()) {
                    return Err(Error::invalid("between", "must begin before it ends"));
                }
            }
            Self::FollowedFor { days }
            | Self::FollowedWithin { days }
            | Self::WroteWithin { days }
            | Self::SilentFor { days }
                if !(1..=MAX_DAYS).contains(days) =>
            {
                return Err(Error::invalid("days", "must be 1 to 3650"));
            }
            Self::Language { language, .. } if !is_language(language) => {
                return Err(Error::invalid("language", "must be a language such as zh or zh-tw"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Letters, digits and hyphens alone: what is asked of the database needs no escaping then.
pub(super) fn is_language(language: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=MAX_LANGUAGE).contains(&language.len())
        && language.bytes().all(plain)
        && !language.starts_with('-')
        && !language.ends_with('-')
}
