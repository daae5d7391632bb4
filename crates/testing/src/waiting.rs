//! The only places where tests spend time: looking again until a deadline, and holding a
//! transaction open while another node runs into it.
use std::time::{Duration, Instant};

/// Looks until `look` gives something, for twenty seconds.
///
/// # Panics
/// When it never does: with `what` was waited for.
pub async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "not within 20 s: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Holds what the caller has open for long enough that another node runs into it. Nothing tells
/// when a statement begins to wait for a lock, so this is time and no signal.
pub fn hold_open() {
    std::thread::sleep(Duration::from_millis(300));
}
