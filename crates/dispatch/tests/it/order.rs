//! Deliveries arrive once, in order, and their answers reach the follower.
use crier_core::content::{Content, Sender};
use crier_core::conversations::Append;
use crier_core::deliveries::State;
use crier_core::messages::{self, Span};
use crier_core::nodes;
use crier_testing::{Manner, Receiver, account, both_engines, follower};
use futures_util::future::join_all;

use crate::speech::{attempts, dispatcher, log, point, settled};

fn ok() -> Manner {
    Manner::Say(String::new())
}

#[test]
fn a_conversation_arrives_in_order() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| ok()).await;
        let one = follower(&app, &account, "u1").await.id;
        let two = follower(&app, &account, "u2").await.id;
        point(&app, &account, &backend.url).await;
        let dispatcher = dispatcher(&app);
        for n in 0..60 {
            let to = if n % 2 == 0 { one } else { two };
            app.append(Append::inbound(to, Content::text(format!("{n}")), None)).await.unwrap();
        }
        let seen: Vec<u32> = backend
            .wait_for(60)
            .await
            .iter()
            .map(|received| received.body.parse().unwrap())
            .collect();
        for parity in [0, 1] {
            let of: Vec<u32> = seen.iter().copied().filter(|n| n % 2 == parity).collect();
            assert!(of.windows(2).all(|pair| pair[0] < pair[1]), "{of:?}");
        }
        dispatcher.stop().await;
        assert_eq!(backend.seen().len(), 60);
    });
}

#[test]
fn an_answer_becomes_a_message_to_any_attempt_once() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let tries = std::sync::atomic::AtomicU32::new(0);
        let backend = Receiver::start(move |_| {
            match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
                0 => Manner::HangUp,
                1 => Manner::Status(500),
                _ => Manner::Say("say 你好".into()),
            }
        })
        .await;
        let id = follower(&app, &account, "u1").await.id;
        point(&app, &account, &backend.url).await;
        let _dispatcher = dispatcher(&app);
        app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
        let log = settled(&app, &account).await;
        let page =
            app.read(move |conn| Ok(messages::page(conn, id, Span::After(0), 9)?)).await.unwrap();
        assert_eq!(page.len(), 2);
        assert_eq!((page[1].sender, page[1].content.summary()), (Sender::Account, "你好"));
        let verdicts: Vec<String> =
            attempts(&app, &log[0]).await.into_iter().map(|attempt| attempt.verdict).collect();
        assert_eq!(verdicts, ["unreachable", "bad_status", "delivered"]);
    });
}

#[test]
fn what_another_process_left_is_claimed() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| ok()).await;
        let id = follower(&app, &account, "u1").await.id;
        point(&app, &account, &backend.url).await;
        // Stored by a node that died before it could deliver them.
        let sends = (0..40)
            .map(|n| app.append(Append::inbound(id, Content::text(format!("{n:02}")), None)));
        assert!(join_all(sends).await.iter().all(Result::is_ok));
        let node = app.node.as_ref().unwrap().id();
        app.write(move |tx| nodes::leave(tx.conn, node)).await.unwrap();
        let _dispatcher = dispatcher(&app);
        let seen: Vec<String> =
            backend.wait_for(40).await.into_iter().map(|received| received.body).collect();
        let mut in_order = seen.clone();
        in_order.sort();
        assert_eq!(seen, in_order);
    });
}

#[test]
fn a_stop_finishes_what_is_under_way_and_gives_the_rest_back() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let slow = std::time::Duration::from_millis(150);
        let backend = Receiver::start(move |_| Manner::Late(slow, String::new())).await;
        let id = follower(&app, &account, "u1").await.id;
        point(&app, &account, &backend.url).await;
        let dispatcher = dispatcher(&app);
        for n in 0..5 {
            app.append(Append::inbound(id, Content::text(format!("{n}")), None)).await.unwrap();
        }
        backend.wait_for(1).await;
        dispatcher.stop().await;
        let log = log(&app, &account).await;
        let done = log.iter().filter(|row| row.delivery.state == State::Delivered).count();
        assert_eq!(done, backend.seen().len());
        assert!(log.iter().all(|row| {
            row.delivery.state == State::Delivered || row.delivery.leased_by.is_none()
        }));
    });
}
