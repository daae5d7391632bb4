//! The index: each engine's own, over the same words. Words are stored as ASCII, so that neither
//! engine cuts them by rules of its own.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, FollowerId, NoteId};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Text};

use super::{By, Question, is_worth_finding, searchable};
use crate::content::Sender;
use crate::error::Result;
use crate::messages::Message;
use crate::tx::Tx;
use crate::words::{self, Asked};

/// Words of one text at the most: a message of 2,048 bytes has fewer.
const MOST: usize = 2_000;

/// A text as the index has it.
struct Entry {
    id: i64,
    words: String,
}

/// Words that say whose and whose words these are: longer than any word of a text
/// ([`words::LONGEST`]), so that no text is taken for one.
fn of_account(account: AccountId) -> String {
    format!("of-account-{account}")
}

fn of_follower(follower: FollowerId) -> String {
    format!("of-follower-{follower}")
}

const fn written_by(by: By) -> &'static str {
    match by {
        By::Followers => "by-followers",
        By::Account => "by-account",
        By::Notes => "by-members-as-note",
    }
}

/// A word in ASCII: hexadecimal, so that it is whole for every tokenizer.
fn ascii(word: &str) -> String {
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        word.to_owned()
    } else {
        hex::encode(word)
    }
}

/// A narrowing word: letters and digits alone, as tokenizers want it.
fn plain(scope: &str) -> String {
    scope.replace('-', "0")
}

fn entry(id: i64, account: AccountId, follower: FollowerId, by: By, text: &str) -> Entry {
    let scope = [of_account(account), of_follower(follower), written_by(by).to_owned()];
    let scope = scope.iter().map(|word| plain(word));
    let said = words::of(text).into_iter().take(MOST).map(|word| ascii(&word));
    Entry { id, words: scope.chain(said).collect::<Vec<_>>().join(" ") }
}

/// Puts messages into the index.
pub(crate) fn follow(tx: &mut Tx<'_>, messages: &[Message]) -> Result<()> {
    let entries: Vec<Entry> = messages
        .iter()
        .filter(|message| is_worth_finding(message))
        .filter_map(|message| {
            let by = match message.sender {
                Sender::Follower => By::Followers,
                Sender::Account => By::Account,
            };
            let text = searchable(&message.content);
            let of = (message.id.0, message.account_id, message.follower_id);
            (!text.is_empty()).then(|| entry(of.0, of.1, of.2, by, &text))
        })
        .collect();
    store(tx.conn, &entries)
}

/// Puts a note into the index.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    (id, account, follower): (NoteId, AccountId, FollowerId),
    text: &str,
) -> Result<()> {
    store(tx.conn, &[entry(id.0, account, follower, By::Notes, text)])
}

/// An id that is there already keeps what it has.
fn store(conn: &mut AnyConnection, entries: &[Entry]) -> Result<()> {
    match conn {
        AnyConnection::Postgres(conn) => {
            let (ids, words): (Vec<i64>, Vec<&str>) =
                entries.iter().map(|entry| (entry.id, entry.words.as_str())).unzip();
            sql_query(
                "INSERT INTO search_words (id, words) \
                 SELECT id, array_to_tsvector(string_to_array(words, ' ')) \
                 FROM UNNEST($1, $2) AS entry (id, words) ON CONFLICT (id) DO NOTHING",
            )
            .bind::<Array<BigInt>, _>(ids)
            .bind::<Array<Text>, _>(words)
            .execute(conn)?;
        }
        AnyConnection::Sqlite(conn) => {
            for entry in entries {
                sql_query("INSERT OR REPLACE INTO search_words (rowid, words) VALUES (?, ?)")
                    .bind::<BigInt, _>(entry.id)
                    .bind::<Text, _>(&entry.words)
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Words that what is found has, in ASCII.
pub(super) fn wanted(account: AccountId, question: &Question, asked: &Asked) -> Vec<String> {
    let mut wanted: Vec<String> = asked.words.iter().map(|word| ascii(word)).collect();
    wanted.push(plain(&of_account(account)));
    wanted.extend(question.follower.map(|follower| plain(&of_follower(follower))));
    wanted.extend(question.by.map(|by| plain(written_by(by))));
    wanted
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The newest ids from `first` on and before `before` that have all these words.
pub(super) fn ids(
    conn: &mut AnyConnection,
    wanted: &[String],
    first: i64,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<i64>> {
    let query = asking(conn, wanted);
    let statement = match conn {
        AnyConnection::Postgres(_) => {
            "SELECT id FROM search_words WHERE words @@ $1::text::tsquery \
             AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        }
        AnyConnection::Sqlite(_) => {
            "SELECT rowid AS id FROM search_words WHERE search_words MATCH $1 \
             AND rowid >= $2 AND rowid < $3 ORDER BY rowid DESC LIMIT $4"
        }
    };
    let rows: Vec<Id> = sql_query(statement)
        .bind::<Text, _>(query)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(before)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The question in the engine's own words. What is asked for is letters and digits alone.
fn asking(conn: &AnyConnection, wanted: &[String]) -> String {
    let (quote, and) = match conn {
        AnyConnection::Postgres(_) => ('\'', " & "),
        AnyConnection::Sqlite(_) => ('"', " AND "),
    };
    wanted.iter().map(|word| format!("{quote}{word}{quote}")).collect::<Vec<_>>().join(and)
}

/// Forgets all that was said in a follower's conversation. Costs as much as was said.
pub fn forget(tx: &mut Tx<'_>, follower: FollowerId) -> Result<()> {
    let query = asking(tx.conn, &[plain(&of_follower(follower))]);
    let statement = match tx.conn {
        AnyConnection::Postgres(_) => "DELETE FROM search_words WHERE words @@ $1::text::tsquery",
        AnyConnection::Sqlite(_) => {
            "DELETE FROM search_words WHERE rowid IN \
             (SELECT rowid FROM search_words WHERE search_words MATCH $1)"
        }
    };
    sql_query(statement).bind::<Text, _>(query).execute(tx.conn)?;
    Ok(())
}

/// Forgets these messages or notes.
pub fn remove(tx: &mut Tx<'_>, ids: &[i64]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let key = match tx.conn {
        AnyConnection::Postgres(_) => "id",
        AnyConnection::Sqlite(_) => "rowid",
    };
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let statement = format!("DELETE FROM search_words WHERE {key} IN ({})", ids.join(", "));
    sql_query(statement).execute(tx.conn)?;
    Ok(())
}
