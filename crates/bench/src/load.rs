//! The generator: senders in a closed loop, each with a connection and a follower of its own.
use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::http;
use crate::sink::key;

/// Where a sender sends.
#[derive(Debug, Clone)]
pub struct Target {
    /// The server's port on loopback.
    pub port: u16,
    /// Path to post to.
    pub path: String,
    /// Bearer token, if the server wants one.
    pub token: String,
}

impl Target {
    /// Straight at a receiver.
    pub fn straight(port: u16) -> Self {
        Self { port, path: "/".into(), token: String::new() }
    }
}

/// What one run did.
pub struct Run {
    /// When each message was accepted.
    pub accepted: HashMap<u64, Instant>,
    /// Messages refused.
    pub refused: usize,
    /// How long it took.
    pub took: Duration,
}

/// Sends for so long, with `senders` at once.
pub async fn run(targets: &[Target], senders: usize, span: Duration) -> Result<Run> {
    let began = Instant::now();
    let until = began + span;
    let tasks: Vec<_> = (0..senders)
        .map(|sender| {
            let target = targets[sender % targets.len()].clone();
            tokio::spawn(send(target, sender as u64, until))
        })
        .collect();
    let mut run = Run { accepted: HashMap::new(), refused: 0, took: span };
    for task in tasks {
        let (accepted, refused) = task.await??;
        run.accepted.extend(accepted);
        run.refused += refused;
    }
    run.took = began.elapsed();
    Ok(run)
}

async fn send(target: Target, sender: u64, until: Instant) -> Result<(Vec<(u64, Instant)>, usize)> {
    let mut stream = TcpStream::connect(("127.0.0.1", target.port)).await?;
    stream.set_nodelay(true)?;
    let (mut buffer, mut accepted, mut refused) = (Vec::new(), Vec::new(), 0);
    let mut number = 0;
    while Instant::now() < until {
        stream.write_all(request(&target, sender, number).as_bytes()).await?;
        let Some(answer) = http::read(&mut stream, &mut buffer).await? else { break };
        match http::status(&answer.line)? {
            200..=299 => accepted.push((key(sender, number), Instant::now())),
            _ => refused += 1,
        }
        number += 1;
    }
    Ok((accepted, refused))
}

/// About 300 bytes of body, as the floor was measured with.
fn request(target: &Target, sender: u64, number: u64) -> String {
    let text = format!("bench-{sender}-{number}.{}", "x".repeat(220));
    let body =
        format!("{{\"client_id\":\"{sender}-{number}\",\"type\":\"text\",\"text\":\"{text}\"}}");
    format!(
        "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        target.path,
        target.token,
        body.len()
    )
}
