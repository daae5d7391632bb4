//! When messages are due in an open loop. A thread of its own keeps the time: the runtime's timers
//! tick in milliseconds, which is more than the latencies to be measured.
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A message that is due.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Whose.
    pub follower: usize,
    /// Since when.
    pub at: Instant,
}

/// Begins now. Followers take turns; follower N is told to connection N modulo `connections`.
pub fn start(
    rate: f64,
    span: Duration,
    followers: usize,
    connections: usize,
) -> Vec<UnboundedReceiver<Due>> {
    let (senders, receivers): (Vec<_>, Vec<_>) =
        (0..connections).map(|_| unbounded_channel()).unzip();
    std::thread::spawn(move || tell(rate, span, followers, &senders));
    receivers
}

fn tell(rate: f64, span: Duration, followers: usize, senders: &[UnboundedSender<Due>]) {
    let (began, gap) = (Instant::now(), Duration::from_secs_f64(1.0 / rate.max(0.001)));
    for number in 0.. {
        let at = began + gap * number;
        if at >= began + span {
            return;
        }
        let wait = at.saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            std::thread::sleep(wait);
        }
        let follower = number as usize % followers;
        // A connection that has ended has counted what it did not send.
        let _ = senders[follower % senders.len()].send(Due { follower, at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_follower_stays_with_its_connection_and_the_count_is_rate_times_span() {
        let mut lines = start(10_000.0, Duration::from_millis(20), 5, 2);
        let mut came = vec![0; 5];
        for (line, receiver) in lines.iter_mut().enumerate() {
            while let Some(due) = receiver.recv().await {
                assert_eq!(due.follower % 2, line);
                came[due.follower] += 1;
            }
        }
        assert_eq!(came, [40; 5]);
    }
}
