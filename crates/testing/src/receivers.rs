//! An operator backend on loopback that records what it is sent, and answers well, late, badly or
//! not at all.
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Method, path and query.
    pub line: String,
    /// The body.
    pub body: String,
}

/// How to answer a request.
#[derive(Debug, Clone)]
pub enum Manner {
    /// With status 200 and this body.
    Say(String),
    /// With this status and no body.
    Status(u16),
    /// With this status, and that it wants this many seconds of peace.
    Busy(u16, u64),
    /// With a redirect to this address.
    Redirect(String),
    /// With this many bytes.
    Flood(usize),
    /// With the body, after this long.
    Late(Duration, String),
    /// Not at all: the connection stays open.
    Never,
    /// By closing the connection.
    HangUp,
}

type Rule = Arc<dyn Fn(&Received) -> Manner + Send + Sync>;

/// A backend that listens until it is dropped.
pub struct Receiver {
    /// Where it listens.
    pub url: String,
    seen: Arc<Mutex<Vec<Received>>>,
    came: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free port and answers by `rule`.
    pub async fn start(rule: impl Fn(&Received) -> Manner + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (seen, came) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let rule: Rule = Arc::new(rule);
        let (record, wake) = (seen.clone(), came.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (rule, record, wake) = (rule.clone(), record.clone(), wake.clone());
                tokio::spawn(serve(stream, rule, record, wake));
            }
        });
        Self { url, seen, came, task }
    }

    /// What came so far.
    pub fn seen(&self) -> Vec<Received> {
        self.seen.lock().clone()
    }

    /// What came, once that is at least `count` requests.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let enough = async {
            loop {
                let came = self.came.notified();
                if self.seen.lock().len() >= count {
                    return self.seen();
                }
                came.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(30), enough).await;
        waited.unwrap_or_else(|_| panic!("{count} requests in 30 s; came: {:?}", self.seen()))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    rule: Rule,
    seen: Arc<Mutex<Vec<Received>>>,
    came: Arc<Notify>,
) {
    while let Some(received) = read(&mut stream).await {
        seen.lock().push(received.clone());
        came.notify_waiters();
        if answer(&mut stream, rule(&received)).await.is_none() {
            return;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse().ok())?
                })
                .unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&bytes[end + 4..end + 4 + length]).into_owned();
                return Some(Received { line: head.lines().next()?.to_owned(), body });
            }
        }
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    }
}

async fn answer(stream: &mut TcpStream, manner: Manner) -> Option<()> {
    let plain = |status: u16, extra: &str, body: &str| {
        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{extra}\r\n{body}", body.len())
    };
    let text = match manner {
        Manner::Say(body) => plain(200, "", &body),
        Manner::Status(status) => plain(status, "", ""),
        Manner::Busy(status, seconds) => plain(status, &format!("retry-after: {seconds}\r\n"), ""),
        Manner::Redirect(to) => plain(302, &format!("location: {to}\r\n"), ""),
        Manner::Flood(size) => plain(200, "", &"x".repeat(size)),
        Manner::Late(after, body) => {
            tokio::time::sleep(after).await;
            plain(200, "", &body)
        }
        Manner::Never => {
            std::future::pending::<()>().await;
            String::new()
        }
        Manner::HangUp => return None,
    };
    stream.write_all(text.as_bytes()).await.ok()
}
