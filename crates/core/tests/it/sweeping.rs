//! What has ended is removed, and nothing else.
use std::sync::Arc;

use chrono::Duration;
use crier_core::grants::Scope;
use crier_core::invitations::{self, Draft};
use crier_core::mails::Language;
use crier_core::media::{Owner, Upload};
use crier_core::members::{self, Role};
use crier_core::{App, access_tokens, grants, scene_codes, sessions, sweeps};
use crier_schema::tables;
use crier_testing::{account, both_engines_by_hand, follower, member_brand};
use diesel::prelude::*;

const DAY: i64 = 86_400;

/// Rows of media, sessions, grants, scene codes, access tokens and invitations.
async fn counts(app: &App) -> [i64; 6] {
    app.read(|conn| {
        Ok([
            tables::media::table.count().get_result(conn)?,
            tables::sessions::table.count().get_result(conn)?,
            tables::grants::table.count().get_result(conn)?,
            tables::scene_codes::table.count().get_result(conn)?,
            tables::access_tokens::table.count().get_result(conn)?,
            tables::invitations::table.count().get_result(conn)?,
        ])
    })
    .await
    .unwrap()
}

/// One of everything that ends, and one of everything that doesn't.
async fn fill(app: &Arc<App>) {
    let account = account(app, "tea").await;
    let follower = follower(app, &account, "u1").await.id;
    for permanent in [false, true] {
        let upload = Upload {
            owner: Owner::Account(account.id),
            kind: None,
            name: "pixel.png".into(),
            bytes: pixel(),
            permanent,
            title: None,
            introduction: None,
        };
        app.store_media(upload).await.unwrap();
    }
    app.issue_access_token(account.id).await.unwrap();
    let (brand, vault) = (member_brand(app, "Harbour").await, app.vault.clone());
    app.write(move |tx| {
        grants::add(tx, &account, follower, Scope::Base)?;
        scene_codes::add(tx, account.id, "for ever", false, None)?;
        scene_codes::add(tx, account.id, "a day", false, Some(Duration::days(1)))?;
        let inviter = members::create(tx, "ada@example.com", "Ada", "-", false)?;
        sessions::begin(tx, inviter.id, "")?;
        let (email, language) = ("grace@example.com".into(), Language::English);
        let draft = Draft { brand, inviter, email, role: Role::Agent, language };
        invitations::invite(tx, &vault, &draft)
    })
    .await
    .unwrap();
}

fn pixel() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(1, 1).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn each_thing_is_swept_when_its_time_is_over() {
    both_engines_by_hand(|app, clock| async move {
        fill(&app).await;
        for (day, left) in [
            (0, [2, 1, 1, 2, 1, 1]),
            (2, [2, 1, 0, 1, 1, 1]),
            (4, [1, 1, 0, 1, 0, 1]),
            (15, [1, 0, 0, 1, 0, 1]),
            (98, [1, 0, 0, 1, 0, 0]),
        ] {
            let since = clock_day(&app);
            clock.advance((day - since) * DAY);
            sweeps::sweep(&app).await;
            assert_eq!(counts(&app).await, left, "after {day} days");
        }
    });
}

/// Whole days since the clock's beginning.
fn clock_day(app: &App) -> i64 {
    (app.clock.now().seconds() - 1_767_225_600) / DAY
}

#[test]
fn a_step_takes_no_more_than_it_may() {
    both_engines_by_hand(|app, clock| async move {
        let id = account(&app, "tea").await.id;
        for _ in 0..5 {
            app.issue_access_token(id).await.unwrap();
        }
        clock.advance(3 * DAY);
        for expected in [3, 2, 0] {
            let removed = app.write(|tx| access_tokens::sweep(tx, 3)).await.unwrap();
            assert_eq!(removed, expected);
        }
    });
}

#[test]
fn a_session_used_meanwhile_stays() {
    both_engines_by_hand(|app, clock| async move {
        let token = app
            .write(|tx| {
                let ada = members::create(tx, "ada@example.com", "Ada", "-", false)?;
                sessions::begin(tx, ada.id, "")
            })
            .await
            .unwrap();
        clock.advance(13 * DAY);
        app.session(&token).await.unwrap().unwrap();
        clock.advance(13 * DAY);
        sweeps::sweep(&app).await;
        assert!(app.session(&token).await.unwrap().is_some());
    });
}
