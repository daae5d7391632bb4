//! The long schedule, by a clock that is turned by hand.
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use crier_core::App;
use crier_core::accounts::Account;
use crier_core::deliveries::{Logged, State};
use crier_dispatch::verdicts;
use crier_testing::follower;
use crier_testing::{HandClock, Manner, Receiver, account, both_engines_by_hand, eventually};

use crate::speech::{add, attempts, dispatcher, log, persistent, say, settled};

/// A backend that answers with the status it is told to.
async fn backend(status: &Arc<AtomicU16>) -> Receiver {
    let status = status.clone();
    Receiver::start(move |_| match status.load(Ordering::SeqCst) {
        200 => Manner::Say(String::new()),
        other => Manner::Status(other),
    })
    .await
}

/// The account's newest delivery of a message, once it has been tried so often.
async fn tried(app: &App, account: &Account, times: i32) -> Logged {
    eventually(&format!("{times} attempts"), async || {
        let rows = log(app, account).await;
        rows.into_iter().find(|row| {
            row.delivery.kind == "message"
                && row.delivery.attempts == times
                && row.delivery.state != State::Pending
        })
    })
    .await
}

fn turn(app: &App, clock: &HandClock, seconds: i64) {
    clock.advance(seconds);
    app.bus.unclaimed.notify_one();
}

#[test]
fn what_failed_at_once_is_tried_again_by_the_schedule() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let status = Arc::new(AtomicU16::new(500));
        let backend = backend(&status).await;
        add(&app, &account, persistent(&backend.url)).await;
        let _dispatcher = dispatcher(&app);
        say(&app, id, "hello").await;
        let row = tried(&app, &account, 3).await;
        assert_eq!((row.delivery.state, row.delivery.retries), (State::Waiting, 1));
        assert_eq!(row.delivery.leased_by, None);
        let waits = row.delivery.next_at.micros() - app.clock.now().micros();
        assert!((4_000_000..=6_000_000).contains(&waits), "{waits}");
        // Too early: nothing happens. Then one attempt, no three.
        turn(&app, &clock, 3);
        turn(&app, &clock, 3);
        let row = tried(&app, &account, 4).await;
        assert_eq!((row.delivery.state, row.delivery.retries), (State::Waiting, 2));
        // It holds nothing up: the next message of the same follower is told at once.
        status.store(200, Ordering::SeqCst);
        say(&app, id, "still there?").await;
        let bodies = |seen: Vec<crier_testing::Received>| seen.last().unwrap().body.clone();
        assert_eq!(bodies(backend.wait_for(5).await), "still there?");
        turn(&app, &clock, 100);
        let row = tried(&app, &account, 5).await;
        assert_eq!(row.delivery.state, State::Delivered);
        assert_eq!(bodies(backend.wait_for(6).await), "hello");
        let tries = attempts(&app, &row).await;
        let shown: Vec<_> = tries.iter().map(|one| (one.number, one.verdict.as_str())).collect();
        let bad = verdicts::BAD_STATUS;
        assert_eq!(shown, [(1, bad), (2, bad), (3, bad), (4, bad), (5, verdicts::DELIVERED)]);
    });
}

#[test]
fn an_endpoint_that_asks_for_peace_gets_it() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let backend = Receiver::start(|_| Manner::Busy(503, 600)).await;
        add(&app, &account, persistent(&backend.url)).await;
        let _dispatcher = dispatcher(&app);
        say(&app, id, "hello").await;
        let row = tried(&app, &account, 1).await;
        let waits = row.delivery.next_at.micros() - app.clock.now().micros();
        assert_eq!((row.delivery.state, waits), (State::Waiting, 600_000_000));
        turn(&app, &clock, 599);
        turn(&app, &clock, 2);
        tried(&app, &account, 2).await;
        assert_eq!(backend.seen().len(), 2);
    });
}

#[test]
fn the_schedule_ends() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let backend = backend(&Arc::new(AtomicU16::new(500))).await;
        add(&app, &account, persistent(&backend.url)).await;
        let _dispatcher = dispatcher(&app);
        say(&app, id, "hello").await;
        for times in 3..11 {
            let row = tried(&app, &account, times).await;
            assert_eq!(row.delivery.state, State::Waiting, "{times}");
            turn(&app, &clock, 30 * 60 * 60);
        }
        let row = tried(&app, &account, 11).await;
        assert_eq!(row.delivery.state, State::Failed);
        assert_eq!(backend.seen().len(), 11);
    });
}

#[test]
fn wechat_endpoints_are_not_tried_again_unless_they_ask_for_it() {
    both_engines_by_hand(|app, _| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let backend = backend(&Arc::new(AtomicU16::new(500))).await;
        add(&app, &account, crate::speech::draft(&backend.url)).await;
        let _dispatcher = dispatcher(&app);
        say(&app, id, "hello").await;
        assert_eq!(settled(&app, &account).await[0].delivery.state, State::Failed);
        assert_eq!(backend.seen().len(), 3);
    });
}
