//! A Redis that is there already.
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// A Redis and its process.
pub struct Redis {
    /// Where it is: `redis://HOST:PORT`.
    pub url: String,
    /// Its process on this machine.
    pub pid: u32,
}

impl Redis {
    /// Asks the server which process it is.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn find(url: &str) -> Result<Self> {
        let address = url.trim_start_matches("redis://").split('/').next().unwrap_or_default();
        let mut stream = TcpStream::connect(address).context("Redis cannot be reached")?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"INFO server\r\n")?;
        let (mut answer, mut chunk) = (String::new(), [0; 4_096]);
        while pid_in(&answer).is_none() {
            let read = stream.read(&mut chunk).context("Redis does not say its process")?;
            anyhow::ensure!(read > 0, "Redis closed the connection");
            answer.push_str(&String::from_utf8_lossy(&chunk[..read]));
        }
        Ok(Self { url: url.to_owned(), pid: pid_in(&answer).unwrap_or_default() })
    }
}

/// The number in a whole line `process_id:NUMBER`.
fn pid_in(info: &str) -> Option<u32> {
    let (_, rest) = info.split_once("process_id:")?;
    rest.split_once('\r')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_is_read_once_its_line_is_whole() {
        assert_eq!(pid_in("# Server\r\nprocess_id:123\r\nx:1"), Some(123));
        assert_eq!(pid_in("# Server\r\nprocess_id:12"), None);
    }
}
