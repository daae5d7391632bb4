//! The page, its sign-in, and the description.
use actix_web::test::TestRequest;
use crier_testing::both_engines;
use serde_json::json;

use crate::{Person, ask};

#[test]
fn a_name_is_enough_for_a_guest() {
    both_engines(|app| async move {
        let sign_in =
            |name: &str| TestRequest::post().uri("/app/sign-in").set_json(json!({ "name": name }));
        let got = ask(&app, sign_in("Ann")).await;
        assert_eq!(got.status, 200);
        let cookie = got.header("set-cookie");
        assert!(cookie.starts_with("crier_follower=") && cookie.contains("HttpOnly"), "{cookie}");
        assert!(cookie.contains("SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");
        let token = got.json()["token"].as_str().unwrap().to_owned();
        let ann = Person { app: app.clone(), token };
        assert_eq!(ann.get("/v1/conversations").await.json(), json!({"conversations": []}));
        for name in ["", "   ", "a\u{7}"] {
            assert_eq!(ask(&app, sign_in(name)).await.problem(400).1, "name");
        }
    });
}

#[test]
fn a_plain_form_goes_back_where_it_came_from() {
    both_engines(|app| async move {
        let form = |body: &'static str| {
            let kind = ("content-type", "application/x-www-form-urlencoded");
            TestRequest::post().uri("/app/sign-in").insert_header(kind).set_payload(body)
        };
        let got = ask(&app, form("name=%E5%AE%89&next=%2Fconnect%3Fa%3D1%26b")).await;
        assert_eq!((got.status.as_u16(), got.header("location")), (303, "/connect?a=1&b"));
        let got = ask(&app, form("name=Ann&next=https%3A%2F%2Fevil.example")).await;
        assert_eq!((got.status.as_u16(), got.header("location")), (303, "/app"));
    });
}

#[test]
fn guests_are_made_at_a_bounded_rate() {
    both_engines(|app| async move {
        let mut limited = None;
        for _ in 0..20 {
            let body = json!({"name": "Ann"});
            let got = ask(&app, TestRequest::post().uri("/app/sign-in").set_json(body)).await;
            if got.status != 200 {
                limited = Some(got);
                break;
            }
        }
        let limited = limited.expect("a limit");
        assert_eq!(limited.problem(429).0, "rate_limited");
        assert!(limited.header("retry-after").parse::<u64>().unwrap() >= 1);
    });
}

#[test]
fn pages_are_wrapped_and_described() {
    both_engines(|app| async move {
        let page = ask(&app, TestRequest::with_uri("/app")).await;
        assert!(std::str::from_utf8(&page.bytes).unwrap().contains("/assets/app.js"));
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"));
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("x-request-id").len(), 16);
        let named = TestRequest::with_uri("/docs").insert_header(("x-request-id", "abc-1"));
        let docs = ask(&app, named).await;
        assert_eq!(docs.header("x-request-id"), "abc-1");
        assert!(std::str::from_utf8(&docs.bytes).unwrap().contains("/v1/timeline"));
        let document = ask(&app, TestRequest::with_uri("/openapi.json")).await.json();
        assert!(document["paths"]["/v1/stream"]["get"].is_object());
        let missing = ask(&app, TestRequest::with_uri("/assets/../Cargo.toml")).await;
        assert_eq!(missing.status, 404);
    });
}
