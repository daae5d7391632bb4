//! What the API explorer works with: the calls there are and who makes one. The server hands it in,
//! for this crate knows no dialect.
use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::Mutex;

use crier_core::Timestamp;
use crier_core::ids::{AccountId, MemberId};
use futures_util::future::BoxFuture;

/// Calls of a member that are remembered, and members they are remembered of.
const REMEMBERED: usize = 20;
const MEMBERS: usize = 500;

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing.
    Reads,
    /// It changes what is stored.
    Changes,
    /// Followers receive something.
    Sends,
}

/// Who makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The account, with its access token in the query.
    Account,
    /// A follower who is there to try things, with a token of theirs in a header.
    Follower,
}

/// One call, with an example of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who makes it.
    pub by: By,
    /// Its method.
    pub method: String,
    /// Its path; `{account}` stands for the account's handle.
    pub path: String,
    /// What follows the `?` beside the token.
    pub query: String,
    /// Its body; empty where it has none, or is a form with a file.
    pub body: String,
    /// The field of the form that its file goes into.
    pub file: Option<String>,
    /// What it does.
    pub effect: Effect,
}

impl Call {
    /// Whether it has a body that can be written.
    pub fn takes_body(&self) -> bool {
        self.file.is_none() && matches!(self.method.as_str(), "POST" | "PUT")
    }
}

/// What a call carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(String),
    /// A form with one file.
    File {
        /// Its field.
        field: String,
        /// Its name.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
}

/// A call to be made.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its method.
    pub method: String,
    /// Its path with the query, an account's token among it.
    pub target: String,
    /// A follower's token.
    pub bearer: Option<String>,
    /// What it carries.
    pub body: Body,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
    /// Milliseconds until the whole of it was there.
    pub took_ms: i64,
}

/// Makes calls to this installation as anybody outside would.
pub trait Caller: Send + Sync {
    /// Makes one; `None` when no answer came.
    fn call(&self, asked: Asked) -> BoxFuture<'_, Option<Answered>>;
}

/// A call that a member made before.
#[derive(Debug, Clone)]
pub struct Past {
    /// When.
    pub at: Timestamp,
    /// What was called, with the query and body that were sent.
    pub call: Call,
    /// What came back.
    pub status: Option<u16>,
}

type Memory = BTreeMap<(AccountId, MemberId), VecDeque<Past>>;

/// The calls there are, who makes them, and those made since the server began.
pub struct Operator {
    /// The calls.
    pub calls: Vec<Call>,
    caller: Box<dyn Caller>,
    past: Mutex<Memory>,
}

impl Operator {
    /// With these calls, made by this caller.
    pub fn new(calls: Vec<Call>, caller: impl Caller + 'static) -> Self {
        Self { calls, caller: Box::new(caller), past: Mutex::default() }
    }

    /// The call of this method and path.
    pub fn find(&self, method: &str, path: &str) -> Option<&Call> {
        self.calls.iter().find(|call| call.method == method && call.path == path)
    }

    /// Makes a call.
    pub async fn call(&self, asked: Asked) -> Option<Answered> {
        self.caller.call(asked).await
    }

    /// Remembers a call.
    pub fn remember(&self, account: AccountId, member: MemberId, past: Past) {
        let Ok(mut memory) = self.past.lock() else { return };
        if memory.len() >= MEMBERS && !memory.contains_key(&(account, member)) {
            memory.pop_first();
        }
        let own = memory.entry((account, member)).or_default();
        own.truncate(REMEMBERED - 1);
        own.push_front(past);
    }

    /// What a member called at an account, the last first.
    pub fn past(&self, account: AccountId, member: MemberId) -> Vec<Past> {
        let memory = self.past.lock().ok();
        let own = memory.as_ref().and_then(|memory| memory.get(&(account, member)));
        own.map(|own| own.iter().cloned().collect()).unwrap_or_default()
    }
}
