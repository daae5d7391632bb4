//! Accounts, their secrets, and the page that developers begin with.
use crier_core::endpoints;
use crier_testing::{account, both_engines};

use crate::browsers::owner;
use crate::endpoints::endpoint;

#[test]
fn a_new_account_shows_its_secret_once() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        browser.get("/console/accounts/new").await.says(&["Service account", "Asia/Shanghai"]);
        let mut fields = vec![
            ("kind", "subscription"),
            ("name", "Harbour"),
            ("handle", "Bad Handle"),
            ("description", ""),
            ("time_zone", "Europe/Berlin"),
        ];
        let refused = browser.post("/console/accounts/new", &fields).await;
        assert_eq!(refused.status, 422);
        refused.says(&["A handle has 3 to 40", "value=\"Bad Handle\"", "aria-invalid=\"true\""]);
        fields[2] = ("handle", "harbour");
        let done = browser.post("/console/accounts/new", &fields).await;
        assert_eq!(done.location, "/console/accounts/harbour/developer?done=account");

        let page = browser.get(&done.location).await;
        page.says(&["The account is there and active.", "Copy the app secret now."]);
        let secret = secret_in(&page.html);
        let made = app.account("harbour").await.unwrap();
        assert!(made.secret_is(&secret) && made.verified);
        browser.get(&done.location).await.says_not(&secret);

        let taken = browser.post("/console/accounts/new", &fields).await;
        taken.says(&["This handle is taken."]);
    });
}

fn secret_in(html: &str) -> String {
    let (_, after) = html.split_once("id=\"app-secret\">").unwrap();
    after.split('<').next().unwrap().to_owned()
}

#[test]
fn a_secret_is_reset_after_asking() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        account(&app, "harbour").await;
        let path = "/console/accounts/harbour/developer/secret";
        browser.get(path).await.says(&["Reset the app secret?"]);
        let done = browser.post(path, &[("overlap", "0")]).await;
        let secret = secret_in(&browser.get(&done.location).await.html);
        let id = app.account("harbour").await.unwrap().id;
        let stored = app.read(move |conn| crier_core::accounts::get(conn, id)).await.unwrap();
        assert!(stored.secret_is(&secret));
    });
}

#[test]
fn the_page_begins_with_a_form_and_then_lists_endpoints() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let harbour = account(&app, "harbour").await.id;
        let page = "/console/accounts/harbour/developer";
        let first = browser.get(page).await;
        first.says(&["not set up", "Verify and save", "/endpoints/new\"", "EncodingAESKey"]);
        first.says_not("Add endpoint");
        browser.get("/console/accounts/harbour").await.says(&["not set up"]);

        let bot = endpoint(&app, harbour, "https://bot.example/").await;
        endpoint(&app, harbour, "https://log.example/").await;
        let list = browser.get(page).await;
        list.says(&["Add endpoint", "bot.example", "https://log.example/", "healthy", ">answers<"]);
        list.says(&["Its URL has not been checked.", &format!("/endpoints/{bot}\"")]);
        list.says_not("Verify and save");
        browser.get("/console/accounts/harbour").await.says(&["https://log.example/", "healthy"]);

        for at in 2..endpoints::MOST {
            endpoint(&app, harbour, &format!("https://b{at}.example/")).await;
        }
        browser.get(page).await.says_not("Add endpoint");
    });
}
