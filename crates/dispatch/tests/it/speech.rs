//! A small dialect for these tests, and everything to run a dispatcher that speaks it.
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crier_core::App;
use crier_core::accounts::Account;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::deliveries::{self, Attempt, Logged, Search, State};
use crier_core::endpoints::{self, Dialect as Name, Draft, Mode, Options};
use crier_core::facts::Fact;
use crier_core::ids::{EndpointId, FollowerId};
use crier_dispatch::dialect::{Answer, Dialect, Fault, Push, Reply, Request, Rule, Salt, Target};
use crier_dispatch::guard::Guard;
use crier_dispatch::schedule::Schedule;
use crier_dispatch::sender::Sender;
use crier_dispatch::verdicts;
use crier_dispatch::{Dispatcher, Meters, Setup};

/// Posts the words of a message; a body that begins with `say ` is an answer.
pub struct Plain;

impl Dialect for Plain {
    fn name(&self) -> Name {
        Name::Wechat
    }

    fn rule(&self) -> Rule {
        Rule { attempts: 3, timeout: Duration::from_millis(300), pause: Duration::ZERO }
    }

    fn render(&self, push: &Push, _: &Salt) -> Option<Request> {
        let Fact::Message { content, .. } = &push.event.fact else { return None };
        let body = content.summary().as_bytes().to_vec();
        let url = push.target.endpoint.url.clone();
        Some(Request { post: true, url, headers: Vec::new(), body: body.into() })
    }

    fn read(&self, _: &Push, answer: &Answer) -> Result<Reply, Fault> {
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        match text.strip_prefix("say ") {
            Some(words) => Ok(Reply::Say(Content::text(words))),
            None if text == "hand over" => Ok(Reply::HandOver(None)),
            None if text == "picture" => Ok(Reply::Say(Content::Image {
                media_id: "no-such-picture".into(),
                width: None,
                height: None,
            })),
            None if text.is_empty() || text == "success" => Ok(Reply::Nothing),
            None => Err(Fault::new(verdicts::MALFORMED, "no sense")),
        }
    }

    fn check(&self, target: &Target, salt: &Salt) -> Request {
        let url = format!("{}?echo={}", target.endpoint.url, salt.nonce);
        Request { post: false, url, headers: Vec::new(), body: Bytes::new() }
    }

    fn checked(&self, _: &Target, salt: &Salt, answer: &Answer) -> Result<(), Fault> {
        if answer.body == salt.nonce.to_string().as_bytes() {
            return Ok(());
        }
        Err(Fault::new(verdicts::WRONG_ECHO, "another body"))
    }
}

/// A dispatcher that may reach loopback.
pub fn dispatcher(app: &Arc<App>) -> Dispatcher {
    let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap()]);
    guarded(app, guard)
}

/// A dispatcher behind this guard.
pub fn guarded(app: &Arc<App>, guard: Guard) -> Dispatcher {
    started(app, Sender::new(guard).unwrap())
}

/// A dispatcher that sends by this sender, with the default schedule.
pub fn started(app: &Arc<App>, sender: Sender) -> Dispatcher {
    Dispatcher::start(Setup {
        meters: Meters::default(),
        propagate: None,
        app: app.clone(),
        node: app.node.clone().unwrap(),
        sender,
        dialects: vec![Arc::new(Plain)],
        schedule: Schedule::default(),
        off_after: endpoints::AFTER,
        runtime: tokio::runtime::Handle::current(),
    })
}

/// Points the account at a URL.
pub async fn point(app: &App, account: &Account, url: &str) {
    let draft = draft(url);
    let (id, vault) = (account.id, app.vault.clone());
    app.write(move |tx| endpoints::set(tx, &vault, id, &draft, false)).await.unwrap();
}

/// Adds an endpoint to the account.
pub async fn add(app: &App, account: &Account, draft: Draft) -> EndpointId {
    let (id, vault) = (account.id, app.vault.clone());
    app.write(move |tx| endpoints::add(tx, &vault, id, &draft, false)).await.unwrap()
}

/// An endpoint whose deliveries are tried again by the long schedule.
pub fn persistent(url: &str) -> Draft {
    let options = Options { persistent: true, ..Options::default() };
    Draft { options, ..draft(url) }
}

/// The follower writes.
pub async fn say(app: &App, follower: FollowerId, words: &str) {
    app.append(Append::inbound(follower, Content::text(words), None)).await.unwrap();
}

/// An endpoint at a URL.
pub fn draft(url: &str) -> Draft {
    Draft { mode: Mode::Plain, ..Draft::fresh(Name::Wechat, url) }
}

/// The account's log, newest first.
pub async fn log(app: &App, account: &Account) -> Vec<Logged> {
    let id = account.id;
    app.read(move |conn| Ok(deliveries::page(conn, id, &Search::default(), None, 500)?))
        .await
        .unwrap()
        .found
}

/// The account's log, oldest first, once nothing in it is pending.
pub async fn settled(app: &App, account: &Account) -> Vec<Logged> {
    let id = account.id;
    let mut news = app.hub.of_account(id);
    loop {
        let mut log = log(app, account).await;
        if log.iter().all(|row| row.delivery.state != State::Pending) {
            log.reverse();
            return log;
        }
        let more = tokio::time::timeout(Duration::from_secs(20), news.recv()).await;
        assert!(more.is_ok(), "deliveries stay pending: {log:#?}");
    }
}

/// The attempts at a delivery.
pub async fn attempts(app: &App, row: &Logged) -> Vec<Attempt> {
    let (id, of) = (row.delivery.id, row.delivery.account_id);
    app.read(move |conn| deliveries::get_logged(conn, of, id)).await.unwrap().1
}
