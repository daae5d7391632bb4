//! The domain: one module a noun, rules and queries together. It knows no HTTP, no dialect, and no
//! clock but the one it is handed.
#![deny(missing_docs)]

pub mod access_tokens;
pub mod accounts;
pub mod agents;
pub mod app;
pub mod brands;
pub mod broadcasts;
pub mod bus;
pub mod changes;
pub mod checks;
pub mod clock;
pub mod content;
pub mod conversations;
pub mod deliveries;
pub mod endpoints;
pub mod error;
pub mod events;
pub mod facts;
pub mod figures;
pub mod followers;
pub mod grants;
pub mod host_apps;
pub mod invitations;
pub mod limits;
pub mod live;
pub mod mails;
pub mod media;
pub mod members;
pub mod menus;
pub mod messages;
pub mod meters;
pub mod mint;
pub mod nodes;
pub mod pacing;
pub mod quotas;
pub mod recoveries;
pub mod refusals;
pub mod rights;
pub mod roster;
pub mod scene_codes;
pub mod sessions;
pub mod sweeps;
pub mod tags;
pub mod templates;
pub mod traces;
pub mod tx;
pub mod users;
pub mod vault;
pub mod windows;
pub mod writer;

pub use app::App;
pub use crier_schema::{AnyConnection, Timestamp, ids, migrate, pool};
pub use error::{Error, Result};
