//! Media: files followers and accounts send.
mod blobs;

pub use blobs::Blobs;
