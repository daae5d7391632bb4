//! What faces share.
