//! Accounts, their secrets, and their webhook.
use std::sync::Arc;

use crier_core::App;
use crier_core::checks::{CheckReport, EndpointCheck};
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::deliveries::{NewAttempt, Outcome, State};
use crier_core::endpoints::{self, Dialect, Draft, Mode};
use crier_core::ids::DeliveryId;
use crier_core::members::Role;
use crier_testing::{account, both_engines, follower, member_brand};
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::browsers::{Browser, member};

/// Says that an address ending in `good` answers, and no other.
struct Checker;

impl EndpointCheck for Checker {
    fn check(&self, draft: Draft) -> BoxFuture<'_, CheckReport> {
        let passed = draft.url.ends_with("good");
        let verdict = if passed { "delivered" } else { "wrong_echo" };
        let report = CheckReport {
            passed,
            verdict: verdict.into(),
            status: Some(200),
            took_ms: 12,
            answer: "<b>hello</b>".into(),
            request_url: format!("{}?echostr=1", draft.url),
        };
        std::future::ready(report).boxed()
    }
}

async fn owner(app: &Arc<App>) -> Browser {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", Role::Owner).await;
    Browser::signed_in(app, "ada@example.com").await
}

#[test]
fn a_new_account_shows_its_secret_once() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        browser.get("/console/accounts/new").await.says(&["Service account", "Asia/Shanghai"]);
        let mut fields = vec![
            ("kind", "subscription"),
            ("name", "Harbour"),
            ("handle", "Bad Handle"),
            ("description", ""),
            ("time_zone", "Europe/Berlin"),
        ];
        let refused = browser.post("/console/accounts/new", &fields).await;
        assert_eq!(refused.status, 422);
        refused.says(&["A handle has 3 to 40", "value=\"Bad Handle\"", "aria-invalid=\"true\""]);
        fields[2] = ("handle", "harbour");
        let done = browser.post("/console/accounts/new", &fields).await;
        assert_eq!(done.location, "/console/accounts/harbour/developer?done=account");

        let page = browser.get(&done.location).await;
        page.says(&["The account is there and active.", "Copy the app secret now."]);
        let secret = secret_in(&page.html);
        let made = app.account("harbour").await.unwrap();
        assert!(made.secret_is(&secret) && made.verified);
        browser.get(&done.location).await.says_not(&secret);

        let taken = browser.post("/console/accounts/new", &fields).await;
        taken.says(&["This handle is taken."]);
    });
}

fn secret_in(html: &str) -> String {
    let (_, after) = html.split_once("id=\"app-secret\">").unwrap();
    after.split('<').next().unwrap().to_owned()
}

#[test]
fn a_secret_is_reset_after_asking() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        account(&app, "harbour").await;
        let path = "/console/accounts/harbour/developer/secret";
        browser.get(path).await.says(&["Reset the app secret?"]);
        let done = browser.post(path, &[]).await;
        let secret = secret_in(&browser.get(&done.location).await.html);
        let id = app.account("harbour").await.unwrap().id;
        let stored = app.read(move |conn| crier_core::accounts::get(conn, id)).await.unwrap();
        assert!(stored.secret_is(&secret));
    });
}

