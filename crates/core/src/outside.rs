//! Other people's servers, asked over HTTP: named here, reached by whoever guards what may be
//! reached.
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::App;
use crate::error::{Error, Result};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `true` for POST, `false` for GET.
    pub post: bool,
    /// Where.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Vec<u8>,
}

/// Reaches other people's servers.
pub trait Outside: Send + Sync {
    /// The body of an answer with status 200 to 299, within limits of time and size. Plain HTTP is
    /// spoken with addresses alone that are excepted from the guard.
    ///
    /// # Errors
    /// What went wrong, in words for the log.
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Vec<u8>, String>>;
}

impl App {
    /// Sets who reaches other people's servers.
    pub fn set_outside(&self, outside: Arc<dyn Outside>) {
        *self.outside.write() = Some(outside);
    }

    /// Asks another's server.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with what went wrong.
    pub async fn ask_outside(&self, ask: Ask) -> Result<Vec<u8>> {
        let outside = self.outside.read().clone();
        let outside = outside.ok_or_else(|| Error::Unavailable("nobody is asked here".into()))?;
        outside.ask(ask).await.map_err(Error::Unavailable)
    }
}
