//! The domain on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod appending;
mod delivering;
mod following;
mod racing;
mod storing;
