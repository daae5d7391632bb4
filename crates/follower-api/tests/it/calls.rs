//! Calls that ask and answer.
use actix_web::test::TestRequest;
use crier_core::broadcasts;
use crier_core::content::Content;
use crier_core::menus::{self, Action, Button};
use crier_core::rights::Kind;
use crier_follower_api::{CATALOGUE, ROUTES, Sends, Who};
use crier_testing::{account, account_of, both_engines};
use serde_json::{Value, json};

use crate::{Person, ask, say};

#[test]
fn without_a_token_nothing_is_answered() {
    both_engines(|app| async move {
        for route in ROUTES.iter().filter(|route| route.who == Who::Follower) {
            let path = route.path.replace("{account}", "harbour");
            for token in [None, Some("Bearer nonsense"), Some("Basic eDp5")] {
                let mut request = TestRequest::with_uri(&path).method(route.method.clone());
                if let Some(token) = token {
                    request = request.insert_header(("authorization", token));
                }
                let got = ask(&app, request.set_json(json!({}))).await;
                assert_eq!(got.problem(401).0, "unauthorized", "{path}");
                assert!(got.header("www-authenticate").starts_with("Bearer"), "{path}");
            }
        }
    });
}

#[test]
fn the_examples_of_the_catalogue_are_taken() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let buttons = [button("Hours", Action::Click { key: "HOURS".into() })];
        let of = harbour.id;
        app.write(move |tx| menus::set(tx, of, &buttons)).await.unwrap();
        let ann = Person::new(&app, "ann");
        for one in CATALOGUE {
            let query =
                if one.query.is_empty() { String::new() } else { format!("?{}", one.query) };
            let path = format!("{}{query}", one.path.replace("{account}", "harbour"));
            let got = match one.sends {
                Sends::Json(body) => {
                    ann.call(one.method, &path, serde_json::from_str(body).unwrap()).await
                }
                Sends::Nothing => ask(&app, ann.request(one.method, &path)).await,
                Sends::File(_) => continue,
            };
            assert!(got.status.is_success(), "{path}: {}", String::from_utf8_lossy(&got.bytes));
        }
    });
}

#[test]
fn following_again_gives_the_same_answer() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        let follow = || ann.call("PUT", "/v1/accounts/harbour/follow", json!({"scene": "poster"}));
        let first = follow().await;
        assert_eq!(first.status, 200);
        assert_eq!(first.json()["account"], "harbour");
        assert_eq!(follow().await.json(), first.json());
        let card = ann.get("/v1/accounts/harbour").await.json();
        assert_eq!(card["openid"], first.json()["openid"]);
        assert_eq!((&card["following"], &card["kind"]), (&json!(true), &json!("service")));
        let by_app_id = format!("/v1/accounts/{}", card["app_id"].as_str().unwrap());
        assert_eq!(ann.get(&by_app_id).await.json(), card);

        for _ in 0..2 {
            let left = ann.call("DELETE", "/v1/accounts/harbour/follow", Value::Null).await;
            assert_eq!((left.status.as_u16(), left.bytes.len()), (204, 0));
        }
        assert_eq!(ann.get("/v1/accounts/harbour").await.json()["following"], false);
        assert_eq!(ann.write("harbour", "still here?").await.problem(403).0, "not_following");
        let found = ann.get("/v1/accounts?q=HARB").await.json();
        assert_eq!(found["accounts"][0]["account"], "harbour");
        assert_eq!(ann.get("/v1/accounts/nobody").await.problem(404).0, "not_found");
    });
}

#[test]
fn an_empty_body_follows_too() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        let got = ask(&app, ann.request("PUT", "/v1/accounts/harbour/follow")).await;
        assert_eq!(got.status, 200);
    });
}

