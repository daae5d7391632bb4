//! Drafts in the console: writing without script, what the script is told, who may publish.
use std::sync::Arc;

use crier_core::App;
use crier_core::members::Role;
use crier_testing::{account, both_engines, member_brand};

use crate::browsers::{Browser, Seen, member};

const LIST: &str = "/console/accounts/harbour/drafts";

async fn signed_in(app: &Arc<App>, email: &str, role: Role) -> Browser {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, email, role).await;
    Browser::signed_in(app, email).await
}

/// Begins a draft and gives the address of its first article.
async fn begun(browser: &Browser) -> String {
    browser.get(LIST).await;
    let begun = browser.post(LIST, &[]).await;
    assert_eq!(begun.status, 303);
    assert!(begun.location.ends_with("/articles/1"), "{}", begun.location);
    begun.location
}

fn draft_of(article: &str) -> String {
    article.split("/articles/").next().unwrap().to_owned()
}

async fn written(browser: &Browser, article: &str, revision: &str, title: &str) -> Seen {
    let content = "<p>Words <script>no</script></p>";
    let fields = [("revision", revision), ("title", title), ("content", content)];
    browser.post(article, &fields).await
}

#[test]
fn an_issue_is_written_ordered_copied_and_deleted_without_script() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ada = signed_in(&app, "ada@example.com", Role::Editor).await;
        ada.get(LIST).await.says(&["Nothing is being written"]);
        let first = begun(&ada).await;
        let draft = draft_of(&first);
        ada.get(&first).await.says(&["Untitled", "3 things missing", "0/64"]);
        let saved = written(&ada, &first, "1", "Opening <day>").await;
        assert_eq!(saved.location, format!("{first}?done=draft-saved"));
        let page = ada.get(&format!("{first}?check=1")).await;
        page.says(&[
            "Opening &#60;day&#62;",
            "&#60;p&#62;Words",
            "1 thing missing",
            "Choose a cover.",
        ]);
        page.says_not("script&#62;no");
        let order = format!("{draft}/order");
        let added = ada.post(&order, &[("revision", "2"), ("does", "add")]).await;
        assert!(added.location.ends_with("/articles/2"), "{}", added.location);
        let up = [("revision", "3"), ("does", "up"), ("place", "2")];
        assert!(ada.post(&order, &up).await.location.ends_with("/articles/1"));
        let late = ada.post(&order, &up).await;
        assert_eq!(late.status, 422);
        late.says(&["Somebody changed it meanwhile"]);
        let out = [("revision", "4"), ("does", "remove"), ("place", "1")];
        ada.post(&order, &out).await;
        let copied = ada.post(&format!("{draft}/copy"), &[]).await;
        ada.get(&copied.location).await.says(&["Copy of Opening"]);
        ada.get(&format!("{LIST}?words=opening")).await.says(&["Copy of Opening", "ada"]);
        ada.get(&format!("{LIST}?state=ready")).await.says(&["No draft like that"]);
        ada.get(&format!("{draft}/remove")).await.says(&["Delete this draft?", "Opening"]);
        let gone = ada.post(&format!("{draft}/remove"), &[]).await;
        assert_eq!(gone.location, format!("{LIST}?done=draft-removed"));
        assert_eq!(ada.get(&draft).await.status, 404);
    });
}

#[test]
fn saves_that_cross_keep_both_and_versions_lead_back() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ada = signed_in(&app, "ada@example.com", Role::Editor).await;
        let bob = signed_in(&app, "bob@example.com", Role::Marketer).await;
        let first = begun(&ada).await;
        let draft = draft_of(&first);
        bob.get(&first).await;
        written(&ada, &first, "1", "Hers").await;
        let late = written(&bob, &first, "1", "His").await;
        assert_eq!(late.status, 409);
        late.says(&["ada saved after you began", "version 3"]);
        let auto = format!("{first}/auto");
        let told = bob.post(&auto, &[("revision", "1"), ("title", "His too")]).await;
        assert_eq!(told.status, 409);
        told.says(&["/versions/3", "ada saved"]);
        let ok = bob.post(&auto, &[("revision", "2"), ("title", "Third")]).await;
        assert_eq!(ok.status, 200);
        ok.says(&["\"revision\":3"]);
        assert_eq!(
            bob.post(&auto, &[("revision", "3"), ("title", &"x".repeat(501))]).await.status,
            422
        );
        bob.get(&format!("{draft}/versions")).await.says(&["came too late", "Now", "first text"]);
        bob.get(&format!("{draft}/versions/3")).await.says(&["His too</del>", "Third</ins>"]);
        bob.get(&format!("{draft}/versions/3?with=2")).await.says(&["Hers</ins>"]);
        assert_eq!(bob.get(&format!("{draft}/versions/99")).await.status, 404);
        let back = bob.post(&format!("{draft}/versions/3/restore"), &[]).await;
        assert_eq!(back.location, format!("{first}?done=draft-restored"));
        bob.get(&first).await.says(&["His too"]);
    });
}

#[test]
fn others_are_seen_and_taken_over_from() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ada = signed_in(&app, "ada@example.com", Role::Editor).await;
        let bob = signed_in(&app, "bob@example.com", Role::Editor).await;
        let first = begun(&ada).await;
        let draft = draft_of(&first);
        let here = format!("{draft}/here");
        ada.get(&first).await;
        bob.get(&first).await;
        ada.post(&here, &[("revision", "1")]).await.says(&["data-writes=\"true\""]);
        let seen = bob.post(&here, &[("revision", "1")]).await;
        seen.says(&["data-writes=\"false\"", "ada is editing", "Take over"]);
        let taken = bob.post(&format!("{draft}/take-over"), &[]).await;
        assert_eq!(taken.location, format!("{first}?done=draft-taken"));
        ada.post(&here, &[("revision", "1")]).await.says(&["bob is editing"]);
    });
}

#[test]
fn editors_write_and_others_publish() {
    both_engines(|app| async move {
        account(&app, "harbour").await;
        let ada = signed_in(&app, "ada@example.com", Role::Editor).await;
        let bob = signed_in(&app, "bob@example.com", Role::Marketer).await;
        let first = begun(&ada).await;
        let draft = draft_of(&first);
        let publish = format!("{draft}/publish");
        ada.get(&publish).await.says(&["Write a title.", "an owner or a marketer publishes"]);
        assert_eq!(ada.post(&publish, &[("revision", "1")]).await.status, 403);
        bob.get(&publish).await.says(&["Complete what is listed above"]);
        let refused = bob.post(&publish, &[("revision", "1")]).await;
        assert_eq!(refused.status, 422);
        refused.says(&["Something is missing still"]);
        let due = [("revision", "1"), ("due", "2020-01-01T10:00")];
        let past = bob.post(&format!("{draft}/schedule"), &due).await;
        assert_eq!(past.status, 422);
        assert_eq!(bob.post(&format!("{draft}/unschedule"), &[]).await.status, 303);
        let preview = ada.get(&format!("{first}/preview")).await;
        preview.says(&["<iframe", "/s/draft/"]);
        ada.get(&format!("{first}/cover")).await.says(&["Upload", "No cover"]);
        assert_eq!(ada.get(&format!("{first}/cover?picture=none")).await.status, 404);
        let cut = [("revision", "1"), ("picture", "none"), ("shape", "235")];
        assert_eq!(ada.post(&format!("{first}/crop"), &cut).await.status, 404);
    });
}
