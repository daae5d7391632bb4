//! What a process remembers of accounts, and forgets when another process changes them.
use std::sync::Arc;

use crier_core::App;
use crier_core::accounts::{self, Account};
use crier_core::clock::SystemClock;
use crier_core::endpoints::{self, Dialect, Draft};
use crier_core::ids::AccountId;
use crier_core::tx::Tx;
use crier_schema::tables::changes;
use crier_testing::{account, both_engines_by_hand, command, eventually, on_each_database};
use diesel::prelude::*;
use tokio::runtime::Runtime;

use crate::delivering::endpoint;

async fn listeners(app: &App, id: AccountId) -> usize {
    let roster = app.roster.clone();
    app.read(move |conn| Ok(roster.of(conn, id)?.len())).await.unwrap()
}

async fn change(app: &App, account: &Account, also: impl FnOnce(&mut Tx<'_>) + Send + 'static) {
    let (id, vault) = (account.id, app.vault.clone());
    let draft = Draft::fresh(Dialect::Native, "http://127.0.0.1:9/more");
    app.write(move |tx| {
        also(tx);
        endpoints::add(tx, &vault, id, &draft, false)?;
        accounts::reset_secret(tx, id).map(drop)
    })
    .await
    .unwrap();
}

async fn is_known(app: &App, account: &Account) {
    eventually("the change is known", async || {
        let known = app.account("tea").await.unwrap();
        let by_id = app.account_by_id(account.id).await.unwrap();
        let secrets = [&known.secret_hash, &by_id.secret_hash];
        let is_new = secrets.iter().all(|hash| **hash != account.secret_hash);
        (is_new && listeners(app, account.id).await == 2).then_some(())
    })
    .await;
}

/// A server that has looked at an account, and a command beside it.
async fn stage(database: &crier_testing::Database) -> (Arc<App>, Arc<App>, Arc<Account>) {
    let app = crier_testing::app(database, Arc::new(SystemClock::default())).await;
    let account = account(&app, "tea").await;
    endpoint(&app, &account).await;
    assert_eq!(listeners(&app, account.id).await, 1);
    let seen = app.account("tea").await.unwrap();
    assert_eq!(app.account_by_id(account.id).await.unwrap(), seen);
    (app, command(database).await, seen)
}

#[test]
fn what_another_process_changes_is_known_a_moment_later() {
    on_each_database(|database| {
        Runtime::new().unwrap().block_on(async {
            let (app, other, account) = stage(&database).await;
            change(&other, &account, |_| {}).await;
            is_known(&app, &account).await;
        });
    });
}

#[test]
fn after_more_changes_than_are_read_at_once_everything_is_asked_again() {
    on_each_database(|database| {
        Runtime::new().unwrap().block_on(async {
            let (app, other, account) = stage(&database).await;
            // Ids below the account's own, so that its change comes last.
            change(&other, &account, |tx| tx.effects.stale.extend((1..=1_500).map(AccountId)))
                .await;
            is_known(&app, &account).await;
        });
    });
}

#[test]
fn changes_are_numbered_without_a_gap_and_listed_for_ten_minutes() {
    both_engines_by_hand(|app, clock| async move {
        let account = account(&app, "tea").await;
        let numbers = async || {
            let listed = changes::table.order(changes::number).select(changes::number);
            app.read(move |conn| Ok(listed.load::<i64>(conn)?)).await.unwrap()
        };
        let reset = async || {
            let id = account.id;
            app.write(move |tx| accounts::reset_secret(tx, id).map(drop)).await.unwrap();
        };
        reset().await;
        reset().await;
        let first = numbers().await;
        assert!(first.windows(2).all(|pair| pair[1] == pair[0] + 1), "{first:?}");
        clock.advance(601);
        reset().await;
        assert_eq!(numbers().await, [first.last().unwrap() + 1]);
    });
}
