//! Connections by URL, pooled. The scheme picks the engine, and an unknown scheme is refused:
//! guessing would turn a mistyped PostgreSQL URL into a SQLite file of that name.
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

use crate::connection::AnyConnection;

/// A pool of connections to one database.
pub type Pool = r2d2::Pool<Manager>;

/// Which engine, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A PostgreSQL server, as its own URL.
    Postgres(String),
    /// A SQLite file. `durable` is off only in tests, where a flush per commit costs 70 ms.
    Sqlite {
        /// Where the file is.
        path: String,
        /// Whether a commit waits for the disk.
        durable: bool,
    },
}

/// Without the password in it.
impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Postgres(_) => f.write_str("Postgres(..)"),
            Self::Sqlite { path, .. } => write!(f, "Sqlite({path})"),
        }
    }
}

impl DatabaseUrl {
    /// Reads `postgres://…`, `postgresql://…` or `sqlite:PATH`.
    ///
    /// # Errors
    /// A sentence naming the schemes, for any other.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err("the database URL must start with postgres:// or sqlite:".into());
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(":memory:") {
            return Err("a sqlite: URL must name a file".into());
        }
        let (path, durable) = match path.strip_suffix("?durable=false") {
            Some(path) => (path, false),
            None => (path, true),
        };
        Ok(Self::Sqlite { path: path.to_owned(), durable })
    }

    /// Opens one connection, set up as every connection must be.
    ///
    /// # Errors
    /// When the server or file cannot be reached.
    pub fn connect(&self) -> Result<AnyConnection, ConnectionError> {
        match self {
            Self::Postgres(url) => {
                let mut conn = PgConnection::establish(&with_timeouts(url))?;
                // A node that is stopped inside a transaction holds its locks; PostgreSQL ends it
                // before its lease runs out, or the others would wait for it for ever.
                conn.batch_execute("SET idle_in_transaction_session_timeout = '2s'")
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(AnyConnection::Postgres(conn))
            }
            Self::Sqlite { path, durable } => {
                let mut conn = SqliteConnection::establish(path)?;
                let synchronous = if *durable { "FULL" } else { "OFF" };
                conn.batch_execute(&format!(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
                     PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; \
                     PRAGMA wal_autocheckpoint = 10000; PRAGMA temp_store = MEMORY;"
                ))
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(AnyConnection::Sqlite(conn))
            }
        }
    }

    /// Opens the connection of the one thread that writes.
    ///
    /// PostgreSQL keeps the plan of a prepared statement until the tables are analysed again. One
    /// made while they were empty reads them from end to end, and goes on to when they are not. What
    /// the writer does is found by key, always: it is told so.
    ///
    /// SQLite remembers 2 MB of pages. The writer is given 64: with millions of rows stored it would
    /// read the inner pages of its indexes again for every message.
    ///
    /// # Errors
    /// When the server or file cannot be reached.
    pub fn connect_writer(&self) -> Result<AnyConnection, ConnectionError> {
        let mut conn = self.connect()?;
        match &mut conn {
            AnyConnection::Postgres(conn) => conn.batch_execute(
                "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off",
            ),
            AnyConnection::Sqlite(conn) => conn.batch_execute("PRAGMA cache_size = -65536"),
        }
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(conn)
    }

    /// The SQLite file, if that is the engine.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Postgres(_) => None,
            Self::Sqlite { path, .. } => Some(Path::new(path)),
        }
    }
}

/// A server that vanishes without a word must be noticed within seconds, not by TCP's own patience.
fn with_timeouts(url: &str) -> String {
    let wanted = [
        "connect_timeout=5",
        "tcp_user_timeout=10000",
        "keepalives_idle=5",
        "keepalives_interval=2",
    ];
    let mut url = url.to_owned();
    for setting in wanted {
        let name = setting.split('=').next().unwrap_or(setting);
        if !url.contains(name) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(setting);
        }
    }
    url
}

/// Opens and checks connections for the pool.
#[derive(Debug, Clone)]
pub struct Manager(pub DatabaseUrl);

impl r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        self.0.connect().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    /// A panic inside a transaction leaves it open on the connection.
    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        std::thread::panicking() || R2D2Connection::is_broken(conn)
    }
}

/// A pool of `size` connections. Connections are opened when first needed.
///
/// # Errors
/// When the first connection cannot be made.
pub fn open(url: &DatabaseUrl, size: u32) -> Result<Pool, r2d2::Error> {
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(matches!(url, DatabaseUrl::Postgres(_)))
        // Tries to reach a database that is away are at most half of this apart.
        .connection_timeout(std::time::Duration::from_secs(3))
        .build(Manager(url.clone()))
}
