//! The webhook dispatcher: tells operator backends what happened, in order, without letting one
//! endpoint's trouble reach another. It knows no foreign dialect, only the trait they implement.
#![deny(missing_docs)]

mod attempts;
mod checks;
mod claims;
pub mod dialect;
mod dispatcher;
pub mod guard;
pub mod lanes;
mod leases;
pub mod sender;
pub mod verdicts;

pub use dispatcher::Dispatcher;

/// Bytes of an answer that are read; a longer one is a fault (a passive reply has at most a few
/// kilobytes).
pub const MAX_ANSWER: usize = 64 * 1024;
