//! The followers' message API.
