//! The receiver: answers 200 at once and remembers when each message first came, how often, and in
//! which order.
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::http;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\ncontent-type: text/plain\r\n\r\nsuccess";

/// What came.
#[derive(Default)]
pub struct Seen {
    /// When each message came first.
    pub first: HashMap<u64, Instant>,
    /// Messages that came more than once.
    pub duplicates: usize,
    /// Messages that came after a later one of the same sender.
    pub out_of_order: usize,
    newest: HashMap<u64, u64>,
}

/// A receiver that listens until the tool ends.
pub struct Sink {
    /// Where it listens.
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Sink {
    /// Listens on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Ok(Self { port, seen })
    }

    /// Looks at what came.
    pub fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        look(&seen)
    }

    /// Waits until all of these came, or for so long.
    pub async fn wait_for(&self, accepted: &HashMap<u64, Instant>, patience: Duration) {
        let until = Instant::now() + patience;
        while self.look(|seen| seen.first.len() < accepted.len()) && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Seen>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    while let Some(request) = http::read(&mut stream, &mut buffer).await? {
        note(&seen, &request.body);
        stream.write_all(ANSWER).await?;
    }
    Ok(())
}

/// A message carries `bench-SENDER-NUMBER.` in its text, whatever is around it.
fn note(seen: &Mutex<Seen>, body: &[u8]) {
    let now = Instant::now();
    let text = String::from_utf8_lossy(body);
    let Some(rest) = text.split("bench-").nth(1) else { return };
    let mut numbers = rest.split(['-', '.']).map_while(|part| part.parse::<u64>().ok());
    let (Some(sender), Some(number)) = (numbers.next(), numbers.next()) else { return };
    let mut seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if seen.first.contains_key(&key(sender, number)) {
        seen.duplicates += 1;
        return;
    }
    seen.first.insert(key(sender, number), now);
    let newest = seen.newest.entry(sender).or_default();
    if number < *newest {
        seen.out_of_order += 1;
    } else {
        *newest = number;
    }
}

/// One number for a sender's message.
pub fn key(sender: u64, number: u64) -> u64 {
    (sender << 32) | number
}
