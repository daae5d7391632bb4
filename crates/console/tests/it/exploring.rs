//! A developer's day: calls tried, samples told, errors looked up, secrets changed, ranges sent again.
use std::sync::Arc;

use actix_web::web;
use crier_console::operator::{Answered, Asked, Body, By, Call, Caller, Effect, Operator};
use crier_core::accounts::Account;
use crier_core::checks::{CheckReport, EndpointCheck};
use crier_core::endpoints::{self, Dialect, Draft};
use crier_core::events::Event;
use crier_core::ids::{AccountId, EndpointId};
use crier_core::members::Role;
use crier_core::refusals::Refused;
use crier_core::samples::Sampled;
use crier_core::{App, Result};
use crier_testing::{account, both_engines, member_brand};
use futures_util::future::{BoxFuture, FutureExt as _, ready};

use crate::browsers::{Browser, member, owner};

const PAGE: &str = "/console/accounts/harbour";

/// Answers with what it was asked.
struct Echo;

impl Caller for Echo {
    fn call(&self, asked: Asked) -> BoxFuture<'_, Option<Answered>> {
        let path = asked.target.split('?').next().unwrap_or_default().to_owned();
        let carried = match asked.body {
            Body::File { field, name, bytes } => format!("{field}={name} {} bytes", bytes.len()),
            Body::Json(_) | Body::None => String::new(),
        };
        let whose = if asked.bearer.is_some() { "bearer" } else { "query" };
        let said = format!("{} {path} {whose} {carried} rid: 1-2-3", asked.method);
        let body = format!("{{\"errcode\":40003,\"errmsg\":\"{said}\"}}");
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        ready(Some(Answered { status: 200, headers, body, took_ms: 12 })).boxed()
    }
}

/// A few calls of a face that answers everything.
pub fn operator() -> web::Data<Operator> {
    let call = |method: &str, path: &str, body: &str, effect| Call {
        by: By::Account,
        file: None,
        method: method.into(),
        path: path.into(),
        query: String::new(),
        body: body.into(),
        effect,
    };
    let calls = vec![
        call("GET", "/cgi-bin/user/get", "", Effect::Reads),
        call("POST", "/cgi-bin/tags/create", "{}", Effect::Changes),
        call("POST", "/cgi-bin/message/custom/send", "{}", Effect::Sends),
        Call {
            file: Some("media".into()),
            ..call("POST", "/cgi-bin/media/upload", "", Effect::Changes)
        },
        Call {
            by: By::Follower,
            ..call("DELETE", "/v1/accounts/{account}/follow", "", Effect::Changes)
        },
    ];
    web::Data::new(Operator::new(calls, Echo))
}

struct Taker;

impl EndpointCheck for Taker {
    fn check(&self, _: Draft) -> BoxFuture<'_, CheckReport> {
        unreachable!("nothing is checked here")
    }

    fn sample(
        &self,
        _: EndpointId,
        _: Arc<Account>,
        event: Event,
    ) -> BoxFuture<'_, Result<Sampled>> {
        let sampled = Sampled {
            passed: event.fact.name() != "published",
            verdict: if event.fact.name() == "published" { "bad_status" } else { "delivered" }
                .into(),
            status: Some(200),
            took_ms: 7,
            request: format!("POST https://bot.example/\n\n<{}>", event.fact.name()),
            answer: "success".into(),
        };
        ready(Ok(sampled)).boxed()
    }
}

async fn endpoint(app: &Arc<App>, account: AccountId) -> EndpointId {
    let (vault, draft) = (app.vault.clone(), Draft::fresh(Dialect::Wechat, "https://bot.example/"));
    app.write(move |tx| endpoints::set(tx, &vault, account, &draft, false)).await.unwrap()
}

