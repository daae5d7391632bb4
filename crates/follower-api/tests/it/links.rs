//! Links of broadcasts: they lead on, and count who follows them.
use actix_web::test::TestRequest;
use crier_core::broadcasts::{self, By, Link};
use crier_core::content::Content;
use crier_core::ids::{AccountId, MemberId};
use crier_core::plans::{self, Body, Draft, Whom};
use crier_core::{App, Timestamp};
use crier_testing::{account, both_engines, follower};

use crate::ask;

/// Sends a text to everybody as the console does, and says its links.
async fn send(app: &App, account: AccountId, text: &str) -> Vec<Link> {
    let body = Body::Message { content: Content::text(text), counted: true };
    let draft = Draft { name: "Tea".into(), body, whom: Whom::All, send_at: None };
    let by = plans::By { member: MemberId(1), may_send: true };
    let planned = app.write(move |tx| {
        let id = plans::add(tx, account, by, draft)?;
        let seen: Timestamp = plans::get(tx.conn, account, id)?.updated_at;
        plans::schedule(tx, account, id, by, seen)
    });
    planned.await.unwrap();
    plans::send_due(app).await.unwrap();
    app.read(move |conn| {
        let sent = broadcasts::page(conn, account, None, 1)?.remove(0);
        Ok(broadcasts::links(conn, sent.id)?)
    })
    .await
    .unwrap()
}

async fn clicks(app: &App, account: AccountId) -> i64 {
    let now = app.clock.now();
    app.read(move |conn| {
        let sent = broadcasts::page(conn, account, None, 1)?.remove(0);
        Ok(broadcasts::results(conn, &sent, "UTC", By::Hour, now)?.clicks)
    })
    .await
    .unwrap()
}

#[test]
fn a_link_leads_on_and_counts_who_follows_it() {
    both_engines(|app| async move {
        let house = account(&app, "tea").await;
        follower(&app, &house, "ada").await;
        let tea = house.id;
        let links = send(&app, tea, "See https://tea.example/茶?a=1&b=2").await;
        let path = format!("/l/{}", links[0].token);
        let get = || TestRequest::get().uri(&path);
        let got = ask(&app, get()).await;
        assert_eq!(got.status, 302);
        assert_eq!(got.header("location"), "https://tea.example/%E8%8C%B6?a=1&b=2");
        assert_eq!(got.header("cache-control"), "no-store");
        let phone = "Mozilla/5.0 (Linux; Android 12; CUBOT P60) MicroMessenger/8.0";
        ask(&app, get().insert_header(("user-agent", phone))).await;
        assert_eq!(clicks(&app, tea).await, 2);
        for (name, value) in [
            ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"),
            ("user-agent", "WhatsApp/2.23 A"),
            ("sec-purpose", "prefetch;prerender"),
        ] {
            assert_eq!(ask(&app, get().insert_header((name, value))).await.status, 302);
        }
        let head = TestRequest::default().method("HEAD".parse().unwrap()).uri(&path);
        assert_eq!(ask(&app, head).await.status, 302);
        assert_eq!(clicks(&app, tea).await, 2, "who only looks is not counted");
        assert_eq!(ask(&app, TestRequest::get().uri("/l/none")).await.status, 404);
    });
}
