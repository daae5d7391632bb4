//! The follower API from outside, on both engines.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod articles;
mod calls;
mod guests;
mod links;
mod notices;
mod pages;
mod streams;
mod uploads;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App as Web, web};
use crier_core::App;
use crier_core::accounts::Account;
use crier_core::content::{Content, Origin};
use crier_core::conversations::Append;
use crier_core::ids::FollowerId;
use crier_core::windows::Effect;
use serde_json::{Value, json};

/// Answers a request as the server would.
async fn answer(app: &Arc<App>, request: TestRequest) -> ServiceResponse<BoxBody> {
    let web = Web::new()
        .app_data(web::Data::from(app.clone()))
        .wrap(from_fn(crier_http::envelope::envelope))
        .configure(crier_http::media::configure)
        .configure(crier_http::assets::configure)
        .configure(crier_follower_api::configure);
    let service = init_service(web).await;
    let peer = "127.0.0.1:9".parse().unwrap();
    call_service(&service, request.peer_addr(peer).to_request()).await.map_into_boxed_body()
}

/// A whole answer.
struct Got {
    status: StatusCode,
    headers: HeaderMap,
    bytes: web::Bytes,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The problem's code and field.
    #[track_caller]
    fn problem(&self, status: u16) -> (String, String) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], status);
        let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (word("code"), word("field"))
    }
}

async fn ask(app: &Arc<App>, request: TestRequest) -> Got {
    let answer = answer(app, request).await;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
    Got { status, headers, bytes }
}

/// Somebody with a token.
struct Person {
    app: Arc<App>,
    token: String,
}

impl Person {
    fn new(app: &Arc<App>, name: &str) -> Self {
        Self { app: app.clone(), token: crier_testing::token(app, name) }
    }

    fn request(&self, method: &str, path: &str) -> TestRequest {
        TestRequest::default()
            .method(method.parse().unwrap())
            .uri(path)
            .insert_header(("authorization", format!("Bearer {}", self.token)))
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Got {
        ask(&self.app, self.request(method, path).set_json(body)).await
    }

    async fn get(&self, path: &str) -> Got {
        ask(&self.app, self.request("GET", path)).await
    }

    async fn follow(&self, account: &str) {
        let got = self.call("PUT", &format!("/v1/accounts/{account}/follow"), json!({})).await;
        assert_eq!(got.status, 200);
    }

    async fn write(&self, account: &str, text: &str) -> Got {
        let body = json!({"type": "text", "text": text});
        self.call("POST", &format!("/v1/accounts/{account}/messages"), body).await
    }

    async fn follower(&self, account: &Account) -> FollowerId {
        let (host, claims) = self.app.verify_follower_token(&self.token).await.unwrap();
        let user = self.app.user(&host, &claims).await.unwrap();
        self.app.follower(account.id, user).await.unwrap()
    }
}

/// The account writes.
async fn say(app: &App, follower: FollowerId, text: &str) -> i64 {
    let (content, origin) = (Content::text(text), Origin::Answer);
    let append = Append::outbound(follower, origin, content, None, Effect::None);
    app.append(append).await.unwrap().seq
}

/// An open stream, read event by event.
struct Reader {
    body: BoxBody,
    text: String,
    last_id: String,
}

impl Reader {
    async fn open(who: &Person, last_id: &str) -> Self {
        let mut request = who.request("GET", "/v1/stream");
        if !last_id.is_empty() {
            request = request.insert_header(("last-event-id", last_id));
        }
        let answer = answer(&who.app, request).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers().get("content-type").unwrap(), "text/event-stream");
        let mut reader =
            Self { body: answer.into_body(), text: String::new(), last_id: String::new() };
        assert_eq!(reader.next().await.0, "ready");
        reader
    }

    /// The next event's name and data.
    async fn next(&mut self) -> (String, Value) {
        let next = self.find();
        tokio::time::timeout(Duration::from_secs(10), next).await.expect("an event comes")
    }

    /// The next message's text.
    async fn text(&mut self) -> String {
        let (name, data) = self.next().await;
        assert_eq!(name, "message", "{data}");
        data["text"].as_str().unwrap().to_owned()
    }

    async fn find(&mut self) -> (String, Value) {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(found) = self.read(&event) {
                    return found;
                }
            }
            let chunk = std::future::poll_fn(|cx| Pin::new(&mut self.body).poll_next(cx)).await;
            let chunk = chunk.expect("the stream goes on").unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    fn read(&mut self, event: &str) -> Option<(String, Value)> {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
        let data = field("data: ")?;
        field("id: ").unwrap().clone_into(&mut self.last_id);
        Some((field("event: ").unwrap().to_owned(), serde_json::from_str(data).unwrap()))
    }
}
