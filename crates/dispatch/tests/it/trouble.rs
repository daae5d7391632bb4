//! Every way an endpoint can be in trouble has its verdict, and is its own trouble alone.
use std::time::Duration;

use crier_core::checks::EndpointCheck as _;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::deliveries::State;
use crier_dispatch::guard::Guard;
use crier_dispatch::verdicts;
use crier_testing::{Manner, Receiver, account, both_engines, follower};

use crate::speech::{attempts, dispatcher, draft, guarded, point, settled};

#[test]
fn each_trouble_has_its_verdict() {
    both_engines(|app| async move {
        let troubles = [
            (Manner::HangUp, verdicts::UNREACHABLE),
            (Manner::Status(503), verdicts::BAD_STATUS),
            (Manner::Redirect("http://127.0.0.1:1/".into()), verdicts::REDIRECT),
            (Manner::Flood(10_000_000), verdicts::TOO_LARGE),
            (Manner::Say("<html>".into()), verdicts::MALFORMED),
            (Manner::Say("picture".into()), verdicts::UNKNOWN_MEDIA),
            (Manner::Never, verdicts::TIMEOUT),
        ];
        let _dispatcher = dispatcher(&app);
        for (n, (manner, verdict)) in troubles.into_iter().enumerate() {
            let account = account(&app, &format!("account-{n}")).await;
            let backend = Receiver::start(move |_| manner.clone()).await;
            let id = follower(&app, &account, "u1").await.id;
            point(&app, &account, &backend.url).await;
            app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
            let log = settled(&app, &account).await;
            assert_eq!(log[0].delivery.state, State::Failed, "{verdict}");
            let tried = attempts(&app, &log[0]).await;
            let shown: Vec<&str> = tried.iter().map(|attempt| attempt.verdict.as_str()).collect();
            assert_eq!(shown, [verdict; 3]);
            assert!(tried.iter().all(|attempt| attempt.answer.len() < 9_000));
            assert_eq!(backend.seen().len(), 3, "{verdict}");
        }
    });
}

#[test]
fn a_private_address_is_not_even_tried() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| Manner::Say(String::new())).await;
        let id = follower(&app, &account, "u1").await.id;
        let _dispatcher = guarded(&app, Guard::default());
        for url in [backend.url.clone(), backend.url.replace("127.0.0.1", "localhost")] {
            point(&app, &account, &url).await;
            // The endpoint is remembered for a second; a new one is a new account's affair.
            app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
            let log = settled(&app, &account).await;
            let verdict = log.last().unwrap().delivery.verdict.as_deref();
            assert_eq!(verdict, Some(verdicts::FORBIDDEN_ADDRESS));
        }
        assert!(backend.seen().is_empty());
    });
}

#[test]
fn a_hanging_endpoint_delays_nobody_else() {
    both_engines(|app| async move {
        let hanging = Receiver::start(|_| Manner::Never).await;
        let healthy = Receiver::start(|_| Manner::Say(String::new())).await;
        let (bad, good) = (account(&app, "bad").await, account(&app, "good").await);
        point(&app, &bad, &hanging.url).await;
        point(&app, &good, &healthy.url).await;
        let _dispatcher = dispatcher(&app);
        for n in 0..200 {
            let stuck = follower(&app, &bad, &format!("u{n}")).await.id;
            app.append(Append::inbound(stuck, Content::text("x"), None)).await.unwrap();
        }
        let id = follower(&app, &good, "u1").await.id;
        app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
        let waited = tokio::time::timeout(Duration::from_secs(5), healthy.wait_for(1)).await;
        assert_eq!(waited.unwrap()[0].body, "hello");
    });
}

#[test]
fn more_than_memory_holds_still_arrives_in_order() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| Manner::Say(String::new())).await;
        let id = follower(&app, &account, "u1").await.id;
        point(&app, &account, &backend.url).await;
        let _dispatcher = dispatcher(&app);
        let sends = (0..2_500)
            .map(|n| app.append(Append::inbound(id, Content::text(format!("{n:04}")), None)));
        assert!(futures_util::future::join_all(sends).await.iter().all(Result::is_ok));
        let seen: Vec<String> =
            backend.wait_for(2_500).await.into_iter().map(|received| received.body).collect();
        let expected: Vec<String> = (0..2_500).map(|n| format!("{n:04}")).collect();
        assert_eq!(seen, expected);
    });
}

#[test]
fn a_url_check_passes_by_the_echo_alone() {
    both_engines(|app| async move {
        let echoing = Receiver::start(|received| {
            let echo = received.line.split("echo=").nth(1).unwrap_or_default();
            Manner::Say(echo.split(' ').next().unwrap_or_default().to_owned())
        })
        .await;
        let deaf = Receiver::start(|_| Manner::Say("hello".into())).await;
        let dispatcher = dispatcher(&app);
        let good = dispatcher.check(draft(&echoing.url)).await;
        assert!(good.passed, "{good:?}");
        let bad = dispatcher.check(draft(&deaf.url)).await;
        assert_eq!((bad.passed, bad.verdict.as_str()), (false, verdicts::WRONG_ECHO));
        assert_eq!((bad.status, bad.answer.as_str()), (Some(200), "hello"));
    });
}
