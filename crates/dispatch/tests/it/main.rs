//! The dispatcher against real HTTP, on both engines.
mod order;
mod speech;
mod trouble;
