//! Mails from the outbox to where they go.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::path::Path;
use std::sync::Arc;

use crier_core::App;
use crier_core::ids::MailId;
use crier_core::invitations::{self, Draft};
use crier_core::mails::{self, Language, State};
use crier_core::members::{self, Role};
use crier_mail::{Transport, run};
use crier_testing::{both_engines, both_engines_by_hand, eventually, member_brand};
use tokio::sync::watch;

async fn invite(app: &Arc<App>, email: &str) {
    let brand = member_brand(app, "Harbour").await;
    let (vault, email) = (app.vault.clone(), email.to_owned());
    app.write(move |tx| {
        let inviter = members::create(tx, "ada@example.com", "Ada", "-", false)?;
        members::join(tx, brand.id, inviter.id, Role::Owner)?;
        let language = Language::English;
        let draft = Draft { brand, inviter, email, role: Role::Agent, language };
        invitations::invite(tx, &vault, &draft)
    })
    .await
    .unwrap();
}

/// Runs the worker until `seen` gives something.
async fn until<T>(app: &Arc<App>, transport: Transport, seen: impl AsyncFn() -> Option<T>) -> T {
    let (_ending, ended) = watch::channel(false);
    let worker = run(app.clone(), transport, ended);
    tokio::select! {
        ended = worker => panic!("the worker stopped: {ended:?}"),
        value = eventually("a mail", seen) => value,
    }
}

fn mail_with(folder: &Path, words: &str) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries
        .filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok())
        .find(|text| text.contains(words))
}

#[test]
fn without_a_server_a_mail_becomes_a_file() {
    both_engines(|app| async move {
        invite(&app, "grace@example.com").await;
        let folder = tempfile::tempdir().unwrap();
        let transport = Transport::Folder(folder.path().join("mails"));
        let path = folder.path().join("mails");
        let mail = until(&app, transport, async || mail_with(&path, "To: grace@")).await;
        assert!(mail.contains("From: Crier <no-reply@crier.test>"), "{mail}");
        assert!(mail.contains("Subject: Harbour: Ada invites you to Crier"), "{mail}");
        assert!(mail.contains("/console/invitations/"), "{mail}");
    });
}

#[test]
fn a_mail_server_takes_it() {
    let Some((url, mailbox)) = services() else { return };
    both_engines(|app| {
        let (url, mailbox) = (url.clone(), mailbox.clone());
        async move {
            let email = format!("grace-{}@example.com", crier_core::mint::hex_token::<4>());
            invite(&app, &email).await;
            // A Maildir.
            let path = Path::new(&mailbox).join("new");
            let words = format!("To: {email}");
            let mail =
                until(&app, Transport::smtp(&url).unwrap(), async || mail_with(&path, &words))
                    .await;
            assert!(mail.contains("/console/invitations/"), "{mail}");
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "tests are told where the services are this way")]
fn services() -> Option<(String, String)> {
    let url = std::env::var("CRIER_TEST_SMTP_URL").ok();
    let mailbox = std::env::var("CRIER_TEST_MAILBOX").ok();
    if url.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CRIER_TEST_SMTP_URL is not set under CI");
        eprintln!("SKIPPED: CRIER_TEST_SMTP_URL is not set (run .ci/services)");
    }
    url.zip(mailbox)
}

#[test]
fn a_mail_is_tried_again_later_each_time_and_not_for_ever() {
    both_engines_by_hand(|app, clock| async move {
        invite(&app, "grace@example.com").await;
        let mut waits = Vec::new();
        loop {
            let due = app.write(|tx| mails::claim(tx, 5)).await.unwrap().pop().unwrap();
            assert!(app.write(|tx| mails::claim(tx, 5)).await.unwrap().is_empty());
            let done = app.write(move |tx| mails::failed(tx, &due, "no route", false)).await;
            if done.unwrap() == State::Failed {
                break;
            }
            let mut waited = 0;
            while !any_due(&app).await {
                clock.advance(60);
                waited += 1;
            }
            waits.push(waited);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
    });
}

async fn any_due(app: &Arc<App>) -> bool {
    let now = app.clock.now();
    app.read(move |conn| mails::any_due(conn, now)).await.unwrap()
}

#[test]
fn a_refused_recipient_is_given_up_at_once() {
    both_engines(|app| async move {
        invite(&app, "grace@example.com").await;
        let due = app.write(|tx| mails::claim(tx, 1)).await.unwrap().pop().unwrap();
        let id: MailId = due.id;
        let state = app.write(move |tx| mails::failed(tx, &due, "550 no such user", true)).await;
        assert_eq!(state.unwrap(), State::Failed, "{id}");
    });
}
