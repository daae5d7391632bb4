//! One delivery: its attempts, by the dialect's rule and by the long schedule.
use std::time::Duration;

use crier_core::content::Origin;
use crier_core::conversations::Append;
use crier_core::deliveries::{Attempt, OFF, Outcome, State};
use crier_core::endpoints::{Dialect as Name, OffReason};
use crier_core::error::Error;
use crier_core::facts::Fact;
use crier_core::traced;
use crier_core::traces::Span;
use crier_core::tx::Due;
use crier_core::windows::Effect;
use tracing::Instrument as _;
use tracing::field::Empty;

use crate::dialect::{Dialect, Fault, Push, Reply};
use crate::dispatcher::{AWAY, Dispatcher};
use crate::exchange::{attempt, timeout};
use crate::verdicts;

/// Makes a delivery: the attempts that follow each other at once, in its conversation's order.
pub(crate) async fn deliver(dispatcher: &Dispatcher, due: Due) {
    let push = match prepare(dispatcher, &due).await {
        Ok(push) if push.target.endpoint.enabled => push,
        missed @ (Ok(_) | Err(Error::NotFound(_))) => {
            let dialect = missed.ok().map(|push| push.target.endpoint.dialect);
            return end_unsent(dispatcher, &due, dialect, State::Failed, OFF).await;
        }
        Err(error) => {
            // Still leased to this node: given back when it stops, or when it looks through what
            // it holds.
            tracing::error!(%error, delivery = %due.id, "a delivery could not be prepared");
            return;
        }
    };
    let name = push.target.endpoint.dialect;
    let Some(dialect) = dispatcher.dialect(name) else {
        let (state, verdict) = (State::Failed, verdicts::NOT_SPOKEN);
        return end_unsent(dispatcher, &due, Some(name), state, verdict).await;
    };
    Delivery { dispatcher, due, push, dialect: dialect.as_ref() }.make().await;
}

struct Delivery<'a> {
    dispatcher: &'a Dispatcher,
    due: Due,
    push: Push,
    dialect: &'a dyn Dialect,
}

/// What follows a failed attempt.
enum Next {
    /// Another one, after this pause.
    Soon(Duration),
    /// Another one by the long schedule, after this wait.
    Later(Duration),
    /// Nothing.
    Never,
}

