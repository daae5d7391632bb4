//! Single sign-on with a provider that lies in every way it can.
use std::sync::{Arc, Mutex};

use crier_core::App;
use crier_core::brands::Brand;
use crier_core::members::Role;
use crier_core::outside::{Ask, Outside};
use crier_testing::{both_engines_by_hand, member_brand};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::browsers::{Browser, Seen, member};

const ISSUER: &str = "https://id.example";
const SECRET: &str = "a secret that the provider gave out";

/// How a token differs from a good one.
type Change = fn(&mut Value);

/// A provider whose next token is what a test says.
#[derive(Default)]
struct Provider {
    claims: Mutex<Value>,
    secret: Mutex<String>,
    asked: Mutex<Vec<Ask>>,
}

impl Outside for Provider {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        let answer = match ask.url.strip_prefix(ISSUER) {
            Some("/.well-known/openid-configuration") => Ok(json!({
                "issuer": ISSUER,
                "authorization_endpoint": format!("{ISSUER}/authorize"),
                "token_endpoint": format!("{ISSUER}/token"),
                "jwks_uri": format!("{ISSUER}/keys"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256"],
            })),
            Some("/keys") => Ok(json!({ "keys": [] })),
            Some("/token") => {
                let key = EncodingKey::from_secret(self.secret.lock().unwrap().as_bytes());
                let claims = self.claims.lock().unwrap().clone();
                let token = encode(&Header::default(), &claims, &key).unwrap();
                Ok(json!({ "access_token": "a", "token_type": "Bearer", "id_token": token }))
            }
            _ => Err(format!("nothing at {}", ask.url)),
        };
        self.asked.lock().unwrap().push(ask);
        std::future::ready(answer.map(|answer| answer.to_string().into_bytes())).boxed()
    }
}

struct World {
    app: Arc<App>,
    provider: Arc<Provider>,
    brand: Brand,
    owner: Browser,
}

impl World {
    async fn new(app: &Arc<App>) -> Self {
        let provider = Arc::new(Provider::default());
        SECRET.clone_into(&mut provider.secret.lock().unwrap());
        app.set_outside(provider.clone());
        let brand = member_brand(app, "Test").await;
        member(app, &brand, "ada@example.com", Role::Owner).await;
        let owner = Browser::signed_in(app, "ada@example.com").await;
        owner.get("/console/sign-in-rules").await;
        let world = Self { app: app.clone(), provider, brand, owner };
        let seen = world.set(ISSUER, "example.com", "").await;
        assert_eq!(seen.location, "/console/sign-in-rules?done=saved", "{}", seen.html);
        world
    }

    async fn set(&self, issuer: &str, domains: &str, newcomers: &str) -> Seen {
        let fields = [
            ("issuer", issuer),
            ("client_id", "crier"),
            ("client_secret", SECRET),
            ("domains", domains),
            ("newcomers", newcomers),
        ];
        self.owner.post("/console/sign-in-rules/provider", &fields).await
    }

    fn path(&self) -> String {
        format!("/console/sso/{}", self.brand.id)
    }

    /// Goes to the provider: what it must send back.
    async fn leave(&self, browser: &Browser) -> (String, String) {
        let from = "next=/console/team&time_zone=Asia%2FKathmandu";
        let seen = browser.get(&format!("{}?{from}", self.path())).await;
        assert_eq!(seen.status, 303, "{}", seen.html);
        assert!(seen.location.starts_with("https://id.example/authorize?"), "{}", seen.location);
        assert!(seen.location.contains("code_challenge_method=S256"));
        let value = |name: &str| {
            let (_, after) = seen.location.split_once(&format!("&{name}=")).unwrap();
            after.split('&').next().unwrap().to_owned()
        };
        (value("state"), value("nonce"))
    }

    /// Comes back with a token that differs from a good one in this.
    async fn come_back(&self, change: impl FnOnce(&mut Value)) -> (Browser, Seen) {
        let browser = Browser::new(&self.app);
        let (state, nonce) = self.leave(&browser).await;
        let now = self.app.clock.now().micros() / 1_000_000;
        let mut claims = json!({
            "iss": ISSUER, "aud": "crier", "sub": "1", "iat": now, "exp": now + 60, "nonce": nonce,
            "email": "ada@example.com", "email_verified": true, "name": "Ada",
        });
        change(&mut claims);
        *self.provider.claims.lock().unwrap() = claims;
        let seen = browser.get(&format!("{}/callback?code=c&state={state}", self.path())).await;
        (browser, seen)
    }
}

