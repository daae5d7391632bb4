//! Media: files followers and accounts send, named by an unguessable key. Knowing the key is the
//! right to read the file, as with WeChat's own media ids.
mod blobs;

pub use blobs::Blobs;