#[test]
fn a_message_sent_twice_is_stored_once() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let body = json!({"client_id": "a1", "type": "text", "text": "hello"});
        let path = "/v1/accounts/harbour/messages";
        let first = ann.call("POST", path, body.clone()).await;
        let again = ann.call("POST", path, body).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
        assert_eq!(first.json(), again.json());
        let page = ann.get(path).await.json();
        assert_eq!(page["last_seq"], 1);
        let message = &page["messages"][0];
        assert_eq!(message["created_at"], first.json()["created_at"]);
        let keys: Vec<&String> = message.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["account", "client_id", "created_at", "from", "id", "seq", "text", "type"]
        );
    });
}

#[test]
fn bad_messages_are_refused_by_field() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let path = "/v1/accounts/harbour/messages";
        for (body, field) in [
            (json!({"type": "text", "text": "a\u{0}"}), "text"),
            (json!({"type": "text", "text": "x".repeat(2_049)}), "text"),
            (json!({"type": "text", "text": "x", "client_id": ""}), "client_id"),
            (json!({"type": "text", "text": "x", "client_id": "c".repeat(65)}), "client_id"),
            (json!({"type": "image", "media_id": "nothing-like-it"}), "media_id"),
            (json!({"type": "poem"}), "type"),
        ] {
            let got = ann.call("POST", path, body.clone()).await;
            assert_eq!(got.problem(400), ("invalid".into(), field.into()), "{body}");
        }
        let cut = ann.request("POST", path).set_payload("{\"type\":");
        assert_eq!(ask(&app, cut).await.problem(400).0, "malformed_json");
        let list = ann.request("POST", path).set_payload("[1]");
        assert_eq!(ask(&app, list).await.problem(400).0, "invalid");
        let long = ann.request("POST", path).set_payload(" ".repeat(100_000));
        assert_eq!(ask(&app, long).await.problem(413).0, "too_large");
        assert_eq!(ann.get(path).await.json(), json!({"messages": [], "last_seq": 0}));
        assert_eq!(ann.get("/v1/nowhere").await.problem(404).0, "not_found");
        let patch = ann.request("PATCH", path);
        assert_eq!(ask(&app, patch).await.problem(405).0, "method_not_allowed");
    });
}

#[test]
fn a_conversation_is_read_page_by_page() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        for n in 1..=5 {
            ann.write("harbour", &n.to_string()).await;
        }
        say(&app, ann.follower(&harbour).await, "6").await;
        let seqs = async |part: &str| {
            let got = ann.get(&format!("/v1/accounts/harbour/messages?{part}")).await.json();
            let messages = got["messages"].as_array().unwrap().clone();
            messages.iter().map(|one| one["seq"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(seqs("after=0&limit=2").await, [1, 2]);
        assert_eq!(seqs("after=4").await, [5, 6]);
        assert_eq!(seqs("before=4&limit=2").await, [2, 3]);
        assert_eq!(seqs("limit=3").await, [4, 5, 6]);
        for (part, field) in [
            ("after=1&before=3", "before"),
            ("after=-1", "after"),
            ("before=x", "before"),
            ("limit=0", "limit"),
            ("after=99999999999999999999", "after"),
        ] {
            let got = ann.get(&format!("/v1/accounts/harbour/messages?{part}")).await;
            assert_eq!(got.problem(400).1, field, "{part}");
        }

        let unread =
            || async { ann.get("/v1/conversations").await.json()["conversations"][0].clone() };
        let listed = unread().await;
        assert_eq!((&listed["account"], &listed["unread"]), (&json!("harbour"), &json!(1)));
        assert_eq!(listed["last_message"]["text"], "6");
        let mark = ann.call("POST", "/v1/accounts/harbour/read", json!({"seq": 6})).await;
        assert_eq!(mark.status, 204);
        assert_eq!(unread().await["unread"], 0);
        let wrong = ann.call("POST", "/v1/accounts/harbour/read", json!({"seq": "6"})).await;
        assert_eq!(wrong.problem(400).1, "seq");
    });
}

