//! What stands around every page: where one is, where one can go, and what is said when something
//! goes wrong.
use std::sync::Arc;

use crier_core::accounts::{self, Draft};
use crier_core::members::Role;
use crier_core::rights::Kind;
use crier_core::tx::Tx;
use crier_core::{App, brands, members};
use crier_testing::{account, both_engines, draft, member_brand};

use crate::browsers::{Browser, PASSWORD, member};

#[test]
fn the_navigation_says_where_one_is() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let browser = Browser::signed_in(&app, "ada@example.com").await;
        let page = browser.get("/console/accounts/harbour/inbox").await;
        page.says(&[
            r#"<a href="/console/accounts/harbour/inbox" aria-current="page" data-letter="i">"#,
            r#"data-from="/console/go?account=harbour""#,
            r#"<details open><summary class="nav-title">Talk</summary>"#,
            r#"<details><summary class="nav-title">Build</summary>"#,
        ]);
        // An endpoint's pages belong to the developer's.
        let endpoint = browser.get("/console/accounts/harbour/endpoints/new").await;
        endpoint.says(&[r#"/harbour/developer" aria-current="page""#]);
    });
}

/// Accounts of a brand, named `Pier 00` and on.
async fn piers(app: &Arc<App>, brand: &str, count: usize) {
    let (brand, vault) = (member_brand(app, brand).await, app.vault.clone());
    app.write(move |tx| {
        for number in 0..count {
            let draft = draft(&brand, Kind::Service, &format!("pier-{number:02}"));
            accounts::add(tx, &vault, &Draft { name: format!("Pier {number:02}"), ..draft })?;
        }
        Ok(())
    })
    .await
    .unwrap();
}

