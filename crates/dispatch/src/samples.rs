//! Samples: told by the renderer, the signature, the guard and the limits that deliveries have, and
//! marked, so that a backend can tell them from what happened.
use std::sync::Arc;
use std::time::Instant;

use crier_core::Result;
use crier_core::accounts::Account;
use crier_core::events::Event;
use crier_core::ids::EndpointId;
use crier_core::samples::Sampled;

use crate::checks::shown;
use crate::dialect::{Fault, Request};
use crate::dispatcher::Dispatcher;
use crate::exchange::timeout;
use crate::verdicts;

/// The header that marks a sample.
const MARK: (&str, &str) = ("x-crier-sample", "1");

/// Tells an endpoint a sample, once.
pub(crate) async fn sample(
    dispatcher: &Dispatcher,
    endpoint: EndpointId,
    account: Arc<Account>,
    event: Event,
) -> Result<Sampled> {
    let push = dispatcher.sample_push(endpoint, account, event).await?;
    let salt = dispatcher.salt();
    let dialect = dispatcher.dialect(push.target.endpoint.dialect);
    let Some(dialect) = dialect else { return Ok(unspoken()) };
    let Some(mut request) = dialect.render(&push, &salt) else { return Ok(unspoken()) };
    let own = push.target.secrets.headers.iter();
    request.headers.extend(own.map(|(name, value)| (name.clone().into(), value.clone())));
    request.headers.push((MARK.0.into(), MARK.1.into()));
    let began = Instant::now();
    let answer = dispatcher.inner.sender.send(&request, timeout(&push, dialect.as_ref())).await;
    let took_ms = i32::try_from(began.elapsed().as_millis()).unwrap_or(i32::MAX);
    let status = answer.as_ref().ok().map(|answer| answer.status);
    let body = answer.as_ref().map(|answer| shown(&answer.body)).unwrap_or_default();
    let read = answer.and_then(|answer| dialect.read(&push, &answer));
    let (verdict, answer) = match &read {
        Ok(_) => (verdicts::DELIVERED, body),
        Err(Fault { verdict, detail, .. }) if body.is_empty() => (*verdict, detail.clone()),
        Err(fault) => (fault.verdict, format!("{}\n\n{body}", fault.detail)),
    };
    Ok(Sampled {
        passed: read.is_ok(),
        verdict: verdict.to_owned(),
        status,
        took_ms,
        request: written(&request, push.target.secrets.headers.iter().map(|(name, _)| &**name)),
        answer,
    })
}

fn unspoken() -> Sampled {
    Sampled {
        passed: true,
        verdict: verdicts::NOT_SPOKEN.to_owned(),
        status: None,
        took_ms: 0,
        request: String::new(),
        answer: String::new(),
    }
}

/// The request, without the values of the endpoint's own headers: they may be credentials.
fn written<'n>(request: &Request, own: impl Iterator<Item = &'n str>) -> String {
    let hidden: Vec<&str> = own.collect();
    let method = if request.post { "POST" } else { "GET" };
    let mut text = format!("{method} {}\n", request.shown_url());
    for (name, value) in &request.headers {
        let value = if hidden.contains(&&**name) { "***" } else { value.as_str() };
        text.push_str(name);
        text.push_str(": ");
        text.push_str(value);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(&request.body).replace('\0', "\u{fffd}"));
    text
}