#[test]
fn a_webhook_is_saved_only_when_it_answers() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        let page = "/console/accounts/harbour/developer";
        let path = format!("{page}/webhook");
        browser.get(page).await.says(&["not set up", "Verify and save"]);
        let key = endpoints::new_key();
        let fields = |act, url| {
            let key = key.clone();
            [("act", act), ("url", url), ("token", "t0ken"), ("key", key.leak()), ("mode", "plain")]
        };
        let fresh = browser.post(&path, &fields("token", "http://x.org/bad")).await;
        assert_eq!(fresh.status, 200);
        fresh.says(&["value=\"http://x.org/bad\""]).says_not("t0ken");

        let wrong = browser.post(&path, &fields("save", "ftp://x.org")).await;
        wrong.says(&["The URL must begin with http:// or https://"]);
        let bad = browser.post(&path, &fields("save", "http://x.org/bad")).await;
        assert_eq!(bad.status, 422);
        bad.says(&["not the echo", "Nothing was saved.", "12 ms", "&#60;b&#62;hello", "echostr=1"]);
        let all = move |conn: &mut _| Ok(endpoints::all(conn, id)?);
        assert!(app.read(all).await.unwrap().is_empty());

        let good = browser.post(&path, &fields("save", "http://x.org/good")).await;
        assert_eq!(good.location, format!("{page}?done=webhook#webhook"));
        let shown = browser.get(&format!("{page}?done=webhook")).await;
        shown.says(&["The URL answered as it should.", "12 ms", "t0ken", "Verified"]);
        let stored = app.read(move |conn| Ok(endpoints::all(conn, id)?)).await.unwrap();
        assert_eq!((stored[0].mode, stored[0].enabled), (Mode::Plain, true));
        assert!(stored[0].verified_at.is_some());

        let off = browser.post(&format!("{path}/switch"), &[]).await;
        browser.get(off.location.split('#').next().unwrap()).await.says(&["The webhook is off."]);
        let stored = app.read(move |conn| Ok(endpoints::all(conn, id)?)).await.unwrap();
        assert!(!stored[0].enabled);
    });
}

/// A delivery that failed once.
async fn failed(app: &Arc<App>) -> DeliveryId {
    let harbour = account(app, "harbour").await;
    let (vault, id) = (app.vault.clone(), harbour.id);
    let draft = Draft {
        dialect: Dialect::Wechat,
        url: "http://127.0.0.1:9/hook".into(),
        mode: Mode::Plain,
        token: endpoints::new_token(),
        key: endpoints::new_key(),
    };
    app.write(move |tx| endpoints::set(tx, &vault, id, &draft, false)).await.unwrap();
    let conversation = follower(app, &harbour, "u1").await.id;
    app.append(Append::inbound(conversation, Content::text("ahoy"), None)).await.unwrap();
    let page =
        move |conn: &mut _| Ok(crier_core::deliveries::page(conn, id, None, None, 1)?.remove(0));
    let delivery = app.read(page).await.unwrap().delivery.id;
    let attempt = NewAttempt {
        number: 1,
        at: app.clock.now(),
        took_ms: 5_001,
        request: "http://127.0.0.1:9/hook\n\n<xml>ahoy</xml>".into(),
        status: None,
        answer: "no answer within 5 s".into(),
        verdict: "timeout".into(),
    };
    let outcome = Outcome {
        delivery,
        node: app.node.unwrap().id,
        account: id,
        follower: Some(conversation),
        state: State::Failed,
        attempts: vec![attempt],
        reply: None,
    };
    app.record(outcome).await;
    // Work goes after what was asked for before it.
    app.write(|_| Ok(())).await.unwrap();
    delivery
}

#[test]
fn the_log_says_what_happened_and_sends_again() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let delivery = failed(&app).await;
        let log = "/console/accounts/harbour/deliveries";
        let sentence = "Your backend did not answer in time.";
        browser.get(log).await.says(&["Followed", "Message", sentence]);
        browser.get(&format!("{log}?state=failed")).await.says(&[sentence]).says_not("Followed");
        browser.get(&format!("{log}?state=delivered")).await.says(&["Nothing to show"]);
        let path = format!("{log}/{delivery}");
        browser.get(&path).await.says(&[
            sentence,
            "5001 ms",
            "&#60;xml&#62;ahoy",
            "no answer within 5 s",
            "Attempt 1",
        ]);
        browser.get("/console/accounts/harbour").await.says(&["Failed deliveries"]);
        let done = browser.post(&format!("{path}/resend"), &[]).await;
        assert_eq!(done.location, format!("{path}?done=resend"));
        let again = browser.post(&format!("{path}/resend"), &[]).await;
        assert_eq!(again.status, 422);
        again.says(&["This delivery is still being made."]);
    });
}
