//! Several endpoints of one account: each hears what it asked for, one answers, none takes more at
//! once than it said.
use crier_core::agents;
use crier_core::deliveries::State;
use crier_core::endpoints::{self, Options};
use crier_core::messages::{self, Span};
use crier_core::rights::Kind;
use crier_testing::{Manner, Receiver, account, account_of, both_engines, follower};

use crate::speech::{add, dispatcher, draft, say, settled};

#[test]
fn each_hears_what_it_asked_for_and_one_answers() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let first = Receiver::start(|_| Manner::Say("say first".into())).await;
        let second = Receiver::start(|_| Manner::Say("say second".into())).await;
        let deaf = Receiver::start(|_| Manner::Say(String::new())).await;
        add(&app, &account, draft(&first.url)).await;
        let other = add(&app, &account, draft(&second.url)).await;
        let mut follows = draft(&deaf.url);
        follows.options = Options { hears: vec!["followed".into()], ..Options::default() };
        add(&app, &account, follows).await;
        let dispatcher = dispatcher(&app);
        let id = follower(&app, &account, "u1").await.id;
        say(&app, id, "hello").await;
        let log = settled(&app, &account).await;
        let kinds: Vec<&str> = log.iter().map(|row| row.delivery.kind.as_str()).collect();
        assert_eq!(kinds, ["followed", "followed", "followed", "message", "message"]);
        assert!(log.iter().all(|row| row.delivery.state == State::Delivered));
        assert_eq!((first.seen().len(), second.seen().len(), deaf.seen().len()), (1, 1, 0));
        let of = account.id;
        app.write(move |tx| endpoints::set_answering(tx, of, other)).await.unwrap();
        dispatcher.stop().await;
        let page =
            app.read(move |conn| Ok(messages::page(conn, id, Span::After(0), 9)?)).await.unwrap();
        let said: Vec<&str> = page.iter().map(|message| message.content.summary()).collect();
        assert_eq!(said, ["hello", "first"]);
    });
}

#[test]
fn an_endpoint_gets_no_more_at_once_than_it_takes() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| Manner::Never).await;
        let mut narrow = draft(&backend.url);
        narrow.options =
            Options { concurrency: Some(2), hears: vec!["message".into()], ..Options::default() };
        add(&app, &account, narrow).await;
        let dispatcher = dispatcher(&app);
        for n in 0..6 {
            let id = follower(&app, &account, &format!("u{n}")).await.id;
            say(&app, id, "hello").await;
        }
        let load = dispatcher.load();
        assert_eq!((load.running, load.queued), (2, 6));
    });
}

#[test]
fn a_removed_endpoint_is_told_nothing_and_its_log_stays() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| Manner::Say(String::new())).await;
        let endpoint = add(&app, &account, draft(&backend.url)).await;
        let _dispatcher = dispatcher(&app);
        let id = follower(&app, &account, "u1").await.id;
        say(&app, id, "hello").await;
        settled(&app, &account).await;
        let of = account.id;
        app.write(move |tx| endpoints::remove(tx, of, endpoint)).await.unwrap();
        say(&app, id, "goodbye").await;
        let log = settled(&app, &account).await;
        assert_eq!(log.len(), 2);
        assert_eq!(log[1].url, backend.url);
        assert!(app.read(move |conn| Ok(endpoints::all(conn, of)?)).await.unwrap().is_empty());
    });
}

#[test]
fn an_answer_hands_the_follower_to_agents_where_there_are_any() {
    both_engines(|app| async move {
        let backend = Receiver::start(|_| Manner::Say("hand over".into())).await;
        let service = account(&app, "tea").await;
        let (daily, _) = account_of(&app, Kind::Subscription, "daily").await;
        let _dispatcher = dispatcher(&app);
        for (account, waiting) in [(service, 1), (daily, 0)] {
            add(&app, &account, draft(&backend.url)).await;
            let id = follower(&app, &account, "u1").await.id;
            say(&app, id, "a person, please").await;
            settled(&app, &account).await;
            let of = account.id;
            let queue = app.read(move |conn| agents::waiting(conn, of, 9)).await.unwrap();
            assert_eq!(queue.len(), waiting, "{}", account.handle);
        }
    });
}
