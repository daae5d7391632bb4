//! Menus for some, places told, and what web pages may know and do.
use crier_core::accounts::Account;
use crier_core::deliveries::{self, Search};
use crier_core::endpoints::{self, Dialect, Draft};
use crier_core::facts::{Fact, Tap};
use crier_core::grants::{self, Scope};
use crier_core::host_apps::{Told, local_token};
use crier_core::menus::{self, Action, Button, Rule};
use crier_core::rights::Kind;
use crier_core::users::Platform;
use crier_core::{App, followers, page_tickets};
use crier_testing::{account, account_of, both_engines, both_engines_by_hand};
use serde_json::{Value, json};

use crate::{Person, ask};

/// Somebody with a token that says more than who they are.
fn person(app: &std::sync::Arc<App>, name: &str, told: Told) -> Person {
    let lasts = chrono::Duration::hours(1);
    let (token, _) = local_token(&app.vault, name, told, app.clock.now(), lasts).unwrap();
    Person { app: app.clone(), token }
}

fn on(platform: &str) -> Told {
    Told { platform: Some(platform.into()), ..Told::default() }
}

/// What the account's operator is told, oldest first.
async fn facts(app: &App, account: &Account) -> Vec<Fact> {
    let id = account.id;
    let page = app.read(move |conn| Ok(deliveries::page(conn, id, &Search::default(), None, 99)?));
    page.await.unwrap().found.into_iter().rev().filter_map(|row| Some(row.event?.fact)).collect()
}

async fn listen(app: &App, account: &Account) {
    let draft = Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/");
    let (id, vault) = (account.id, app.vault.clone());
    app.write(move |tx| endpoints::set(tx, &vault, id, &draft, false)).await.unwrap();
}

fn link(name: &str) -> Vec<Button> {
    let url = format!("https://harbour.example/{name}");
    vec![Button { name: name.into(), action: Action::View { url } }]
}

#[test]
fn everybody_sees_and_taps_their_own_menu() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        listen(&app, &harbour).await;
        let id = harbour.id;
        let special = app.write(move |tx| {
            menus::set(tx, id, &link("all"))?;
            let ios = Rule { platform: Some(Platform::Ios), ..Rule::default() };
            menus::add_conditional(tx, id, &ios, &link("ios"))?;
            let english = Rule { language: Some("en".into()), ..Rule::default() };
            menus::add_conditional(tx, id, &english, &link("en"))
        });
        let special = special.await.unwrap();
        let path = "/v1/accounts/harbour/menu";
        let sees = async |who: &Person, agent: &str| {
            let got =
                ask(&app, who.request("GET", path).insert_header(("user-agent", agent))).await;
            got.json()["buttons"][0]["name"].as_str().unwrap().to_owned()
        };
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)";
        let ann = Person::new(&app, "ann");
        assert_eq!(sees(&ann, "curl/8").await, "all");
        assert_eq!(sees(&ann, iphone).await, "ios", "the request says it");
        assert_eq!(ann.get(path).await.json()["buttons"][0]["name"], "ios", "and is remembered");
        assert_eq!(sees(&person(&app, "bob", on("android")), iphone).await, "all", "a token wins");
        assert_eq!(sees(&person(&app, "bob", on("IOS")), "").await, "ios");
        assert_eq!(sees(&person(&app, "cy", on("harmony")), iphone).await, "all");
        let told = Told { locale: Some("en-GB".into()), ..on("ios") };
        let dora = person(&app, "dora", told);
        assert_eq!(sees(&dora, "").await, "en", "the newest comes first");
        dora.follow("harbour").await;
        let tapped = dora.call("POST", "/v1/accounts/harbour/menu/tap", json!({"button": "0"}));
        assert_eq!(tapped.await.status, 202);
        let url = "https://harbour.example/en".to_owned();
        let tapped = Fact::Tapped(Tap::View { url, menu_id: special.0 });
        assert_eq!(facts(&app, &harbour).await.last(), Some(&tapped));
    });
}

