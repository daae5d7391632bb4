//! Articles: their public pages under `/s`, and the calls that show them in a host app.
mod calls;
mod forms;
mod page;
mod visitors;

pub use calls::*;
pub use forms::{comment, favourite, share};
pub use page::{draft, draft_sheet, sheet, show, source};

use crier_core::accounts::{self, Account, State};
use crier_core::articles::{self, Article};
use crier_core::comments::{self, Listed, Which};
use crier_core::error::{Denial, Error, Result};
use crier_core::ids::UserId;
use crier_core::{AnyConnection, followers};
use crier_http::Problem;

/// Comments of one reader that are shown to them.
const OWN: i64 = 20;

/// Why there is nothing to read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There never was.
    Unknown,
    /// It was taken back.
    Removed,
    /// Its account is closed.
    Closed,
}

impl From<Why> for Problem {
    fn from(why: Why) -> Self {
        match why {
            Why::Unknown | Why::Removed => Error::NotFound("article").into(),
            Why::Closed => Error::from(Denial::Closed).into(),
        }
    }
}

/// The article of this page with its account, or why there is none to read. Of a closed account's
/// nothing is counted or kept either: it forgets its readers.
///
/// # Errors
/// When the database cannot be read.
pub fn readable(conn: &mut AnyConnection, key: &str) -> Result<Result<(Article, Account), Why>> {
    let article = match articles::get(conn, key) {
        Ok(article) => article,
        Err(Error::NotFound(_)) => return Ok(Err(Why::Unknown)),
        Err(error) => return Err(error),
    };
    let account = accounts::get(conn, article.account_id)?;
    Ok(match (account.state, article.removed_at) {
        (State::Closed, _) => Err(Why::Closed),
        (_, Some(_)) => Err(Why::Removed),
        (_, None) => Ok((article, account)),
    })
}

/// An article as one reader sees it.
pub struct Seen {
    /// The article.
    pub article: Article,
    /// Whose it is.
    pub account: Account,
    /// What everybody sees.
    pub elected: Vec<Listed>,
    /// What the reader has written and nobody else sees.
    pub own: Vec<Listed>,
    /// Whether the reader follows the account.
    pub follows: bool,
    /// Whether the reader keeps it.
    pub favourite: bool,
}

impl Seen {
    /// Reads it, as [`readable`].
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn read(
        conn: &mut AnyConnection,
        key: &str,
        user: Option<UserId>,
    ) -> Result<Result<Self, Why>> {
        let (article, account) = match readable(conn, key)? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let most = i64::from(comments::MAX_ELECTED);
        let elected = comments::page(conn, article.id, Which::Elected, 0, most)?;
        let mut seen =
            Self { article, account, elected, own: Vec::new(), follows: false, favourite: false };
        if let Some(user) = user {
            seen.for_reader(conn, user)?;
        }
        Ok(Ok(seen))
    }

    fn for_reader(&mut self, conn: &mut AnyConnection, user: UserId) -> Result<()> {
        self.favourite = articles::is_favourite(conn, self.article.id, user)?;
        if let Some(follower) = followers::find(conn, self.account.id, user)? {
            self.follows = follower.unfollowed_at.is_none();
            self.own = comments::of_follower(conn, self.article.id, follower.id, OWN)?;
            self.own.retain(|listed| !listed.comment.elected);
        }
        Ok(())
    }
}
