//! What owners look after beside the talking: what an account says of itself, whether the platform has
//! verified it; and what platform administrators decide.
pub mod applications;
mod archive;
pub mod brands;
pub mod closing;
mod history;
mod keeping;
pub mod moving;
pub mod platform;
mod portable;
pub mod privacy;
pub mod profiles;
pub mod verification;

pub use history::standing;
