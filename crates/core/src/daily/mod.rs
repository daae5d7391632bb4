//! Daily counts: what happened on each day of an account, counted once in the background so that a page
//! about ninety days reads a few hundred rows, however many followers and messages there are.
//!
//! A step follows a log by its ids, which grow with time, and adds what is new to the day of the
//! account's own clock; the step and the mark up to which it counted are one transaction, so nothing
//! is counted twice, also where several nodes count. Today's counts are some 20 seconds old.
mod counting;
mod reading;
mod spreads;

use crier_schema::text_enum;

pub use counting::{catch_up, keep_counted};
pub use reading::{Board, Daily, Sendings, Sent, board, read, sendings};
pub use spreads::{Spread, band};

text_enum! {
    /// What is counted. Parts of each in its own words.
    pub enum Measure {
        /// Who began to follow, by how they came.
        Gained = "gained",
        /// Who ceased to, by how they had come.
        Lost = "lost",
        /// Messages, by origin; `follower` are those that came in.
        Messages = "messages",
        /// Seconds from the message of a follower that opened a wait to the first a member wrote
        /// after it, on the day it was written, in bands. An automatic reply ends no wait.
        AnsweredByMember = "answered_member",
        /// The same to the first that a backend wrote.
        AnsweredByBackend = "answered_backend",
        /// Deliveries by how they ended: `delivered`, `failed`, or `open`.
        Deliveries = "deliveries",
        /// Milliseconds that deliveries took which went well, in bands.
        Latency = "latency",
    }
}
