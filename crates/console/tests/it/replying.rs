//! The page of automatic replies, without script.
use crier_core::auto_replies;
use crier_core::members::Role;
use crier_testing::{account, both_engines};

use crate::browsers::{Browser, member, owner};

#[test]
fn a_rule_is_made_tried_changed_switched_and_removed() {
    both_engines(|app| async move {
        let account = account(&app, "harbour").await;
        let brand = crier_testing::member_brand(&app, "Test").await;
        let browser = owner(&app).await;
        let base = "/console/accounts/harbour/auto-replies";
        browser.get(base).await.says(&["There are no rules yet", "Add a welcome"]);
        browser.get(&format!("{base}/new?kind=keyword")).await.says(&["Name of the rule"]);
        let wrong = browser
            .post(
                &format!("{base}/new"),
                &[("kind", "keyword"), ("rule_name", "Tea"), ("text_1", "Yes")],
            )
            .await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["1 to 20 words", "Yes"]);
        let fields = [
            ("kind", "keyword"),
            ("rule_name", "Tea"),
            ("contain", "tea\r\ncup"),
            ("equal", "open"),
            ("picks", "one"),
            ("text_1", "Yes & no"),
            ("text_2", "Perhaps"),
        ];
        let made = browser.post(&format!("{base}/new"), &fields).await;
        assert_eq!(
            (made.status, made.location.as_str()),
            (303, format!("{base}?done=saved").as_str())
        );
        let id = account.id;
        let rule = app.read(move |conn| Ok(auto_replies::all(conn, id)?)).await.unwrap().remove(0);
        let page = format!("{base}/{}", rule.id);
        browser
            .get(&format!("{base}?say=a+cup"))
            .await
            .says(&["This rule answers:", "Yes &#38; no"]);
        browser.get(&format!("{base}?say=nothing")).await.says(&["No rule answers this"]);
        browser.get(&page).await.says(&["tea\ncup", "Perhaps"]);
        let changed =
            browser.post(&page, &[("rule_name", "Tea"), ("equal", "x"), ("text_1", "a")]).await;
        assert_eq!(changed.status, 303, "{}", changed.html);
        browser.post(&format!("{page}/switch"), &[("to", "off")]).await;
        browser.get(&format!("{base}?done=auto-off")).await.says(&["The rule is off", "Switch on"]);
        browser.get(&format!("{page}/remove")).await.says(&["Remove this rule?"]);
        browser.post(&format!("{page}/remove"), &[]).await;
        browser.get(base).await.says(&["There are no rules yet"]);
        assert_eq!(browser.get(&page).await.status, 404);
        member(&app, &brand, "dev@tea.example", Role::Developer).await;
        let developer = Browser::signed_in(&app, "dev@tea.example").await;
        assert_eq!(developer.get(base).await.status, 403);
        developer.get("/console/accounts/harbour").await.says_not("auto-replies");
    });
}
