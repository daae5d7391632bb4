//! How people come in: invitations, brands, their own settings.
use std::sync::Arc;

use crier_core::App;
use crier_core::mails::{self, Language, Mail};
use crier_core::members::Role;
use crier_testing::{both_engines, member_brand};

use crate::browsers::{Browser, PASSWORD, member};

async fn mailed(app: &Arc<App>) -> (String, Language) {
    let due = app.write(|tx| mails::claim(tx, 10)).await.unwrap().pop().unwrap();
    let Mail::Invitation { sealed_token, language, .. } = due.mail else {
        panic!("no invitation: {:?}", due.mail)
    };
    (format!("/console/invitations/{}", app.vault.open(&sealed_token).unwrap()), language)
}

async fn invite(app: &Arc<App>, owner: &Browser, email: &str) -> String {
    owner.get("/console/team").await.says(&["Send invitation"]);
    let seen =
        owner.post("/console/team/invitations", &[("email", email), ("role", "agent")]).await;
    assert_eq!(seen.location, "/console/team?done=invited", "{}", seen.html);
    owner.get(&seen.location).await.says(&["The invitation is on its way.", email]);
    mailed(app).await.0
}

#[test]
fn somebody_new_joins_with_a_name_and_a_password() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let owner = Browser::signed_in(&app, "ada@example.com").await;
        let path = invite(&app, &owner, "grace@example.com").await;

        let grace = Browser::new(&app);
        grace.get(&path).await.says(&["Join Test", "grace@example.com", "Agent"]);
        let short = grace.post(&path, &[("name", "Grace"), ("password", "short")]).await;
        assert_eq!(short.status, 422);
        short.says(&["A password has at least 10 characters.", "value=\"Grace\""]);
        let done = grace.post(&path, &[("name", "Grace"), ("password", PASSWORD)]).await;
        assert_eq!(done.location, "/console?done=joined");
        grace.get(&done.location).await.says(&["Welcome to the brand.", "Grace"]);

        let late = Browser::new(&app);
        let gone = late.get(&path).await;
        assert_eq!(gone.status, 404);
        gone.says(&["does not hold any more"]);
    });
}

#[test]
fn a_member_of_another_brand_joins_by_signing_in() {
    both_engines(|app| async move {
        let (brand, other) = (member_brand(&app, "Test").await, member_brand(&app, "Other").await);
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        member(&app, &other, "eve@example.com", Role::Owner).await;
        let owner = Browser::signed_in(&app, "ada@example.com").await;
        let path = invite(&app, &owner, "eve@example.com").await;
        owner.get(&path).await.says(&["You are signed in as ada@example.com"]);
        Browser::new(&app).get(&path).await.says(&["You are a member already"]);

        let eve = Browser::signed_in(&app, "eve@example.com").await;
        eve.get(&path).await.says(&["/join\""]);
        let done = eve.post(&format!("{path}/join"), &[]).await;
        assert_eq!(done.location, "/console?done=joined");
        let home = eve.get("/console").await;
        home.says(&["<p>Test</p>", "Other brands", "Other</button>"]);
        let back = eve.post("/console/brand", &[("brand", &other.id.to_string())]).await;
        assert_eq!(back.status, 303);
        eve.get("/console").await.says(&["<p>Other</p>"]);
        assert_eq!(eve.post("/console/brand", &[("brand", "1")]).await.status, 404);
    });
}

#[test]
fn an_owner_changes_roles_and_takes_members_out() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        member(&app, &brand, "bob@example.com", Role::Agent).await;
        let owner = Browser::signed_in(&app, "ada@example.com").await;
        let id = brand.id;
        let people = app.read(move |conn| crier_core::members::of_brand(conn, id)).await.unwrap();
        let of = |email: &str| people.iter().find(|one| one.member.email == email).unwrap();
        let (ada, bob) = (of("ada@example.com").member.id, of("bob@example.com").member.id);
        let path = |id, what: &str| format!("/console/team/members/{id}/{what}");
        owner.get("/console/team").await;

        let alone = owner.post(&path(ada, "role"), &[("role", "agent")]).await;
        assert_eq!(alone.status, 422);
        alone.says(&["A brand keeps at least one owner."]);
        let done = owner.post(&path(bob, "role"), &[("role", "editor")]).await;
        assert_eq!(done.location, "/console/team?done=role");
        owner.get(&path(bob, "remove")).await.says(&["Remove bob from the brand?"]);
        let done = owner.post(&path(bob, "remove"), &[]).await;
        assert_eq!(done.location, "/console/team?done=removed");
        owner.get("/console/team").await.says_not("bob@example.com");
    });
}

#[test]
fn an_invitation_can_be_taken_back() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let owner = Browser::signed_in(&app, "ada@example.com").await;
        let path = invite(&app, &owner, "grace@example.com").await;
        let page = owner.get("/console/team").await.html;
        let (before, _) = page.split_once("/withdraw\"").unwrap();
        let id = before.rsplit('/').next().unwrap();
        let done = owner.post(&format!("/console/team/invitations/{id}/withdraw"), &[]).await;
        assert_eq!(done.location, "/console/team?done=withdrawn");
        assert_eq!(Browser::new(&app).get(&path).await.status, 404);
    });
}

#[test]
fn members_change_their_name_and_password() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let browser = Browser::signed_in(&app, "ada@example.com").await;
        browser.get("/console/settings").await.says(&["ada@example.com"]);
        let empty = browser.post("/console/settings/name", &[("name", " ")]).await;
        empty.says(&["A name has 1 to 60 characters."]);
        let done = browser.post("/console/settings/name", &[("name", "Ada <3")]).await;
        browser.get(&done.location).await.says(&["Saved.", "Ada &#60;3"]);
        browser.get("/console/settings/sign-in").await.says(&["Times are in", "UTC"]);
        let zone = [("time_zone", "Asia/Kathmandu")];
        assert_eq!(browser.post("/console/settings/time-zone", &zone).await.status, 303);
        browser.get("/console/settings/sign-in").await.says(&["Times are in", "Asia/Kathmandu"]);
        let wrong = browser.post("/console/settings/time-zone", &[("time_zone", "Mars")]).await;
        wrong.says(&["Choose a time zone."]);

        let path = "/console/settings/password";
        let wrong = browser.post(path, &[("current", "x"), ("password", "another horse")]).await;
        wrong.says(&["This is not your password."]);
        let right = [("current", PASSWORD), ("password", "another horse")];
        assert_eq!(browser.post(path, &right).await.location, "/console/settings?done=password");
    });
}
