//! The webhook dispatcher: tells operator backends what happened, in order, without letting one
//! endpoint's trouble reach another. It knows no foreign dialect, only the trait they implement.
#![deny(missing_docs)]

mod attempts;
mod breaker;
mod care;
mod checks;
mod claims;
pub mod dialect;
mod dispatcher;
mod exchange;
pub mod guard;
mod lane;
pub mod lanes;
mod leases;
mod looks;
mod meters;
pub mod native;
mod outside;
mod permits;
mod relay;
mod retry_after;
pub mod roots;
mod samples;
pub mod schedule;
pub mod sender;
pub mod verdicts;

pub use dispatcher::{Dispatcher, Load, Propagate, Setup};
pub use meters::Meters;

/// Bytes of an answer that are read; a longer one is a fault (a passive reply has at most a few
/// kilobytes).
pub const MAX_ANSWER: usize = 64 * 1024;
