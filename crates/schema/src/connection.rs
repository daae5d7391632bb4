//! One connection type over both engines, and the one way to write through it.
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

/// A connection to whichever engine the URL named.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs one statement on whichever engine `conn` holds.
///
/// For the clauses the derive cannot carry: `ON CONFLICT`, `RETURNING` and
/// more than one row of `VALUES`. Everything else is plain Diesel.
#[macro_export]
macro_rules! on_each {
    ($conn:ident, $statement:expr) => {
        match $conn {
            $crate::connection::AnyConnection::Postgres($conn) => $statement,
            $crate::connection::AnyConnection::Sqlite($conn) => $statement,
        }
    };
}

/// Runs `work` in a transaction that may write.
///
/// SQLite takes its write lock at the start: a reader that turns writer
/// cannot wait for the lock and fails with "database is locked".
///
/// # Errors
/// What `work` returns, or the engine's own error at begin and commit.
pub fn write<R, E: From<diesel::result::Error>>(
    conn: &mut AnyConnection,
    work: impl FnOnce(&mut AnyConnection) -> Result<R, E>,
) -> Result<R, E> {
    begin(conn)?;
    let done = work(conn);
    match done {
        Ok(_) => on_each!(conn, AnsiTransactionManager::commit_transaction(conn))?,
        Err(_) => on_each!(conn, AnsiTransactionManager::rollback_transaction(conn))?,
    }
    done
}

fn begin(conn: &mut AnyConnection) -> diesel::QueryResult<()> {
    match conn {
        AnyConnection::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        AnyConnection::Sqlite(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
    }
}