#[test]
fn a_place_is_told_once_in_five_seconds() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        listen(&app, &harbour).await;
        let ann = Person::new(&app, "ann");
        let path = "/v1/accounts/harbour/location";
        let here = json!({"latitude": 30.25, "longitude": 120.5, "precision": 65});
        assert_eq!(ann.call("POST", path, here.clone()).await.problem(403).0, "not_following");
        ann.follow("harbour").await;
        for (body, field) in [
            (json!({"longitude": 1}), "latitude"),
            (json!({"latitude": 91, "longitude": 1}), "latitude"),
            (json!({"latitude": 1, "longitude": "x"}), "longitude"),
            (json!({"latitude": 1, "longitude": 1, "precision": -1}), "precision"),
        ] {
            assert_eq!(ann.call("POST", path, body).await.problem(400).1, field);
        }
        assert_eq!(ann.call("POST", path, here.clone()).await.status, 202);
        let soon = ann.call("POST", path, here.clone()).await;
        assert_eq!(soon.problem(429).0, "rate_limited");
        assert!((1..=5).contains(&soon.header("retry-after").parse::<u32>().unwrap()));
        let bob = Person::new(&app, "bob");
        bob.follow("harbour").await;
        assert_eq!(bob.call("POST", path, here.clone()).await.status, 202, "each on their own");
        let told = Fact::Located { latitude: 30.25, longitude: 120.5, precision: 65.0 };
        let count = facts(&app, &harbour).await.iter().filter(|fact| **fact == told).count();
        assert_eq!(count, 2);
        account_of(&app, Kind::Subscription, "daily").await;
        ann.follow("daily").await;
        let denied = ann.call("POST", "/v1/accounts/daily/location", here).await;
        assert_eq!(denied.problem(403).0, "right_missing");
    });
}

async fn agree(app: &App, account: &std::sync::Arc<Account>, who: &Person, scope: Scope) -> String {
    let (host, claims) = app.verify_follower_token(&who.token).await.unwrap();
    let user = app.user(&host, &claims).await.unwrap();
    let (vault, account) = (app.vault.clone(), account.clone());
    let granted = app.write(move |tx| {
        let follower = followers::acquaint(tx, &vault, &account, user)?;
        let code = grants::add(tx, &account, follower.id, scope)?;
        grants::redeem(tx, account.id, &code)
    });
    granted.await.unwrap().access
}

#[test]
fn consent_is_shown_and_taken_back() {
    both_engines_by_hand(|app, clock| async move {
        let harbour = account(&app, "harbour").await;
        listen(&app, &harbour).await;
        let ann = person(&app, "ann", Told::name("Ann"));
        let path = "/v1/accounts/harbour/consents";
        assert_eq!(ann.get(path).await.json(), json!({"consents": []}));
        let withdraw = || async { ann.call("DELETE", path, Value::Null).await.status.as_u16() };
        assert_eq!(withdraw().await, 204, "there is nothing to withdraw");
        let since = app.clock.now();
        agree(&app, &harbour, &ann, Scope::Base).await;
        let access = agree(&app, &harbour, &ann, Scope::Profile).await;
        let held = ann.get(path).await.json();
        assert_eq!(held["consents"][0]["scope"], "base");
        assert_eq!(held["consents"][1]["scope"], "profile");
        assert_eq!(held["consents"][1]["granted_at"], json!(since));
        assert_eq!(
            held["consents"][1]["expires_at"],
            json!(since.plus(chrono::Duration::days(30)))
        );
        clock.advance(60);
        assert_eq!(withdraw().await, 204);
        assert_eq!(withdraw().await, 204);
        assert_eq!(ann.get(path).await.json(), json!({"consents": []}));
        let scopes = vec![Scope::Base, Scope::Profile];
        assert_eq!(facts(&app, &harbour).await, [Fact::ConsentWithdrawn { scopes }], "told once");
        let now = app.clock.now();
        let ended = app.read(move |conn| grants::bearer(conn, &access, now)).await.unwrap_err();
        assert_eq!(ended.to_string(), "conflict: user_token_expired");
        assert_eq!(ann.get("/v1/accounts/nobody/consents").await.problem(404).0, "not_found");
    });
}

