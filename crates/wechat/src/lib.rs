//! The WeChat dialect.
