//! What can go wrong, as kinds a caller can act on. Each face renders them in its own protocol.
use std::time::Duration;

use crate::rights::Right;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing (a noun: "account", "media", ...).
    #[error("no such {0}")]
    NotFound(&'static str),
    /// It clashes with what is there already; the word is stable ("handle_taken").
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// A field of the input is wrong, and how.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field, as the caller named it.
        field: &'static str,
        /// What is wrong, as half a sentence: "must not be empty".
        problem: String,
    },
    /// The caller may not.
    #[error("denied: {0:?}")]
    Denied(Denial),
    /// Too fast: try again after this long.
    #[error("rate limit reached")]
    Limited {
        /// How long to wait at the least.
        retry_after: Duration,
    },
    /// More work than can be queued, or a store that cannot be reached: try again.
    #[error("temporarily unavailable: {0}")]
    Unavailable(String),
    /// The database refused a statement.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// Why a caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The user does not follow the account.
    NotFollowing,
    /// The account has blocked the follower.
    Blocked,
    /// The reply window has closed.
    WindowClosed,
    /// The reply window is open, but its messages are used up.
    WindowSpent,
    /// The account's kind or verification does not give this right.
    Right(Right),
    /// The broadcast quota is used up.
    Quota,
    /// The member's role does not allow it.
    Role,
    /// Wrong e-mail or password.
    Credentials,
    /// The platform has not approved the account yet.
    Pending,
    /// The platform has suspended the account.
    Suspended,
    /// Its owner has closed the account.
    Closed,
}

impl Error {
    /// An [`Error::Invalid`].
    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid { field, problem: problem.into() }
    }

    /// Whether the fault is ours (or the store's) rather than the caller's.
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Internal(_) | Self::Unavailable(_))
    }
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("json: {error}"))
    }
}

/// Turns "no row" into [`Error::NotFound`] of a noun.
pub trait OrMissing<T> {
    /// `Err(NotFound(noun))` for an absent row.
    fn or_missing(self, noun: &'static str) -> Result<T>;
}

impl<T> OrMissing<T> for diesel::QueryResult<Option<T>> {
    fn or_missing(self, noun: &'static str) -> Result<T> {
        self?.ok_or(Error::NotFound(noun))
    }
}
