//! The menu designer, without script.
use std::sync::Arc;

use crier_core::App;
use crier_core::ids::AccountId;
use crier_core::members::Role;
use crier_core::menus::{self, Action};
use crier_core::segments::{self, Condition, Join};
use crier_testing::{account, both_engines, member_brand};

use crate::browsers::{Browser, member, owner};

const BASE: &str = "/console/accounts/harbour/menu";

/// Begins a draft and gives its address.
async fn begin(browser: &Browser, fields: &[(&str, &str)]) -> String {
    browser.get(BASE).await;
    let begun = browser.post(&format!("{BASE}/drafts"), fields).await;
    assert_eq!(begun.status, 303, "{}", begun.html);
    begun.location
}

/// A button with a link beneath it, after a link that is none.
async fn shop(browser: &Browser, here: &str) {
    browser.post(here, &[("op", "add")]).await;
    let save = [
        ("at", "0"),
        ("op", "beneath"),
        ("button_name", "Shop"),
        ("kind", "view"),
        ("button_url", "https://shop.example/"),
    ];
    let beneath = browser.post(here, &save).await;
    assert_eq!(beneath.location, format!("{here}?at=0.0"), "{}", beneath.html);
    browser.get(&beneath.location).await.says(&["https://shop.example/", "menu-popup"]);
    let wrong = [
        ("at", "0.0"),
        ("op", "save"),
        ("button_name", "Shop"),
        ("kind", "view"),
        ("button_url", "ftp://x"),
    ];
    let wrong = browser.post(here, &wrong).await;
    assert_eq!(wrong.status, 422);
    wrong.says(&["begins with http", "ftp://x"]);
}

#[test]
fn a_menu_is_designed_published_changed_and_taken_back() {
    both_engines(|app| async move {
        let id = account(&app, "harbour").await.id;
        let browser = owner(&app).await;
        browser.get(BASE).await.says(&["No menu yet", "Design a menu"]);
        let here = begin(&browser, &[]).await;
        browser.get(&here).await.says(&["An empty menu"]);
        let early = browser.post(&format!("{here}/publish"), &[]).await;
        assert_eq!(early.status, 422);
        early.says(&["1 to 3 buttons"]);
        shop(&browser, &here).await;
        browser.post(&here, &[("op", "add"), ("at", "0")]).await;
        let text = [
            ("at", "1"),
            ("button_name", "Hours"),
            ("kind", "say"),
            ("button_text", "Open till nine"),
        ];
        browser.post(&here, &text).await;
        browser
            .post(
                &here,
                &[
                    ("op", "forth"),
                    ("at", "1"),
                    ("button_name", "Hours"),
                    ("kind", "say"),
                    ("button_text", "Open till nine"),
                ],
            )
            .await;
        let out = browser.post(&format!("{here}/publish"), &[]).await;
        assert_eq!(out.location, format!("{BASE}?done=menu-out"), "{}", out.html);
        let menu = app.read(move |conn| menus::find(conn, id)).await.unwrap().unwrap();
        assert_eq!(menu.buttons[0].action, Action::Say { text: "Open till nine".into() });
        assert!(matches!(menu.buttons[1].action, Action::Open { .. }));
        browser.get(&out.location).await.says(&["The menu is on show.", "Hours", "Shop"]);
        assert_eq!(browser.get(&here).await.status, 404);

        let here = begin(&browser, &[]).await;
        browser.get(&here).await;
        browser.post(&here, &[("op", "remove"), ("at", "1")]).await;
        browser.post(&format!("{here}/publish"), &[]).await;
        let past = app.read(move |conn| Ok(menus::history(conn, id)?)).await.unwrap();
        let back = browser.post(&format!("{BASE}/history/{}", past[1].id), &[]).await;
        assert_eq!(back.location, format!("{BASE}?done=menu-out"), "{}", back.html);
        let menu = app.read(move |conn| menus::find(conn, id)).await.unwrap().unwrap();
        assert_eq!(menu.buttons.len(), 2);
        assert_eq!(browser.post(&format!("{BASE}/history/1"), &[]).await.status, 404);
    });
}

