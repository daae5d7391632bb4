//! The webhook dispatcher: tells operator backends what happened, in order, without letting one
//! endpoint's trouble reach another. It knows no foreign dialect, only the trait they implement.
#![deny(missing_docs)]

pub mod dialect;
pub mod verdicts;

/// Bytes of an answer that are read; a longer one is a fault (a passive reply has at most a few
/// kilobytes).
pub const MAX_ANSWER: usize = 64 * 1024;
