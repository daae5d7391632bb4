//! Server-sent events. A stream holds a bounded number of frames: who sends into a full one waits,
//! and a client that takes nothing for a minute is let go.
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ContentEncoding};
use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// Frames that may wait for a slow client.
const FRAMES: usize = 16;
/// A comment this often keeps proxies from closing a silent stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a client may take nothing.
const PATIENCE: Duration = Duration::from_mins(1);

/// The client has gone, or takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// The sending end of a stream.
#[derive(Debug)]
pub struct Sender(mpsc::Sender<Bytes>);

impl Sender {
    /// Sends one frame; waits while the stream is full.
    ///
    /// # Errors
    /// [`Gone`] when there is nobody to send to any more.
    pub async fn send(&self, frame: Bytes) -> Result<(), Gone> {
        match tokio::time::timeout(PATIENCE, self.0.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// Done when the client has gone.
    pub async fn gone(&self) {
        self.0.closed().await;
    }
}

/// One event as it goes over the wire. `data` may have several lines.
pub fn frame(name: &str, id: Option<&str>, data: &str) -> Bytes {
    let id = id.unwrap_or_default();
    let mut text = String::with_capacity(data.len() + name.len() + id.len() + 32);
    for (field, value) in [("event: ", name), ("id: ", id)] {
        if !value.is_empty() {
            text.extend([field, value, "\n"]);
        }
    }
    for line in data.split('\n') {
        text.extend(["data: ", line, "\n"]);
    }
    text.push('\n');
    text.into()
}

/// A stream: where to send, and the answer to give.
pub fn open() -> (Sender, HttpResponse) {
    let (sender, frames) = mpsc::channel(FRAMES);
    // Proxies that buffer are asked not to, and a first comment has the headers sent at once.
    let answer = HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(Frames { queue: frames, heartbeat: heartbeat(), greeted: false });
    (Sender(sender), answer)
}

fn heartbeat() -> Interval {
    let mut beats = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beats
}

struct Frames {
    queue: mpsc::Receiver<Bytes>,
    heartbeat: Interval,
    greeted: bool,
}

impl Stream for Frames {
    type Item = Result<Bytes, actix_web::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.greeted {
            self.greeted = true;
            return Poll::Ready(Some(Ok(Bytes::from_static(b"retry: 1000\n: hello\n\n"))));
        }
        if let Poll::Ready(frame) = self.queue.poll_recv(cx) {
            self.heartbeat.reset();
            return Poll::Ready(frame.map(Ok));
        }
        self.heartbeat.poll_tick(cx).map(|_| Some(Ok(Bytes::from_static(b": beat\n\n"))))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;

    use super::*;

    async fn next(body: &mut (impl MessageBody + Unpin)) -> Option<Bytes> {
        std::future::poll_fn(|cx| Pin::new(&mut *body).poll_next(cx)).await.and_then(Result::ok)
    }

    #[test]
    fn data_of_several_lines_stays_one_event() {
        let whole = frame("message", Some("7"), "{\n}");
        assert_eq!(whole, "event: message\nid: 7\ndata: {\ndata: }\n\n");
        assert_eq!(frame("", None, "x"), "data: x\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_stream_beats_and_ends_with_its_sender() {
        let (sender, answer) = open();
        let mut body = answer.into_body();
        assert_eq!(next(&mut body).await.unwrap(), "retry: 1000\n: hello\n\n");
        assert_eq!(next(&mut body).await.unwrap(), ": beat\n\n");
        sender.send(Bytes::from_static(b"data: x\n\n")).await.unwrap();
        assert_eq!(next(&mut body).await.unwrap(), "data: x\n\n");
        drop(sender);
        assert_eq!(next(&mut body).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_let_go() {
        let (sender, _answer) = open();
        for _ in 0..FRAMES {
            sender.send(Bytes::new()).await.unwrap();
        }
        assert_eq!(sender.send(Bytes::new()).await, Err(Gone));
    }
}
