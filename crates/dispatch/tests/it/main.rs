//! The dispatcher against real HTTP, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod addresses;
mod caring;
mod hostile;
mod order;
mod persisting;
mod proxies;
mod raw;
mod several;
mod speech;
mod tls;
mod trouble;
