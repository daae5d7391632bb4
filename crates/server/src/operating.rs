//! The API explorer's other half: the calls of the WeChat dialect and of followers as data, and who
//! makes one over loopback, through the very routes that everybody else's calls go through.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Result;
use crier_console::operator::{Answered, Asked, Body, By, Call, Caller, Effect, Operator};
use crier_follower_api::Sends;
use futures_util::future::BoxFuture;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

/// How long a call may take.
const WAITED: Duration = Duration::from_secs(30);

struct Loopback {
    client: reqwest::Client,
    base: String,
}

impl Caller for Loopback {
    fn call(&self, asked: Asked) -> BoxFuture<'_, Option<Answered>> {
        Box::pin(async move { self.make(asked).await.ok() })
    }
}

impl Loopback {
    async fn make(&self, asked: Asked) -> reqwest::Result<Answered> {
        let began = Instant::now();
        let method = Method::from_bytes(asked.method.as_bytes()).unwrap_or(Method::GET);
        let mut request = self.client.request(method, format!("{}{}", self.base, asked.target));
        if let Some(token) = asked.bearer {
            request = request.bearer_auth(token);
        }
        let request = match asked.body {
            Body::None => request,
            Body::Json(body) => request.header("content-type", "application/json").body(body),
            Body::File { field, name, bytes } => {
                request.multipart(Form::new().part(field, Part::bytes(bytes).file_name(name)))
            }
        };
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let headers = headers.collect();
        let body = String::from_utf8_lossy(&answer.bytes().await?).into_owned();
        let took_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Ok(Answered { status, headers, body, took_ms })
    }
}

/// What the explorer of a server works with that listens here.
///
/// # Errors
/// When no client can be made.
pub fn operator(listens: SocketAddr) -> Result<Operator> {
    let host = match listens.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let client = reqwest::Client::builder().timeout(WAITED).no_proxy().build()?;
    let base = format!("http://{}", SocketAddr::new(host, listens.port()));
    Ok(Operator::new(of_accounts().chain(of_followers()).collect(), Loopback { client, base }))
}

fn of_accounts() -> impl Iterator<Item = Call> {
    crier_wechat::catalogue().into_iter().map(|listed| Call {
        by: By::Account,
        method: listed.method.to_owned(),
        path: listed.path.to_owned(),
        query: listed.query,
        body: listed.body,
        file: listed.file.map(str::to_owned),
        effect: match listed.effect {
            crier_wechat::Effect::Reads => Effect::Reads,
            crier_wechat::Effect::Changes => Effect::Changes,
            crier_wechat::Effect::Sends => Effect::Sends,
        },
    })
}

fn of_followers() -> impl Iterator<Item = Call> {
    crier_follower_api::CATALOGUE.iter().map(|listed| {
        let (body, file) = match listed.sends {
            Sends::Nothing => ("", None),
            Sends::Json(body) => (body, None),
            Sends::File(field) => ("", Some(field)),
        };
        Call {
            by: By::Follower,
            method: listed.method.to_owned(),
            path: listed.path.to_owned(),
            query: listed.query.to_owned(),
            body: body.to_owned(),
            file: file.map(str::to_owned),
            effect: if listed.method == "GET" { Effect::Reads } else { Effect::Changes },
        }
    })
}
