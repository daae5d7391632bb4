//! Following: once, back again, by a scene, and under names that cannot be linked.
use std::sync::Arc;

use crier_core::deliveries::{self, Search};
use crier_core::facts::Fact;
use crier_core::rights::Kind;
use crier_core::{accounts, endpoints, events, followers, scene_codes};
use crier_testing::{account, account_of, both_engines, follower, user};

use crate::delivering::{endpoint, told};

#[test]
fn following_twice_is_following_once() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        endpoint(&app, &account).await;
        let first = follower(&app, &account, "u1").await;
        let again = follower(&app, &account, "u1").await;
        assert_eq!(first, again);
        assert_eq!(told(&app, &account).await, ["followed"]);
        let id = account.id;
        let stored = app.read(move |conn| accounts::get(conn, id)).await.unwrap();
        assert_eq!(stored.follower_count, 1);
    });
}

#[test]
fn openids_are_28_characters_stable_and_unlinkable() {
    both_engines(|app| async move {
        let (tea, (silk, _)) =
            (account(&app, "tea").await, account_of(&app, Kind::Service, "silk").await);
        let at_tea = follower(&app, &tea, "u1").await.openid;
        let at_silk = follower(&app, &silk, "u1").await.openid;
        assert_ne!(at_tea, at_silk);
        for openid in [&at_tea, &at_silk] {
            assert_eq!(openid.len(), 28);
            assert!(openid.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
        }
        let user = user(&app, "u1").await;
        let (id, roster) = (tea.id, app.roster.clone());
        app.write(move |tx| followers::unfollow(tx, &roster, id, user)).await.unwrap();
        assert_eq!(follower(&app, &tea, "u1").await.openid, at_tea);
    });
}

#[test]
fn a_scene_is_told_at_the_follow_and_scanned_later() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        endpoint(&app, &account).await;
        let id = account.id;
        let code = app.write(move |tx| scene_codes::add(tx, id, "123", true, None)).await.unwrap();
        let user = user(&app, "u1").await;
        for scene in [code.ticket.clone(), "123".into(), "poster".into()] {
            let (account, vault, roster) =
                (Arc::clone(&account), app.vault.clone(), app.roster.clone());
            app.write(move |tx| {
                followers::follow(tx, &vault, &roster, &account, user, Some(&scene))
            })
            .await
            .unwrap();
        }
        assert_eq!(told(&app, &account).await, ["followed", "scanned", "scanned"]);
        let facts = crate::delivering::facts(&app, &account).await;
        let Fact::Followed { scene: Some(scene) } = &facts[0] else { panic!("{facts:?}") };
        assert_eq!((scene.value.as_str(), scene.ticket.as_ref()), ("123", Some(&code.ticket)));
        let Fact::Scanned { scene } = &facts[2] else { panic!("{facts:?}") };
        assert_eq!((scene.value.as_str(), &scene.ticket), ("poster", &None));
    });
}

#[test]
fn two_events_of_a_follower_never_share_a_second() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        endpoint(&app, &account).await;
        let user = user(&app, "u1").await;
        for _ in 0..3 {
            follower(&app, &account, "u1").await;
            let (id, roster) = (account.id, app.roster.clone());
            app.write(move |tx| followers::unfollow(tx, &roster, id, user)).await.unwrap();
        }
        let id = account.id;
        let mut seconds: Vec<i64> = app
            .read(move |conn| {
                let log = deliveries::page(conn, id, &Search::default(), None, 100)?;
                let ids: Vec<_> = log.found.iter().map(|row| row.delivery.event_id).collect();
                Ok(events::all(conn, &ids)?)
            })
            .await
            .unwrap()
            .iter()
            .map(|event| event.created_at.seconds())
            .collect();
        seconds.sort_unstable();
        seconds.dedup();
        assert_eq!(seconds.len(), 6);
        assert_eq!(app.read(move |conn| Ok(endpoints::all(conn, id)?.len())).await.unwrap(), 1);
    });
}
