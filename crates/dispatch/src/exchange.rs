//! One attempt: the request, the answer, and what it says.
use std::borrow::Cow;
use std::time::{Duration, Instant};

use crier_core::Error;
use crier_core::deliveries::Attempt;
use crier_core::rights::Right;
use crier_core::traces::{self, Span};

use crate::dialect::{Dialect, Fault, Push, Reply, Request};
use crate::dispatcher::{AWAY, Dispatcher};
use crate::verdicts;

/// Bytes of a request and of an answer kept in the log.
const KEPT: usize = 4_096;

/// What an attempt came to: what the answer says that counts, or what was wrong with it.
pub(crate) type Tried = (Attempt, Result<Reply, Fault>);

/// Makes one attempt. `None` when the dialect has no words for the event.
pub(crate) async fn attempt(
    dispatcher: &Dispatcher,
    push: &Push,
    dialect: &dyn Dialect,
) -> Option<Tried> {
    let salt = dispatcher.salt();
    let mut request = dialect.render(push, &salt)?;
    let own = push.target.secrets.headers.iter();
    request.headers.extend(own.map(|(name, value)| (name.clone().into(), value.clone())));
    let span = traces::current();
    request.headers.extend(parent(dispatcher, &span));
    let began = Instant::now();
    let answer = dispatcher.inner.sender.send(&request, timeout(push, dialect)).await;
    let took = began.elapsed();
    let status = answer.as_ref().ok().map(|answer| i32::from(answer.status));
    let body = answer.as_ref().map(|answer| excerpt(&answer.body)).unwrap_or_default();
    let read = match answer.and_then(|answer| dialect.read(push, &answer)) {
        Ok(reply) => complete(dispatcher, push, reply).await,
        Err(fault) => Err(fault),
    };
    let (verdict, said) = match &read {
        Ok(_) => (verdicts::DELIVERED, body),
        Err(fault) => (fault.verdict, described(fault, &body)),
    };
    let attempt = Attempt {
        number: push.attempt,
        at: salt.now,
        took_ms: i32::try_from(took.as_millis()).unwrap_or(i32::MAX),
        // Of what went well the event says it all: the log is half as large without it.
        request: if read.is_ok() { String::new() } else { written(&request) },
        status: status.or_else(|| status_in(&said)),
        answer: said,
        verdict: verdict.to_owned(),
    };
    let name = push.target.endpoint.dialect;
    dispatcher.inner.meters.tried(name, read.is_ok(), took);
    if !span.is_disabled() {
        note(&span, &request, &attempt, read.is_ok());
    }
    Some((attempt, read))
}

/// The header by which the endpoint's own trace can join this one.
fn parent(dispatcher: &Dispatcher, span: &Span) -> Option<(Cow<'static, str>, String)> {
    if span.is_disabled() {
        return None;
    }
    Some((Cow::Borrowed("traceparent"), dispatcher.inner.propagate?(span)?))
}

/// Writes down what came of an attempt; of the address no more than the host.
fn note(span: &Span, request: &Request, attempt: &Attempt, well: bool) {
    let url = request.url.parse::<url::Url>().ok();
    span.record("server.address", url.as_ref().and_then(|url| url.host_str()));
    span.record("verdict", &*attempt.verdict);
    span.record("http.response.status_code", attempt.status);
    span.record("otel.status_code", if well { "OK" } else { "ERROR" });
}

/// How long an attempt at this endpoint may take.
pub(crate) fn timeout(push: &Push, dialect: &dyn Dialect) -> Duration {
    let own = push.target.endpoint.timeout_ms.and_then(|ms| u64::try_from(ms).ok());
    own.map_or(dialect.rule().timeout, Duration::from_millis)
}

/// What counts of a reply; its message with what only the store knows of its media.
async fn complete(dispatcher: &Dispatcher, push: &Push, reply: Reply) -> Result<Reply, Fault> {
    if !push.target.endpoint.may_answer || !push.event.fact.takes_answer() {
        return Ok(Reply::Nothing);
    }
    let content = match reply {
        Reply::Say(content) if content.media().next().is_some() => content,
        // Where there are no agents, nobody is handed over.
        Reply::HandOver(_) if push.account.may(Right::Agents).is_err() => {
            return Ok(Reply::Nothing);
        }
        other => return Ok(other),
    };
    loop {
        let (app, content) = (&dispatcher.inner.app, content.clone());
        let now = app.clock.now();
        match app.read(move |conn| crier_core::media::complete(conn, content, now)).await {
            // The endpoint has answered: its answer is not lost because the database is away.
            Err(error) if error.is_ours() && !dispatcher.is_stopping() => {
                tracing::warn!(%error, "an answer waits for the database");
                dispatcher.rest(AWAY).await;
            }
            Ok(completed) => return Ok(Reply::Say(completed)),
            Err(error @ (Error::NotFound(_) | Error::Invalid { .. })) => {
                return Err(Fault::new(verdicts::UNKNOWN_MEDIA, error.to_string()));
            }
            Err(error) => return Err(Fault::new(verdicts::MALFORMED, error.to_string())),
        }
    }
}

/// A request as the log shows it.
pub(crate) fn written(request: &Request) -> String {
    let method = if request.post { "POST" } else { "GET" };
    format!("{method} {}\n\n{}", request.shown_url(), excerpt(&request.body))
}

/// The beginning of a body, as text that both engines store: PostgreSQL takes no NUL.
fn excerpt(body: &[u8]) -> String {
    let cut = &body[..body.len().min(KEPT)];
    String::from_utf8_lossy(cut).replace('\0', "\u{fffd}")
}

fn described(fault: &Fault, body: &str) -> String {
    // A fault may quote the answer, which may be of any length.
    let detail = excerpt(fault.detail.as_bytes());
    if body.is_empty() { detail } else { format!("{detail}\n\n{body}") }
}

/// The status of a fault that has one: its detail begins with it.
fn status_in(said: &str) -> Option<i32> {
    said.strip_prefix("HTTP ")?.get(..3)?.parse().ok()
}
