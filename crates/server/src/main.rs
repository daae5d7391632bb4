//! The `crier` binary.
fn main() {}
