//! The live stream: nothing missing, nothing twice.
use crier_core::content::{Content, Origin};
use crier_core::conversations::{self, Append};
use crier_core::tx::News;
use crier_core::windows::Effect;
use crier_core::{agents, broadcasts, live};
use crier_testing::{account, both_engines};
use serde_json::json;

use crate::{Person, Reader, answer, ask, say};

#[test]
fn a_stream_shows_both_sides_as_they_are_stored() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        ann.write("harbour", "before").await;
        let mut stream = Reader::open(&ann, "").await;
        ann.write("harbour", "1").await;
        say(&app, ann.follower(&harbour).await, "2").await;
        let (name, first) = stream.next().await;
        assert_eq!((name.as_str(), &first["text"]), ("message", &json!("1")));
        assert_eq!(stream.text().await, "2");
        let page = ann.get("/v1/accounts/harbour/messages?after=1&limit=1").await.json();
        assert_eq!(first, page["messages"][0], "read back, it is the same object");
    });
}

#[test]
fn a_stream_goes_on_exactly_where_it_broke() {
    both_engines(|app| async move {
        let (harbour, _) = (account(&app, "harbour").await, account(&app, "quay").await);
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let follower = ann.follower(&harbour).await;
        let mut stream = Reader::open(&ann, "").await;
        for n in 1..=3 {
            say(&app, follower, &n.to_string()).await;
        }
        assert_eq!(stream.text().await, "1");
        let last_id = stream.last_id.clone();
        drop(stream);
        for n in 4..=300 {
            say(&app, follower, &n.to_string()).await;
        }
        ann.follow("quay").await;
        ann.write("quay", "a new conversation").await;

        let mut stream = Reader::open(&ann, &last_id).await;
        for n in 2..=300 {
            assert_eq!(stream.text().await, n.to_string());
        }
        assert_eq!(stream.text().await, "a new conversation");
        let mut again = Reader::open(&ann, &stream.last_id).await;
        say(&app, follower, "live").await;
        assert_eq!(again.text().await, "live", "nothing comes twice");
        assert_eq!(stream.text().await, "live");
    });
}

#[test]
fn a_break_before_the_first_event_loses_nothing() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let last_id = Reader::open(&ann, "").await.last_id;
        say(&app, ann.follower(&harbour).await, "meanwhile").await;
        assert_eq!(Reader::open(&ann, &last_id).await.text().await, "meanwhile");
    });
}

#[test]
fn a_stream_that_fell_behind_reads_what_it_missed() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let follower = ann.follower(&harbour).await;
        let mut stream = Reader::open(&ann, "").await;
        // More than the stream's queue and the hub's together hold.
        for n in 1..=200 {
            say(&app, follower, &n.to_string()).await;
        }
        for n in 1..=200 {
            assert_eq!(stream.text().await, n.to_string());
        }
    });
}

#[test]
fn a_new_following_joins_the_open_stream() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        let mut stream = Reader::open(&ann, "").await;
        ann.follow("harbour").await;
        let told = json!({"account": "harbour", "following": true});
        assert_eq!(stream.next().await, ("following".into(), told));
        ann.write("harbour", "hello").await;
        assert_eq!(stream.text().await, "hello");
        ann.call("DELETE", "/v1/accounts/harbour/follow", json!(null)).await;
        let told = json!({"account": "harbour", "following": false});
        assert_eq!(stream.next().await, ("following".into(), told));
    });
}

#[test]
fn broadcasts_come_once_to_whom_they_are_addressed() {
    both_engines(|app| async move {
        let paper = account(&app, "paper").await;
        let (ann, bob) = (Person::new(&app, "ann"), Person::new(&app, "bob"));
        ann.follow("paper").await;
        bob.follow("paper").await;
        let (mut to_ann, mut to_bob) = (Reader::open(&ann, "").await, Reader::open(&bob, "").await);
        let openid =
            ann.get("/v1/accounts/paper").await.json()["openid"].as_str().unwrap().to_owned();
        let dora = Person::new(&app, "dora");
        dora.follow("paper").await;
        let other =
            dora.get("/v1/accounts/paper").await.json()["openid"].as_str().unwrap().to_owned();
        for (to, text) in [
            (broadcasts::To::Openids(vec![openid, other]), "for ann and dora"),
            (broadcasts::To::All, "for all"),
        ] {
            let (roster, id) = (app.roster.clone(), paper.id);
            let outgoing =
                broadcasts::Outgoing { to, what: Content::text(text).into(), client_id: None };
            app.write(move |tx| broadcasts::send(tx, &roster, id, &outgoing)).await.unwrap();
        }
        let (name, first) = to_ann.next().await;
        assert_eq!((name.as_str(), &first["text"]), ("broadcast", &json!("for ann and dora")));
        assert_eq!(first["name"], "Account paper");
        let last_id = to_ann.last_id.clone();
        assert_eq!(to_ann.next().await.1["text"], "for all");
        assert_eq!(to_bob.next().await.1["text"], "for all");
        assert_eq!(Reader::open(&ann, &last_id).await.next().await.1["text"], "for all");
    });
}

