//! Endpoints that fail: left alone, warned about, switched off, switched on again, and told what
//! they missed. All by a clock that is turned by hand.
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use crier_core::accounts::Account;
use crier_core::deliveries::{self, OFF, State};
use crier_core::endpoints::{self, Endpoint, OffReason};
use crier_core::ids::EndpointId;
use crier_core::mails::{self, Mail};
use crier_core::members::{self, Role};
use crier_core::recoveries::{self, Range};
use crier_core::{App, Timestamp};
use crier_dispatch::Dispatcher;
use crier_testing::{
    HandClock, Manner, Receiver, account, both_engines_by_hand, eventually, follower,
};

use crate::speech::{add, dispatcher, draft, log, persistent, say, settled};

async fn backend(status: &Arc<AtomicU16>) -> Receiver {
    let status = status.clone();
    Receiver::start(move |_| match status.load(Ordering::SeqCst) {
        200 => Manner::Say(String::new()),
        other => Manner::Status(other),
    })
    .await
}

async fn get(app: &App, id: EndpointId) -> Endpoint {
    app.read(move |conn| endpoints::get(conn, id)).await.unwrap()
}

/// A developer of the account's brand, who gets its mails, and an agent, who does not.
async fn staff(app: &App, account: &Account) {
    let brand = account.brand_id;
    app.write(move |tx| {
        for (email, role) in [("dev@example.com", Role::Developer), ("agent@x.com", Role::Agent)] {
            let member = members::create(tx, email, "Somebody", "hash", false)?;
            members::join(tx, brand, member.id, role)?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// The mails that wait, taken out.
async fn mails_of(app: &App) -> Vec<(String, Mail)> {
    let due = app.write(|tx| mails::claim(tx, 9)).await.unwrap();
    for mail in &due {
        let id = mail.id;
        app.write(move |tx| mails::sent(tx, id)).await.unwrap();
    }
    due.into_iter().map(|due| (due.recipient, due.mail)).collect()
}

/// Writes twice a day to an endpoint that fails, until it is off. Hours after which its owners were
/// warned, and after which it was off.
async fn fail_for_days(
    app: &App,
    clock: &HandClock,
    dispatcher: &Dispatcher,
    account: &Arc<Account>,
    endpoint: EndpointId,
) -> (Option<i64>, i64) {
    let id = follower(app, account, "u1").await.id;
    let (mut hours, mut warned) = (0, None);
    loop {
        say(app, id, &format!("hour {hours}")).await;
        settled(app, account).await;
        eventually("the failure is noted", async || {
            let noted = get(app, endpoint).await.failed_at?;
            (noted.plus(chrono::Duration::hours(1)) >= app.clock.now()).then_some(())
        })
        .await;
        dispatcher.look_after_endpoints().await.unwrap();
        for (recipient, mail) in mails_of(app).await {
            assert_eq!(recipient, "dev@example.com");
            match mail {
                Mail::EndpointFailing { .. } => {
                    assert_eq!(warned.replace(hours), None, "warned once");
                }
                Mail::EndpointOff { gone, .. } => assert!(!gone && warned.is_some()),
                mail => panic!("not about an endpoint: {mail:?}"),
            }
        }
        if !get(app, endpoint).await.enabled {
            return (warned, hours);
        }
        clock.advance(12 * 60 * 60);
        hours += 12;
    }
}

#[test]
fn an_endpoint_that_fails_for_days_is_switched_off_with_mails_before_and_after() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        staff(&app, &account).await;
        let status = Arc::new(AtomicU16::new(500));
        let backend = backend(&status).await;
        let endpoint = add(&app, &account, draft(&backend.url)).await;
        let dispatcher = dispatcher(&app);
        let days = fail_for_days(&app, &clock, &dispatcher, &account, endpoint).await;
        assert_eq!(days, (Some(60), 120));
        assert_eq!(get(&app, endpoint).await.off_reason, Some(OffReason::Failing));
        // What it misses is on record; a check that passes switches it on; it is told on request.
        let id = follower(&app, &account, "u1").await.id;
        say(&app, id, "missed").await;
        let row = settled(&app, &account).await.pop().unwrap();
        assert_eq!(row.delivery.verdict.as_deref(), Some(OFF));
        let (of, vault, draft) = (account.id, app.vault.clone(), draft(&backend.url));
        app.write(move |tx| endpoints::change(tx, &vault, of, endpoint, &draft, true))
            .await
            .unwrap();
        let stored = get(&app, endpoint).await;
        assert!(stored.enabled && stored.off_reason.is_none() && stored.failing_since.is_none());
        status.store(200, Ordering::SeqCst);
        // Past the pause of the breaker, which opened meanwhile.
        clock.advance(120);
        let seen = backend.seen().len();
        let from = row.delivery.created_at.plus(chrono::Duration::hours(-1));
        recover(&app, &account, endpoint, from).await;
        let told = backend.wait_for(seen + 2).await;
        let mut last: Vec<&str> = told[seen..].iter().map(|one| one.body.as_str()).collect();
        last.sort_unstable();
        assert_eq!(last, ["hour 120", "missed"]);
    });
}

/// Has everything told again that failed since then, and waits until it is.
async fn recover(app: &App, account: &Account, endpoint: EndpointId, from: Timestamp) {
    let (of, until) = (account.id, app.clock.now().plus(chrono::Duration::hours(1)));
    let range = Range { from, until, failed_only: true };
    app.write(move |tx| recoveries::start(tx, of, endpoint, range)).await.unwrap();
    eventually("the recovery is done", async || {
        let all = app.read(move |conn| recoveries::latest(conn, of, 9)).await.unwrap();
        (all[0].state == recoveries::State::Done && all[0].resent == 2).then_some(())
    })
    .await;
    eventually("it is told again", async || {
        let rows = log(app, account).await;
        let mut again = rows.iter().filter(|row| row.delivery.replay);
        again.all(|row| row.delivery.state == State::Delivered).then_some(())
    })
    .await;
}

#[test]
fn an_endpoint_that_says_it_is_gone_is_switched_off() {
    both_engines_by_hand(|app, _| async move {
        let account = account(&app, "tea").await;
        staff(&app, &account).await;
        let id = follower(&app, &account, "u1").await.id;
        let backend = backend(&Arc::new(AtomicU16::new(410))).await;
        let endpoint = add(&app, &account, persistent(&backend.url)).await;
        let _dispatcher = dispatcher(&app);
        say(&app, id, "hello").await;
        let stored = eventually("it is off", async || {
            Some(get(&app, endpoint).await).filter(|endpoint| !endpoint.enabled)
        })
        .await;
        assert_eq!(stored.off_reason, Some(OffReason::Gone));
        assert_eq!(backend.seen().len(), 1);
        let mails = mails_of(&app).await;
        assert!(matches!(&mails[..], [(_, Mail::EndpointOff { gone: true, .. })]), "{mails:?}");
    });
}

#[test]
fn a_breaker_leaves_an_endpoint_alone_and_asks_with_one_delivery() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let status = Arc::new(AtomicU16::new(500));
        let backend = backend(&status).await;
        add(&app, &account, draft(&backend.url)).await;
        let dispatcher = dispatcher(&app);
        let mut followers = Vec::new();
        for n in 0..12 {
            followers.push(follower(&app, &account, &format!("u{n}")).await.id);
        }
        // Follows are told in words this dialect does not have; messages are refused.
        for id in &followers {
            say(&app, *id, "hello").await;
        }
        eventually("it is left alone", async || {
            let load = dispatcher.load();
            (load.shut == 1 && load.running == 0).then_some(())
        })
        .await;
        let before = backend.seen().len();
        assert!(before < 36, "{before} requests to an endpoint that fails");
        app.bus.unclaimed.notify_one();
        say(&app, followers[0], "anybody?").await;
        assert_eq!((dispatcher.load().running, backend.seen().len()), (0, before));
        status.store(200, Ordering::SeqCst);
        clock.advance(2);
        app.bus.unclaimed.notify_one();
        let log = settled(&app, &account).await;
        let delivered = |row: &&deliveries::Logged| row.delivery.state == State::Delivered;
        assert!(log.iter().filter(delivered).count() > 6, "the rest is told when it is back");
        assert_eq!(log.last().unwrap().delivery.state, State::Delivered);
        assert_eq!(dispatcher.load().shut, 0);
    });
}
