//! What an account has published, and what readers say to it.
pub mod comments;
pub mod curation;
pub mod published;
