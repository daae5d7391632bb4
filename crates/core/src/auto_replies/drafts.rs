//! A rule before it is stored.
use crier_schema::ids::AccountId;
use crier_schema::{AnyConnection, Timestamp};

use super::{Hours, Keyword, Kind, Picks};
use crate::accounts::has_control;
use crate::content::{Content, MAX_TEXT};
use crate::error::{Error, Result};
use crate::media;

/// Characters of a name.
pub const MOST_NAME: usize = 60;
/// Characters of a word.
pub const MOST_WORD: usize = 30;
/// Words of a rule.
pub const MOST_KEYWORDS: usize = 20;
/// Replies of a rule.
pub const MOST_REPLIES: usize = 5;

/// What a rule is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// When it answers.
    pub kind: Kind,
    /// What the brand calls it: 1 to [`MOST_NAME`] characters.
    pub name: String,
    /// Its words: 1 to [`MOST_KEYWORDS`] of a keyword rule, none of another.
    pub keywords: Vec<Keyword>,
    /// When it answers, of a rule by the time of day; of another none.
    pub hours: Option<Hours>,
    /// Which replies it sends.
    pub picks: Picks,
    /// What it answers: 1 to [`MOST_REPLIES`] texts, pictures, voices, films or cards. Files are
    /// the account's own and permanent.
    pub replies: Vec<Content>,
}

impl Draft {
    /// Checks it, and fills in what only the store knows of its files.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `rule_name`, `keywords`, `hours`, `holidays`, `replies` or `media_id`.
    pub(super) fn complete(
        mut self,
        conn: &mut AnyConnection,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        let length = self.name.chars().count();
        if length == 0 || length > MOST_NAME || self.name.chars().any(char::is_control) {
            return Err(Error::invalid("rule_name", "must have 1 to 60 characters"));
        }
        self.check_keywords()?;
        let hours = self.hours.take().filter(|_| self.kind == Kind::Hours);
        self.hours = hours.map(Hours::checked).transpose()?;
        if self.kind == Kind::Hours && self.hours.is_none() {
            return Err(Error::invalid("hours", "must have a weekday"));
        }
        if self.replies.is_empty() || self.replies.len() > MOST_REPLIES {
            return Err(Error::invalid("replies", "must be 1 to 5"));
        }
        let replies = std::mem::take(&mut self.replies);
        self.replies = replies
            .into_iter()
            .map(|reply| complete(conn, account, reply, now))
            .collect::<Result<_>>()?;
        Ok(self)
    }

    fn check_keywords(&mut self) -> Result<()> {
        for word in &mut self.keywords {
            word.text = word.text.trim().to_owned();
        }
        let fits = |word: &Keyword| {
            let length = word.text.chars().count();
            (1..=MOST_WORD).contains(&length) && !word.text.chars().any(char::is_control)
        };
        if !self.keywords.iter().all(fits) {
            return Err(Error::invalid("keywords", "must have 1 to 30 characters each"));
        }
        let count = self.keywords.len();
        match self.kind {
            Kind::Keyword if count == 0 || count > MOST_KEYWORDS => {
                Err(Error::invalid("keywords", "must be 1 to 20"))
            }
            Kind::Welcome | Kind::Default | Kind::Hours if count > 0 => {
                Err(Error::invalid("keywords", "are for keyword rules alone"))
            }
            _ => Ok(()),
        }
    }
}

fn complete(
    conn: &mut AnyConnection,
    account: AccountId,
    reply: Content,
    now: Timestamp,
) -> Result<Content> {
    match &reply {
        Content::Text { text, .. } => {
            if text.trim().is_empty() || text.len() > MAX_TEXT || has_control(text) {
                return Err(Error::invalid("replies", "must have 1 to 2048 bytes"));
            }
            return Ok(reply);
        }
        Content::News { .. } => return Ok(reply),
        Content::Image { .. } | Content::Voice { .. } | Content::Video { .. } => {}
        _ => return Err(Error::invalid("replies", "must be text, files or cards")),
    }
    for key in reply.media() {
        let found = media::get(conn, key, now);
        let own = found.is_ok_and(|found| found.permanent && found.account_id == Some(account));
        if !own {
            return Err(Error::invalid("media_id", "must name a permanent file of the account"));
        }
    }
    media::complete(conn, reply, now)
}
