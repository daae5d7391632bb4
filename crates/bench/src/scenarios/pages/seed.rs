//! Fills the account: people, talk, outreach, and a log of activities whose chain holds.
use std::fmt::Write as _;

use anyhow::Result;
use crier_core::clock::{Clock as _, SystemClock};
use crier_core::mint::fingerprint;

use crate::scenarios::audience;
use crate::services::Database;

/// One text for both engines.
const PARTS: [&str; 3] =
    [include_str!("people.sql"), include_str!("talk.sql"), include_str!("outreach.sql")];
/// What an owner's and a platform administrator's cookies say.
pub const OWNER: &str = "bench-session-of-an-owner";
pub const ADMIN: &str = "bench-session-of-an-administrator";
/// Activities of the brand, and of the installation.
const ACTIVITIES: [i64; 2] = [100_000, 20_000];
/// Rows of one statement.
const ROWS: usize = 1_000;
/// What they say was done.
const DONE: [&str; 6] = [
    "sign-in",
    "logout",
    "team-invitations",
    "account-agents",
    "account-comments-one",
    "account-articles-withdraw",
];
/// Members who did it.
const MEMBERS: i64 = 40;
/// Microseconds between two of them.
const APART: i64 = 18_000_000;

/// Everything of an account with so many followers.
pub async fn fill(database: &Database, followers: u32) -> Result<()> {
    database.run(&audience::seed(database, followers)).await?;
    let now = SystemClock::default().now().micros();
    let account = database.text("SELECT CAST(min(id) AS TEXT) FROM accounts").await?;
    let brand = "SELECT CAST(brand_id AS TEXT) FROM accounts ORDER BY id LIMIT 1";
    let brand: i64 = database.text(brand).await?.parse()?;
    let mut sql = before(database).to_owned();
    for part in PARTS {
        sql += &part
            .replace("{now}", &now.to_string())
            .replace("{count}", &followers.to_string())
            .replace("{owner}", &fingerprint(OWNER))
            .replace("{admin}", &fingerprint(ADMIN));
    }
    let head = format!("SELECT seq || ' ' || hash FROM activity_heads WHERE chain = {brand}");
    let head = database.text(&head).await?;
    let (seq, hash) = head.split_once(' ').unwrap_or(("0", ""));
    let end = (seq.parse()?, hash.to_owned());
    sql += &activities(brand, &account, now, end, ACTIVITIES[0])?;
    sql += "INSERT INTO activity_heads (chain, seq, hash, cut_seq, cut_hash) VALUES (0, 0, '', 0, '');";
    sql += &activities(0, "NULL", now, (0, String::new()), ACTIVITIES[1])?;
    sql += after(database);
    database.run(&sql).await
}

/// What is checked row by row otherwise, for minutes.
const fn before(database: &Database) -> &'static str {
    match database {
        Database::Sqlite(_) => "PRAGMA journal_mode = OFF; PRAGMA foreign_keys = OFF; BEGIN;",
        Database::Postgres { .. } => "SET session_replication_role = replica;",
    }
}

const fn after(database: &Database) -> &'static str {
    match database {
        Database::Sqlite(_) => "COMMIT; ANALYZE; PRAGMA journal_mode = WAL;",
        Database::Postgres { .. } => "RESET session_replication_role;",
    }
}

/// A chain's next rows, sealed as `core::activities` seals them.
fn activities(
    chain: i64,
    account: &str,
    now: i64,
    end: (i64, String),
    count: i64,
) -> Result<String> {
    let (mut sql, (mut seq, mut hash)) = (String::new(), end);
    for n in 0..count {
        seq += 1;
        let (id, at, member) = (chain / 2 + n + 1, now - (count - n) * APART, n % MEMBERS + 1);
        let action = DONE[usize::try_from(n)? % DONE.len()];
        let of = if n % 3 == 0 { "NULL" } else { account };
        let row = (
            (&hash, id, chain, seq, at),
            (member, format!("Member {member}"), "203.0.113.0/24"),
            (action, of.parse::<i64>().ok(), format!("number={n}"), ""),
        );
        hash = fingerprint(&serde_json::to_string(&row)?);
        let begins = usize::try_from(n)? % ROWS == 0;
        write!(
            sql,
            "{}({id}, {chain}, {seq}, {at}, {member}, 'Member {member}', '203.0.113.0/24', \
             '{action}', {of}, 'number={n}', '', '{hash}')",
            if begins { BEGIN } else { ", " }
        )?;
        if usize::try_from(n + 1)? % ROWS == 0 || n + 1 == count {
            sql.push(';');
        }
    }
    write!(sql, "UPDATE activity_heads SET seq = {seq}, hash = '{hash}' WHERE chain = {chain};")?;
    Ok(sql)
}

const BEGIN: &str = "INSERT INTO activities (id, chain, seq, created_at, member_id, member_name, \
     address, action, account_id, subject, detail, hash) VALUES ";
