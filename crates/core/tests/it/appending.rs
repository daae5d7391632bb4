//! Conversations: numbers without a gap, sends that count once, windows that hold.
use crier_core::content::{Content, Origin, Sender};
use crier_core::conversations::{self, Append};
use crier_core::error::{Denial, Error};
use crier_core::messages::{self, Span};
use crier_core::windows::Effect;
use crier_testing::{account, both_engines, both_engines_by_hand, follower};
use futures_util::future::join_all;

fn said(content: &Content) -> &str {
    content.summary()
}

#[test]
fn many_at_once_get_numbers_without_a_gap() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let (one, two) =
            (follower(&app, &account, "u1").await, follower(&app, &account, "u2").await);
        let sends = (0..300).map(|n| {
            let to = if n % 3 == 0 { two.id } else { one.id };
            app.append(Append::inbound(to, Content::text(format!("{n}")), Some(format!("c{n}"))))
        });
        assert!(join_all(sends).await.into_iter().all(|sent| sent.is_ok()));
        for (id, count) in [(one.id, 200), (two.id, 100)] {
            let page = app
                .read(move |conn| Ok(messages::page(conn, id, Span::After(0), 500)?))
                .await
                .unwrap();
            let seqs: Vec<i64> = page.iter().map(|message| message.seq).collect();
            assert_eq!(seqs, (1..=count).collect::<Vec<i64>>());
        }
    });
}

#[test]
fn the_same_client_id_counts_once() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let send = || app.append(Append::inbound(id, Content::text("你好"), Some("once".into())));
        // Both in one batch, then again in a later one.
        let (a, b) = tokio::join!(send(), send());
        let (a, b, c) = (a.unwrap(), b.unwrap(), send().await.unwrap());
        assert_eq!((a.seq, b.seq, c.seq), (1, 1, 1));
        assert_eq!((a.id, a.id), (b.id, c.id));
        assert!(c.repeated && (a.repeated != b.repeated));
        let stored = app.read(move |conn| conversations::get(conn, id)).await.unwrap();
        assert_eq!(stored.last_seq, 1);
    });
}

#[test]
fn one_refusal_leaves_the_others_alone() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let nobody = crier_core::ids::FollowerId(7);
        let (good, bad) = tokio::join!(
            app.append(Append::inbound(id, Content::text("a"), None)),
            app.append(Append::inbound(nobody, Content::text("b"), None)),
        );
        assert_eq!(good.unwrap().seq, 1);
        assert!(matches!(bad, Err(Error::NotFound("conversation"))));
    });
}

#[test]
fn the_window_gives_five_in_two_days() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let push = || {
            let content = Content::text("news");
            app.append(Append::outbound(id, Origin::Api, content, None, Effect::Spend))
        };
        clock.advance(120);
        assert!(matches!(push().await, Err(Error::Denied(Denial::WindowClosed))));
        app.append(Append::inbound(id, Content::text("hi"), None)).await.unwrap();
        for _ in 0..5 {
            push().await.unwrap();
        }
        assert!(matches!(push().await, Err(Error::Denied(Denial::WindowSpent))));
        clock.advance(48 * 3600);
        assert!(matches!(push().await, Err(Error::Denied(Denial::WindowClosed))));
    });
}

#[test]
fn what_is_read_back_is_what_was_said() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        let words = "你好 <&> ]]> 😀\nsecond line";
        app.append(Append::inbound(id, Content::text(words), None)).await.unwrap();
        let page =
            app.read(move |conn| Ok(messages::page(conn, id, Span::Before(9), 5)?)).await.unwrap();
        assert_eq!(said(&page[0].content), words);
        assert_eq!((page[0].sender, page[0].seq), (Sender::Follower, 1));
    });
}

#[test]
fn reading_marks_never_move_back() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let id = follower(&app, &account, "u1").await.id;
        for n in 0..3 {
            app.append(Append::inbound(id, Content::text(format!("{n}")), None)).await.unwrap();
        }
        for seq in [2, 1, 99] {
            app.write(move |tx| conversations::read_by_account(tx, id, seq)).await.unwrap();
        }
        let stored = app.read(move |conn| conversations::get(conn, id)).await.unwrap();
        assert_eq!(stored.account_read_seq, 2);
    });
}