impl Delivery<'_> {
    async fn make(mut self) {
        // By the long schedule each step is one attempt.
        let most = if self.due.retries > 0 { 1 } else { self.dialect.rule().attempts };
        for made in 1..=most {
            self.push.attempt = self.due.attempts + made;
            if !self.dispatcher.may_send(&self.due, &self.push.target.endpoint).await {
                return;
            }
            let span = self.span();
            let tried = attempt(self.dispatcher, &self.push, self.dialect);
            let Some((tried, read)) = tried.instrument(span.clone()).await else {
                let name = Some(self.push.target.endpoint.dialect);
                let (state, verdict) = (State::Delivered, verdicts::NOT_SPOKEN);
                return end_unsent(self.dispatcher, &self.due, name, state, verdict).await;
            };
            self.dispatcher.tried(self.due.endpoint, read.is_ok());
            match read {
                Ok(said) => return self.delivered(tried, said, &span).await,
                Err(fault) => match self.next(&tried, &fault, made == most) {
                    Next::Soon(pause) => {
                        self.record(State::Pending, tried, None).await;
                        self.dispatcher.rest(pause).await;
                    }
                    Next::Later(wait) => return self.wait(tried, wait).await,
                    Next::Never => return self.failed(tried, &fault).await,
                },
            }
        }
    }

    fn next(&self, tried: &Attempt, fault: &Fault, is_last: bool) -> Next {
        let endpoint = &self.push.target.endpoint;
        if endpoint.persistent && fault.verdict == verdicts::GONE {
            return Next::Never;
        }
        // An endpoint that asks for time gets it, where there is any.
        let asks = endpoint.persistent && fault.retry_after.is_some();
        if !is_last && !asks {
            return Next::Soon(self.pause(tried));
        }
        if !endpoint.persistent {
            return Next::Never;
        }
        let wait = self.dispatcher.wait(self.due.retries, fault.retry_after);
        wait.map_or(Next::Never, Next::Later)
    }

    /// How long to wait before the next attempt. Nobody at the address is over in a millisecond; an
    /// endpoint that is being restarted gets the time that a silent one would have taken.
    fn pause(&self, tried: &Attempt) -> Duration {
        let nobody = [verdicts::UNREACHABLE, verdicts::UNRESOLVED].contains(&&*tried.verdict);
        let took = Duration::from_millis(u64::try_from(tried.took_ms).unwrap_or_default());
        let slot = timeout(&self.push, self.dialect);
        if nobody { slot.saturating_sub(took) } else { self.dialect.rule().pause }
    }

    /// The span of the attempt that comes next.
    fn span(&self) -> Span {
        traced!(
            &self.due.span,
            "attempt",
            otel.kind = "client",
            otel.status_code = Empty,
            attempt = self.push.attempt,
            endpoint.id = self.due.endpoint.0,
            server.address = Empty,
            verdict = Empty,
            http.response.status_code = Empty,
        )
    }

    fn count(&self, state: State, verdict: &str) {
        let dialect = self.push.target.endpoint.dialect;
        self.dispatcher.inner.meters.ended(dialect, state, verdict);
    }

    async fn delivered(self, tried: Attempt, said: Reply, span: &Span) {
        let reply = self.reply(said, span);
        self.count(State::Delivered, &tried.verdict);
        self.arrived();
        self.dispatcher.went(&self.push.target.endpoint, true);
        let outcome = outcome(&self.due, State::Delivered, tried);
        self.dispatcher.inner.app.record(Outcome { reply, ..outcome }).await;
    }

    /// What the answer brings: a message, or that agents have the follower. Either is known by the
    /// event: it counts once, however often the event is told.
    fn reply(&self, said: Reply, attempt: &Span) -> Option<Append> {
        let (follower, event) = (self.push.event.follower?, self.due.event.id);
        let reply = match said {
            Reply::Nothing => return None,
            Reply::Say(content) => {
                let client_id = Some(format!("answer:{event}"));
                Append::outbound(follower, Origin::Answer, content, client_id, Effect::None)
            }
            Reply::HandOver(agent) => Append::hand_over(follower, event, agent),
        };
        Some(Append { span: traced!(attempt, "reply"), ..reply })
    }

    /// Notes how long a message took to its endpoint. Other events may be dated ahead, and what is
    /// told once more was accepted long ago.
    fn arrived(&self) {
        let event = &self.due.event;
        if self.due.replay || !matches!(event.fact, Fact::Message { .. }) {
            return;
        }
        let took = self.dispatcher.inner.app.clock.now().micros() - event.created_at.micros();
        let took = u64::try_from(took).unwrap_or_default();
        self.dispatcher.inner.meters.arrived(Duration::from_micros(took));
    }

    async fn wait(&self, tried: Attempt, wait: Duration) {
        self.dispatcher.went(&self.push.target.endpoint, false);
        self.record(State::Waiting, tried, Some(wait)).await;
    }

    async fn failed(&self, tried: Attempt, fault: &Fault) {
        let endpoint = &self.push.target.endpoint;
        self.dispatcher.went(endpoint, false);
        self.count(State::Failed, &tried.verdict);
        self.record(State::Failed, tried, None).await;
        if endpoint.persistent && fault.verdict == verdicts::GONE {
            self.dispatcher.switch_off(endpoint.id, OffReason::Gone).await;
        }
    }

    async fn record(&self, state: State, tried: Attempt, wait: Option<Duration>) {
        let app = &self.dispatcher.inner.app;
        let wait = wait.and_then(|wait| chrono::Duration::from_std(wait).ok());
        let next_at = wait.map(|wait| app.clock.now().plus(wait));
        app.record(Outcome { next_at, ..outcome(&self.due, state, tried) }).await;
    }
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

fn outcome(due: &Due, state: State, attempt: Attempt) -> Outcome {
    Outcome {
        delivery: due.id,
        node: due.node,
        account: due.event.account,
        follower: due.event.follower,
        state,
        attempt,
        next_at: None,
        retries: due.retries + i32::from(state == State::Waiting),
        reply: None,
    }
}

/// Ends a delivery of which nothing was sent. The dialect is known where the endpoint is.
async fn end_unsent(
    dispatcher: &Dispatcher,
    due: &Due,
    dialect: Option<Name>,
    state: State,
    verdict: &str,
) {
    if let Some(dialect) = dialect {
        dispatcher.inner.meters.ended(dialect, state, verdict);
    }
    let unsent = Attempt {
        number: due.attempts,
        at: dispatcher.inner.app.clock.now(),
        took_ms: 0,
        request: String::new(),
        status: None,
        answer: String::new(),
        verdict: verdict.to_owned(),
    };
    dispatcher.inner.app.record(outcome(due, state, unsent)).await;
}
