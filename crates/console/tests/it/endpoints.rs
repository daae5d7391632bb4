//! Endpoints: made, changed, checked, switched, rotated and removed by their pages.
use std::sync::Arc;

use chrono::Duration;
use crier_core::App;
use crier_core::checks::{CheckReport, EndpointCheck};
use crier_core::endpoints::{self, Dialect, Draft, Endpoint, Mode, OffReason};
use crier_core::ids::{AccountId, EndpointId};
use crier_core::members::Role;
use crier_testing::{account, both_engines, both_engines_by_hand, member_brand};
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::browsers::{Browser, member, owner};

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

/// An endpoint as commands make it, unverified.
pub async fn endpoint(app: &Arc<App>, account: AccountId, url: &str) -> EndpointId {
    let (vault, draft) = (app.vault.clone(), Draft::fresh(Dialect::Native, url));
    app.write(move |tx| endpoints::add(tx, &vault, account, &draft, false)).await.unwrap()
}

/// All of an account's endpoints.
async fn all(app: &Arc<App>, account: AccountId) -> Vec<Endpoint> {
    app.read(move |conn| Ok(endpoints::all(conn, account)?)).await.unwrap()
}

async fn drafted(app: &Arc<App>, endpoint: &Endpoint) -> Draft {
    endpoint.draft(&endpoint.secrets(&app.vault, app.clock.now()).unwrap())
}

const NEW: &str = "/console/accounts/harbour/endpoints/new";

#[test]
fn an_endpoint_is_saved_only_when_it_answers() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        browser.get(NEW).await.says(&["Verify and save", "Use Crier events instead"]);
        let key = endpoints::new_key();
        let fields = |act, url| {
            let key = key.clone();
            [("act", act), ("url", url), ("token", "t0ken"), ("key", key.leak()), ("mode", "plain")]
        };
        let fresh = browser.post(NEW, &fields("token", "http://x.org/bad")).await;
        assert_eq!(fresh.status, 200);
        fresh.says(&["value=\"http://x.org/bad\""]).says_not("t0ken");

        let wrong = browser.post(NEW, &fields("save", "ftp://x.org")).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["The URL must begin with http:// or https://", "value=\"ftp://x.org\""]);
        let bad = browser.post(NEW, &fields("save", "http://x.org/bad")).await;
        assert_eq!(bad.status, 422);
        bad.says(&["not the echo", "Nothing was saved.", "12 ms", "&#60;b&#62;hello", "echostr=1"]);
        assert!(all(&app, id).await.is_empty());

        let good = browser.post(NEW, &fields("save", "http://x.org/good")).await;
        let stored = all(&app, id).await.remove(0);
        let page = format!("/console/accounts/harbour/endpoints/{}", stored.id);
        assert_eq!(good.location, format!("{page}?done=webhook"));
        let shown = browser.get(&good.location).await;
        shown.says(&["The URL answered as it should.", "12 ms", "t0ken", "Verified", "healthy"]);
        browser.get(&page).await.says_not("The URL answered as it should.");
        assert_eq!((stored.mode, stored.enabled, stored.may_answer), (Mode::Plain, true, true));
        assert!(stored.verified_at.is_some() && !stored.persistent);
    });
}

