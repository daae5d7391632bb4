//! Two nodes on one database that do the same thing at the same moment: what the first has not
//! committed yet, the second cannot see.
use std::sync::Arc;

use crier_core::accounts::{self, Account};
use crier_core::clock::SystemClock;
use crier_core::ids::UserId;
use crier_core::permits::{self, NO_SCENE};
use crier_core::tx::{Effects, Tx};
use crier_core::{App, Error, agents, followers};
use crier_schema::tables::users;
use crier_schema::write;
use crier_testing::{Database, account, follower, hold_open, on_each_database, token, user};
use diesel::prelude::*;

use crate::attending;
use crate::delivering::{endpoint, told};

/// Runs `first` in a transaction of a node of its own, and `second` while it is still open.
fn race<F, G, T>(database: &Database, app: &Arc<App>, first: F, second: G)
where
    F: FnOnce(&mut Tx<'_>) + Send + 'static,
    G: FnOnce(Arc<App>) -> T,
    T: Future<Output = ()>,
{
    let (url, clock) = (database.url.clone(), app.clock.clone());
    let ids = app.ids.clone();
    let (ready, go) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let mut conn = url.connect().unwrap();
        let mut effects = Effects::default();
        write(&mut conn, |conn| {
            let (now, effects) = (clock.now(), &mut effects);
            let alone = false;
            first(&mut Tx { conn, now, ids: &ids, node: None, alone, effects });
            ready.send(()).unwrap();
            hold_open();
            Ok::<_, diesel::result::Error>(())
        })
        .unwrap();
    });
    go.recv().unwrap();
    runtime().block_on(second(app.clone()));
    other.join().unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// An application with an account, its endpoint and a user who does not follow it yet.
async fn stage(database: &Database) -> (Arc<App>, Arc<Account>, UserId) {
    let app = crier_testing::app(database, Arc::new(SystemClock::default())).await;
    let account = account(&app, "tea").await;
    endpoint(&app, &account).await;
    let user = user(&app, "u1").await;
    (app, account, user)
}

async fn count(app: &App, account: &Account) -> i64 {
    let id = account.id;
    app.read(move |conn| accounts::get(conn, id)).await.unwrap().follower_count
}

fn following(
    app: &App,
    account: &Arc<Account>,
    user: UserId,
) -> impl FnOnce(&mut Tx<'_>) + Send + 'static {
    let (account, vault, roster) = (account.clone(), app.vault.clone(), app.roster.clone());
    move |tx| drop(followers::follow(tx, &vault, &roster, &account, user, None).unwrap())
}

fn leaving(
    app: &App,
    account: &Arc<Account>,
    user: UserId,
) -> impl FnOnce(&mut Tx<'_>) + Send + 'static {
    let (id, roster) = (account.id, app.roster.clone());
    move |tx| followers::unfollow(tx, &roster, id, user).unwrap()
}

#[test]
fn two_nodes_that_follow_leave_and_follow_again_count_and_tell_each_once() {
    on_each_database(|database| {
        let runtime = runtime();
        let (app, account, user) = runtime.block_on(stage(&database));
        for _ in 0..2 {
            let account = account.clone();
            race(&database, &app, following(&app, &account, user), |app| async move {
                follower(&app, &account, "u1").await;
                assert_eq!(count(&app, &account).await, 1);
                let (id, roster) = (account.id, app.roster.clone());
                app.write(move |tx| followers::unfollow(tx, &roster, id, user)).await.unwrap();
                assert_eq!(count(&app, &account).await, 0);
            });
        }
        let told = runtime.block_on(told(&app, &account));
        assert_eq!(told, ["followed", "unfollowed", "followed", "unfollowed"]);
    });
}

#[test]
fn two_nodes_that_leave_at_once_count_and_tell_it_once() {
    on_each_database(|database| {
        let runtime = runtime();
        let (app, account, user) = runtime.block_on(stage(&database));
        runtime.block_on(follower(&app, &account, "u1"));
        let (id, roster) = (account.id, app.roster.clone());
        race(&database, &app, leaving(&app, &account, user), |app| async move {
            app.write(move |tx| followers::unfollow(tx, &roster, id, user)).await.unwrap();
        });
        assert_eq!(runtime.block_on(count(&app, &account)), 0);
        assert_eq!(runtime.block_on(told(&app, &account)), ["followed", "unfollowed"]);
    });
}

#[test]
fn two_nodes_that_meet_a_user_at_once_enter_one() {
    on_each_database(|database| {
        let runtime = runtime();
        let (app, ..) = runtime.block_on(stage(&database));
        let (host, _) = runtime.block_on(app.verify_follower_token(&token(&app, "u2"))).unwrap();
        let (id, host): (UserId, _) = (app.ids.next(), host.id);
        let first = move |tx: &mut Tx<'_>| {
            let row = (
                users::id.eq(id),
                users::host_app_id.eq(host),
                users::subject.eq("u2"),
                users::name.eq(""),
                users::locale.eq("zh_CN"),
                users::created_at.eq(tx.now),
            );
            diesel::insert_into(users::table).values(row).execute(tx.conn).unwrap();
        };
        race(&database, &app, first, |app| async move {
            assert_eq!(user(&app, "u2").await, id);
        });
    });
}

#[test]
fn of_two_agents_who_take_the_same_follower_one_has_them() {
    on_each_database(|database| {
        let runtime = runtime();
        let (app, account, _) = runtime.block_on(stage(&database));
        let id = runtime.block_on(follower(&app, &account, "u1")).id;
        let lin = runtime.block_on(attending::there(&app, &account, "lin"));
        let mia = runtime.block_on(attending::there(&app, &account, "mia"));
        let (roster, first) = (app.roster.clone(), lin.clone());
        let taking = move |tx: &mut Tx<'_>| agents::take(tx, &roster, id, &first).unwrap();
        race(&database, &app, taking, |app| async move {
            let roster = app.roster.clone();
            let second = app.write(move |tx| agents::take(tx, &roster, id, &mia)).await;
            assert!(matches!(second, Err(Error::Conflict("session_taken"))), "{second:?}");
        });
        let told = runtime.block_on(told(&app, &account));
        assert_eq!(told, ["followed", "session_opened"]);
    });
}

#[test]
fn two_nodes_that_want_the_last_permit_at_once_spend_it_once() {
    on_each_database(|database| {
        let runtime = runtime();
        let (app, account, _) = runtime.block_on(stage(&database));
        let id = runtime.block_on(follower(&app, &account, "u1")).id;
        let account = account.id;
        let agree = app.write(move |tx| permits::accept(tx, account, id, "key", NO_SCENE, 1));
        runtime.block_on(agree).unwrap();
        let first = move |tx: &mut Tx<'_>| {
            assert!(permits::spend(tx, id, "key", NO_SCENE).unwrap());
        };
        race(&database, &app, first, |app| async move {
            let spent = app.write(move |tx| permits::spend(tx, id, "key", NO_SCENE)).await;
            assert!(!spent.unwrap());
        });
    });
}