#[test]
fn a_call_is_made_once_it_is_confirmed_and_remembered() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        account(&app, "harbour").await;
        let page = format!("{PAGE}/explorer");
        browser.get(&page).await.says(&["API explorer", "GET /cgi-bin/user/get"]);
        browser.get(&format!("{page}?call=POST+/cgi-bin/tags/create")).await.says(&["changes"]);
        let call = [("call", "POST /cgi-bin/tags/create"), ("body", "{\"tag\":1}")];
        let asked = browser.post(&page, &call).await;
        assert_eq!(asked.status, 422);
        asked.says(&["Confirm it below first."]);
        let done =
            browser.post(&page, &[call[0], call[1], ("confirmed", "1"), ("query", "a=b")]).await;
        assert_eq!(done.status, 200);
        done.says(&[
            "POST /cgi-bin/tags/create query  rid: 1-2-3",
            "errors?rid=1-2-3",
            "access_token=ACCESS_TOKEN&#38;a=b",
            "Your last calls",
            "12 ms",
        ]);
        let again = browser.get(&format!("{page}?past=0")).await;
        again.says(&["value=\"a=b\"", "{&#34;tag&#34;:1}"]);
        assert_eq!(browser.post(&page, &[("call", "GET /console")]).await.status, 404);
    });
}

#[test]
fn a_follower_s_call_has_a_token_of_theirs_and_files_go_in_a_form() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        account(&app, "harbour").await;
        let page = format!("{PAGE}/explorer");
        let leave = "DELETE /v1/accounts/{account}/follow";
        let form = browser.get(&format!("{page}?call={}", leave.replace(' ', "+"))).await;
        form.says(&["DELETE /v1/accounts/harbour/follow", "ada (API)"]).says_not("name=\"body\"");
        let done = browser.post(&page, &[("call", leave), ("confirmed", "1")]).await;
        done.says(&[
            "DELETE /v1/accounts/harbour/follow bearer",
            "authorization: Bearer FOLLOWER_TOKEN",
        ]);
        let revealed = [("call", leave), ("confirmed", "1"), ("reveal", "1")];
        browser.post(&page, &revealed).await.says(&["Bearer eyJ"]).says_not("FOLLOWER_TOKEN");
        let upload = [("call", "POST /cgi-bin/media/upload"), ("confirmed", "1")];
        browser
            .get(&format!("{page}?call=POST+/cgi-bin/media/upload"))
            .await
            .says(&["multipart/form-data", "media=@picture.png"]);
        let none = browser.post(&page, &upload).await;
        assert_eq!(none.status, 422);
        none.says(&["Choose the file"]);
        let sent = browser.upload(&format!("{page}/file"), &upload, ("tea.png", b"12345")).await;
        sent.says(&["media=tea.png 5 bytes", "media=@tea.png"]);
    });
}

#[test]
fn who_may_not_send_may_not_call_what_sends() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        account(&app, "harbour").await;
        member(&app, &brand, "dev@example.com", Role::Developer).await;
        let developer = Browser::signed_in(&app, "dev@example.com").await;
        let page = format!("{PAGE}/explorer");
        let call = [("call", "POST /cgi-bin/message/custom/send"), ("confirmed", "1")];
        developer.get(&page).await;
        let refused = developer.post(&page, &call).await;
        assert_eq!(refused.status, 422);
        refused.says(&["Your role may not send"]).says_not("Your last calls");
        member(&app, &brand, "mark@example.com", Role::Marketer).await;
        let marketer = Browser::signed_in(&app, "mark@example.com").await;
        for beneath in ["explorer", "tester", "errors", "deliveries/again"] {
            assert_eq!(marketer.get(&format!("{PAGE}/{beneath}")).await.status, 403, "{beneath}");
        }
    });
}

#[test]
fn samples_are_told_and_shown() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let harbour = account(&app, "harbour").await;
        let page = format!("{PAGE}/tester");
        browser.get(&page).await.says(&["No endpoint yet"]);
        let id = endpoint(&app, harbour.id).await.to_string();
        browser.get(&page).await.says(&["One of each", "bot.example"]);
        let one = [("endpoint", id.as_str()), ("kind", "followed")];
        let away = browser.post(&page, &one).await;
        assert_eq!(away.status, 422);
        away.says(&["No sample can be sent here"]);
        app.set_checker(Arc::new(Taker));
        browser.post(&page, &one).await.says(&["1 of 1 were taken.", "&#60;followed&#62;", "7 ms"]);
        let every = browser.post(&page, &[one[0], ("kind", "every")]).await;
        every.says(&["16 of 17 were taken.", "Publication finished", "success"]);
        assert_eq!(browser.post(&page, &[one[0], ("kind", "x")]).await.status, 422);
        let foreign = [("endpoint", "99"), one[1]];
        assert_eq!(browser.post(&page, &foreign).await.status, 404);
    });
}

