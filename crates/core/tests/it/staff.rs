//! Members, sessions and invitations.
use std::sync::Arc;

use crier_core::error::Denial;
use crier_core::invitations::{self, Draft, Invitation};
use crier_core::mails::{self, Language, Mail};
use crier_core::members::{self, Member, Role};
use crier_core::sessions::{self, Visitor};
use crier_core::sign_ins::Entry;
use crier_core::{App, Error, Result};
use crier_testing::{both_engines, both_engines_by_hand, member_brand};
use futures_util::future::join_all;

const PASSWORD: &str = "correct horse";

async fn member(app: &App, email: &str, role: Role) -> Member {
    let brand = member_brand(app, "Harbour").await;
    let hash = app.hash_password(PASSWORD.into()).await.unwrap();
    let email = email.to_owned();
    app.write(move |tx| {
        let member = members::create(tx, &email, "Ada", &hash, false)?;
        members::join(tx, brand.id, member.id, role)?;
        Ok(member)
    })
    .await
    .unwrap()
}

/// The token of a session that a password alone begins.
async fn enter(app: &App, password: &str, address: &str) -> String {
    match app.sign_in("ada@example.com", password, visitor(address)).await.unwrap() {
        Entry::In(token) => token,
        Entry::Step(_) => panic!("a second step is wanted"),
    }
}

fn visitor(address: &str) -> Visitor {
    Visitor {
        address: address.into(),
        user_agent: "a browser\u{7}".into(),
        time_zone: "Asia/Tokyo".into(),
    }
}

#[test]
fn a_member_signs_in_and_out() {
    both_engines_by_hand(|app, clock| async move {
        member(&app, "Ada@Example.com", Role::Agent).await;
        let entry = app.sign_in(" ada@EXAMPLE.com", PASSWORD, visitor("a")).await.unwrap();
        let Entry::In(token) = entry else { panic!("a second step is wanted") };
        let session = app.session(&token).await.unwrap().unwrap();
        assert_eq!(session.member.email, "ada@example.com");
        assert_eq!(session.seats[0].role, Role::Agent);
        assert!(app.session("made up").await.unwrap().is_none());

        assert_eq!(session.member.zone(), "Asia/Tokyo", "the browser's, until they choose");
        let id = session.member.id;
        let wrong = app.write(move |tx| members::set_zone(tx, id, "Mars")).await;
        assert!(matches!(wrong, Err(Error::Invalid { field: "time_zone", .. })));
        app.write(move |tx| members::set_zone(tx, id, "Europe/Paris")).await.unwrap();
        app.sign_in("ada@example.com", PASSWORD, visitor("a")).await.unwrap();
        let zone = app.session(&token).await.unwrap().unwrap().member.zone().to_owned();
        assert_eq!(zone, "Europe/Paris");

        clock.advance(13 * 86_400);
        assert!(app.session(&token).await.unwrap().is_some(), "it has not ended");
        clock.advance(13 * 86_400);
        assert!(app.session(&token).await.unwrap().is_some(), "its use moved its end");
        clock.advance(14 * 86_400);
        assert!(app.session(&token).await.unwrap().is_none(), "it has ended");
        assert_eq!(app.write(|tx| sessions::sweep(tx, 10)).await.unwrap(), 2);
    });
}

#[test]
fn wrong_and_unknown_are_told_alike_and_too_many_are_refused() {
    both_engines(|app| async move {
        member(&app, "ada@example.com", Role::Owner).await;
        for email in ["ada@example.com", "nobody@example.com"] {
            let refused = app.sign_in(email, "wrong horse", visitor(email)).await;
            assert!(matches!(refused, Err(Error::Denied(Denial::Credentials))), "{email}");
        }
        // Ten at once: by the e-mail from many addresses, and by the address for many e-mails.
        // All at once: on a slow machine one after the other would stay within the rate.
        let mine = (0..40).map(|at| {
            let app = &app;
            async move { app.sign_in("ada@example.com", "wrong", visitor(&at.to_string())).await }
        });
        assert!(join_all(mine).await.iter().any(is_limited), "an e-mail can be tried without end");
        let here = (0..40).map(|at| {
            let app = &app;
            async move { app.sign_in(&format!("{at}@example.com"), "wrong", visitor("one")).await }
        });
        assert!(join_all(here).await.iter().any(is_limited), "an address can try without end");
    });
}