#[test]
fn a_native_endpoint_has_one_secret_and_no_mode() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        browser.get(NEW).await;
        let other = [("act", "native"), ("url", "http://x.org/good"), ("name", "Bot")];
        let form = browser.post(NEW, &other).await;
        assert_eq!(form.status, 200);
        form.says(&[
            "value=\"whsec_",
            "value=\"http://x.org/good\"",
            "Use WeChat",
            "Generate secret",
        ]);
        form.says_not("EncodingAESKey").says_not("Message protection");

        let secret = endpoints::new_secret();
        let mut fields = vec![
            ("act", "save"),
            ("dialect", "native"),
            ("name", "Bot"),
            ("url", "http://x.org/good"),
            ("token", "short"),
            ("headers", "X-Key: a: b\r\n\r\nAuthorization: Bearer x"),
            ("timeout_ms", "900"),
            ("rate", "50"),
            ("concurrency", ""),
            ("persistent", "yes"),
            ("hears-message", "yes"),
            ("hears-tapped", "yes"),
        ];
        let refused = browser.post(NEW, &fields).await;
        assert_eq!(refused.status, 422);
        refused.says(&[
            "A secret is whsec_",
            "X-Key: a: b",
            "id=\"hears-tapped\" name=\"hears-tapped\" value=\"yes\" checked",
        ]);
        fields[4] = ("token", &secret);
        assert_eq!(browser.post(NEW, &fields).await.status, 303);

        let draft = drafted(&app, &all(&app, id).await[0]).await;
        assert_eq!((draft.dialect, draft.token), (Dialect::Native, secret.clone()));
        let options = draft.options;
        assert_eq!((options.name.as_str(), options.persistent), ("Bot", true));
        assert_eq!(options.hears, ["message", "tapped"]);
        assert_eq!(options.headers[1], ("Authorization".to_owned(), "Bearer x".to_owned()));
        assert_eq!(
            (options.timeout_ms, options.rate, options.concurrency),
            (Some(900), Some(50), None)
        );
    });
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        let stored = endpoint(&app, id, "http://x.org/good").await;
        let path = format!("/console/accounts/harbour/endpoints/{stored}");
        browser.get(&path).await;
        let secret = endpoints::new_secret();
        let long = "n".repeat(61);
        for (field, value, sentence) in [
            ("headers", "no colon", "One header a line"),
            ("headers", "Host: x.org", "One header a line"),
            ("timeout_ms", "soon", "A timeout has 500"),
            ("timeout_ms", "499", "A timeout has 500"),
            ("rate", "0", "Choose 1 to 10,000 requests"),
            ("concurrency", "99999999999", "Choose 1 to 256 requests"),
            ("name", &*long, "A name has 1 to 60"),
        ] {
            for to in [path.as_str(), NEW] {
                let fields = [
                    ("dialect", "native"),
                    ("url", "http://x.org/good"),
                    ("token", &*secret),
                    (field, value),
                ];
                let seen = browser.post(to, &fields).await;
                assert_eq!(seen.status, 422, "{field} {value}");
                seen.says(&[sentence, &format!("id=\"{field}-error\""), "aria-invalid", " open>"]);
            }
        }
        assert_eq!(all(&app, id).await.len(), 1);
        for at in 1..endpoints::MOST {
            endpoint(&app, id, &format!("https://b{at}.example/")).await;
        }
        let fields = [("dialect", "native"), ("url", "http://x.org/good"), ("token", &*secret)];
        let full = browser.post(NEW, &fields).await;
        assert_eq!(full.status, 422);
        full.says(&["An account has at most 10 endpoints."]);
    });
}

#[test]
fn a_stored_endpoint_is_asked_only_when_something_it_is_asked_with_changes() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        let stored = endpoint(&app, id, "http://x.org/bad").await;
        let path = format!("/console/accounts/harbour/endpoints/{stored}");
        let token = drafted(&app, &all(&app, id).await[0]).await.token;
        browser.get(&path).await.says(&[&format!("value=\"{token}\""), "healthy"]);
        let fields =
            |url, name| [("dialect", "native"), ("token", &*token), ("url", url), ("name", name)];
        let renamed = browser.post(&path, &fields("http://x.org/bad", "Bot")).await;
        assert_eq!(renamed.location, format!("{path}?done=saved"));
        let moved = browser.post(&path, &fields("http://x.org/worse", "Worse")).await;
        assert_eq!(moved.status, 422);
        moved.says(&["Nothing was saved.", "value=\"Worse\""]);
        let now = all(&app, id).await.remove(0);
        assert_eq!((now.name.as_str(), now.url.as_str()), ("Bot", "http://x.org/bad"));
        assert!(now.verified_at.is_none());

        let moved = browser.post(&path, &fields("http://x.org/good", "Bot")).await;
        assert_eq!(moved.location, format!("{path}?done=webhook"));
        let checked = all(&app, id).await.remove(0).verified_at;
        assert!(checked.is_some());
        browser.post(&path, &fields("http://x.org/good", "Robot")).await;
        assert_eq!(all(&app, id).await.remove(0).verified_at, checked, "it keeps its check");
    });
}

