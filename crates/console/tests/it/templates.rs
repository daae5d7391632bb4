//! An account's templates.
use crier_core::rights::Kind;
use crier_core::templates;
use crier_testing::{account, account_of, both_engines};

use crate::browsers::owner;

const PATH: &str = "/console/accounts/harbour/templates";

#[test]
fn templates_are_adopted_and_removed() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let id = account(&app, "harbour").await.id;
        browser.get(PATH).await.says(&["订单状态更新", "CR00001", "None yet."]);
        let trade = format!("{PATH}?trade=27");
        browser.get(&trade).await.says(&["列车晚点通知"]);
        for kind in ["message", "notice"] {
            let done = browser.post(PATH, &[("short", "CR00001"), ("as", kind)]).await;
            assert_eq!(done.location, format!("{PATH}?done=template"));
        }
        let page = browser.get(PATH).await;
        page.says(&["Template message", "Subscription notice, once", "20261122001"]);
        let own = app.read(move |conn| templates::all(conn, id, templates::Kind::ALL)).await;
        let own = own.unwrap();
        assert_eq!(own.len(), 2);
        let remove = format!("{PATH}/{}/remove", own[0].template_key);
        browser.get(&remove).await.says(&["订单状态更新"]);
        assert_eq!(
            browser.post(&remove, &[]).await.location,
            format!("{PATH}?done=template-removed")
        );
        assert_eq!(browser.post(&remove, &[]).await.status, 404);
        for _ in 0..25 {
            browser.post(PATH, &[("short", "CR00002"), ("as", "message")]).await;
        }
        let full = browser.post(PATH, &[("short", "CR00002"), ("as", "message")]).await;
        assert_eq!(full.status, 422);
        full.says(&["at most 25 templates"]);
        assert_eq!(browser.post(PATH, &[("short", "x"), ("as", "message")]).await.status, 404);
    });
}

#[test]
fn developers_read_the_one_time_key_where_the_account_may_ask() {
    both_engines(|app| async move {
        let browser = owner(&app).await;
        let daily = account_of(&app, Kind::Subscription, "daily").await.0;
        let key = crier_core::one_time::template_key(&app.vault, daily.id);
        browser.get("/console/accounts/daily/developer").await.says(&[&key]);
        browser.get("/console/accounts/daily").await.says_not("/templates");
    });
}