#[test]
fn a_new_name_is_told_to_who_may_know_it() {
    both_engines_by_hand(|app, clock| async move {
        let (harbour, market) = (account(&app, "harbour").await, account(&app, "market").await);
        listen(&app, &harbour).await;
        listen(&app, &market).await;
        let ann = person(&app, "ann", Told::name("Ann"));
        agree(&app, &harbour, &ann, Scope::Profile).await;
        agree(&app, &market, &ann, Scope::Base).await;
        let looks = async |told: Told| {
            clock.advance(2);
            assert_eq!(person(&app, "ann", told).get("/v1/conversations").await.status, 200);
        };
        looks(Told::name("Ann")).await;
        assert_eq!(facts(&app, &harbour).await, []);
        looks(Told::name("Anna")).await;
        looks(Told { picture: Some("https://x.example/a.png".into()), ..Told::name("Anna") }).await;
        assert_eq!(facts(&app, &harbour).await, [Fact::ProfileChanged, Fact::ProfileChanged]);
        assert_eq!(facts(&app, &market).await, [], "who may not know a name is not told of it");
        clock.advance(31 * 86_400);
        looks(Told::name("Hannah")).await;
        assert_eq!(facts(&app, &harbour).await.len(), 2, "consent has ended");
    });
}

#[test]
fn a_page_is_let_in_by_its_signature() {
    both_engines_by_hand(|app, clock| async move {
        let (harbour, market) = (account(&app, "harbour").await, account(&app, "market").await);
        let (ticket, page) = (app.page_ticket(harbour.id).token, "https://x.example/?a=1");
        let signature = page_tickets::signature(&ticket, "n", "1414587457", page);
        let body = json!({
            "nonce": "n", "timestamp": 1_414_587_457, "url": format!("{page}#top"), "signature": signature,
        });
        let check = async |account: &str, body: &Value| {
            let path = format!("/v1/accounts/{account}/page-config/check");
            // A token of today: the clock goes on.
            let ann = Person::new(&app, "ann");
            ann.call("POST", &path, body.clone()).await
        };
        let valid = json!({"valid": true, "app_id": harbour.app_id, "problem": null});
        assert_eq!(check("harbour", &body).await.json(), valid);
        let wrong = json!({"valid": false, "app_id": market.app_id, "problem": "signature"});
        assert_eq!(check("market", &body).await.json(), wrong, "another account's ticket");
        let mut shouted = body.clone();
        shouted["signature"] = json!(signature.to_uppercase());
        shouted["timestamp"] = json!("1414587457");
        assert_eq!(check("harbour", &shouted).await.json(), valid);
        for (field, value) in [
            ("nonce", json!(null)),
            ("timestamp", json!("-1")),
            ("timestamp", json!(1.5)),
            ("url", json!("")),
            ("signature", json!("xyz")),
            ("signature", json!("é".repeat(20))),
        ] {
            let mut bad = body.clone();
            bad[field] = value;
            assert_eq!(check("harbour", &bad).await.problem(400).1, field);
        }
        clock.advance(7_200);
        assert_eq!(check("harbour", &body).await.json(), valid, "the one before still counts");
        clock.advance(7_200);
        assert_eq!(check("harbour", &body).await.json()["problem"], "ticket_expired");
        clock.advance(86_400);
        assert_eq!(check("harbour", &body).await.json()["problem"], "signature");
        let ann = Person::new(&app, "ann");
        let other = ann.get("/v1/accounts/harbour/page-config/check");
        assert_eq!(other.await.problem(405).0, "method_not_allowed");
    });
}
