//! Any server beside Crier: it is running already, and its endpoint is the sink's fixed port.
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};

use crate::load::{Target, Template};

/// A server to be driven beside Crier, and the port where it finds the sink.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where a message goes.
    pub target: Target,
    /// Its processes, for CPU and memory.
    pub pids: Vec<u32>,
    /// The sink's port.
    pub sink_port: u16,
}

/// A peer on the command line.
#[derive(Debug, Clone, clap::Args)]
pub struct PeerArgs {
    /// Drive this server as well, `http://127.0.0.1:PORT/PATH`; its webhook must lead to
    /// `http://127.0.0.1:SINK_PORT/e0`.
    #[arg(long)]
    url: Option<String>,
    /// Its messages; `{sender}` and `{number}` are filled in, and `bench-{sender}-{number}.` must be in
    /// what the webhook carries. The same may stand in the URL.
    #[arg(long, requires = "url")]
    body: Option<String>,
    /// A header of its requests, `name: value`; may be repeated.
    #[arg(long, requires = "url")]
    header: Vec<String>,
    /// A process of the peer, for CPU and memory; may be repeated.
    #[arg(long, requires = "url")]
    peer_pid: Vec<u32>,
    /// The sink's port for the peer.
    #[arg(long, default_value_t = 8_099, requires = "url")]
    sink_port: u16,
}

impl PeerArgs {
    /// The peer, if there is one.
    ///
    /// # Errors
    /// When URL, header or body cannot be used.
    pub fn peer(&self) -> Result<Option<Peer>> {
        let Some(url) = &self.url else { return Ok(None) };
        let (port, path) = parse(url)?;
        let body = self.body.as_deref().map_or_else(Template::message, Template::parse);
        ensure!(body.is_marked(), "--body must contain bench-{{sender}}-{{number}}.");
        let mut headers = String::new();
        for header in &self.header {
            ensure!(header.contains(':'), "--header must be 'name: value', not {header:?}");
            headers.push_str(header.trim());
            headers.push_str("\r\n");
        }
        let target = Target { port, path: Template::parse(path), headers, body: Arc::new(body) };
        Ok(Some(Peer { target, pids: self.peer_pid.clone(), sink_port: self.sink_port }))
    }
}

/// Port and path of a loopback URL.
fn parse(url: &str) -> Result<(u16, &str)> {
    let wanted = "--url must be http://127.0.0.1:PORT/PATH: load and server share this machine";
    let rest = url.strip_prefix("http://").context(wanted)?;
    let at = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    let (name, port) = host.split_once(':').context(wanted)?;
    ensure!(matches!(name, "127.0.0.1" | "localhost"), wanted);
    Ok((port.parse().context(wanted)?, if path.is_empty() { "/" } else { path }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_this_machine_has_a_port_and_a_path() {
        assert_eq!(parse("http://127.0.0.1:8071/api/v1/x?y=/z").unwrap(), (8071, "/api/v1/x?y=/z"));
        assert_eq!(parse("http://localhost:80").unwrap(), (80, "/"));
        for wrong in ["https://127.0.0.1:1/", "http://example.org:80/", "http://127.0.0.1/", "x"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
