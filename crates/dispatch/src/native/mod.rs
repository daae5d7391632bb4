//! Crier's own dialect: JSON events signed by the Standard Webhooks specification, told to brands
//! that bring no bot along. `docs/EVENTS.md` is what their developers read.
pub mod answers;
mod events;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod messages;
mod signatures;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

use crier_core::endpoints;

pub use self::events::{Account, Event, Follower, Happening, Version};
pub use self::messages::{Body, Message};
use crate::dialect::{Answer, Dialect, Fault, Push, Reply, Request, Rule, Salt, Target};
use crate::verdicts;

/// The native webhook protocol.
#[derive(Debug, Clone, Copy, Default)]
pub struct Native;

impl Dialect for Native {
    fn name(&self) -> endpoints::Dialect {
        endpoints::Dialect::Native
    }

    /// Three attempts of 15 seconds, the least that Standard Webhooks asks for.
    fn rule(&self) -> Rule {
        Rule { attempts: 3, timeout: Duration::from_secs(15), pause: Duration::from_secs(1) }
    }

    /// The body is the same in every attempt; which attempt it is stands in the headers, so that a
    /// receiver may compare and log bodies.
    fn render(&self, push: &Push, salt: &Salt) -> Option<Request> {
        let mut request = post(&push.target, &Event::of(push)?, salt);
        request.headers.push(("crier-attempt".into(), push.attempt.to_string()));
        if push.replay {
            request.headers.push(("crier-replay".into(), "true".to_owned()));
        }
        Some(request)
    }

    fn read(&self, push: &Push, answer: &Answer) -> Result<Reply, Fault> {
        if push.event.fact.takes_answer() {
            answers::read(&answer.body)
        } else {
            Ok(Reply::Nothing)
        }
    }

    fn check(&self, target: &Target, salt: &Salt) -> Request {
        post(target, &Event::check(salt), salt)
    }

    /// Any success passes: receivers of this protocol echo nothing.
    fn checked(&self, _: &Target, _: &Salt, answer: &Answer) -> Result<(), Fault> {
        if (200..300).contains(&answer.status) {
            return Ok(());
        }
        Err(Fault::new(verdicts::BAD_STATUS, format!("HTTP {}", answer.status)))
    }
}

fn post(target: &Target, event: &Event<'_>, salt: &Salt) -> Request {
    let body = event.json();
    let seconds = salt.now.seconds().to_string();
    let signature = signatures::header(&target.secrets, &event.id, &seconds, &body);
    let headers: Vec<(Cow<'static, str>, String)> = vec![
        ("Content-Type".into(), "application/json; charset=utf-8".to_owned()),
        ("webhook-id".into(), event.id.to_string()),
        ("webhook-timestamp".into(), seconds),
        ("webhook-signature".into(), signature),
    ];
    Request { post: true, url: target.endpoint.url.clone(), headers, body: body.into() }
}