#[test]
fn refused_calls_are_looked_up_and_listed() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let harbour = account(&app, "harbour").await;
        let page = format!("{PAGE}/errors");
        browser.get(&page).await.says(&["Nothing was refused"]);
        let refused = Refused {
            rid: "64f-1-2".into(),
            account_id: harbour.id,
            invoked_at: app.clock.now(),
            cost_ms: 4,
            url: "/cgi-bin/tags/create?access_token=***".into(),
            request_body: "{\"tag\":{}}".into(),
            response_body: "{\"errcode\":40035,\"errmsg\":\"invalid args rid: 64f-1-2\"}".into(),
            client_ip: "203.0.113.9".into(),
        };
        app.keep_refused(&harbour, refused).await;
        browser.get(&page).await.says(&["/cgi-bin/tags/create", "40035", "invalid args"]);
        browser.get(&format!("{page}?part=40035")).await.says(&["64f-1-2"]);
        browser.get(&format!("{page}?part=4_035")).await.says(&["Nothing was refused"]);
        let found = browser.get(&format!("{page}?rid=rid:+64f-1-2")).await;
        assert_eq!(found.location, format!("{page}/64f-1-2"));
        let pasted = "%7B%22errmsg%22:%22invalid+args+rid:+64f-1-2%22%7D";
        let again = browser.get(&format!("{page}?rid={pasted}")).await;
        assert_eq!(again.location, found.location, "the whole answer may be pasted");
        browser.get(&found.location).await.says(&["203.0.113.9", "&#34;tag&#34;"]);
        let unknown = browser.get(&format!("{page}?rid=1")).await;
        assert_eq!(unknown.status, 422);
        unknown.says(&["No refused call of this account"]);
        account(&app, "other").await;
        let other = "/console/accounts/other/errors/64f-1-2";
        assert_eq!(browser.get(other).await.status, 404);
    });
}

#[test]
fn the_secret_before_holds_on_until_it_is_ended() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let (harbour, secret) =
            crier_testing::account_of(&app, crier_core::rights::Kind::Service, "harbour").await;
        let path = format!("{PAGE}/developer/secret");
        browser.get(&path).await.says(&["Reset the app secret?", "24 hours"]);
        let bad = browser.post(&path, &[("overlap", "900")]).await;
        assert_eq!(bad.status, 422);
        let done = browser.post(&path, &[("overlap", "24")]).await;
        assert_eq!(done.location, format!("{PAGE}/developer?done=secret"));
        browser.get(&done.location).await.says(&["holds until"]);
        assert!(app.held_secret(harbour.id, &secret).await.unwrap());
        assert!(!app.held_secret(harbour.id, "another").await.unwrap());
        browser.get(&path).await.says(&["It ends at once when you go on."]);
        browser.post(&format!("{path}/end"), &[]).await;
        assert!(!app.held_secret(harbour.id, &secret).await.unwrap());
        browser.get(&format!("{PAGE}/developer")).await.says_not("holds until");
    });
}

#[test]
fn a_range_of_the_log_is_sent_again() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let harbour = account(&app, "harbour").await;
        let id = endpoint(&app, harbour.id).await.to_string();
        let page = format!("{PAGE}/deliveries/again");
        browser.get(&format!("{PAGE}/deliveries")).await.says(&["Pause", "deliveries/again"]);
        let paused = browser.get(&format!("{PAGE}/deliveries?live=off")).await;
        paused.says(&["Go on live"]).says_not("sse-connect");
        browser
            .get(&format!("{page}?endpoint={id}"))
            .await
            .says(&["Everything that failed", "selected"]);
        let bad = browser.post(&page, &[("endpoint", &id), ("from", "x")]).await;
        assert_eq!(bad.status, 422);
        let begun = browser.post(&page, &[("endpoint", &id), ("from", "2026-01-01T00:00")]).await;
        assert_eq!(begun.location, format!("{PAGE}/endpoints/{id}?done=recovering#recover"));
        let foreign = browser.post(&page, &[("endpoint", "9"), ("from", "2026-01-01T00:00")]).await;
        assert_eq!(foreign.status, 404);
    });
}
