//! The domain on both engines.
mod appending;
mod delivering;
mod following;
mod storing;
