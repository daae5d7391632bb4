//! The seam between the dispatcher and the protocols it speaks: how an event becomes a request,
//! and how an answer becomes a reply. `wechat` depends on this crate for this trait alone.
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crier_core::Timestamp;
use crier_core::accounts::Account;
use crier_core::content::Content;
use crier_core::endpoints::{self, Endpoint, Secrets};
use crier_core::events::Event;

/// One event for one endpoint, with all a dialect needs to put it into words.
#[derive(Debug, Clone)]
pub struct Push {
    /// What happened.
    pub event: Arc<Event>,
    /// To which account.
    pub account: Arc<Account>,
    /// Whom to tell.
    pub target: Arc<Target>,
    /// What links to media are made of: no slash at the end.
    pub public_url: Arc<str>,
    /// Which attempt at this delivery it is: 1 for the first.
    pub attempt: i32,
    /// Whether the endpoint was told this event before, and is told again because somebody asked.
    pub replay: bool,
}

/// An endpoint ready to be spoken to.
#[derive(Debug, Clone)]
pub struct Target {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Its secrets.
    pub secrets: Secrets,
}

/// The time and a random number for one attempt: signatures are fresh each time.
#[derive(Debug, Clone, Copy)]
pub struct Salt {
    /// Now.
    pub now: Timestamp,
    /// Random.
    pub nonce: u64,
    /// Random: pads ciphertext.
    pub noise: [u8; 16],
}

/// An HTTP request to make.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `true` for POST, `false` for GET.
    pub post: bool,
    /// Where to.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The body: shared, not copied, by those who send and log it.
    pub body: Bytes,
}

impl Request {
    /// The address without the name and password in it: what may be logged and shown.
    pub fn shown_url(&self) -> String {
        let parsed = self.url.contains('@').then(|| url::Url::parse(&self.url).ok()).flatten();
        let Some(mut url) = parsed else { return self.url.clone() };
        let hidden = !url.username().is_empty() || url.password().is_some();
        if hidden && url.set_username("***").and(url.set_password(None)).is_ok() {
            return url.into();
        }
        self.url.clone()
    }
}

/// Without what may hold credentials: those of the address, and the headers' values.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("Request")
            .field("post", &self.post)
            .field("url", &self.shown_url())
            .field("headers", &headers)
            .field("body", &self.body)
            .finish()
    }
}

/// What came back, cut to [`crate::MAX_ANSWER`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Nothing: the event was taken.
    Nothing,
    /// A message for the follower.
    Say(Content),
    /// The message goes to human agents, perhaps to this one.
    HandOver(Option<String>),
}

/// What is wrong with an answer: a stable word and a sentence with particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// One of the words in [`crate::verdicts`].
    pub verdict: &'static str,
    /// What exactly, for the log.
    pub detail: String,
    /// How long the endpoint asked to be left alone: at most a day.
    pub retry_after: Option<Duration>,
}

impl Fault {
    /// A fault that says nothing of when to try again.
    pub fn new(verdict: &'static str, detail: impl Into<String>) -> Self {
        Self { verdict, detail: detail.into(), retry_after: None }
    }
}

/// When and how often a dialect tries at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Attempts in all.
    pub attempts: i32,
    /// How long each may take, from connecting to the last byte; an endpoint may have its own.
    pub timeout: Duration,
    /// How long is waited before another attempt at an endpoint that answered.
    pub pause: Duration,
}

/// A foreign protocol, as far as webhooks go.
pub trait Dialect: Send + Sync {
    /// Which one.
    fn name(&self) -> endpoints::Dialect;

    /// Its attempt rule.
    fn rule(&self) -> Rule;

    /// The request that tells an event, or `None` when the dialect has no words for it.
    fn render(&self, push: &Push, salt: &Salt) -> Option<Request>;

    /// What the answer to it says.
    ///
    /// # Errors
    /// A [`Fault`] that is shown in the delivery log.
    fn read(&self, push: &Push, answer: &Answer) -> Result<Reply, Fault>;

    /// The request of a URL check.
    fn check(&self, target: &Target, salt: &Salt) -> Request;

    /// Whether the answer to the URL check of the same salt passes.
    ///
    /// # Errors
    /// A [`Fault`] that is shown to whoever asked for the check.
    fn checked(&self, target: &Target, salt: &Salt, answer: &Answer) -> Result<(), Fault>;
}
