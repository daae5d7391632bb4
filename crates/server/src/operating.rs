//! The API explorer's other half: the calls of the WeChat dialect as data, and who makes one over
//! loopback, through the very routes that everybody else's calls go through.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Result;
use crier_console::operator::{Answered, Asked, Call, Caller, Effect, Operator};
use futures_util::future::BoxFuture;

/// How long a call may take.
const WAITED: Duration = Duration::from_secs(30);

struct Loopback {
    client: reqwest::Client,
    base: String,
}

impl Caller for Loopback {
    fn call(&self, asked: Asked) -> BoxFuture<'_, Option<Answered>> {
        Box::pin(async move { self.make(asked).await.ok() })
    }
}

impl Loopback {
    async fn make(&self, asked: Asked) -> reqwest::Result<Answered> {
        let began = Instant::now();
        let address = format!("{}{}", self.base, asked.target);
        let request = if asked.post {
            let typed = self.client.post(address).header("content-type", "application/json");
            typed.body(asked.body)
        } else {
            self.client.get(address)
        };
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let headers = headers.collect();
        let body = String::from_utf8_lossy(&answer.bytes().await?).into_owned();
        let took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Ok(Answered { status, headers, body, took_ms })
    }
}

/// What the explorer of a server works with that listens here.
///
/// # Errors
/// When no client can be made.
pub fn operator(listens: SocketAddr) -> Result<Operator> {
    let host = match listens.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let client = reqwest::Client::builder().timeout(WAITED).no_proxy().build()?;
    let base = format!("http://{}", SocketAddr::new(host, listens.port()));
    let calls = crier_wechat::catalogue().into_iter().map(|listed| Call {
        method: listed.method.to_owned(),
        path: listed.path.to_owned(),
        query: listed.query,
        body: listed.body,
        effect: match listed.effect {
            crier_wechat::Effect::Reads => Effect::Reads,
            crier_wechat::Effect::Changes => Effect::Changes,
            crier_wechat::Effect::Sends => Effect::Sends,
        },
    });
    Ok(Operator::new(calls.collect(), Loopback { client, base }))
}
