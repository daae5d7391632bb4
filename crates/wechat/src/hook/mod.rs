//! Webhooks: events out, answers in.
mod crypto;
#[cfg(any(test, feature = "fuzzing"))]
mod fixtures;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod push;
mod reply;
mod reports;
#[cfg(test)]
mod tests;
mod xml;

use std::time::Duration;

use crier_core::endpoints::{self, Mode};
use crier_dispatch::dialect::{Answer, Dialect, Fault, Push, Reply, Request, Rule, Salt, Target};
use crier_dispatch::verdicts;
use url::Url;

use self::crypto::{Envelope, sign};
use self::xml::Xml;

/// WeChat's webhook protocol.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wechat;

impl Dialect for Wechat {
    fn name(&self) -> endpoints::Dialect {
        endpoints::Dialect::Wechat
    }

    /// Three attempts of five seconds (`reference/wechat-api.md` 5.1).
    fn rule(&self) -> Rule {
        Rule { attempts: 3, timeout: Duration::from_secs(5), pause: Duration::ZERO }
    }

    fn render(&self, push: &Push, salt: &Salt) -> Option<Request> {
        let mut xml = push::document(push)?;
        let plain = xml.document();
        let stamp = Stamp::of(salt);
        let mut query = stamp.signed(&push.target);
        query.push(("openid", push::sender(push).to_owned()));
        let body = match push.target.endpoint.mode {
            Mode::Plain => plain,
            mode => {
                let sealed = seal(push, &plain, salt)?;
                query.push(("encrypt_type", "aes".to_owned()));
                query.push(("msg_signature", stamp.sign_with(&push.target, &[&sealed])));
                if mode == Mode::Safe {
                    xml = Xml::default();
                    xml.text("ToUserName", &push.account.original_id);
                }
                xml.text("Encrypt", &sealed).document()
            }
        };
        Some(Request {
            post: true,
            url: with_query(&push.target.endpoint.url, &query),
            headers: vec![("Content-Type".into(), "text/xml".to_owned())],
            body: body.into(),
        })
    }

    fn read(&self, push: &Push, answer: &Answer) -> Result<Reply, Fault> {
        reply::read(push, &answer.body)
    }

    /// The echo is plain in every mode (T13).
    fn check(&self, target: &Target, salt: &Salt) -> Request {
        let mut query = Stamp::of(salt).signed(target);
        query.push(("echostr", echo(salt)));
        let url = with_query(&target.endpoint.url, &query);
        Request { post: false, url, headers: Vec::new(), body: Default::default() }
    }

    fn checked(&self, _: &Target, salt: &Salt, answer: &Answer) -> Result<(), Fault> {
        let wanted = echo(salt);
        if answer.body == wanted.as_bytes() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&answer.body);
        let detail = if said.trim() == wanted {
            "the echo has spaces or line ends around it".to_owned()
        } else {
            let start: String = said.chars().take(200).collect();
            format!("the answer is not the echo {wanted} but {start:?}")
        };
        Err(Fault::new(verdicts::WRONG_ECHO, detail))
    }
}

/// The time and nonce of one request, as they are signed.
struct Stamp {
    timestamp: String,
    nonce: String,
}

impl Stamp {
    fn of(salt: &Salt) -> Self {
        Self { timestamp: salt.now.seconds().to_string(), nonce: salt.nonce.to_string() }
    }

    fn sign_with(&self, target: &Target, more: &[&str]) -> String {
        let own = [target.secrets.now.token.as_str(), &self.timestamp, &self.nonce];
        sign(&[&own, more].concat())
    }

    /// `signature` is sent in every mode (4.2).
    fn signed(&self, target: &Target) -> Vec<(&'static str, String)> {
        vec![
            ("signature", self.sign_with(target, &[])),
            ("timestamp", self.timestamp.clone()),
            ("nonce", self.nonce.clone()),
        ]
    }
}

fn echo(salt: &Salt) -> String {
    u64::from_be_bytes(salt.noise[..8].try_into().unwrap_or_default()).to_string()
}

fn seal(push: &Push, plain: &str, salt: &Salt) -> Option<String> {
    let key = &push.target.secrets.now.key;
    match Envelope::new(key, &push.account.app_id) {
        Ok(envelope) => Some(envelope.seal(plain, salt.noise)),
        Err(fault) => {
            let endpoint = push.target.endpoint.id.0;
            tracing::error!(endpoint.id = endpoint, "a push was not sent: {}", fault.problem());
            None
        }
    }
}

/// The endpoint's address with our parameters after its own.
fn with_query(address: &str, query: &[(&str, String)]) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    url.query_pairs_mut().extend_pairs(query);
    url.into()
}
