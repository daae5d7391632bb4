//! The console over HTTP, on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod agents;
mod browsers;
mod conversing;
mod designing;
mod desking;
mod developing;
mod editing;
mod endpoints;
mod exploring;
mod figuring;
mod following;
mod framing;
mod joining;
mod logging;
mod owning;
mod replying;
mod roles;
mod scanning;
mod securing;
mod sending;
mod speaking;
mod templates;
mod visiting;
mod vouching;
mod writing;