#[test]
fn made_up_cursors_are_refused() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let (ann, bob) = (Person::new(&app, "ann"), Person::new(&app, "bob"));
        ann.follow("harbour").await;
        let of_ann = Reader::open(&ann, "").await.last_id;
        for (who, id) in [(&ann, "nonsense"), (&ann, "17"), (&bob, of_ann.as_str())] {
            let request = who.request("GET", "/v1/stream").insert_header(("last-event-id", id));
            assert_eq!(ask(&app, request).await.problem(400).0, "bad_cursor", "{id}");
            let path = format!("/v1/stream?last_event_id={id}");
            assert_eq!(who.get(&path).await.problem(400).0, "bad_cursor", "{id}");
        }
    });
}

#[test]
fn streams_of_one_user_are_bounded() {
    both_engines(|app| async move {
        let ann = Person::new(&app, "ann");
        let mut open = Vec::new();
        for _ in 0..live::PER_USER {
            open.push(Reader::open(&ann, "").await);
        }
        let refused = ann.get("/v1/stream").await;
        assert_eq!(refused.problem(429).0, "too_many_streams");
        assert_eq!(refused.header("retry-after"), "5");
        let bob = Person::new(&app, "bob");
        assert_eq!(answer(&app, bob.request("GET", "/v1/stream")).await.status(), 200);
        drop(open);
        // The streams' tasks end as soon as they are given a turn.
        while app.hub.streams() > 0 {
            tokio::task::yield_now().await;
        }
        drop(Reader::open(&ann, "").await);
    });
}

#[test]
fn a_stream_shows_who_wrote_and_that_somebody_does() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        ann.write("harbour", "hello").await;
        let id = ann.follower(&harbour).await;
        let of = harbour.clone();
        let agent = app.write(move |tx| agents::add(tx, &of, "lin@harbour", "Lin")).await.unwrap();
        let mut stream = Reader::open(&ann, "").await;
        app.write(move |tx| conversations::set_typing(tx, id, true)).await.unwrap();
        let (name, typing) = stream.next().await;
        assert_eq!(name, "typing");
        assert_eq!(typing, json!({ "account": "harbour", "typing": true }));
        let content = Content::text("Good day");
        let answer = Append::outbound(id, Origin::Api, content, None, Effect::Spend);
        app.append(answer.as_agent(Some(agent.id))).await.unwrap();
        let (_, message) = stream.next().await;
        assert_eq!(message["agent"], json!({ "name": "Lin", "avatar_url": null }));
        let page = ann.get("/v1/accounts/harbour/messages").await.json();
        assert_eq!(page["messages"][1], message);
        assert!(page["messages"][0].get("agent").is_none());
        let list = ann.get("/v1/conversations").await.json();
        assert_eq!(list["conversations"][0]["last_message"]["agent"]["name"], "Lin");
    });
}

#[test]
fn both_sides_see_what_the_other_has_read_and_that_they_write() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let id = ann.follower(&harbour).await;
        let typing =
            |writes| ann.call("POST", "/v1/accounts/harbour/typing", json!({ "typing": writes }));
        assert_eq!(typing(true).await.status, 204);
        assert!(app.hub.presences.writes(id));
        assert_eq!(typing(false).await.status, 204);
        assert!(!app.hub.presences.writes(id));
        let odd = ann.call("POST", "/v1/accounts/harbour/typing", json!({ "typing": "yes" }));
        assert_eq!(odd.await.problem(400).1, "typing");
        typing(true).await;
        ann.write("harbour", "hello").await;
        assert!(!app.hub.presences.writes(id), "the message ends it");
        let mut stream = Reader::open(&ann, "").await;
        app.write(move |tx| conversations::read_by_account(tx, id, 1)).await.unwrap();
        let (name, read) = stream.next().await;
        assert_eq!((name.as_str(), read), ("read", json!({ "account": "harbour", "seq": 1 })));
        let list = ann.get("/v1/conversations").await.json();
        assert_eq!(list["conversations"][0]["account_read_seq"], 1);
        say(&app, id, "welcome").await;
        let mut news = app.hub.of_account(harbour.id);
        ann.call("POST", "/v1/accounts/harbour/read", json!({ "seq": 2 })).await;
        let told = news.try_recv().unwrap().news;
        assert!(matches!(told, News::Read { seq: 2, by_account: false, .. }), "{told:?}");
        ann.call("DELETE", "/v1/accounts/harbour/follow", json!(null)).await;
        assert_eq!(typing(true).await.problem(403).0, "not_following");
    });
}
