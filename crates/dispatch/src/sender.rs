//! One HTTP exchange with an operator backend: guarded, bounded in time and size, over pooled
//! connections, redirects not followed.
use std::error::Error as _;
use std::time::Duration;

use futures_util::StreamExt as _;

use crate::MAX_ANSWER;
use crate::dialect::{Answer, Fault, Request};
use crate::guard::{Forbidden, Guard, Unresolved};
use crate::verdicts;

/// Idle connections kept to one host.
const IDLE: usize = 64;

/// Makes requests.
#[derive(Clone)]
pub struct Sender {
    client: reqwest::Client,
    guard: Guard,
}

impl Sender {
    /// A sender behind this guard.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // A proxy from the environment would connect in our place, past the guard.
            .no_proxy()
            .dns_resolver(std::sync::Arc::new(guard.clone()))
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(Duration::from_mins(1))
            .tcp_nodelay(true)
            .user_agent(concat!("Crier/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, guard })
    }

    /// Makes a request and reads the answer, all within `timeout`.
    ///
    /// # Errors
    /// A [`Fault`] for whatever is no answer with status 200 to 299.
    pub async fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, Fault> {
        let exchange = self.exchange(request);
        match tokio::time::timeout(timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(Fault {
                verdict: verdicts::TIMEOUT,
                detail: format!("no complete answer within {:.1} s", timeout.as_secs_f32()),
            }),
        }
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, Fault> {
        let url: reqwest::Url = request.url.parse().map_err(|error| Fault {
            verdict: verdicts::UNREACHABLE,
            detail: format!("the address cannot be read: {error}"),
        })?;
        self.guard.check_url(&url).map_err(|forbidden| Fault {
            verdict: verdicts::FORBIDDEN_ADDRESS,
            detail: forbidden.to_string(),
        })?;
        let method = if request.post { reqwest::Method::POST } else { reqwest::Method::GET };
        let mut builder = self.client.request(method, url).body(request.body.clone());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let response = builder.send().await.map_err(|error| fault(&error))?;
        let status = response.status().as_u16();
        let body = read(response).await?;
        match status {
            200..=299 => Ok(Answer { status, body }),
            300..=399 => Err(bad(verdicts::REDIRECT, status, &body)),
            _ => Err(bad(verdicts::BAD_STATUS, status, &body)),
        }
    }
}

fn bad(verdict: &'static str, status: u16, body: &[u8]) -> Fault {
    let excerpt: String = String::from_utf8_lossy(body).chars().take(500).collect();
    Fault { verdict, detail: format!("HTTP {status}\n{excerpt}") }
}

async fn read(response: reqwest::Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| fault(&error))?;
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(Fault {
                verdict: verdicts::TOO_LARGE,
                detail: format!(
                    "the answer has more than {MAX_ANSWER} bytes; the rest was not read"
                ),
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn fault(error: &reqwest::Error) -> Fault {
    let mut verdict = if error.is_timeout() { verdicts::TIMEOUT } else { verdicts::UNREACHABLE };
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<Forbidden>() {
            verdict = verdicts::FORBIDDEN_ADDRESS;
        } else if inner.is::<Unresolved>() {
            verdict = verdicts::UNRESOLVED;
        } else if inner.to_string().contains("certificate") {
            verdict = verdicts::TLS;
        }
        detail = inner.to_string();
        cause = inner.source();
    }
    Fault { verdict, detail }
}
