//! Tags and blocking: who has which, counted, listed, and taken when somebody leaves.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_core::error::Denial;
use crier_core::followers::Follower;
use crier_core::tags::{self, BLOCKED, STARRED, Tag};
use crier_core::tx::Tx;
use crier_core::{App, Error, Result, followers};
use crier_testing::{account, both_engines, follower, user};

async fn tag(app: &App, account: &Account, name: &'static str) -> Tag {
    let id = account.id;
    app.write(move |tx| tags::add(tx, id, name)).await.unwrap()
}

async fn give(app: &App, account: &Account, number: i64, who: &[&Follower]) -> Result<()> {
    let (id, openids) = (account.id, openids(who));
    app.write(move |tx| tags::give(tx, id, number, &openids)).await
}

fn openids(who: &[&Follower]) -> Vec<String> {
    who.iter().map(|follower| follower.openid.clone()).collect()
}

async fn count(app: &App, account: &Account, number: i64) -> i64 {
    let id = account.id;
    app.read(move |conn| tags::get(conn, id, number)).await.unwrap().follower_count
}

async fn has(app: &App, who: &Follower) -> Vec<i64> {
    let id = who.id;
    app.read(move |conn| tags::of_follower(conn, id)).await.unwrap()
}

async fn leave(app: &App, account: &Arc<Account>, who: &Follower) {
    let (id, user, roster) = (account.id, who.user_id, app.roster.clone());
    app.write(move |tx| followers::unfollow(tx, &roster, id, user)).await.unwrap();
}

#[test]
fn tags_are_numbered_from_100_and_never_again() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        let (first, second) = (tag(&app, &tea, "VIP").await, tag(&app, &tea, "新客").await);
        assert_eq!((first.number, second.number), (100, 101));
        let id = tea.id;
        let taken = app.write(move |tx| tags::add(tx, id, " VIP ")).await;
        assert!(matches!(taken, Err(Error::Conflict("tag_taken"))), "{taken:?}");
        app.write(move |tx| tags::remove(tx, id, 101)).await.unwrap();
        assert_eq!(tag(&app, &tea, "新客").await.number, 102);
        let all = app.read(move |conn| tags::all(conn, id)).await.unwrap();
        let all: Vec<i64> = all.iter().map(|tag| tag.number).collect();
        assert_eq!(all, [STARRED, 100, 102]);
        let renamed =
            |name: &'static str| app.write(move |tx: &mut Tx<'_>| tags::rename(tx, id, 100, name));
        renamed("VIP").await.unwrap();
        assert!(matches!(renamed("新客").await, Err(Error::Conflict("tag_taken"))));
        for number in [0, BLOCKED, STARRED] {
            let kept = app.write(move |tx| tags::remove(tx, id, number)).await;
            assert!(matches!(kept, Err(Error::Conflict("system_tag"))));
        }
    });
}

#[test]
fn who_leaves_has_no_tags_and_is_not_counted() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        let vip = tag(&app, &tea, "VIP").await.number;
        let (ada, bob) = (follower(&app, &tea, "ada").await, follower(&app, &tea, "bob").await);
        give(&app, &tea, vip, &[&ada, &bob, &ada]).await.unwrap();
        give(&app, &tea, vip, &[&ada]).await.unwrap();
        assert_eq!(count(&app, &tea, vip).await, 2);
        leave(&app, &tea, &ada).await;
        assert_eq!(count(&app, &tea, vip).await, 1);
        assert!(matches!(give(&app, &tea, vip, &[&ada]).await, Err(Error::NotFound("openid"))));
        follower(&app, &tea, "ada").await;
        assert!(has(&app, &ada).await.is_empty());
        let id = tea.id;
        let listed = app.read(move |conn| tags::page(conn, id, vip, None, 10)).await.unwrap();
        assert_eq!(listed, [bob.openid]);
    });
}

#[test]
fn a_batch_is_given_as_a_whole_or_not_at_all() {
    both_engines(|app| async move {
        let (tea, silk) = (account(&app, "tea").await, account(&app, "silk").await);
        let (ada, eve) = (follower(&app, &tea, "ada").await, follower(&app, &silk, "eve").await);
        let vip = tag(&app, &tea, "VIP").await.number;
        let foreign = give(&app, &tea, vip, &[&ada, &eve]).await;
        assert!(matches!(foreign, Err(Error::NotFound("own_openid"))));
        assert!(has(&app, &ada).await.is_empty());
        assert!(matches!(give(&app, &tea, 999, &[&ada]).await, Err(Error::NotFound("tag"))));
        assert!(matches!(give(&app, &tea, BLOCKED, &[&ada]).await, Err(Error::NotFound("tag"))));
        let names: Vec<String> = (0..20).map(|n| format!("t{n}")).collect();
        for name in names {
            let id = tea.id;
            let made = app.write(move |tx| tags::add(tx, id, &name)).await.unwrap();
            give(&app, &tea, made.number, &[&ada]).await.unwrap();
        }
        let one_more = give(&app, &tea, vip, &[&ada]).await;
        assert!(matches!(one_more, Err(Error::Conflict("tags_of_follower"))));
        assert_eq!(has(&app, &ada).await.len(), 20);
        let (id, openids) = (tea.id, openids(&[&ada]));
        app.write(move |tx| tags::take(tx, id, 105, &openids)).await.unwrap();
        give(&app, &tea, STARRED, &[&ada]).await.unwrap();
        assert_eq!(has(&app, &ada).await[..2], [STARRED, 101]);
    });
}

#[test]
fn nothing_goes_to_or_comes_from_the_blocked() {
    both_engines(|app| async move {
        let tea = account(&app, "tea").await;
        let ada = follower(&app, &tea, "ada").await;
        let (id, named) = (tea.id, openids(&[&ada]));
        let block = named.clone();
        app.write(move |tx| tags::block(tx, id, &block)).await.unwrap();
        let hello = || Append::inbound(ada.id, Content::text("hello"), None);
        let refused = app.append(hello()).await;
        assert!(matches!(refused, Err(Error::Denied(Denial::Blocked))), "{refused:?}");
        // Coming and going is still theirs.
        leave(&app, &tea, &ada).await;
        assert_eq!(count(&app, &tea, BLOCKED).await, 0);
        follower(&app, &tea, "ada").await;
        assert_eq!(count(&app, &tea, BLOCKED).await, 1);
        assert!(app.append(hello()).await.is_err());
        let unblock = named.clone();
        app.write(move |tx| tags::unblock(tx, id, &unblock)).await.unwrap();
        app.append(hello()).await.unwrap();
        let user = user(&app, "ada").await;
        let again = app.read(move |conn| followers::find(conn, id, user)).await.unwrap();
        assert_eq!(again.unwrap().blocked_at, None);
    });
}
