//! The URL check of an endpoint: asked for here, made by whoever speaks to endpoints.
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::App;
use crate::endpoints::Draft;
use crate::error::{Error, Result};

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Whether the endpoint answered as its dialect wants.
    pub passed: bool,
    /// What the answer shows, in a stable word (that of a delivery's attempt).
    pub verdict: String,
    /// The answer's HTTP status, if there was one.
    pub status: Option<u16>,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: i32,
    /// The answer's beginning, or what went wrong on the way.
    pub answer: String,
    /// The whole address that was asked.
    pub request_url: String,
}

/// Makes the URL check of a dialect.
pub trait EndpointCheck: Send + Sync {
    /// Checks an endpoint that need not be stored. Nothing is stored by it.
    fn check(&self, draft: Draft) -> BoxFuture<'_, CheckReport>;
}

impl App {
    /// Sets who makes URL checks.
    pub fn set_checker(&self, checker: Arc<dyn EndpointCheck>) {
        *self.checker.write() = Some(checker);
    }

    /// Checks an endpoint before it is stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field of the draft; [`Error::Unavailable`] when nobody checks here.
    pub async fn check_endpoint(&self, draft: Draft) -> Result<CheckReport> {
        draft.check()?;
        let checker = self.checker.read().clone();
        let checker =
            checker.ok_or_else(|| Error::Unavailable("nobody makes URL checks here".into()))?;
        Ok(checker.check(draft).await)
    }
}
