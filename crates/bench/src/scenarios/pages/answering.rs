//! One request as a browser makes it, timed: a page until its end, a sheet until its first bytes.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::http;

/// How it was answered.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Until the whole page was there, or the first bytes of what is made while it is read.
    pub took: Duration,
    /// Bytes in all.
    pub bytes: usize,
}

/// Asks on a connection that the server closes after its answer.
pub async fn ask(port: u16, request: &str) -> Result<Answer> {
    let mut stream = http::connect(port).await?;
    let (began, mut read, mut first) = (Instant::now(), Vec::new(), None);
    stream.write_all(request.as_bytes()).await?;
    while stream.read_buf(&mut read).await? > 0 {
        if first.is_none() && head(&read).is_some_and(|length| read.len() > length) {
            first = Some(began.elapsed());
        }
    }
    let whole = began.elapsed();
    let length = head(&read).context("the connection was closed without an answer")?;
    let head = String::from_utf8_lossy(&read[..length]).to_ascii_lowercase();
    let status = head.split_whitespace().nth(1).context("no status")?.parse()?;
    let is_sheet = head.contains("transfer-encoding: chunked");
    let took = first.filter(|_| is_sheet).unwrap_or(whole);
    Ok(Answer { status, took, bytes: read.len() - length })
}

/// Bytes of the head, once it is all there.
fn head(read: &[u8]) -> Option<usize> {
    memchr::memmem::find(read, b"\r\n\r\n").map(|at| at + 4)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_page_is_timed_to_its_end_and_a_sheet_to_its_first_bytes() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let parts = [
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nno", "ne"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\na,\r\n", "0\r\n\r\n"),
        ];
        let pause = Duration::from_millis(60);
        let server = tokio::spawn(async move {
            for (begin, end) in parts {
                let (mut stream, _) = listener.accept().await.unwrap();
                // What is closed with something unread is reset.
                stream.read_buf(&mut Vec::with_capacity(64)).await.unwrap();
                stream.write_all(begin.as_bytes()).await.unwrap();
                tokio::time::sleep(pause).await;
                stream.write_all(end.as_bytes()).await.unwrap();
            }
        });
        let page = ask(port, "GET / HTTP/1.1\r\n\r\n").await.unwrap();
        assert_eq!((page.status, page.bytes), (404, 4));
        assert!(page.took >= pause);
        let sheet = ask(port, "GET / HTTP/1.1\r\n\r\n").await.unwrap();
        assert_eq!(sheet.status, 200);
        assert!(sheet.took < page.took);
        server.await.unwrap();
    }
}