#[test]
fn nobody_reads_what_is_not_theirs() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let (ann, bob) = (Person::new(&app, "ann"), Person::new(&app, "bob"));
        ann.follow("harbour").await;
        ann.write("harbour", "a secret").await;
        let path = "/v1/accounts/harbour/messages";
        assert_eq!(bob.get(path).await.problem(403).0, "not_following");
        bob.follow("harbour").await;
        assert_eq!(bob.get(path).await.json()["last_seq"], 0);
    });
}

fn button(name: &str, action: Action) -> Button {
    Button { name: name.into(), action }
}

#[test]
fn menus_are_shown_and_tapped() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let ann = Person::new(&app, "ann");
        ann.follow("harbour").await;
        let path = "/v1/accounts/harbour/menu";
        assert_eq!(ann.get(path).await.json(), json!({"buttons": []}));
        let beneath = vec![
            button("Site", Action::View { url: "https://example.com/".into() }),
            button("Scan", Action::Ask { what: "scancode_waitmsg".into(), key: "S".into() }),
        ];
        let buttons = vec![
            button("Today", Action::Click { key: "TODAY".into() }),
            button("More", Action::Open { buttons: beneath }),
        ];
        let id = harbour.id;
        app.write(move |tx| menus::set(tx, id, &buttons)).await.unwrap();
        assert_eq!(
            ann.get(path).await.json()["buttons"],
            json!([
                {"id": "0", "name": "Today", "type": "click", "key": "TODAY"},
                {"id": "1", "name": "More", "buttons": [
                    {"id": "1.0", "name": "Site", "type": "view", "url": "https://example.com/"},
                    {"id": "1.1", "name": "Scan", "type": "scancode_waitmsg", "key": "S"},
                ]},
            ])
        );
        let tap = |body: Value| ann.call("POST", "/v1/accounts/harbour/menu/tap", body);
        for body in [
            json!({"button": "0"}),
            json!({"button": "1.0"}),
            json!({"button": "1.1", "scan": {"type": "qrcode", "result": "42"}}),
        ] {
            assert_eq!(tap(body.clone()).await.status, 202, "{body}");
        }
        assert_eq!(tap(json!({"button": "1.1"})).await.problem(400).1, "scan");
        assert_eq!(tap(json!({"button": "1"})).await.problem(400).1, "button");
        assert_eq!(tap(json!({})).await.problem(400).1, "button");
        assert_eq!(tap(json!({"button": "7"})).await.problem(404).0, "not_found");
        let bob = Person::new(&app, "bob");
        let stranger = bob.call("POST", "/v1/accounts/harbour/menu/tap", json!({"button": "0"}));
        assert_eq!(stranger.await.problem(403).0, "not_following");
    });
}

#[test]
fn the_timeline_pages_through_broadcasts() {
    both_engines(|app| async move {
        let (paper, _) = account_of(&app, Kind::Service, "paper").await;
        let ann = Person::new(&app, "ann");
        ann.follow("paper").await;
        for n in 1..=3 {
            let (roster, id) = (app.roster.clone(), paper.id);
            let outgoing = broadcasts::Outgoing {
                to: broadcasts::To::All,
                what: Content::text(format!("issue {n}")).into(),
                client_id: None,
            };
            app.write(move |tx| broadcasts::send(tx, &roster, id, &outgoing)).await.unwrap();
        }
        let first = ann.get("/v1/timeline?limit=2").await.json();
        assert_eq!(first["items"][0]["text"], "issue 3");
        assert_eq!(first["items"][0]["name"], "Account paper");
        let second =
            ann.get(&format!("/v1/timeline?limit=2&before={}", first["next"])).await.json();
        assert_eq!(second["items"].as_array().unwrap().len(), 1);
        assert_eq!(second["next"], Value::Null);
        assert_eq!(ann.get("/v1/timeline?before=x").await.problem(400).1, "before");
    });
}
