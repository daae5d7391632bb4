//! The face over HTTP, on both engines.
mod agents;
mod audience;
mod basics;
mod followers;
mod foreign;
mod messages;
mod outreach;
mod quotas;
mod sign_in;

use std::sync::Arc;

use actix_web::dev::ServiceResponse;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::{NormalizePath, TrailingSlash};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App as Actix, web};
use crier_core::App;
use crier_core::accounts::Account;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::followers::Follower;
use crier_core::rights::Kind;
use serde_json::Value;

/// An account as a bot sees it.
struct Bot {
    app: Arc<App>,
    account: Arc<Account>,
    secret: String,
    token: String,
}

impl Bot {
    async fn new(app: &Arc<App>, kind: Kind, handle: &str) -> Self {
        let (account, secret) = crier_testing::account_of(app, kind, handle).await;
        let token = app.issue_access_token(account.id).await.unwrap().token;
        Self { app: app.clone(), account, secret, token }
    }

    /// POST without a content type, as half of the clients do it.
    async fn post(&self, path: &str, body: &Value) -> Value {
        let uri = format!("{path}?access_token={}", self.token);
        post(&self.app, &uri, body.to_string()).await
    }

    /// GET; `query` begins with `&` if there is any.
    async fn get(&self, path: &str, query: &str) -> Value {
        get(&self.app, &format!("{path}?access_token={}{query}", self.token)).await
    }

    async fn follower(&self, name: &str) -> Follower {
        crier_testing::follower(&self.app, &self.account, name).await
    }

    /// A follower who has just written.
    async fn writer(&self, name: &str) -> Follower {
        let follower = self.follower(name).await;
        let message = Append::inbound(follower.id, Content::text("hi"), None);
        self.app.append(message).await.unwrap();
        follower
    }
}

async fn send(app: &Arc<App>, request: TestRequest) -> ServiceResponse {
    let face = Actix::new()
        .app_data(web::Data::from(app.clone()))
        .wrap(NormalizePath::new(TrailingSlash::MergeOnly))
        .configure(super::configure);
    call_service(&init_service(face).await, request.to_request()).await.map_into_boxed_body()
}

/// The JSON of an answer, which has status 200 whatever it says.
async fn json(answer: ServiceResponse) -> Value {
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), "application/json; encoding=utf-8");
    serde_json::from_slice(&read_body(answer).await).unwrap()
}

async fn get(app: &Arc<App>, uri: &str) -> Value {
    json(send(app, TestRequest::get().uri(uri)).await).await
}

async fn post(app: &Arc<App>, uri: &str, body: String) -> Value {
    json(send(app, TestRequest::post().uri(uri).set_payload(body)).await).await
}

fn code(answer: &Value) -> i64 {
    answer["errcode"].as_i64().unwrap_or_else(|| panic!("no errcode in {answer}"))
}