fn is_limited<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Limited { .. }))
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    both_engines(|app| async move {
        member(&app, "ada@example.com", Role::Owner).await;
        let here = enter(&app, PASSWORD, "a").await;
        let there = enter(&app, PASSWORD, "b").await;
        let session = app.session(&here).await.unwrap().unwrap();
        let refused = app.change_password(&session, "wrong horse", "another horse").await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Credentials))));
        app.change_password(&session, PASSWORD, "another horse").await.unwrap();
        assert!(app.session(&here).await.unwrap().is_some());
        assert!(app.session(&there).await.unwrap().is_none());
        assert!(app.sign_in("ada@example.com", "another horse", visitor("c")).await.is_ok());
    });
}

async fn invite(app: &Arc<App>, inviter: &Member, email: &str) -> Result<Invitation> {
    let brand = member_brand(app, "Harbour").await;
    let (role, language) = (Role::Developer, Language::English);
    let draft = Draft { brand, inviter: inviter.clone(), email: email.into(), role, language };
    let vault = app.vault.clone();
    app.write(move |tx| invitations::invite(tx, &vault, &draft)).await
}

/// The token in the newest mail.
async fn mailed(app: &Arc<App>) -> String {
    let due = app.write(|tx| mails::claim(tx, 10)).await.unwrap().pop().unwrap();
    let Mail::Invitation { sealed_token, .. } = due.mail else { panic!("{due:?}") };
    app.vault.open(&sealed_token).unwrap()
}

#[test]
fn an_invitation_makes_a_member_once() {
    both_engines(|app| async move {
        let ada = member(&app, "ada@example.com", Role::Owner).await;
        let invitation = invite(&app, &ada, "Grace@Example.com").await.unwrap();
        let first = mailed(&app).await;
        invite(&app, &ada, "grace@example.com").await.unwrap();
        let token = mailed(&app).await;
        let gone = app.join_as_new(&first, "Grace", PASSWORD, visitor("192.0.2.1")).await;
        assert!(matches!(gone, Err(Error::NotFound("invitation"))), "a newer one replaced it");

        let session =
            app.join_as_new(&token, "Grace", PASSWORD, visitor("192.0.2.1")).await.unwrap();
        let session = app.session(&session).await.unwrap().unwrap();
        assert_eq!(session.member.email, "grace@example.com");
        assert_eq!(session.seats[0].role, Role::Developer);
        let again = app.join_as_new(&token, "Eve", PASSWORD, visitor("192.0.2.1")).await;
        assert!(matches!(again, Err(Error::NotFound("invitation"))));
        let taken = invite(&app, &ada, "grace@example.com").await;
        assert!(matches!(taken, Err(Error::Conflict("already_member"))));
        let brand = invitation.brand_id;
        assert!(app.read(move |conn| invitations::pending(conn, brand)).await.unwrap().is_empty());
    });
}

#[test]
fn an_invitation_is_for_its_address_and_for_seven_days() {
    both_engines_by_hand(|app, clock| async move {
        let ada = member(&app, "ada@example.com", Role::Owner).await;
        let eve = member(&app, "eve@example.com", Role::Agent).await;
        invite(&app, &ada, "grace@example.com").await.unwrap();
        let token = mailed(&app).await;
        let wanted = token.clone();
        let denied = app.write(move |tx| invitations::accept(tx, &wanted, &eve)).await;
        assert!(matches!(denied, Err(Error::Denied(Denial::Credentials))));
        clock.advance(7 * 86_400 + 1);
        let late = app.join_as_new(&token, "Grace", PASSWORD, visitor("192.0.2.1")).await;
        assert!(matches!(late, Err(Error::NotFound("invitation"))));
    });
}

#[test]
fn a_brand_keeps_an_owner() {
    both_engines(|app| async move {
        let ada = member(&app, "ada@example.com", Role::Owner).await;
        let bob = member(&app, "bob@example.com", Role::Agent).await;
        let brand = member_brand(&app, "Harbour").await.id;
        let left = app.write(move |tx| members::leave(tx, brand, ada.id)).await;
        assert!(matches!(left, Err(Error::Conflict("last_owner"))));
        let demoted = app.write(move |tx| members::set_role(tx, brand, ada.id, Role::Editor)).await;
        assert!(matches!(demoted, Err(Error::Conflict("last_owner"))));
        app.write(move |tx| members::set_role(tx, brand, bob.id, Role::Owner)).await.unwrap();
        app.write(move |tx| members::leave(tx, brand, ada.id)).await.unwrap();
        let ada = app.read(move |conn| members::get(conn, ada.id)).await.unwrap();
        assert!(app.read(move |conn| members::seats(conn, &ada)).await.unwrap().is_empty());
    });
}
