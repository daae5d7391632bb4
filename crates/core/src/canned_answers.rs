//! Canned answers: texts an account's members answer with again and again, under short names.
use crier_schema::ids::{AccountId, CannedAnswerId};
use crier_schema::tables::{accounts, canned_answers};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as Refused};

use crate::accounts::has_control;
use crate::content::MAX_TEXT;
use crate::error::{Error, OrMissing, Result};
use crate::tx::Tx;

/// Canned answers of an account at the most.
pub const MOST: i64 = 200;
/// Characters of a short name.
pub const MOST_SHORTCUT: usize = 20;

/// A canned answer.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = canned_answers)]
pub struct CannedAnswer {
    /// Its id.
    pub id: CannedAnswerId,
    /// Whose it is.
    pub account_id: AccountId,
    /// What it is called by: 1 to [`MOST_SHORTCUT`] characters without a space.
    pub shortcut: String,
    /// What it says; `{name}`, `{account}` and `{agent}` stand for what holds when it is used.
    pub body: String,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What stands for the names in braces.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The follower's.
    pub follower: &'a str,
    /// The account's.
    pub account: &'a str,
    /// The one who answers.
    pub agent: &'a str,
}

impl CannedAnswer {
    /// What it says with the names filled in.
    pub fn filled(&self, names: Names<'_>) -> String {
        // One after the other would fill in what stands in a name.
        let mut filled = String::with_capacity(self.body.len());
        let mut rest = self.body.as_str();
        while let Some(at) = rest.find('{') {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            let known = [
                ("{name}", names.follower),
                ("{account}", names.account),
                ("{agent}", names.agent),
            ];
            let (word, value) =
                known.into_iter().find(|(word, _)| rest.starts_with(word)).unwrap_or(("{", "{"));
            filled.push_str(value);
            rest = &rest[word.len()..];
        }
        filled + rest
    }
}

/// An account's, by their short names: at most [`MOST`].
pub fn all(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<CannedAnswer>> {
    CannedAnswer::query()
        .filter(canned_answers::account_id.eq(account))
        .order(canned_answers::shortcut.asc())
        .load(conn)
}

/// The account's canned answer of this id.
///
/// # Errors
/// `NotFound("canned_answer")`.
pub fn get(
    conn: &mut AnyConnection,
    account: AccountId,
    id: CannedAnswerId,
) -> Result<CannedAnswer> {
    CannedAnswer::query()
        .filter(canned_answers::id.eq(id).and(canned_answers::account_id.eq(account)))
        .get_result(conn)
        .optional()
        .or_missing("canned_answer")
}

fn checked(shortcut: &str, body: &str) -> Result<(String, String)> {
    let shortcut = shortcut.trim().trim_start_matches('/').to_lowercase();
    let length = shortcut.chars().count();
    let plain = !shortcut.chars().any(|c| c.is_whitespace() || c.is_control());
    if length == 0 || length > MOST_SHORTCUT || !plain {
        return Err(Error::invalid("shortcut", "must have 1 to 20 characters without a space"));
    }
    let body = body.trim().replace("\r\n", "\n");
    if body.is_empty() || body.len() > MAX_TEXT || has_control(&body) {
        return Err(Error::invalid("answer", "must have 1 to 2048 bytes"));
    }
    Ok((shortcut, body))
}

/// Adds one.
///
/// # Errors
/// [`Error::Invalid`] for `shortcut` or `answer`; `shortcut_taken`; `too_many_canned_answers`.
pub fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    shortcut: &str,
    body: &str,
) -> Result<CannedAnswer> {
    let (shortcut, body) = checked(shortcut, body)?;
    // Two at once take turns here, so that the count holds between nodes.
    diesel::update(accounts::table.find(account))
        .set(accounts::follower_count.eq(accounts::follower_count))
        .execute(tx.conn)?;
    let count: i64 = canned_answers::table
        .filter(canned_answers::account_id.eq(account))
        .count()
        .get_result(tx.conn)?;
    if count >= MOST {
        return Err(Error::Conflict("too_many_canned_answers"));
    }
    let (id, updated_at) = (tx.ids.next(), tx.now);
    let made = CannedAnswer { id, account_id: account, shortcut, body, updated_at };
    taken(diesel::insert_into(canned_answers::table).values(&made).execute(tx.conn))?;
    Ok(made)
}

/// Changes one.
///
/// # Errors
/// [`Error::Invalid`] for `shortcut` or `answer`; `shortcut_taken`; `NotFound("canned_answer")`.
pub fn change(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: CannedAnswerId,
    shortcut: &str,
    body: &str,
) -> Result<()> {
    let (shortcut, body) = checked(shortcut, body)?;
    get(tx.conn, account, id)?;
    let changed = diesel::update(canned_answers::table.find(id))
        .set((
            canned_answers::shortcut.eq(shortcut),
            canned_answers::body.eq(body),
            canned_answers::updated_at.eq(tx.now),
        ))
        .execute(tx.conn);
    taken(changed)
}

fn taken(done: QueryResult<usize>) -> Result<()> {
    match done {
        Ok(_) => Ok(()),
        Err(Refused::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Error::Conflict("shortcut_taken"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Removes one.
///
/// # Errors
/// `NotFound("canned_answer")`.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: CannedAnswerId) -> Result<()> {
    get(tx.conn, account, id)?;
    diesel::delete(canned_answers::table.find(id)).execute(tx.conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_once() {
        let canned = CannedAnswer {
            id: CannedAnswerId(1),
            account_id: AccountId(1),
            shortcut: "hi".into(),
            body: "Hi {name}, {agent} of {account} here. {what} {".into(),
            updated_at: Timestamp::default(),
        };
        let names = Names { follower: "{agent}", account: "Tea", agent: "Lin" };
        assert_eq!(canned.filled(names), "Hi {agent}, Lin of Tea here. {what} {");
    }
}