#[test]
fn one_switches_to_the_same_page_of_another_account() {
    both_engines(|app| async move {
        piers(&app, "Ours", 12).await;
        account(&app, "theirs").await;
        let ours = member_brand(&app, "Ours").await;
        member(&app, &ours, "ada@example.com", Role::Owner).await;
        let browser = Browser::signed_in(&app, "ada@example.com").await;
        let inbox = browser.get("/console/accounts/pier-01/inbox").await;
        inbox.says(&[r#"href="/console/accounts/pier-02/inbox""#, "Search accounts"]);
        // More than fit are looked for, and other brands' are nobody's business here.
        inbox.says_not("/console/accounts/pier-09/inbox").says_not("theirs");
        // Not every account has agents.
        let agents = browser.get("/console/accounts/pier-01/agents").await;
        agents.says(&[r#"href="/console/accounts/pier-02""#]);
    });
}

#[test]
fn a_brand_s_accounts_are_paged_and_found() {
    both_engines(|app| async move {
        piers(&app, "Ours", 30).await;
        let ours = member_brand(&app, "Ours").await;
        member(&app, &ours, "ada@example.com", Role::Owner).await;
        let browser = Browser::signed_in(&app, "ada@example.com").await;
        let first = browser.get("/console").await;
        first.says(&["Pier 00", "@pier-23", "Next page"]).says_not("@pier-24");
        let (_, rest) = first.html.split_once(r#"rel="next" href=""#).unwrap();
        let next = rest.split('"').next().unwrap().replace("&#38;", "&");
        let second = browser.get(&next).await;
        second.says(&["@pier-24", "@pier-29", "First page"]).says_not("@pier-23");
        browser.get("/console?q=PIER+07").await.says(&["@pier-07"]).says_not("@pier-08");
        browser.get("/console?q=50%25").await.says(&["No account has that name"]);
        // An account that is none, and one that is not there.
        assert_eq!(browser.get("/console?after=1").await.status, 404);
        assert_eq!(browser.get("/console?after=x").await.status, 400);
    });
}

#[test]
fn the_list_of_places_has_what_one_may_see_and_no_more() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let other = member_brand(&app, "Other").await;
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        member(&app, &brand, "bot@example.com", Role::Developer).await;
        member(&app, &other, "eve@example.com", Role::Owner).await;
        let owner = Browser::signed_in(&app, "ada@example.com").await;
        let places = owner.get("/console/go?account=harbour").await;
        places.says(&[
            "<h2>Pages</h2>",
            "New endpoint",
            "New article",
            "/harbour/broadcasts/new",
            "<kbd>g</kbd> <kbd>i</kbd>",
            "Account harbour",
        ]);
        let found = owner.get("/console/go?account=harbour&q=Team").await;
        found.says(&[r#"class="place" href="/console/team""#]);
        found.says_not(r#"class="place" href="/console/accounts/harbour/inbox""#);
        // Whoever reads another language finds pages by their address, too.
        let named = owner.get("/console/go?account=harbour&q=harb").await;
        named.says_not(r#"class="place" href="/console/accounts/harbour/inbox""#);
        owner.get("/console/go?account=harbour&q=inbox").await.says(&["/harbour/inbox"]);
        owner.get("/console/go?q=%3Cb%3E").await.says(&["Nothing has that name"]).says_not("<b>");
        let developer = Browser::signed_in(&app, "bot@example.com").await;
        let places = developer.get("/console/go?account=harbour").await;
        places.says(&["/harbour/developer"]).says_not("/harbour/inbox").says_not("New broadcast");
        owner
            .get("/console/accounts/harbour/drafts/new")
            .await
            .says(&["A page to write on", "Write"]);
        let stranger = Browser::signed_in(&app, "eve@example.com").await;
        stranger.get("/console/go?account=harbour&q=h").await.says_not("Account harbour");
        let anybody = Browser::new(&app).get("/console/go").await;
        assert!(anybody.location.starts_with("/console/login"), "{}", anybody.location);
    });
}

#[test]
fn a_theme_is_kept_and_what_was_done_is_said_once() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let browser = Browser::signed_in(&app, "ada@example.com").await;
        let chosen = browser.post("/console/theme", &[("theme", "dark"), ("back", "//evil")]).await;
        assert_eq!(chosen.location, "/console");
        browser.get("/console").await.says(&[r#"data-theme="dark""#]);
        browser.post("/console/theme", &[("theme", "system"), ("back", "/console")]).await;
        browser.get("/console").await.says_not("data-theme=");
        let done = browser.get("/console/settings?x=1&done=saved").await;
        done.says(&["data-toast", "Saved.", r#"href="/console/settings?x=1" data-dismiss"#]);
        browser.get("/console/settings?done=nothing").await.says_not("data-toast");
    });
}

#[test]
fn what_goes_wrong_says_what_to_do() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Agent).await;
        let browser = Browser::signed_in(&app, "ada@example.com").await;
        let missing = browser.get("/console/accounts/nobody").await;
        assert_eq!(missing.status, 404);
        // Whoever is signed in can go elsewhere from there.
        missing.says(&["Nothing here", r#"class="nav""#, "To the console"]);
        let forbidden = browser.get("/console/accounts/harbour/developer").await;
        assert_eq!(forbidden.status, 403);
        forbidden.says(&["Ask an owner of the brand"]);
        let stale = browser.post_raw("/console/theme", &[("theme", "dark")]).await;
        assert_eq!(stale.status, 403);
        stale.says(&["This form is out of date"]);
    });
}

#[test]
fn an_administrator_finds_every_brand_s_accounts() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        piers(&app, "Ours", 3).await;
        let hash = app.hash_password(PASSWORD.into()).await.unwrap();
        app.write(move |tx| members::create(tx, "root@example.com", "Root", &hash, true))
            .await
            .unwrap();
        let browser = Browser::signed_in(&app, "root@example.com").await;
        let found = browser.get("/console/go?q=harbour").await;
        found.says(&["/console/accounts/harbour"]).says_not("/console/accounts/pier-00\" ");
        browser.get("/console/go?q=ours").await.says(&["<h2>Brands</h2>", "Ours</span>"]);

        // One of many brands is looked at, also one that the session does not hold.
        let make = |tx: &mut Tx<'_>| {
            let made = (100..140).map(|n| brands::ensure(tx, &format!("Brand {n}")));
            made.last().unwrap()
        };
        let last = app.write(make).await.unwrap().id.to_string();
        let chosen = browser.post("/console/brand", &[("brand", &last)]).await;
        assert_eq!(chosen.location, "/console");
        let home = browser.get("/console").await;
        home.says(&["Brand 139", "Brand 100"]).says_not("Brand 120");
        browser.get("/console/go?q=brand%20120").await.says(&["Brand 120</span>"]);
        browser.get("/console/accounts/harbour").await.says(&["harbour"]);
        let unknown = browser.post("/console/brand", &[("brand", "1")]).await;
        assert_eq!(unknown.status, 404);
    });
}
