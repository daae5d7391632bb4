//! The generator: connections that each send for some followers in turn, in a closed loop (the next
//! when the last is answered) or an open one (each when it is due, whatever became of the last).
mod pace;
mod template;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::http;
pub use template::Template;

/// How long after its end an open loop goes on sending what was due before it.
const OVERTIME: Duration = Duration::from_secs(30);
/// How long is waited before a broken connection is made anew, and how often.
const ANEW: (Duration, usize) = (Duration::from_millis(100), 50);

/// Where one follower's messages go.
#[derive(Debug, Clone)]
pub struct Target {
    /// The server's port on loopback.
    pub port: u16,
    /// Path to post to.
    pub path: Template,
    /// Headers, each with its line's end.
    pub headers: String,
    /// The message.
    pub body: Arc<Template>,
}

impl Target {
    /// Straight at a receiver.
    pub fn straight(port: u16) -> Self {
        let body = Arc::new(Template::message());
        Self { port, path: Template::parse("/e0"), headers: String::new(), body }
    }

    fn request(&self, sender: u64, number: u64) -> String {
        let path = self.path.fill(sender, number);
        http::request("POST", &path, &self.headers, &self.body.fill(sender, number))
    }
}

/// How fast.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// As fast as answers come.
    Closed,
    /// So many a second.
    Open(f64),
}

/// What is to be sent.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Where each follower's messages go; the sender's number is the place in here.
    pub targets: &'a [Target],
    /// Connections; follower N uses connection N modulo this, so that its order holds.
    pub connections: usize,
    /// How fast.
    pub pace: Pace,
    /// How long.
    pub span: Duration,
    /// The number of each follower's first message: higher than any before.
    pub first: u64,
}

/// A message that was accepted.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// Sender and number.
    pub key: u64,
    /// When it was due to be sent; in a closed loop, when it was.
    pub due: Instant,
    /// When the answer was read.
    pub accepted: Instant,
}

/// What one run did.
#[derive(Debug)]
pub struct Run {
    /// What was accepted.
    pub sent: Vec<Sent>,
    /// Messages refused, or without an answer.
    pub refused: usize,
    /// Messages that were due, but not sent within half a minute of the end.
    pub unsent: usize,
    /// When it began.
    pub began: Instant,
    /// How long it took.
    pub took: Duration,
}

/// One number for a sender's message: below 2^24 senders and 2^40 messages.
pub fn key(sender: u64, number: u64) -> u64 {
    (sender << 40) | number
}

/// The sender in a key.
pub fn sender(key: u64) -> u64 {
    key >> 40
}

/// Sends what the plan says.
///
/// # Errors
/// When a server cannot be connected to.
pub async fn run(plan: &Plan<'_>) -> Result<Run> {
    let connections = plan.connections.min(plan.targets.len());
    let mut lines = Vec::with_capacity(connections);
    for number in 0..connections {
        lines.push(Line::open(plan, number, connections).await?);
    }
    let mut run =
        Run { sent: Vec::new(), refused: 0, unsent: 0, began: Instant::now(), took: plan.span };
    let until = run.began + plan.span;
    let tasks: Vec<_> = match plan.pace {
        Pace::Closed => lines.into_iter().map(|line| tokio::spawn(line.closed(until))).collect(),
        Pace::Open(rate) => {
            let dues = pace::start(rate, plan.span, plan.targets.len(), connections);
            let both = lines.into_iter().zip(dues);
            both.map(|(line, dues)| tokio::spawn(line.open_loop(dues, until + OVERTIME))).collect()
        }
    };
    for task in tasks {
        let line = task.await?;
        run.sent.extend(line.sent);
        run.refused += line.refused;
        run.unsent += line.unsent;
    }
    run.took = run.began.elapsed();
    Ok(run)
}

/// One connection and the followers that use it.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Sender's number, number of its next message, target.
    followers: Vec<(u64, u64, Target)>,
    /// Followers' numbers are this far apart.
    step: usize,
    sent: Vec<Sent>,
    refused: usize,
    unsent: usize,
}

impl Line {
    async fn open(plan: &Plan<'_>, number: usize, connections: usize) -> Result<Self> {
        let all = plan.targets.iter().enumerate().skip(number).step_by(connections);
        let followers: Vec<_> =
            all.map(|(sender, target)| (sender as u64, plan.first, target.clone())).collect();
        let stream = http::connect(plan.targets[number].port).await?;
        let (sent, refused, unsent) = (Vec::with_capacity(4_096), 0, 0);
        let buffer = Vec::with_capacity(4_096);
        Ok(Self { stream, buffer, followers, step: connections, sent, refused, unsent })
    }

    async fn closed(mut self, until: Instant) -> Self {
        let mut turn = 0;
        while Instant::now() < until {
            if !self.send(turn, Instant::now()).await {
                break;
            }
            turn = (turn + 1) % self.followers.len();
        }
        self
    }

    async fn open_loop(mut self, mut dues: UnboundedReceiver<pace::Due>, until: Instant) -> Self {
        while let Some(due) = dues.recv().await {
            if Instant::now() > until || !self.send(due.follower / self.step, due.at).await {
                self.unsent += 1;
            }
        }
        self
    }

    /// Sends one follower's next message. False when the server is gone for good.
    async fn send(&mut self, turn: usize, due: Instant) -> bool {
        let (sender, number, target) = &mut self.followers[turn];
        let key = key(*sender, *number);
        let request = target.request(*sender, *number);
        *number += 1;
        match http::ask(&mut self.stream, &mut self.buffer, &request).await {
            Ok((200..=299, _)) => self.sent.push(Sent { key, due, accepted: Instant::now() }),
            Ok(_) => self.refused += 1,
            Err(_) => {
                self.refused += 1;
                let port = self.followers[turn].2.port;
                return self.connect_anew(port).await;
            }
        }
        true
    }

    async fn connect_anew(&mut self, port: u16) -> bool {
        self.buffer.clear();
        for _ in 0..ANEW.1 {
            tokio::time::sleep(ANEW.0).await;
            if let Ok(stream) = http::connect(port).await {
                self.stream = stream;
                return true;
            }
        }
        false
    }
}
