//! One database of one server under test: made, filled beside the server, and removed.
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use tokio_postgres::{Client, NoTls};

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database under test.
#[derive(Debug, Clone)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres {
        /// The server, with a database to make others from.
        server: String,
        /// Its name.
        name: String,
    },
}

impl Database {
    /// A file in this folder; the server makes it.
    pub fn file(folder: &Path) -> Self {
        Self::Sqlite(folder.join("crier.db"))
    }

    /// A new database on this server.
    pub async fn create(server: &str) -> Result<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("bench_{}_{number}", std::process::id());
        connect(server).await?.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        Ok(Self::Postgres { server: server.to_owned(), name })
    }

    /// The one at this address.
    #[cfg(test)]
    pub fn at(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::Sqlite(path.into());
        }
        let (server, name) = url.rsplit_once('/').unwrap_or((url, "postgres"));
        Self::Postgres { server: format!("{server}/postgres"), name: name.to_owned() }
    }

    /// Its address.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres { server, name } => {
                let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
                format!("{base}/{name}")
            }
        }
    }

    /// Runs statements, in one go.
    pub async fn run(&self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(path) => {
                let (path, sql) = (path.clone(), sql.to_owned());
                tokio::task::spawn_blocking(move || {
                    Ok(rusqlite::Connection::open(path)?.execute_batch(&sql)?)
                })
                .await?
            }
            Self::Postgres { .. } => Ok(connect(&self.url()).await?.batch_execute(sql).await?),
        }
    }

    /// The one text that a query finds.
    pub async fn text(&self, sql: &str) -> Result<String> {
        match self {
            Self::Sqlite(path) => {
                let conn = rusqlite::Connection::open(path)?;
                let found = conn.query_row(sql, [], |row| row.get(0));
                found.with_context(|| sql.to_owned())
            }
            Self::Postgres { .. } => {
                let found = connect(&self.url()).await?.query_one(sql, &[]).await;
                Ok(found.with_context(|| sql.to_owned())?.get(0))
            }
        }
    }

    /// Has PostgreSQL do now what it would do by itself in the minutes after many rows came.
    pub async fn settle(&self) -> Result<()> {
        if matches!(self, Self::Postgres { .. }) {
            self.run("VACUUM ANALYZE").await?;
            self.run("CHECKPOINT").await?;
        }
        Ok(())
    }

    /// The names of a table's columns, in order; none of a table that is not there.
    pub async fn columns(&self, table: &str) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(path) => {
                let conn = rusqlite::Connection::open(path)?;
                let mut found = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
                let names = found.query_map([table], |row| row.get(0))?;
                Ok(names.collect::<rusqlite::Result<_>>()?)
            }
            Self::Postgres { .. } => {
                let asked = "SELECT column_name::text FROM information_schema.columns \
                             WHERE table_name = $1 ORDER BY ordinal_position";
                let rows = connect(&self.url()).await?.query(asked, &[&table]).await?;
                Ok(rows.iter().map(|row| row.get(0)).collect())
            }
        }
    }

    /// Removes a database of a server; a file goes with its folder.
    pub async fn remove(&self) -> Result<()> {
        let Self::Postgres { server, name } = self else { return Ok(()) };
        let gone = format!("DROP DATABASE {name} WITH (FORCE)");
        Ok(connect(server).await?.batch_execute(&gone).await?)
    }
}

/// A connection that lives as long as its client.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("PostgreSQL cannot be reached")?;
    tokio::spawn(connection);
    Ok(client)
}
