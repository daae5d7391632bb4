//! The receiver: answers at once (or late, or never, as it is told) and notes when each request came
//! and at which endpoint. What is in it is read after the run.
mod opening;
mod seen;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::http::{self, Kind};
pub use opening::Key;
pub use seen::Seen;

/// What every dialect takes for "heard, and nothing to say".
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
/// Nothing came for so long: nothing is on its way.
const QUIET: Duration = Duration::from_millis(400);

/// A request that came.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When it had been read.
    pub at: Instant,
    /// When the answer had been written; `None` if it was not.
    pub answered: Option<Instant>,
    /// What was in it.
    pub content: Content,
}

/// What is in a request.
#[derive(Debug, Clone)]
pub enum Content {
    /// A message of the load, by its key.
    Message(u64),
    /// Sealed: to be opened after the run.
    Sealed(Vec<u8>),
    /// Something else.
    Other,
}

/// A receiver that listens until it is dropped.
pub struct Sink {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    arrivals: Mutex<Vec<Arrival>>,
    /// Milliseconds before an answer.
    delay: AtomicU64,
    /// Endpoints below this number are never answered.
    hanging: AtomicUsize,
    sealed: bool,
}

impl Shared {
    fn arrivals(&self) -> std::sync::MutexGuard<'_, Vec<Arrival>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Sink {
    /// Listens on a port, 0 for a free one. `sealed` says that bodies are encrypted.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(port: u16, sealed: bool) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared { sealed, ..Shared::default() });
        let task = tokio::spawn(listen(listener, shared.clone()));
        Ok(Self { port, shared, task })
    }

    /// Answers after so long, from now on.
    pub fn answer_after(&self, delay: Duration) {
        let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.shared.delay.store(delay, Ordering::Relaxed);
    }

    /// Never answers the first `count` endpoints, from now on.
    pub fn hang(&self, count: usize) {
        self.shared.hanging.store(count, Ordering::Relaxed);
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.shared.arrivals().len()
    }

    /// What came since the first `from` requests; `key` opens what is sealed.
    pub fn seen(&self, from: usize, key: Option<&Key>) -> Seen {
        let arrivals: Vec<Arrival> = self.shared.arrivals()[from..].to_vec();
        Seen::of(&arrivals, key)
    }

    /// Waits until at least `wanted` requests came and no more come, or for so long.
    pub async fn settle(&self, wanted: usize, patience: Duration) {
        let until = Instant::now() + patience;
        let (mut last, mut since) = (self.count(), Instant::now());
        while Instant::now() < until && (last < wanted || since.elapsed() < QUIET) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = self.count();
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
    }
}

/// The connections are tasks of this one's set, so that they end with it.
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(serve(stream, shared.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(4_096);
    loop {
        let read = http::read(&mut stream, &mut buffer, Kind::Request, |head, body| {
            note(&shared, &head.path, body)
        });
        let Some((number, endpoint)) = read.await? else { return Ok(()) };
        if endpoint < shared.hanging.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        let delay = shared.delay.load(Ordering::Relaxed);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        stream.write_all(ANSWER).await?;
        shared.arrivals()[number].answered = Some(Instant::now());
    }
}

/// Notes a request and says which one it is, and for which endpoint.
fn note(shared: &Shared, path: &str, body: &[u8]) -> (usize, usize) {
    let at = Instant::now();
    let content = match opening::message(body) {
        Some(key) => Content::Message(key),
        None if shared.sealed => Content::Sealed(body.to_vec()),
        None => Content::Other,
    };
    let endpoint = endpoint(path);
    let mut arrivals = shared.arrivals();
    arrivals.push(Arrival { at, answered: None, content });
    (arrivals.len() - 1, endpoint)
}

fn endpoint(path: &str) -> usize {
    let path = path.split('?').next().unwrap_or(path);
    path.rsplit_once("/e").and_then(|(_, number)| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::key;

    #[test]
    fn the_endpoint_is_the_number_in_the_path() {
        assert_eq!(endpoint("/e42?signature=1&nonce=/e7"), 42);
        assert_eq!(endpoint("/somewhere"), 0);
    }

    #[tokio::test]
    async fn it_notes_what_comes_and_counts_what_comes_twice_or_too_late() {
        let sink = Sink::start(0, false).await.unwrap();
        for number in [1, 0, 1] {
            let body = format!("bench-3-{number}.");
            let status = http::call(sink.port, &http::request("POST", "/e5", "", &body)).await;
            assert_eq!(status.unwrap().0, 200);
        }
        let seen = sink.seen(0, None);
        assert_eq!((seen.duplicates, seen.out_of_order), (1, 1));
        assert!(seen.first.contains_key(&key(3, 0)));
        assert_eq!(sink.seen(3, None).first.len(), 0);
    }
}
