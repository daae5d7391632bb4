//! Followers and tags, without script.
use std::sync::Arc;

use crier_core::members::Role;
use crier_core::{App, followers, tags};
use crier_testing::{account, both_engines, follower, member_brand};

use crate::browsers::{Browser, member, owner};

const BASE: &str = "/console/accounts/harbour";

async fn agent(app: &Arc<App>) -> Browser {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "agent@example.com", Role::Agent).await;
    Browser::signed_in(app, "agent@example.com").await
}

#[test]
fn followers_are_found_tagged_noted_and_blocked() {
    both_engines(|app| async move {
        let harbour = account(&app, "harbour").await;
        let id = harbour.id;
        let browser = owner(&app).await;
        let list = format!("{BASE}/followers");
        browser.get(&list).await.says(&["Nobody follows yet", "/codes"]);
        let (mei, jo) =
            (follower(&app, &harbour, "mei").await, follower(&app, &harbour, "jo").await);
        app.write(move |tx| tags::add(tx, id, "Regulars")).await.unwrap();
        browser.get(&list).await.says(&["Regulars", &mei.openid, &jo.openid]);

        let none = browser.post(&format!("{list}/bulk"), &[("act", "give"), ("give", "100")]).await;
        assert_eq!(none.status, 422);
        none.says(&["Tick at least one follower."]);
        let both = [("who", mei.openid.as_str()), ("who", &jo.openid), ("give", "100")];
        let with = |act: &'static str| {
            let mut fields = both.to_vec();
            fields.extend([("act", act), ("here", "standing=&tag=100")]);
            fields
        };
        let tagged = browser.post(&format!("{list}/bulk"), &with("give")).await;
        assert_eq!(tagged.location, format!("{list}?tag=100&done=tagged"), "{}", tagged.html);
        browser.get(&tagged.location).await.says(&["The tag has been added.", &jo.openid]);
        let unknown = [("who", "o-nobody"), ("give", "100"), ("act", "give")];
        let unknown = browser.post(&format!("{list}/bulk"), &unknown).await;
        assert_eq!(unknown.status, 422);
        unknown.says(&["does not follow any more"]);

        let page = format!("{list}/{}", mei.id);
        browser.get(&page).await.says(&["Regulars", "/inbox/", "Followed", &mei.openid]);
        let long = "x".repeat(30);
        let wrong = browser.post(&format!("{page}/remark"), &[("remark", &long)]).await;
        assert_eq!(wrong.status, 422);
        wrong.says(&["at most 29 characters"]);
        browser.post(&format!("{page}/remark"), &[("remark", "窓側の席")]).await;
        browser.post(&format!("{page}/tags"), &[("take", "100")]).await;
        browser.get(&page).await.says(&["窓側の席", "No tags yet."]);
        followers::index_all(&app).await.unwrap();
        browser
            .get(&format!("{list}?q=%E5%81%B4%E3%81%AE"))
            .await
            .says(&[&mei.openid])
            .says_not(&jo.openid);
        browser.get(&format!("{list}?q=nobody")).await.says(&["Nobody like this"]);
        browser.get(&format!("{list}?tag=7")).await.says(&["Nobody like this"]);

        let asked = browser.post(&format!("{list}/bulk"), &with("block")).await;
        assert_eq!(asked.status, 200);
        asked.says(&["Block 2 followers?", "block-sure"]);
        browser.post(&format!("{list}/bulk"), &with("block-sure")).await;
        browser.get(&list).await.says_not(&jo.openid);
        browser.get(&format!("{list}?standing=blocked")).await.says(&[&jo.openid, "unblock"]);
        browser.post(&format!("{list}/bulk"), &with("unblock-sure")).await;
        browser.get(&list).await.says(&[&jo.openid]);
    });
}

#[test]
fn tags_are_made_renamed_and_removed_by_whoever_may() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let browser = owner(&app).await;
        let list = format!("{BASE}/tags");
        browser.get(&list).await.says(&["Starred"]);
        let empty = browser.post(&list, &[("tag_name", " ")]).await;
        assert_eq!(empty.status, 422);
        empty.says(&["1 to 30 characters"]);
        browser.post(&list, &[("tag_name", "常連")]).await;
        let again = browser.post(&list, &[("tag_name", "常連")]).await;
        assert_eq!(again.status, 422);
        again.says(&["There is a tag of this name already."]);
        browser.post(&list, &[("tag_name", "New")]).await;
        let taken = browser.post(&format!("{list}/101"), &[("tag_name", "常連")]).await;
        assert_eq!(taken.status, 422);
        browser.post(&format!("{list}/101"), &[("tag_name", "Newer")]).await;
        browser.get(&list).await.says(&["常連", "Newer"]);
        browser.get(&format!("{list}/101/remove")).await.says(&["Newer", "0 followers"]);
        browser.post(&format!("{list}/101/remove"), &[]).await;
        browser.get(&list).await.says_not("Newer");
        let system = browser.post(&format!("{list}/2/remove"), &[]).await;
        assert_eq!(system.status, 422);
        assert_eq!(browser.post(&format!("{list}/999"), &[("tag_name", "x")]).await.status, 404);

        let agent = agent(&app).await;
        agent.get(&list).await.says(&["常連"]).says_not("Create tag");
        assert_eq!(agent.post(&list, &[("tag_name", "Mine")]).await.status, 403);
        assert_eq!(agent.get(&format!("{BASE}/followers")).await.status, 200);
        agent.get(BASE).await.says(&["/followers\""]).says_not("/codes\"");
    });
}
