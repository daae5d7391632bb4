//! What has ended is removed, and nothing else.
use std::sync::Arc;

use chrono::Duration;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::grants::Scope;
use crier_core::ids::NodeId;
use crier_core::invitations::{self, Draft};
use crier_core::mails::Language;
use crier_core::media::{Owner, Upload};
use crier_core::members::{self, Role};
use crier_core::{
    App, access_tokens, deliveries, endpoints, grants, nodes, scene_codes, sessions, sweeps,
};
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
            sweeps::sweep(&app, 30).await;
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
        sweeps::sweep(&app, 30).await;
        assert!(app.session(&token).await.unwrap().is_some());
    });
}

#[test]
fn the_delivery_log_goes_back_as_far_as_it_is_kept() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let endpoint = crate::delivering::endpoint(&app, &account).await;
        let id = follower(&app, &account, "u1").await.id;
        let say = async |words: &str| {
            app.append(Append::inbound(id, Content::text(words), None)).await.unwrap();
        };
        // Switched off, an endpoint's deliveries are stored as ended.
        let of = account.id;
        app.write(move |tx| endpoints::set_enabled(tx, of, endpoint, false)).await.unwrap();
        say("old").await;
        clock.advance(20 * DAY);
        say("new").await;
        clock.advance(20 * DAY);
        sweeps::sweep(&app, 30).await;
        let rows = app
            .read(|conn| {
                let events: i64 = tables::events::table.count().get_result(conn)?;
                let deliveries: i64 = tables::deliveries::table.count().get_result(conn)?;
                Ok((events, deliveries))
            })
            .await
            .unwrap();
        // The follow is still pending: it stays, and so does every event from it on.
        assert_eq!(rows, (3, 2));
        let node = app.node.as_ref().unwrap().id();
        app.write(move |tx| nodes::leave(tx.conn, node)).await.unwrap();
        let due = app.write(move |tx| deliveries::claim(tx, NodeId(1), endpoint, 9)).await;
        assert_eq!(due.unwrap().unwrap().len(), 1);
    });
}
