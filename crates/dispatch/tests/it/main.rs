//! The dispatcher against real HTTP, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod order;
mod speech;
mod trouble;
