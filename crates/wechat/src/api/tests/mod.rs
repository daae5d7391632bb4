//! The face over HTTP, on both engines.
mod agents;
mod articles;
mod audience;
mod basics;
mod consents;
mod datacube;
mod followers;
mod foreign;
mod menus;
mod messages;
mod mutations;
mod notices;
mod odds;
mod outreach;
mod quotas;
mod rows;
mod sign_in;
mod templates;

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
use crier_core::deliveries::{self, Search};
use crier_core::endpoints::{self, Dialect, Draft};
use crier_core::facts::{Fact, NoticeAnswer};
use crier_core::followers::Follower;
use crier_core::messages::{self as stored, Span};
use crier_core::notices as settings;
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

    /// One whose account nobody has verified.
    async fn unverified(app: &Arc<App>, kind: Kind, handle: &str) -> Self {
        let brand = crier_testing::member_brand(app, "Test").await;
        let draft = crier_core::accounts::Draft {
            verified: false,
            ..crier_testing::draft(&brand, kind, handle)
        };
        let vault = app.vault.clone();
        let made = app.write(move |tx| crier_core::accounts::add(tx, &vault, &draft)).await;
        let (account, secret) = made.unwrap();
        let token = app.issue_access_token(account.id).await.unwrap().token;
        Self { app: app.clone(), account: Arc::new(account), secret, token }
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

    /// Somebody listens to what the account is told.
    async fn listens(&self) {
        let draft = Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/");
        let (id, vault) = (self.account.id, self.app.vault.clone());
        self.app.write(move |tx| endpoints::set(tx, &vault, id, &draft, false)).await.unwrap();
    }

    /// What the account was told since, oldest first.
    async fn facts(&self) -> Vec<Fact> {
        let id = self.account.id;
        let page = self
            .app
            .read(move |conn| Ok(deliveries::page(conn, id, &Search::default(), None, 100)?))
            .await
            .unwrap();
        page.found.into_iter().rev().filter_map(|row| Some(row.event?.fact)).collect()
    }

    /// What a follower got, oldest first.
    async fn received(&self, follower: &Follower) -> Vec<Content> {
        let id = follower.id;
        let all = self
            .app
            .read(move |conn| Ok(stored::page(conn, id, Span::After(0), 100)?))
            .await
            .unwrap();
        all.into_iter().map(|message| message.content).collect()
    }

    async fn notices(&self, follower: &Follower) -> usize {
        self.received(follower).await.len()
    }

    /// A follower switches a notice on or off.
    async fn answer(&self, follower: &Follower, key: &str, accepted: bool) {
        let answer = NoticeAnswer { template_id: key.to_owned(), accepted };
        let (roster, account, id) = (self.app.roster.clone(), self.account.id, follower.id);
        let set = self.app.write(move |tx| settings::set(tx, &roster, account, id, &answer));
        set.await.unwrap();
    }

    /// A follower answers what they were asked.
    async fn answer_both(&self, follower: &Follower, said: &[(&str, bool)]) {
        let answer = |(key, accepted): &(&str, bool)| NoticeAnswer {
            template_id: (*key).to_owned(),
            accepted: *accepted,
        };
        let answers: Vec<NoticeAnswer> = said.iter().map(answer).collect();
        let (roster, account, id) = (self.app.roster.clone(), self.account.id, follower.id);
        let noted =
            self.app.write(move |tx| settings::answer(tx, &roster, account, id, &answers, 1));
        noted.await.unwrap();
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
