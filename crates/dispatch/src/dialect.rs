//! The seam between the dispatcher and the protocols it speaks: how an event becomes a request,
//! and how an answer becomes a reply. `wechat` depends on this crate for this trait alone.
use std::sync::Arc;
use std::time::Duration;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `true` for POST, `false` for GET.
    pub post: bool,
    /// Where to.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
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
}

/// When and how often a dialect tries at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Attempts in all.
    pub attempts: i32,
    /// How long each may take, from connecting to the last byte.
    pub timeout: Duration,
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
