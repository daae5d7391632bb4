//! The brand's console.
