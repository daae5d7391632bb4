//! The WeChat dialect: bots written for WeChat Official Accounts run on Crier once their base URL
//! is changed. Translation only: what a call needs is done in `core`, in Crier's own words.
#![deny(missing_docs)]

mod api;
mod consents;
mod hook;
mod sign_in;

pub use api::{Effect, Listed, catalogue, configure, has_limit, unknown};
pub use hook::Wechat;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use hook::fuzzing;
