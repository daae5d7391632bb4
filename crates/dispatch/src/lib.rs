//! The webhook dispatcher.
