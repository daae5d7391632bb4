//! HTTP/1.1 over a raw socket, kept open: the cheapest client and server there can be, so that what
//! is measured is not them.
use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A message as it came: first line and body.
pub struct Incoming {
    /// The request or status line.
    pub line: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Reads one request or response with a `Content-Length`; `None` at the end of the stream.
pub async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
) -> Result<Option<Incoming>> {
    let mut chunk = [0; 4 * 1024];
    loop {
        if let Some((incoming, used)) = parse(buffer)? {
            buffer.drain(..used);
            return Ok(Some(incoming));
        }
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            return Ok(None);
        }
        buffer.extend_from_slice(&chunk[..read]);
    }
}

fn parse(buffer: &[u8]) -> Result<Option<(Incoming, usize)>> {
    let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&buffer[..end]).context("a head that is no text")?;
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().to_owned();
    let mut length = 0;
    for header in lines {
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().context("a length that is no number")?;
        }
    }
    let start = end + 4;
    if buffer.len() < start + length {
        return Ok(None);
    }
    let body = buffer[start..start + length].to_vec();
    Ok(Some((Incoming { line, body }, start + length)))
}

/// The status in a status line.
pub fn status(line: &str) -> Result<u16> {
    match line.split(' ').nth(1).and_then(|status| status.parse().ok()) {
        Some(status) => Ok(status),
        None => bail!("no status in {line:?}"),
    }
}
