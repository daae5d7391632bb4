//! The URL check, with the very request, guard and limits that deliveries have.
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crier_core::Result;
use crier_core::accounts::Account;
use crier_core::checks::{CheckReport, EndpointCheck, LinkState, Reached};
use crier_core::endpoints::{Draft, Endpoint};
use crier_core::events::Event;
use crier_core::ids::EndpointId;
use crier_core::samples::Sampled;
use futures_util::future::{BoxFuture, FutureExt as _, join_all};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::dialect::{Fault, Target};
use crate::dispatcher::Dispatcher;
use crate::samples::sample;
use crate::verdicts;

/// How long names are looked up.
const LOOKED: Duration = Duration::from_secs(3);
/// How long a connection is waited for.
const CONNECT: Duration = Duration::from_secs(1);
/// Connections to one address.
const TRIES: u32 = 3;
/// How long a link may take to answer.
const LINK: Duration = Duration::from_secs(5);
/// Addresses of one URL that are probed.
const PROBED: usize = 8;

/// Characters of the answer that the report shows.
const SHOWN: usize = 500;

impl EndpointCheck for Dispatcher {
    fn check(&self, draft: Draft) -> BoxFuture<'_, CheckReport> {
        run(self, draft).boxed()
    }

    fn probe(&self, url: String, connect: bool) -> BoxFuture<'_, Vec<Reached>> {
        async move {
            let Ok(url) = url.parse() else { return Vec::new() };
            let looked = self.inner.sender.addresses(&url);
            let mut found = timeout(LOOKED, looked).await.unwrap_or_default();
            found.truncate(PROBED);
            let tries = if connect { TRIES } else { 0 };
            join_all(found.into_iter().map(|address| reach(address, tries))).await
        }
        .boxed()
    }

    fn look(&self, url: String) -> BoxFuture<'_, LinkState> {
        async move {
            match self.inner.sender.status(url, LINK).await {
                Ok(200..=299) => LinkState::Found,
                Ok(300..=399) => LinkState::Moved,
                Ok(status) => LinkState::Broken(status),
                Err(fault) if fault.verdict == verdicts::FORBIDDEN_ADDRESS => LinkState::Forbidden,
                Err(_) => LinkState::Silent,
            }
        }
        .boxed()
    }

    fn sample(
        &self,
        endpoint: EndpointId,
        account: Arc<Account>,
        event: Event,
    ) -> BoxFuture<'_, Result<Sampled>> {
        sample(self, endpoint, account, event).boxed()
    }

    fn resolve(&self, host: String) -> BoxFuture<'_, Vec<IpAddr>> {
        async move {
            let looked = timeout(LOOKED, lookup_host((host.as_str(), 0))).await;
            let Ok(Ok(found)) = looked else { return Vec::new() };
            let mut found: Vec<IpAddr> = found.map(|address| address.ip()).collect();
            found.sort_unstable();
            found.dedup();
            found
        }
        .boxed()
    }
}

/// Opens connections one after the other, and closes each at once.
async fn reach(address: SocketAddr, tries: u32) -> Reached {
    let (mut connected, mut took) = (0, Duration::ZERO);
    for _ in 0..tries {
        let began = Instant::now();
        if let Ok(Ok(_)) = timeout(CONNECT, TcpStream::connect(address)).await {
            connected += 1;
            took += began.elapsed();
        }
    }
    let mean = took.checked_div(connected);
    Reached { address: address.ip(), tries, connected, mean }
}

impl Dispatcher {
    /// Makes this dispatcher the one that checks endpoints for the console.
    pub fn check_endpoints(&self) {
        self.inner.app.set_checker(Arc::new(self.clone()));
    }
}

async fn run(dispatcher: &Dispatcher, draft: Draft) -> CheckReport {
    let Some(dialect) = dispatcher.dialect(draft.dialect) else {
        return report(String::new(), 0, None, Err(not_spoken()), String::new());
    };
    let target = target(dispatcher, draft);
    let salt = dispatcher.salt();
    let mut request = dialect.check(&target, &salt);
    let own = target.secrets.headers.iter();
    request.headers.extend(own.map(|(name, value)| (name.clone().into(), value.clone())));
    let began = Instant::now();
    let answer = dispatcher.inner.sender.send(&request, dialect.rule().timeout).await;
    let took_ms = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
    let status = answer.as_ref().ok().map(|answer| answer.status);
    let body = answer.as_ref().map(|answer| shown(&answer.body)).unwrap_or_default();
    let passed = answer.and_then(|answer| dialect.checked(&target, &salt, &answer));
    report(request.shown_url(), took_ms, status, passed, body)
}

fn report(
    request_url: String,
    took_ms: i32,
    status: Option<u16>,
    passed: std::result::Result<(), Fault>,
    body: String,
) -> CheckReport {
    let (verdict, answer) = match &passed {
        Ok(()) => (verdicts::DELIVERED, body),
        Err(fault) if body.is_empty() => (fault.verdict, fault.detail.clone()),
        Err(fault) => (fault.verdict, body),
    };
    CheckReport {
        passed: passed.is_ok(),
        verdict: verdict.to_owned(),
        status,
        took_ms,
        answer,
        request_url,
    }
}

fn not_spoken() -> Fault {
    Fault::new(verdicts::NOT_SPOKEN, "")
}

pub(crate) fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body).replace('\0', "\u{fffd}").chars().take(SHOWN).collect()
}

/// The draft as if it were stored.
fn target(dispatcher: &Dispatcher, draft: Draft) -> Target {
    let (endpoint, secrets) = Endpoint::unstored(draft, dispatcher.inner.app.clock.now());
    Target { endpoint, secrets }
}