#[test]
fn a_check_that_passes_switches_an_endpoint_on() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        for (url, reason, words) in [
            ("http://x.org/bad", OffReason::Failing, "off: failed for days"),
            ("http://x.org/good", OffReason::Gone, "off: answered 410"),
        ] {
            let stored = endpoint(&app, id, url).await;
            app.write(move |tx| endpoints::switch_off(tx, stored, reason)).await.unwrap();
            let path = format!("/console/accounts/harbour/endpoints/{stored}");
            browser.get(&path).await.says(&[words, "can be recovered", "Switch on"]);
            let done = browser.post(&format!("{path}/verify"), &[]).await;
            let now = all(&app, id).await.into_iter().find(|one| one.id == stored).unwrap();
            if url.ends_with("bad") {
                assert_eq!((done.status, now.enabled), (422, false));
                done.says(&["Nothing has changed", "not the echo"]);
            } else {
                assert_eq!(done.location, format!("{path}?done=verified"));
                assert!(now.enabled && now.verified_at.is_some());
                browser.get(&done.location).await.says(&["Verified. The endpoint is on.", "12 ms"]);
            }
        }
    });
}

#[test]
fn endpoints_are_switched_made_to_answer_and_removed() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        let bot = endpoint(&app, id, "https://bot.example/").await;
        let other = endpoint(&app, id, "https://log.example/").await;
        let path = |id| format!("/console/accounts/harbour/endpoints/{id}");
        browser.get(&path(bot)).await.says_not("Let its answers");
        browser.get(&path(other)).await.says(&["Let its answers", "It only listens"]);

        let off = browser.post(&format!("{}/switch", path(other)), &[("to", "off")]).await;
        browser
            .get(&off.location)
            .await
            .says(&["The endpoint is off.", "A member switched it off."]);
        assert!(!all(&app, id).await[1].enabled);
        let on = browser.post(&format!("{}/switch", path(other)), &[("to", "on")]).await;
        browser.get(&on.location).await.says(&["The endpoint is on."]);

        let done = browser.post(&format!("{}/answer", path(other)), &[]).await;
        browser.get(&done.location).await.says(&["answers become messages from now on"]);
        let now = all(&app, id).await;
        assert_eq!((now[0].may_answer, now[1].may_answer), (false, true));

        let asked = browser.get(&format!("{}/remove", path(other))).await;
        asked.says(&["Remove log.example?", "nobody&#39;s answers become messages"]);
        browser.get(&format!("{}/remove", path(bot))).await.says(&["It is told nothing more"]);
        let gone = browser.post(&format!("{}/remove", path(other)), &[]).await;
        assert!(gone.location.contains("/developer?done=endpoint-removed"));
        assert_eq!(all(&app, id).await.len(), 1);
        assert_eq!(browser.get(&path(other)).await.status, 404);
    });
}

