//! HTTP/1.1 over a raw socket, kept open: the cheapest client and server there can be, so that what
//! is measured is not them.
use anyhow::{Context as _, Result, bail};
use httparse::{EMPTY_HEADER, Header, Request, Response, Status};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Headers in one head, at the most.
const HEADERS: usize = 64;

/// A message whose head has been read.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// The status of an answer; 0 for a request.
    pub status: u16,
    /// The path of a request; empty for an answer.
    pub path: String,
    /// Bytes of the head, with the empty line.
    pub length: usize,
    /// Bytes of the body.
    pub body: usize,
}

/// Which of the two comes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A request.
    Request,
    /// An answer.
    Answer,
}

/// Reads one whole message and hands it to `take` with its body; `None` at the end of the stream.
/// What is left in `buffer` belongs to the next one.
pub async fn read<T>(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
    kind: Kind,
    take: impl FnOnce(Head, &[u8]) -> T,
) -> Result<Option<T>> {
    loop {
        if let Some(head) = parse(buffer, kind)?
            && buffer.len() >= head.length + head.body
        {
            let (from, to) = (head.length, head.length + head.body);
            let taken = take(head, &buffer[from..to]);
            buffer.drain(..to);
            return Ok(Some(taken));
        }
        buffer.reserve(4 * 1024);
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// The head at the beginning of `bytes`; `None` while it is not all there.
pub fn parse(bytes: &[u8], kind: Kind) -> Result<Option<Head>> {
    let mut headers = [EMPTY_HEADER; HEADERS];
    match kind {
        Kind::Request => {
            let mut request = Request::new(&mut headers);
            let Status::Complete(head) = request.parse(bytes)? else { return Ok(None) };
            let path = request.path.unwrap_or_default().to_owned();
            Ok(Some(Head { status: 0, path, length: head, body: body_length(request.headers)? }))
        }
        Kind::Answer => {
            let mut answer = Response::new(&mut headers);
            let Status::Complete(head) = answer.parse(bytes)? else { return Ok(None) };
            let status = answer.code.unwrap_or_default();
            Ok(Some(Head {
                status,
                path: String::new(),
                length: head,
                body: body_length(answer.headers)?,
            }))
        }
    }
}

fn body_length(headers: &[Header<'_>]) -> Result<usize> {
    let named = |name: &str| headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    if named("transfer-encoding").is_some() {
        bail!("a body in chunks, which this tool does not read");
    }
    let Some(header) = named("content-length") else { return Ok(0) };
    let text = std::str::from_utf8(header.value)?;
    text.trim().parse().context("a length that is no number")
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The header that says who is calling.
pub fn bearer(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}

/// Connects to a port of the loopback.
pub async fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One request on a connection that stays open: status and body of its answer.
pub async fn ask(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    request: &str,
) -> Result<(u16, Vec<u8>)> {
    stream.write_all(request.as_bytes()).await?;
    let answer = read(stream, buffer, Kind::Answer, |head, body| (head.status, body.to_vec()));
    answer.await?.context("the server closed the connection without an answer")
}

/// One request on a connection of its own.
pub async fn call(port: u16, request: &str) -> Result<(u16, Vec<u8>)> {
    ask(&mut connect(port).await?, &mut Vec::new(), request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_messages_in_one_packet_are_read_one_after_the_other() {
        let both = format!(
            "{}{}",
            request("POST", "/e1", &bearer("t"), "first"),
            request("POST", "/e2", "", "second")
        );
        let (mut wire, mut buffer) = (both.as_bytes(), Vec::new());
        let mut next = async || {
            let take = |head: Head, body: &[u8]| (head.path, body.to_vec());
            read(&mut wire, &mut buffer, Kind::Request, take).await.unwrap()
        };
        assert_eq!(next().await, Some(("/e1".into(), b"first".to_vec())));
        assert_eq!(next().await, Some(("/e2".into(), b"second".to_vec())));
        assert_eq!(next().await, None);
    }

    #[test]
    fn half_a_head_is_waited_for_and_chunks_are_refused() {
        assert_eq!(parse(b"HTTP/1.1 201 Crea", Kind::Answer).unwrap(), None);
        let head = parse(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}", Kind::Answer);
        let head = head.unwrap().unwrap();
        assert_eq!((head.status, head.body), (201, 2));
        assert!(
            parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::Answer).is_err()
        );
    }
}
