//! Endpoints that answer with any bytes, and a sender to meet them with.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use crier_dispatch::dialect::{Answer, Fault, Request};
use crier_dispatch::guard::Guard;
use crier_dispatch::sender::Sender;
use parking_lot::Mutex;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket};

/// Long enough for any answer that is not kept back on purpose.
pub const AMPLE: Duration = Duration::from_secs(20);

/// How an endpoint answers.
#[derive(Debug, Clone)]
pub enum Trick {
    /// Writes this and closes.
    Once(Vec<u8>),
    /// Writes this and stays silent, with the connection open.
    Hang(&'static str),
    /// Writes the first, then the second for ever.
    Endless(&'static str, &'static str),
    /// Writes the first, then the second for ever, a byte at a time with pauses.
    Drip(&'static str, &'static str),
}

/// `Once`, from a text.
pub fn once(text: &str) -> Trick {
    Trick::Once(text.as_bytes().to_vec())
}

/// An endpoint on loopback that plays one trick on everyone until it is dropped.
pub struct Endpoint {
    /// Where it listens.
    pub port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    written: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Endpoint {
    /// On a free port of 127.0.0.1.
    pub async fn start(trick: Trick) -> Self {
        // Small, so that what was written is not far from what was read.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_send_buffer_size(64 * 1024).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self::on(socket.listen(64).unwrap(), move |_| trick.clone())
    }

    /// On this listener, with a trick for each connection by its number.
    pub fn on(listener: TcpListener, tricks: impl Fn(usize) -> Trick + Send + 'static) -> Self {
        let port = listener.local_addr().unwrap().port();
        let (heard, written) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (hears, writes) = (heard.clone(), written.clone());
        let task = tokio::spawn(async move {
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(serve(stream, tricks(number), hears.clone(), writes.clone()));
            }
        });
        Self { port, heard, written, task }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// The heads of the requests so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.heard.lock().clear();
    }

    /// Stops listening.
    pub async fn stop(mut self) {
        self.task.abort();
        assert!((&mut self.task).await.is_err(), "it ended by itself");
    }

    /// Bytes it could get rid of so far.
    pub fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads a request's head and plays the trick.
pub async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    trick: Trick,
    heard: Arc<Mutex<Vec<String>>>,
    written: Arc<AtomicUsize>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    heard.lock().push(String::from_utf8_lossy(&head).into_owned());
    let (first, more, pause) = match trick {
        Trick::Once(bytes) => {
            // The other side may have had enough before the end.
            drop(stream.write_all(&bytes).await);
            drop(stream.shutdown().await);
            return;
        }
        Trick::Hang(first) => {
            drop(stream.write_all(first.as_bytes()).await);
            drop(stream.read_u8().await);
            return;
        }
        Trick::Endless(first, more) => (first, more.repeat(1_000), None),
        Trick::Drip(first, more) => (first, more.to_owned(), Some(Duration::from_millis(2))),
    };
    drop(stream.write_all(first.as_bytes()).await);
    let mut clock = pause.map(tokio::time::interval);
    let (more, mut at) = (more.as_bytes(), 0);
    loop {
        let mut end = more.len();
        if let Some(clock) = &mut clock {
            clock.tick().await;
            end = at + 1;
        }
        let Ok(sent) = stream.write(&more[at..end]).await else { return };
        written.fetch_add(sent, Ordering::Relaxed);
        at = (at + sent) % more.len();
    }
}

/// A sender that may reach loopback.
pub fn sender() -> Sender {
    Sender::new(Guard::new(vec!["127.0.0.0/8".parse().unwrap()])).unwrap()
}

/// A GET request.
pub fn get(url: &str) -> Request {
    Request { post: false, url: url.to_owned(), headers: Vec::new(), body: Bytes::new() }
}

/// What comes of a GET request to an endpoint that plays this trick.
pub async fn meet(trick: Trick) -> Result<Answer, Fault> {
    let endpoint = Endpoint::start(trick).await;
    sender().send(&get(&endpoint.url()), AMPLE).await
}

/// A resolver that answers each question with the next of these, the last for ever.
pub struct Names {
    answers: Vec<Vec<&'static str>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    /// With these answers; each is a list of addresses with ports.
    pub fn new(answers: Vec<Vec<&'static str>>) -> Arc<Self> {
        Arc::new(Self { answers, asked: Mutex::default() })
    }

    /// The names it was asked for.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().clone()
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let mut asked = self.asked.lock();
        let answer = self.answers[asked.len().min(self.answers.len() - 1)].clone();
        asked.push(name.as_str().to_owned());
        Box::pin(async move {
            let found = answer.into_iter().map(|address| address.parse().unwrap());
            Ok(Box::new(found) as Addrs)
        })
    }
}
