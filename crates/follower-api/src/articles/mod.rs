//! Articles: their public pages under `/s`, and the calls that show them in a host app.
mod calls;
mod forms;
mod page;
mod visitors;

pub use calls::*;
pub use forms::{comment, favourite, share};
pub use page::{draft, draft_sheet, sheet, show, source};

use crier_core::accounts::{self, Account};
use crier_core::articles::{self, Article};
use crier_core::comments::{self, Listed, Which};
use crier_core::ids::UserId;
use crier_core::{AnyConnection, followers};

/// Comments of one reader that are shown to them.
const OWN: i64 = 20;

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
    /// Reads it.
    ///
    /// # Errors
    /// `NotFound("article")`. One that was taken back is found.
    pub fn read(
        conn: &mut AnyConnection,
        key: &str,
        user: Option<UserId>,
    ) -> crier_core::Result<Self> {
        let article = articles::get(conn, key)?;
        let account = accounts::get(conn, article.account_id)?;
        let most = i64::from(comments::MAX_ELECTED);
        let elected = comments::page(conn, article.id, Which::Elected, 0, most)?;
        let mut seen =
            Self { article, account, elected, own: Vec::new(), follows: false, favourite: false };
        if let Some(user) = user {
            seen.for_reader(conn, user)?;
        }
        Ok(seen)
    }

    fn for_reader(&mut self, conn: &mut AnyConnection, user: UserId) -> crier_core::Result<()> {
        self.favourite = articles::is_favourite(conn, self.article.id, user)?;
        if let Some(follower) = followers::find(conn, self.account.id, user)? {
            self.follows = follower.unfollowed_at.is_none();
            self.own = comments::of_follower(conn, self.article.id, follower.id, OWN)?;
            self.own.retain(|listed| !listed.comment.elected);
        }
        Ok(())
    }
}
