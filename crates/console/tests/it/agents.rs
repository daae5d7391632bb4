//! Agents, and their work in the inbox.
use std::sync::Arc;

use crier_core::App;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::ids::EventId;
use crier_core::members::Role;
use crier_core::rights::Kind;
use crier_testing::{account, account_of, both_engines, follower, member_brand};

use crate::browsers::{Browser, member};

const AGENTS: &str = "/console/accounts/harbour/agents";
const INBOX: &str = "/console/accounts/harbour/inbox";

/// An owner, and a member who only talks with followers.
async fn both(app: &Arc<App>) -> (Browser, Browser) {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", Role::Owner).await;
    member(app, &brand, "ben@example.com", Role::Agent).await;
    account(app, "harbour").await;
    let ada = Browser::signed_in(app, "ada@example.com").await;
    (ada, Browser::signed_in(app, "ben@example.com").await)
}

/// Makes an agent, and says where its page is.
async fn add(owner: &Browser, name: &str) -> String {
    let made = owner.post(AGENTS, &[("agent", name), ("nickname", name)]).await;
    assert_eq!(made.status, 303);
    made.location.split('?').next().unwrap().to_owned()
}

#[test]
fn an_agent_is_made_invited_renamed_and_removed() {
    both_engines(|app| async move {
        let (ada, ben) = both(&app).await;
        ada.get(AGENTS).await.says(&["No agents yet"]);
        let refused = ada.post(AGENTS, &[("agent", "no-good"), ("nickname", "Lin")]).await;
        assert_eq!(refused.status, 422);
        refused.says(&["letters, digits and _ alone"]);
        let lin = add(&ada, "lin").await;
        ada.post(AGENTS, &[("agent", "lin"), ("nickname", "x")])
            .await
            .says(&["of this name already"]);
        assert_eq!(ada.post(&lin, &[("nickname", "Lin <3")]).await.status, 303);
        ada.get(&lin).await.says(&["Lin &#60;3", "lin@harbour", "1001", "Nobody yet"]);
        assert_eq!(ada.post(&lin, &[("nickname", "")]).await.status, 422);
        // Who may only talk with followers manages nobody.
        assert_eq!(ben.get(&lin).await.status, 403);
        assert_eq!(ben.post(AGENTS, &[("agent", "b"), ("nickname", "b")]).await.status, 403);
        let invite = format!("{lin}/invite");
        ada.post(&invite, &[("email", "eve@example.com")]).await.says(&["nobody of the brand"]);
        assert_eq!(ada.post(&invite, &[("email", "ben@example.com")]).await.status, 303);
        ben.get(INBOX).await.says(&["You are invited to answer followers as Lin"]);
        ada.get(INBOX).await.says_not("You are invited");
        let gone = ada.post(&format!("{lin}/accept"), &[]).await;
        assert!(gone.location.ends_with("done=agent-gone"), "{}", gone.location);
        assert_eq!(ben.post(&format!("{lin}/accept"), &[]).await.status, 303);
        ada.get(&lin).await.says(&["ben", "Take the member off"]);
        assert_eq!(ada.post(&format!("{lin}/unbind"), &[]).await.status, 303);
        ada.get(&format!("{lin}/remove")).await.says(&["Remove Lin &#60;3?"]);
        assert_eq!(ada.post(&format!("{lin}/remove"), &[]).await.status, 303);
        assert_eq!(ada.get(&lin).await.status, 404);
        let (daily, _) = account_of(&app, Kind::Subscription, "daily").await;
        let path = format!("/console/accounts/{}/agents", daily.handle);
        ada.get(&path).await.says(&["This account has no agents"]);
    });
}

#[test]
fn a_follower_is_taken_given_away_and_let_go() {
    both_engines(|app| async move {
        let (ada, ben) = both(&app).await;
        let (lin, mia) = (add(&ada, "lin").await, add(&ada, "mia").await);
        ada.post(&format!("{lin}/bind"), &[]).await;
        ada.post(&format!("{mia}/invite"), &[("email", "ben@example.com")]).await;
        ben.post(&format!("{mia}/accept"), &[]).await;
        let online = format!("{AGENTS}/online");
        for browser in [&ada, &ben] {
            let said = browser.post(&online, &[("online", "1"), ("back", INBOX)]).await;
            assert_eq!((said.status, said.location.as_str()), (303, INBOX));
        }
        let harbour = app.account("harbour").await.unwrap();
        let id = follower(&app, &harbour, "u1").await.id;
        app.append(Append::inbound(id, Content::text("ahoy"), None)).await.unwrap();
        app.append(Append::hand_over(id, EventId(1), None)).await.unwrap();
        let waiting = format!("{INBOX}?tab=waiting");
        ada.get(&waiting).await.says(&["ahoy", "Waiting <span class=\"count\">1</span>"]);
        let (path, act) = (format!("{INBOX}/{id}"), format!("{INBOX}/{id}/agent"));
        ada.get(&path).await.says(&["Waiting for an agent since", "Remove from queue"]);
        let taken = ada.post(&act, &[("act", "take")]).await;
        assert!(taken.location.ends_with("done=taken"), "{}", taken.location);
        let late = ben.post(&act, &[("act", "take")]).await;
        assert!(late.location.ends_with("done=attend-late"), "{}", late.location);
        ben.get(&path).await.says(&["lin has this conversation."]);
        ben.get(INBOX).await.says(&["<span class=\"badge is-small\">lin</span>"]);
        assert_eq!(ada.post(&path, &[("text", "hello"), ("client_id", "1")]).await.status, 303);
        ada.get(&path).await.says(&["This conversation is yours.", "lin (ada)"]);
        ada.get(&format!("{INBOX}?tab=mine")).await.says(&["hello"]);
        let to = mia.rsplit('/').next().unwrap();
        let given = ada.post(&act, &[("act", "give"), ("to", to)]).await;
        assert!(given.location.ends_with("done=given"), "{}", given.location);
        let closed = ben.post(&act, &[("act", "close")]).await;
        assert!(closed.location.ends_with("done=closed"), "{}", closed.location);
        ben.get(&path).await.says(&["No agent has this conversation."]);
        assert_eq!(ada.post(&act, &[("act", "dance")]).await.status, 404);
    });
}