#[test]
fn secrets_are_rotated_and_the_old_ones_end() {
    both_engines_by_hand(|app, clock| async move {
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        let stored = endpoint(&app, id, "https://bot.example/").await;
        let path = format!("/console/accounts/harbour/endpoints/{stored}");
        let old = drafted(&app, &all(&app, id).await[0]).await.token;
        browser.get(&path).await.says_not("Good until");
        for bad in ["", "x", "-1", "169", "99999999999999999999"] {
            let seen = browser.post(&format!("{path}/rotate"), &[("overlap", bad)]).await;
            assert_eq!(seen.status, 422, "{bad}");
            seen.says(&["a week at the most"]);
        }
        let done = browser.post(&format!("{path}/rotate"), &[("overlap", "1")]).await;
        assert_eq!(done.location, format!("{path}?done=rotated"));
        let now = all(&app, id).await.remove(0);
        let fresh = drafted(&app, &now).await.token;
        assert_ne!(fresh, old);
        let shown = browser.get(&done.location).await;
        shown.says(&["The secrets are new.", &fresh, "Good until"]).says_not(&old);
        assert_eq!(now.previous_until.unwrap(), app.clock.now().plus(Duration::hours(1)));
        clock.advance(3_601);
        browser.get(&path).await.says_not("Good until");

        let done = browser.post(&format!("{path}/rotate"), &[("overlap", "0")]).await;
        browser.get(&done.location).await.says_not("Good until");
    });
}

#[test]
fn endpoints_of_others_are_not_there() {
    both_engines(|app| async move {
        app.set_checker(Arc::new(Checker));
        let browser = owner(&app).await;
        let other = member_brand(&app, "Other").await;
        member(&app, &other, "eve@example.com", Role::Owner).await;
        let harbour = account(&app, "harbour").await.id;
        account(&app, "quay").await;
        let stored = endpoint(&app, harbour, "http://x.org/good").await;
        let removed = endpoint(&app, harbour, "http://x.org/gone").await;
        app.write(move |tx| endpoints::remove(tx, harbour, removed)).await.unwrap();
        let before = all(&app, harbour).await;
        // Another brand's, by way of another account of one's own, removed, made up.
        let eve = Browser::signed_in(&app, "eve@example.com").await;
        for (who, handle, id) in [
            (&eve, "harbour", stored.to_string()),
            (&browser, "quay", stored.to_string()),
            (&browser, "harbour", removed.to_string()),
            (&browser, "harbour", "x".into()),
        ] {
            let path = format!("/console/accounts/{handle}/endpoints/{id}");
            assert_eq!(who.get(&path).await.status, 404, "{path}");
            assert_eq!(who.get(&format!("{path}/remove")).await.status, 404, "{path}");
            let fields = [
                ("to", "off"),
                ("overlap", "0"),
                ("from", "2026-01-01T00:00"),
                ("act", "save"),
                ("url", "http://x.org/good"),
            ];
            for act in [
                "",
                "/verify",
                "/switch",
                "/answer",
                "/rotate",
                "/remove",
                "/recover",
                "/recoveries/1/stop",
            ] {
                let seen = who.post(&format!("{path}{act}"), &fields).await;
                assert_eq!(seen.status, 404, "{path}{act}");
            }
        }
        assert_eq!(all(&app, harbour).await, before);
    });
}

#[test]
fn only_developers_and_owners_touch_endpoints() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        let id = account(&app, "harbour").await.id;
        let stored = endpoint(&app, id, "https://bot.example/").await;
        let path = format!("/console/accounts/harbour/endpoints/{stored}");
        for (email, role, may) in [
            ("agent@x.org", Role::Agent, false),
            ("editor@x.org", Role::Editor, false),
            ("dev@x.org", Role::Developer, true),
        ] {
            member(&app, &brand, email, role).await;
            let browser = Browser::signed_in(&app, email).await;
            assert_eq!(browser.get(&path).await.status, if may { 200 } else { 403 });
            for act in ["/switch", "/answer", "/rotate", "/recover", "/verify", "/remove"] {
                let fields = [("to", "on"), ("overlap", "x"), ("from", "x")];
                let seen = browser.post(&format!("{path}{act}"), &fields).await;
                assert_eq!(seen.status == 403, !may, "{role} {act}: {}", seen.status);
            }
        }
    });
}
