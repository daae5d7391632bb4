//! How a brand's members sign in, as its owners set it.
pub mod helping;
pub mod providers;
pub mod showing;

/// The page of all this.
const HOME: &str = "/console/sign-in-rules";