/// The id of a segment of those who wrote.
async fn lively(app: &App, account: AccountId) -> String {
    let wrote = Condition::WroteWithin { days: 7 };
    let rule = segments::Rule { join: Join::All, conditions: vec![wrote] };
    let id = app.write(move |tx| segments::add(tx, account, None, "Lively", &rule));
    id.await.unwrap().to_string()
}

#[test]
fn menus_for_some_are_made_ordered_tried_and_planned() {
    both_engines(|app| async move {
        let id = account(&app, "harbour").await.id;
        let say = |name: &str| {
            let action = Action::Say { text: "x".into() };
            vec![menus::Button { name: name.into(), action }]
        };
        let buttons = say("All");
        app.write(move |tx| menus::set(tx, id, &buttons)).await.unwrap();
        let browser = owner(&app).await;
        let lively = lively(&app, id).await;
        for (name, field, value) in [
            ("Writers", "segment", lively.as_str()),
            ("Japanese", "language", "ja"),
            ("Phones", "platform", "android"),
        ] {
            let here = begin(&browser, &[("for", "some")]).await;
            browser.get(&here).await.says(&["Who sees it", "All"]);
            let early = browser.post(&format!("{here}/publish"), &[]).await;
            assert_eq!(early.status, 422);
            early.says(&["Say who sees the menu"]);
            browser.post(&format!("{here}/who"), &[("menu_name", name), (field, value)]).await;
            let out = browser.post(&format!("{here}/publish"), &[]).await;
            assert_eq!(out.status, 303, "{}", out.html);
        }
        let both = format!("{BASE}?language=ja&platform=android");
        browser.get(&both).await.says(&["They see: <strong>Phones</strong>"]);
        let all = app.read(move |conn| menus::conditionals(conn, id)).await.unwrap();
        let (phones, japanese) = (all[0].menu.id, all[1].menu.id);
        browser.get(BASE).await.says(&["Segment “Lively”"]);
        let writers = browser.get(&format!("{BASE}?segment={lively}")).await;
        writers.says(&["They see: <strong>Writers</strong>"]);
        browser.post(&format!("{BASE}/variants/{japanese}/move"), &[("to", "up")]).await;
        browser.get(&both).await.says(&["They see: <strong>Japanese</strong>"]);
        browser
            .get(&format!("{BASE}?language=en"))
            .await
            .says(&["<strong>Everybody else</strong>"]);
        browser
            .get(&format!("{BASE}/variants/{phones}/remove"))
            .await
            .says(&["Take this menu away?"]);
        browser.post(&format!("{BASE}/variants/{phones}/remove"), &[]).await;
        assert_eq!(browser.get(&format!("{BASE}/variants/{phones}/remove")).await.status, 404);

        let here = begin(&browser, &[("replaces", &japanese.to_string())]).await;
        browser.get(&here).await.says(&["Japanese"]);
        let past = [("publish_at", "2020-01-01T00:00")];
        let late = browser.post(&format!("{here}/schedule"), &past).await;
        assert_eq!(late.status, 422);
        late.says(&["in the future"]);
        let planned = [("publish_at", "2099-01-01T09:00")];
        let planned = browser.post(&format!("{here}/schedule"), &planned).await;
        assert_eq!(planned.location, format!("{BASE}?done=menu-planned"), "{}", planned.html);
        browser.get(BASE).await.says(&["Comes out", "2099"]);
        browser.post(&format!("{here}/schedule"), &[("act", "never")]).await;
        browser.get(BASE).await.says(&["Draft"]).says_not("Comes out</span>");
        browser.get(&format!("{here}/remove")).await.says(&["Discard this draft?"]);
        browser.post(&format!("{here}/remove"), &[]).await;
        assert_eq!(browser.get(&here).await.status, 404);

        assert_an_editor_sees_no_menu(&app).await;
    });
}

async fn assert_an_editor_sees_no_menu(app: &Arc<App>) {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ed@example.com", Role::Editor).await;
    let editor = Browser::signed_in(app, "ed@example.com").await;
    assert_eq!(editor.get(BASE).await.status, 403);
    editor.get("/console/accounts/harbour").await.says_not("/menu\"");
}
