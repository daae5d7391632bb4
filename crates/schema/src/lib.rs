//! Tables, SQL types, ids, connections and migrations: what every storage-facing crate shares.
//!
//! Rules for queries, each of which a test in `crates/core/tests` or here holds up:
//!
//! 1. Queries are plain functions over [`AnyConnection`]; the compiler checks them for both engines.
//! 2. `RETURNING`, `ON CONFLICT` and multi-row `VALUES` go through [`on_each!`]; nothing else does.
//!    What is written for every message goes through [`bulk!`].
//! 3. A `match` per engine is for row locks, for how a connection or node begins and for the hot
//!    path's reads, and for nothing else: `connection`, `pool` and `migrate` here; in `core` the
//!    load of an append, the claim of deliveries and the entry of a node.
//! 4. Whoever writes, writes inside [`write()`].
//! 5. Times and ids are integers on both engines, so that order in SQL is order in Rust.
#![deny(missing_docs)]

pub mod bulk;
#[expect(missing_docs, reason = "the derive writes items it gives no docs")]
pub mod connection;
pub mod ids;
pub mod migrate;
pub mod pool;
#[expect(missing_docs, reason = "columns are described where the domain reads them")]
pub mod tables;
pub mod types;

pub use connection::{AnyConnection, write};
pub use types::{Json, Timestamp};
