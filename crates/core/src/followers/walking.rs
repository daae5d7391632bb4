//! Walks through an account's followers by one index, who came last first.
use crier_schema::AnyConnection;
use crier_schema::ids::{AccountId, FollowerId, TagId};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::Source;

/// Followers of one step.
pub(super) const CHUNK: i64 = 500;
/// How far words are counted to find out which is the rarest.
const COUNTED: i64 = 1_000;

/// The statements that walk, for PostgreSQL and for SQLite, each with the index it reads: their plans
/// can be looked at. Their parameters are the account or tag, the source or word if the walk goes by
/// one, and the first follower that is not looked at any more, in the order they stand in.
///
/// Each engine needs a text of its own. SQLite bounds a pair by its first column alone where the
/// second is the row's own key, and would read all who came later: 114 instead of 0.1 ms in the
/// middle of a million. PostgreSQL, told an account and an order by ids, may walk through the ids of
/// all accounts.
pub const WALKS: &[(&str, [&str; 2])] = &[
    ("followers_listed", FOLLOWING),
    ("followers_left", LEFT),
    ("followers_by_source", BY_SOURCE),
    ("follower_words", BY_WORD),
    ("taggings_now", BY_TAG),
];

const FOLLOWING: [&str; 2] = [
    "SELECT id FROM followers WHERE unfollowed_at IS NULL AND (account_id, id) >= ($1, 0) \
     AND (account_id, id) < ($1, $2) ORDER BY account_id DESC, id DESC LIMIT 500",
    "SELECT id FROM followers WHERE unfollowed_at IS NULL AND account_id = $1 AND id < $2 \
     ORDER BY id DESC LIMIT 500",
];
const LEFT: [&str; 2] = [
    "SELECT id FROM followers WHERE unfollowed_at IS NOT NULL AND (account_id, id) >= ($1, 0) \
     AND (account_id, id) < ($1, $2) ORDER BY account_id DESC, id DESC LIMIT 500",
    "SELECT id FROM followers WHERE unfollowed_at IS NOT NULL AND account_id = $1 AND id < $2 \
     ORDER BY id DESC LIMIT 500",
];
const BY_SOURCE: [&str; 2] = [
    "SELECT id FROM followers WHERE unfollowed_at IS NULL \
     AND (account_id, source, id) >= ($1, $2, 0) AND (account_id, source, id) < ($1, $2, $3) \
     ORDER BY account_id DESC, source DESC, id DESC LIMIT 500",
    "SELECT id FROM followers WHERE unfollowed_at IS NULL AND account_id = $1 AND source = $2 \
     AND id < $3 ORDER BY id DESC LIMIT 500",
];
const BY_WORD: [&str; 2] = [WORD; 2];
const WORD: &str = "SELECT follower_id AS id FROM follower_words WHERE account_id = $1 \
    AND word = $2 AND follower_id < $3 ORDER BY follower_id DESC LIMIT 500";
const BY_TAG: [&str; 2] = [
    "SELECT follower_id AS id FROM taggings WHERE until_seq IS NULL \
     AND (tag_id, follower_id) >= ($1, 0) AND (tag_id, follower_id) < ($1, $2) \
     ORDER BY tag_id DESC, follower_id DESC LIMIT 500",
    "SELECT follower_id AS id FROM taggings WHERE tag_id = $1 AND until_seq IS NULL \
     AND follower_id < $2 ORDER BY follower_id DESC LIMIT 500",
];

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = BigInt)]
    id: FollowerId,
}

/// What the walk goes by.
pub(super) enum Walk {
    Following,
    Left,
    Source(Source),
    Word(String),
    Tag(TagId),
}

impl Walk {
    /// The next followers before this one.
    pub(super) fn step(
        &self,
        conn: &mut AnyConnection,
        account: AccountId,
        before: FollowerId,
    ) -> QueryResult<Vec<FollowerId>> {
        let engine = usize::from(matches!(conn, AnyConnection::Sqlite(_)));
        let plain = |statement: [&str; 2], whose: i64| {
            sql_query(statement[engine]).bind::<BigInt, _>(whose).bind::<BigInt, _>(before)
        };
        let by = |statement: [&str; 2], what: &str| {
            sql_query(statement[engine])
                .bind::<BigInt, _>(account)
                .bind::<Text, _>(what.to_owned())
                .bind::<BigInt, _>(before)
        };
        let rows: Vec<Step> = match self {
            Self::Following => plain(FOLLOWING, account.0).load(conn)?,
            Self::Left => plain(LEFT, account.0).load(conn)?,
            Self::Tag(tag) => plain(BY_TAG, tag.0).load(conn)?,
            Self::Source(source) => by(BY_SOURCE, source.as_str()).load(conn)?,
            Self::Word(word) => by(BY_WORD, word).load(conn)?,
        };
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The word that fewest followers have; words that many have are not counted to the end.
pub(super) fn rarest(
    conn: &mut AnyConnection,
    account: AccountId,
    words: &[String],
) -> QueryResult<Option<String>> {
    let mut best: Option<(i64, &String)> = None;
    for word in words {
        let counted = format!(
            "SELECT COUNT(*) AS count FROM (SELECT 1 FROM follower_words \
             WHERE account_id = $1 AND word = $2 LIMIT {COUNTED}) found"
        );
        let found: Count =
            sql_query(counted).bind::<BigInt, _>(account).bind::<Text, _>(word).get_result(conn)?;
        if best.is_none_or(|(count, _)| found.count < count) {
            best = Some((found.count, word));
        }
    }
    Ok(best.map(|(_, word)| word.clone()))
}
