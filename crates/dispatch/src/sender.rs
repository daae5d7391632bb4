//! One HTTP exchange with an operator backend: guarded, bounded in time and size, over pooled
//! connections, redirects not followed.
use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Response, StatusCode, Url, redirect};
use tokio::time::{Instant, timeout_at};

use crate::MAX_ANSWER;
use crate::dialect::{Answer, Fault, Request};
use crate::guard::{Forbidden, Guard, Unresolved};
use crate::retry_after;
use crate::roots::Roots;
use crate::verdicts;

/// Idle connections kept to one host.
const IDLE: usize = 64;

/// Characters of a refusal's body that its fault shows.
const SHOWN: usize = 500;

/// Makes requests.
#[derive(Clone)]
pub struct Sender {
    client: Client,
    guard: Guard,
}

impl Sender {
    /// A sender behind this guard that trusts the system's certificates.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        Self::trusting(guard, &Roots::default())
    }

    /// A sender behind this guard that trusts these roots beside the system's.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn trusting(guard: Guard, roots: &Roots) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            // A proxy from the environment would connect in our place, past the guard.
            .no_proxy()
            .dns_resolver(Arc::new(guard.clone()))
            .tls_certs_merge(roots.certificates())
            // What follows is off unless a feature turns it on, and any crate of the build can
            // turn features on: an answer must not grow by unpacking, and hyper's bounds for
            // HTTP/1.1 heads are those that the tests know.
            .http1_only()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(Duration::from_mins(1))
            .tcp_nodelay(true)
            .user_agent(concat!("Crier/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, guard })
    }

    /// The addresses behind a URL that may be reached.
    pub(crate) async fn addresses(&self, url: &Url) -> Vec<SocketAddr> {
        self.guard.addresses(url).await
    }

    /// Whether nobody on the way can read along: HTTPS, or an address that is excepted.
    pub(crate) async fn is_private_enough(&self, url: &str) -> bool {
        let Ok(url) = url.parse::<Url>() else { return false };
        let addresses = match url.scheme() {
            "https" => return true,
            "http" => self.addresses(&url).await,
            _ => return false,
        };
        !addresses.is_empty() && addresses.iter().all(|it| self.guard.excepts(it.ip()))
    }

    /// Makes a request and reads the answer, all within `timeout`.
    ///
    /// # Errors
    /// A [`Fault`] for whatever is no answer with status 200 to 299.
    pub async fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, Fault> {
        let deadline = Instant::now() + timeout;
        let late = |_| {
            let detail = format!("no complete answer within {:.1} s", timeout.as_secs_f32());
            Fault::new(verdicts::TIMEOUT, detail)
        };
        let mut response = timeout_at(deadline, self.ask(request)).await.map_err(late)??;
        let status = response.status();
        let mut body = Vec::new();
        let read = timeout_at(deadline, read(&mut response, &mut body)).await;
        if !status.is_success() {
            // The status says it all; a body that is too long, too slow or broken says no more.
            return Err(refusal(status, response.headers(), &body));
        }
        read.map_err(late)??;
        Ok(Answer { status: status.as_u16(), body })
    }

    /// The status that an address answers with; its body is not read.
    ///
    /// # Errors
    /// A [`Fault`] where there is no answer within `timeout`.
    pub(crate) async fn status(&self, url: String, timeout: Duration) -> Result<u16, Fault> {
        let late = |_| Fault::new(verdicts::TIMEOUT, "no answer in time");
        let request = Request { post: false, url, headers: Vec::new(), body: Bytes::new() };
        let asked = timeout_at(Instant::now() + timeout, self.ask(&request));
        Ok(asked.await.map_err(late)??.status().as_u16())
    }

    /// The answer's head.
    async fn ask(&self, request: &Request) -> Result<Response, Fault> {
        let url: Url = request.url.parse().map_err(|error| {
            let detail = format!("the address cannot be read: {error}");
            Fault::new(verdicts::UNREACHABLE, detail)
        })?;
        // Checked is the very object that the client connects by.
        self.guard
            .check_url(&url)
            .map_err(|forbidden| Fault::new(verdicts::FORBIDDEN_ADDRESS, forbidden.to_string()))?;
        let method = if request.post { Method::POST } else { Method::GET };
        let mut builder = self.client.request(method, url).body(request.body.clone());
        for (name, value) in &request.headers {
            builder = builder.header(&**name, value);
        }
        builder.send().await.map_err(fault)
    }
}

/// Reads the body into `body`, so that what came before a fault is kept.
async fn read(response: &mut Response, body: &mut Vec<u8>) -> Result<(), Fault> {
    while let Some(chunk) = response.chunk().await.map_err(fault)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            let detail =
                format!("the answer has more than {MAX_ANSWER} bytes; the rest was not read");
            return Err(Fault::new(verdicts::TOO_LARGE, detail));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(())
}

fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Fault {
    let verdict = match status.as_u16() {
        300..=399 => verdicts::REDIRECT,
        410 => verdicts::GONE,
        _ => verdicts::BAD_STATUS,
    };
    let retry_after = match status.as_u16() {
        429 | 502 | 503 | 504 => retry_after::wanted(headers),
        _ => None,
    };
    let excerpt: String = String::from_utf8_lossy(body).chars().take(SHOWN).collect();
    Fault { verdict, detail: format!("HTTP {}\n{excerpt}", status.as_u16()), retry_after }
}

/// The verdict is that of the deepest cause that has one, the detail what the deepest cause says.
fn fault(error: reqwest::Error) -> Fault {
    // An address that cannot be taken apart keeps its name and password.
    let error = error.without_url();
    let mut verdict = if error.is_timeout() { verdicts::TIMEOUT } else { verdicts::UNREACHABLE };
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        verdict = verdict_of(inner).unwrap_or(verdict);
        detail = inner.to_string();
        cause = inner.source();
    }
    Fault::new(verdict, detail)
}

fn verdict_of(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        // An I/O error hides the error that it wraps from the chain of sources. Those of these
        // kinds that wrap one are hyper's of a broken body; the system's own wrap none.
        let broken = matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput);
        let wrapped = verdict_of(error.get_ref()?);
        return wrapped.or_else(|| broken.then_some(verdicts::MALFORMED));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        let too_large = error.is_parse_too_large().then_some(verdicts::TOO_LARGE);
        return too_large.or_else(|| error.is_parse().then_some(verdicts::MALFORMED));
    }
    let known = [
        (error.is::<Forbidden>(), verdicts::FORBIDDEN_ADDRESS),
        (error.is::<Unresolved>(), verdicts::UNRESOLVED),
        (error.is::<rustls::Error>(), verdicts::TLS),
    ];
    known.into_iter().find_map(|(is, verdict)| is.then_some(verdict))
}
