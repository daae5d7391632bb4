//! One delivery: its attempts, by the dialect's rule, and what its answer says.
use std::time::{Duration, Instant};

use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::deliveries::{NewAttempt, Outcome, State};
use crier_core::error::Error;
use crier_core::tx::Due;
use crier_core::windows::Effect;

use crate::dialect::{Dialect, Fault, Push, Reply, Request};
use crate::dispatcher::{AWAY, Dispatcher};
use crate::verdicts;

/// Bytes of a request and of an answer kept in the log.
const KEPT: usize = 4_096;

/// Makes a delivery. `false` when the endpoint did not take it.
pub(crate) async fn deliver(dispatcher: &Dispatcher, due: Due) -> bool {
    let push = match prepare(dispatcher, &due).await {
        Ok(push) if push.target.endpoint.enabled => push,
        Ok(_) | Err(Error::NotFound(_)) => {
            end_unsent(dispatcher, &due, State::Failed, verdicts::ENDPOINT_OFF).await;
            return true;
        }
        Err(error) => {
            // Still leased to this node: given back when it stops, or when it looks through what
            // it holds.
            tracing::error!(%error, delivery = %due.id, "a delivery could not be prepared");
            return false;
        }
    };
    let Some(dialect) = dispatcher.dialect(push.target.endpoint.dialect) else {
        end_unsent(dispatcher, &due, State::Failed, verdicts::NOT_SPOKEN).await;
        return true;
    };
    let last = due.attempts + dialect.rule().attempts;
    for number in due.attempts + 1..=last {
        match attempt(dispatcher, &push, dialect.as_ref(), number).await {
            None => {
                end_unsent(dispatcher, &due, State::Delivered, verdicts::NOT_SPOKEN).await;
                return true;
            }
            Some((tried, Ok(reply))) => {
                let mut outcome = outcome(dispatcher, &due, State::Delivered, tried);
                outcome.reply = append(&push, &due, reply);
                dispatcher.inner.app.record(outcome).await;
                return true;
            }
            Some((tried, Err(()))) => {
                let over = number == last;
                let pause = pause(&tried, dialect.rule().timeout);
                let state = if over { State::Failed } else { State::Pending };
                dispatcher.inner.app.record(outcome(dispatcher, &due, state, tried)).await;
                if !over {
                    dispatcher.rest(pause).await;
                }
                if !over && dispatcher.is_stopping() {
                    return false;
                }
            }
        }
    }
    false
}

/// All a dialect needs, waited for while the database is away: a delivery is never dropped for it.
async fn prepare(dispatcher: &Dispatcher, due: &Due) -> crier_core::Result<Push> {
    loop {
        match dispatcher.push(due).await {
            Err(error) if error.is_ours() && !dispatcher.is_stopping() => {
                tracing::warn!(%error, delivery = %due.id, "a delivery waits for the database");
                dispatcher.rest(AWAY).await;
            }
            other => return other,
        }
    }
}

/// How long to wait before the next attempt. Nobody at the address is over in a millisecond; an
/// endpoint that is being restarted gets the time that a silent one would have taken.
fn pause(tried: &NewAttempt, slot: Duration) -> Duration {
    let nobody = [verdicts::UNREACHABLE, verdicts::UNRESOLVED].contains(&tried.verdict.as_str());
    let took = Duration::from_millis(u64::try_from(tried.took_ms).unwrap_or_default());
    if nobody { slot.saturating_sub(took) } else { Duration::ZERO }
}

type Tried = (NewAttempt, Result<Option<Content>, ()>);

/// One attempt, or `None` when the dialect has no words for the event.
async fn attempt(
    dispatcher: &Dispatcher,
    push: &Push,
    dialect: &dyn Dialect,
    number: i32,
) -> Option<Tried> {
    let salt = dispatcher.salt();
    let request = dialect.render(push, &salt)?;
    let began = Instant::now();
    let answer = dispatcher.inner.sender.send(&request, dialect.rule().timeout).await;
    let took = began.elapsed().as_millis();
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
    let tried = NewAttempt {
        number,
        at: salt.now,
        took_ms: i32::try_from(took).unwrap_or(i32::MAX),
        request: written(&request),
        status: status.or_else(|| status_in(&said)),
        answer: said,
        verdict: verdict.to_owned(),
    };
    Some((tried, read.map_err(drop)))
}

/// The message in a reply, with what only the store knows of its media.
async fn complete(
    dispatcher: &Dispatcher,
    push: &Push,
    reply: Reply,
) -> Result<Option<Content>, Fault> {
    let Reply::Say(content) = reply else { return Ok(None) };
    if !push.target.endpoint.may_answer || !push.event.fact.takes_answer() {
        return Ok(None);
    }
    let now = dispatcher.inner.app.clock.now();
    let completed = dispatcher
        .inner
        .app
        .read(move |conn| crier_core::media::complete(conn, content, now))
        .await;
    completed.map(Some).map_err(|error| Fault {
        verdict: match error {
            Error::NotFound(_) | Error::Invalid { .. } => verdicts::UNKNOWN_MEDIA,
            _ => verdicts::MALFORMED,
        },
        detail: error.to_string(),
    })
}

/// The answer's message. Its client id is the event's: it counts once, however often the event is
/// told.
fn append(push: &Push, due: &Due, content: Option<Content>) -> Option<Append> {
    let follower = push.event.follower?;
    let client_id = format!("answer:{}", due.event.id);
    Some(Append::outbound(follower, Origin::Answer, content?, Some(client_id), Effect::None))
}

fn outcome(dispatcher: &Dispatcher, due: &Due, state: State, tried: NewAttempt) -> Outcome {
    Outcome {
        delivery: due.id,
        node: dispatcher.inner.node.id,
        account: due.event.account,
        follower: due.event.follower,
        state,
        attempts: vec![tried],
        reply: None,
    }
}

async fn end_unsent(dispatcher: &Dispatcher, due: &Due, state: State, verdict: &str) {
    let tried = NewAttempt {
        number: due.attempts + 1,
        at: dispatcher.inner.app.clock.now(),
        took_ms: 0,
        request: String::new(),
        status: None,
        answer: String::new(),
        verdict: verdict.to_owned(),
    };
    dispatcher.inner.app.record(outcome(dispatcher, due, state, tried)).await;
}

fn written(request: &Request) -> String {
    let method = if request.post { "POST" } else { "GET" };
    format!("{method} {}\n\n{}", request.url, excerpt(&request.body))
}

/// The beginning of a body, as text that both engines store: PostgreSQL takes no NUL.
fn excerpt(body: &[u8]) -> String {
    let cut = &body[..body.len().min(KEPT)];
    String::from_utf8_lossy(cut).replace('\0', "\u{fffd}")
}

fn described(fault: &Fault, body: &str) -> String {
    let detail = fault.detail.replace('\0', "\u{fffd}");
    if body.is_empty() { detail } else { format!("{detail}\n\n{body}") }
}

/// The status of a fault that has one: its detail begins with it.
fn status_in(said: &str) -> Option<i32> {
    said.strip_prefix("HTTP ")?.get(..3)?.parse().ok()
}
