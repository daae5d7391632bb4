//! Many accounts from one: a process for each of 6,000 would take minutes. The first account is made
//! by the command line, as anybody's; its rows are then copied by SQL with other ids and names. The
//! sealed secrets are copied too, which only means that all endpoints share them.
use anyhow::{Result, ensure};

use crate::services::Database;

/// Tables that an account stands in, referred-to ones first.
const TABLES: [&str; 2] = ["accounts", "endpoints"];

/// Copies the only account until there are `count`: `bench0` to `bench{count-1}`, each with its
/// endpoint `/e0` and so on.
///
/// # Errors
/// When there is more than one account, or a table is not there.
pub async fn of_account(database: &Database, count: usize) -> Result<()> {
    if count < 2 {
        return Ok(());
    }
    let mut sql = "BEGIN;".to_owned();
    for table in TABLES {
        let columns = database.columns(table).await?;
        ensure!(!columns.is_empty(), "there is no table {table}: subject/copies.rs is behind");
        sql.push_str(&copy(table, &columns, count));
    }
    sql.push_str("COMMIT;");
    database.run(&sql).await
}

/// The statement for one table; the same on both engines.
fn copy(table: &str, columns: &[String], count: usize) -> String {
    let values: Vec<String> = columns.iter().map(|column| value(column)).collect();
    format!(
        "INSERT INTO {table} ({names}) \
         WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {last}) \
         SELECT {values} FROM (SELECT * FROM {table} LIMIT 1) AS original, copies;",
        names = columns.join(", "),
        values = values.join(", "),
        last = count - 1,
    )
}

/// What a copy has in a column: numbers go up, names that end in 0 end in the copy's number.
fn value(column: &str) -> String {
    match column {
        "id" | "account_id" | "endpoint_id" => format!("{column} + n"),
        "handle" | "url" | "app_id" | "original_id" => format!("rtrim({column}, '0') || n"),
        _ => column.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn copies_have_ids_and_names_of_their_own_and_share_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::file(folder.path());
        let tables = "CREATE TABLE accounts (id INTEGER, handle TEXT, sealed TEXT);
             CREATE TABLE endpoints (id INTEGER, account_id INTEGER, url TEXT);
             INSERT INTO accounts VALUES (70, 'bench0', 's');
             INSERT INTO endpoints VALUES (80, 70, 'http://sink/e0');";
        database.run(tables).await.unwrap();
        of_account(&database, 12).await.unwrap();
        let Database::Sqlite(path) = &database else { unreachable!() };
        let conn = rusqlite::Connection::open(path).unwrap();
        let last =
            "SELECT handle, sealed, url FROM accounts JOIN endpoints ON account_id = accounts.id
             WHERE accounts.id = 81";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found: (String, String, String) = conn.query_row(last, [], row).unwrap();
        assert_eq!(found, ("bench11".into(), "s".into(), "http://sink/e11".into()));
    }
}
