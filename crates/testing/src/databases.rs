//! Fresh databases: a SQLite file in a folder of its own, and a PostgreSQL database of its own.
use crier_core::mint::hex_token;
use crier_schema::pool::DatabaseUrl;
use diesel::connection::SimpleConnection as _;
use tempfile::TempDir;

/// A database that is removed when this is dropped.
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// A folder for files that belong to the test.
    pub folder: TempDir,
    drop_on: Option<(String, String)>,
}

/// One of each engine.
pub(crate) fn fresh() -> Vec<Database> {
    let mut databases = vec![sqlite()];
    databases.extend(postgres());
    databases
}

/// The URLs as text, for tests that start the binary.
pub fn urls(database: &Database) -> String {
    match &database.url {
        DatabaseUrl::Postgres(url) => url.clone(),
        DatabaseUrl::Sqlite { path, .. } => format!("sqlite:{path}"),
    }
}

fn sqlite() -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("crier.db").display().to_string();
    Database { url: DatabaseUrl::Sqlite { path, durable: false }, folder, drop_on: None }
}

fn postgres() -> Option<Database> {
    let Some(server) = server() else {
        assert!(std::env::var_os("CI").is_none(), "CRIER_TEST_POSTGRES_URL is not set under CI");
        eprintln!("SKIPPED ON POSTGRESQL: CRIER_TEST_POSTGRES_URL is not set (run .ci/services)");
        return None;
    };
    let name = format!("test_{}", hex_token::<6>());
    admin(&server, &format!("CREATE DATABASE {name}"));
    let (base, _) = server.rsplit_once('/').expect("a URL with a database");
    let url = DatabaseUrl::Postgres(format!("{base}/{name}"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    Some(Database { url, folder, drop_on: Some((server, name)) })
}

#[expect(clippy::disallowed_methods, reason = "tests are told where the services are this way")]
fn server() -> Option<String> {
    std::env::var("CRIER_TEST_POSTGRES_URL").ok()
}

fn admin(server: &str, statement: &str) {
    let mut conn = DatabaseUrl::Postgres(server.to_owned()).connect().expect("PostgreSQL is there");
    conn.batch_execute(statement).expect("PostgreSQL does it");
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop_on {
            admin(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