#[test]
fn a_provider_s_word_lets_a_member_into_its_brand() {
    both_engines_by_hand(|app, _| async move {
        let world = World::new(&app).await;
        let (browser, seen) = world.come_back(|_| ()).await;
        assert_eq!(seen.location, "/console/team", "{}", seen.html);
        browser.get("/console/team").await.says(&["ada@example.com"]);
        let token = world.provider.asked.lock().unwrap().iter().rfind(|ask| ask.post).cloned();
        let body = String::from_utf8(token.unwrap().body).unwrap();
        assert!(body.contains("code_verifier="), "{body}");

        // It looks after how they sign in; this page does not.
        let page = browser.get("/console/settings/sign-in").await;
        page.says(&["Single sign-on", "Asia/Kathmandu"]).says_not("Authenticator app");
        let denied = browser.post("/console/settings/sign-in/app", &[]).await;
        assert_eq!(denied.status, 403);
        let closed = browser.post("/console/sign-in-rules/passwords", &[]).await;
        assert_eq!(closed.location, "/console/sign-in-rules?done=saved");
        let locked = Browser::new(&app);
        locked.get("/console/login").await;
        let fields = [("email", "ada@example.com"), ("password", crate::browsers::PASSWORD)];
        let refused = locked.post("/console/login", &fields).await;
        assert_eq!(refused.status, 422);
        refused.says(&["Use single sign-on."]);
    });
}

#[test]
fn no_lie_of_a_provider_is_believed() {
    both_engines_by_hand(|app, _| async move {
        let world = World::new(&app).await;
        let lies: [(&str, Change); 7] = [
            ("nonce", |claims| claims["nonce"] = "another".into()),
            ("audience", |claims| claims["aud"] = "another".into()),
            ("issuer", |claims| claims["iss"] = "https://evil.example".into()),
            ("expired", |claims| claims["exp"] = 1.into()),
            ("unverified", |claims| claims["email_verified"] = false.into()),
            ("unsaid", |claims| claims["email_verified"] = Value::Null),
            ("no address", |claims| claims["email"] = Value::Null),
        ];
        for (lie, change) in lies {
            let (browser, seen) = world.come_back(change).await;
            assert_eq!(seen.status, 422, "{lie}");
            seen.says(&["sign-in does not work just now"]);
            assert_eq!(browser.get("/console").await.status, 303, "{lie}");
        }
        let (_, seen) = world.come_back(|claims| claims["email"] = "ada@evil.example".into()).await;
        seen.says(&["This address is not your brand"]);
        let (_, seen) = world.come_back(|claims| claims["email"] = "eve@example.com".into()).await;
        seen.says(&["You are not in the brand yet"]);
        "another secret, of nobody's".clone_into(&mut world.provider.secret.lock().unwrap());
        let (_, seen) = world.come_back(|_| ()).await;
        seen.says(&["sign-in does not work just now"]);
    });
}

#[test]
fn an_answer_counts_in_its_browser_its_brand_and_its_time() {
    both_engines_by_hand(|app, clock| async move {
        let world = World::new(&app).await;
        let browser = Browser::new(&app);
        let (state, _) = world.leave(&browser).await;
        let back = |state: &str| format!("{}/callback?code=c&state={state}", world.path());
        let stale = "This sign-in is too old";
        browser.get(&back("another")).await.says(&[stale]);
        Browser::new(&app).get(&back(&state)).await.says(&[stale]);
        let cancelled = format!("{}/callback?error=access_denied&state={state}", world.path());
        browser.get(&cancelled).await.says(&["Nobody was signed in"]);
        let other = member_brand(&app, "Other").await;
        let theirs = format!("/console/sso/{}/callback?code=c&state={state}", other.id);
        assert_eq!(browser.get(&theirs).await.status, 404, "it has no provider");
        clock.advance(601);
        browser.get(&back(&state)).await.says(&[stale]);
    });
}

#[test]
fn an_address_finds_its_brand_and_a_wrong_rule_is_refused() {
    both_engines_by_hand(|app, _| async move {
        let world = World::new(&app).await;
        let browser = Browser::new(&app);
        browser.get("/console/sso").await.says(&["Say your work address"]);
        let fields = [("email", "Ada@Example.com"), ("time_zone", "Asia/Tokyo")];
        let found = browser.post("/console/sso", &fields).await;
        found.says(&[&world.path(), "time_zone=Asia%2FTokyo", "Go on to Test"]);
        let none = browser.post("/console/sso", &[("email", "ada@nowhere.example")]).await;
        assert_eq!(none.status, 422);
        none.says(&["No brand here signs in by this address."]);
        for (issuer, domains) in [("ftp://id.example", "example.com"), (ISSUER, "@")] {
            let seen = world.set(issuer, domains, "").await;
            assert_eq!(seen.status, 422, "{issuer} {domains}");
            seen.says(&["field-error", "value=\"crier\""]);
        }
        world.set("https://nowhere.example", "example.com", "agent").await;
        let seen = browser.get(&world.path()).await;
        assert_eq!(seen.status, 422);
        seen.says(&["sign-in does not work just now"]);
        let done = world.owner.post("/console/sign-in-rules/provider/remove", &[]).await;
        assert_eq!(done.location, "/console/sign-in-rules?done=provider-removed");
        assert_eq!(browser.get(&world.path()).await.status, 404);
    });
}
