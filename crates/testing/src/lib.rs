//! For tests: a fresh database of each engine, a clock that is turned by hand, and ready-made
//! accounts and followers. Never a dependency of anything that ships.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up fails")]
#![deny(missing_docs)]

mod clock;
mod databases;
mod people;
mod receivers;
mod waiting;

use std::future::Future;
use std::sync::Arc;

use crier_core::App;
use crier_core::app::{Parts, Rates};
use crier_core::clock::{SharedClock, SystemClock};
use crier_core::media::Blobs;
use crier_core::meters::Meters;
use crier_core::nodes::{self, Node};
use crier_core::vault::Vault;
use crier_schema::migrate;

pub use clock::HandClock;
pub use databases::{Database, urls};
pub use people::{account, account_of, draft, follower, member_brand, pretend_tagged, token, user};
pub use receivers::{Manner, Received, Receiver};
pub use waiting::{eventually, hold_open};

/// The secret key of every test.
pub const SECRET_KEY: &str = "a secret key for tests, 32 or more";

/// Runs a test on SQLite, then on PostgreSQL, each with an application on a fresh database.
///
/// PostgreSQL is the one of `CRIER_TEST_POSTGRES_URL`; without it the test says loudly that it was
/// skipped there, and under `CI` it fails.
pub fn both_engines<F, T>(test: F)
where
    F: Fn(Arc<App>) -> T,
    T: Future<Output = ()>,
{
    on_each_database(|database| run(&database, Arc::new(SystemClock::default()), &test));
}

/// As [`both_engines`], with a clock that stands still until it is turned.
pub fn both_engines_by_hand<F, T>(test: F)
where
    F: Fn(Arc<App>, Arc<HandClock>) -> T,
    T: Future<Output = ()>,
{
    on_each_database(|database| {
        let clock = Arc::new(HandClock::default());
        run(&database, clock.clone(), |app| test(app, clock.clone()));
    });
}

/// Runs a test with a fresh, empty database of each engine.
pub fn on_each_database(test: impl Fn(Database)) {
    for database in databases::fresh() {
        test(database);
    }
}

fn run<T: Future<Output = ()>>(
    database: &Database,
    clock: SharedClock,
    test: impl FnOnce(Arc<App>) -> T,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async {
        let app = app(database, clock).await;
        test(app).await;
    });
}

/// An application on this database, migrated, as a node.
pub async fn app(database: &Database, clock: SharedClock) -> Arc<App> {
    let mut conn = database.url.connect().expect("the database is there");
    migrate::up(&mut conn).expect("it migrates");
    let node = nodes::enter(&mut conn, clock.now()).expect("a node enters");
    let app = build(database, clock, Some(node)).await;
    let vault = app.vault.clone();
    app.write(move |tx| crier_core::host_apps::ensure_local(tx, &vault)).await.unwrap();
    app
}

/// Another process on the same database, which delivers nothing: a command beside the server.
pub async fn command(database: &Database) -> Arc<App> {
    build(database, Arc::new(SystemClock::default()), None).await
}

async fn build(database: &Database, clock: SharedClock, node: Option<Node>) -> Arc<App> {
    App::build(Parts {
        database: database.url.clone(),
        redis_url: None,
        clock,
        vault: Vault::new(SECRET_KEY).unwrap(),
        blobs: Blobs::folder(database.folder.path().join("media")),
        public_url: "http://crier.test".into(),
        node,
        rates: Rates::default(),
        meters: Meters::default(),
        closed_days: crier_core::closures::DAYS,
    })
    .await
    .expect("the application starts")
}
