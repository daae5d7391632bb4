//! Who a rule means. One statement looks at a bounded number of followers, in the order of their
//! ids; what is left is looked at by the next. A rule that wants a tag looks at those who have it
//! alone.
use std::collections::HashMap;

use crier_schema::ids::{AccountId, FollowerId, TagId};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::rule::is_language;
use super::{Condition, Join, Rule};
use crate::accounts;
use crate::error::Result;
use crate::tags::{self, Tag};

/// Followers looked at by one statement: 10 to 30 milliseconds.
pub const LOOK: i64 = 4_000;

type Backend = <AnyConnection as Connection>::Backend;

/// How far a count is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Followers found so far.
    pub found: i64,
    /// The last follower that was looked at; `None` when all were.
    pub after: Option<FollowerId>,
}

/// Some of a rule's followers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// They, with their openids, in the order they first followed.
    pub followers: Vec<(FollowerId, String)>,
    /// From where to go on; `None` when nobody is left.
    pub next: Option<FollowerId>,
}

/// A language, and how many speak it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its first part, in small letters: `zh`, `en`.
    pub language: String,
    /// Of the followers that were looked at.
    pub count: i64,
}

/// A rule, ready to be asked: its tags are looked up.
pub struct Looking {
    account: AccountId,
    /// Where followers come from: all of the account, or those with a tag.
    from: String,
    /// What must hold for them.
    holds: String,
    /// The texts in it, in order, from the third parameter on.
    texts: Vec<String>,
    /// How many it means, where that is known without a look.
    known: Option<i64>,
}

impl Looking {
    /// Looks up the rule's tags.
    pub fn new(
        conn: &mut AnyConnection,
        account: AccountId,
        rule: &Rule,
        now: Timestamp,
    ) -> Result<Self> {
        let tags = tags_of(conn, account, rule)?;
        let mut texts = Vec::new();
        let all = rule.conditions.iter().map(|one| condition(one, &tags, now, &mut texts));
        let all: Vec<String> = all.collect();
        let holds = all.join(if rule.join == Join::All { " AND " } else { " OR " });
        let tag = narrowest(rule, &tags);
        let known = match (&*rule.conditions, tag) {
            ([Condition::Tag { has: true, .. }], Some(tag)) => Some(tag.follower_count),
            _ => None,
        };
        Ok(Self {
            account,
            from: tag.map_or_else(|| of_all(conn), |tag| of_tag(conn, tag.id)),
            holds,
            texts,
            known,
        })
    }

    /// Everybody who follows the account.
    pub fn everybody(conn: &mut AnyConnection, account: AccountId) -> Result<Self> {
        let known = Some(accounts::get(conn, account)?.follower_count);
        Ok(Self { account, from: of_all(conn), holds: "1 = 1".into(), texts: Vec::new(), known })
    }

    /// One statement with its parameters.
    fn ask<T>(&self, conn: &mut AnyConnection, statement: &str, after: FollowerId) -> Result<Vec<T>>
    where
        T: QueryableByName<Backend> + 'static,
    {
        let mut query = sql_query(statement)
            .into_boxed::<Backend>()
            .bind::<BigInt, _>(self.account)
            .bind::<BigInt, _>(after);
        for text in &self.texts {
            query = query.bind::<Text, _>(text.clone());
        }
        Ok(query.load(conn)?)
    }

    /// Where the next look ends. No text is bound: none is asked for.
    fn end(&self, conn: &mut AnyConnection, after: FollowerId) -> Result<Vec<Looked>> {
        let query = sql_query(self.ending());
        Ok(query.bind::<BigInt, _>(self.account).bind::<BigInt, _>(after).load(conn)?)
    }

    /// The followers of the next look.
    fn part(&self) -> String {
        format!("({} LIMIT {LOOK}) f", self.from)
    }

    /// Counts those in it, and says where it ends. The part stands first: SQLite numbers parameters
    /// in the order in which they appear. It is made whole: asked for some of its columns, PostgreSQL
    /// reads all followers in an index that has those, to sort them.
    fn counting(&self) -> String {
        format!(
            "WITH f AS MATERIALIZED (SELECT * FROM {}) SELECT COUNT(*) AS seen, \
             CAST(COALESCE(MAX(f.id), 0) AS BIGINT) AS last, \
             CAST(COALESCE(SUM(CASE WHEN {} THEN 1 ELSE 0 END), 0) AS BIGINT) AS found FROM f",
            self.part(),
            self.holds
        )
    }

    /// The one that is asked about, if they are meant.
    fn testing(&self) -> String {
        format!(
            "WITH f AS (SELECT id, user_id, openid, source, scene, followed_at FROM followers \
             WHERE account_id = $1 AND id = $2 AND unfollowed_at IS NULL) \
             SELECT f.id AS id, f.openid AS openid FROM f WHERE {}",
            self.holds
        )
    }

    /// Where the next look ends, whoever is in it.
    fn ending(&self) -> String {
        format!(
            "SELECT COUNT(*) AS seen, CAST(COALESCE(MAX(f.id), 0) AS BIGINT) AS last, \
             CAST(0 AS BIGINT) AS found FROM {}",
            self.part()
        )
    }

    /// The first of them that are meant.
    fn naming(&self, limit: i64) -> String {
        format!(
            "SELECT f.id AS id, f.openid AS openid FROM {} WHERE {} ORDER BY f.id LIMIT {limit}",
            self.part(),
            self.holds
        )
    }
}

/// The columns that the conditions ask for, by the account's index of those who follow. Each engine
/// needs a text of its own, as [`crate::followers::WALKS`] do: PostgreSQL may walk through the ids of
/// all accounts, and SQLite bounds a pair by its first column alone.
fn of_all(conn: &AnyConnection) -> String {
    let (bounds, order) = match conn {
        AnyConnection::Postgres(_) => (
            "(account_id, id) <= ($1, 9223372036854775807) AND (account_id, id) > ($1, $2)",
            "account_id, id",
        ),
        AnyConnection::Sqlite(_) => ("account_id = $1 AND id > $2", "id"),
    };
    format!(
        "SELECT id, user_id, openid, source, scene, followed_at FROM followers \
         WHERE unfollowed_at IS NULL AND {bounds} ORDER BY {order}"
    )
}

/// Those with a tag. Told of the tag's side alone where to begin, PostgreSQL may walk through the
/// followers from the first one on; told of both, SQLite may walk through all of the account's.
fn of_tag(conn: &AnyConnection, tag: TagId) -> String {
    let bound = match conn {
        AnyConnection::Postgres(_) => "AND w.id > $2 ",
        AnyConnection::Sqlite(_) => "",
    };
    format!(
        "SELECT w.id, w.user_id, w.openid, w.source, w.scene, w.followed_at FROM taggings d \
         JOIN followers w ON w.id = d.follower_id AND w.account_id = $1 {bound}\
         WHERE d.tag_id = {tag} AND d.until_seq IS NULL AND d.follower_id > $2 \
         AND w.unfollowed_at IS NULL ORDER BY d.follower_id"
    )
}

fn tags_of(conn: &mut AnyConnection, account: AccountId, rule: &Rule) -> Result<HashMap<i64, Tag>> {
    let mut found = HashMap::new();
    for condition in &rule.conditions {
        if let Condition::Tag { number, .. } = condition
            && let Some(tag) = tags::find(conn, account, *number)?
        {
            found.insert(*number, tag);
        }
    }
    Ok(found)
}

/// Of the tags that everybody meant has, the one that the fewest have.
fn narrowest<'t>(rule: &Rule, tags: &'t HashMap<i64, Tag>) -> Option<&'t Tag> {
    let wanted = rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Tag { number, has: true } => tags.get(number),
        _ => None,
    });
    let single = rule.join == Join::All || rule.conditions.len() == 1;
    wanted.filter(|_| single).min_by_key(|tag| tag.follower_count)
}

/// A condition about `f`. Numbers are written into it, texts are left to parameters. What stands in
/// other tables is looked up for one follower after the other: told that it `EXISTS`, PostgreSQL may
/// read all users to find those of a look.
fn condition(
    condition: &Condition,
    tags: &HashMap<i64, Tag>,
    now: Timestamp,
    texts: &mut Vec<String>,
) -> String {
    let before = |days: i64| now.plus(chrono::Duration::days(-days)).micros();
    match condition {
        Condition::Tag { number, has } => match tags.get(number) {
            Some(tag) => is(
                *has,
                &format!(
                    "SELECT 1 FROM taggings t WHERE t.tag_id = {} AND t.follower_id = f.id \
                     AND t.until_seq IS NULL",
                    tag.id
                ),
            ),
            None => never(!has),
        },
        Condition::Source { source, is } => {
            format!("f.source {} '{source}'", if *is { "=" } else { "<>" })
        }
        Condition::Scene { scene } => {
            texts.push(scene.clone());
            format!("f.scene = ${}", texts.len() + 2)
        }
        Condition::FollowedBetween { from, until } => {
            let from = from.map_or(0, Timestamp::micros);
            let until = until.map_or(i64::MAX, Timestamp::micros);
            format!("(f.followed_at >= {from} AND f.followed_at < {until})")
        }
        Condition::FollowedFor { days } => format!("f.followed_at <= {}", before(*days)),
        Condition::FollowedWithin { days } => format!("f.followed_at > {}", before(*days)),
        Condition::WroteWithin { days } => wrote_after(true, before(*days)),
        Condition::SilentFor { days } => wrote_after(false, before(*days)),
        Condition::Language { language, is } => speaks(*is, language),
        Condition::Platform { platform } => of_user(true, &format!("u.platform = '{platform}'")),
    }
}

/// Whether there is the one row that is asked for.
fn is(there: bool, row: &str) -> String {
    format!("({row}) IS {}NULL", if there { "NOT " } else { "" })
}

fn never(holds: bool) -> String {
    if holds { "1 = 1".into() } else { "1 = 0".into() }
}

/// The last message is found by its place in the conversation.
fn wrote_after(did: bool, micros: i64) -> String {
    let row = format!(
        "SELECT 1 FROM conversations c JOIN messages m ON m.follower_id = c.follower_id \
         AND m.seq = c.last_inbound_seq WHERE c.follower_id = f.id AND m.created_at > {micros}"
    );
    is(did, &row)
}

fn speaks(is: bool, language: &str) -> String {
    // What was stored has been checked; what was not speaks to nobody.
    if !is_language(language) {
        return never(!is);
    }
    let said = format!("REPLACE(LOWER(u.locale), '_', '-') || '-' LIKE '{language}-%'");
    of_user(is, &said)
}

fn of_user(does: bool, holds: &str) -> String {
    is(does, &format!("SELECT 1 FROM users u WHERE u.id = f.user_id AND {holds}"))
}

#[derive(QueryableByName)]
struct Looked {
    #[diesel(sql_type = BigInt)]
    seen: i64,
    #[diesel(sql_type = BigInt)]
    last: i64,
    #[diesel(sql_type = BigInt)]
    found: i64,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    openid: String,
}

/// Goes on counting: looks at the next [`LOOK`] followers, or knows at once. Start with
/// [`Tally::default`]'s `found` and the follower 0.
pub fn count(conn: &mut AnyConnection, looking: &Looking, so_far: Tally) -> Result<Tally> {
    if let Some(known) = looking.known {
        return Ok(Tally { found: known, after: None });
    }
    let after = so_far.after.unwrap_or(FollowerId(0));
    let rows: Vec<Looked> = looking.ask(conn, &looking.counting(), after)?;
    let row = rows.into_iter().next();
    let Some(row) = row else { return Ok(Tally { after: None, ..so_far }) };
    let more = row.seen == LOOK;
    Ok(Tally { found: so_far.found + row.found, after: more.then_some(FollowerId(row.last)) })
}

/// Whether a rule means this follower: they alone are looked at, by their id.
pub fn means(conn: &mut AnyConnection, looking: &Looking, follower: FollowerId) -> Result<bool> {
    let rows: Vec<Named> = looking.ask(conn, &looking.testing(), follower)?;
    Ok(!rows.is_empty())
}

/// The next of a rule's followers, at most `limit`. No more than [`LOOK`] followers are looked at,
/// so there may be fewer, or none, although more follow.
pub fn members(
    conn: &mut AnyConnection,
    looking: &Looking,
    after: Option<FollowerId>,
    limit: i64,
) -> Result<Found> {
    let after = after.unwrap_or(FollowerId(0));
    let named: Vec<Named> = looking.ask(conn, &looking.naming(limit), after)?;
    let followers: Vec<(FollowerId, String)> =
        named.into_iter().map(|row| (FollowerId(row.id), row.openid)).collect();
    let is_full = followers.len() as i64 == limit;
    let next = match followers.last() {
        Some((last, _)) if is_full => Some(*last),
        _ => {
            let rows: Vec<Looked> = looking.end(conn, after)?;
            let end = rows.into_iter().find(|row| row.seen == LOOK);
            end.map(|row| FollowerId(row.last))
        }
    };
    Ok(Found { followers, next })
}

#[derive(QueryableByName)]
struct Locale {
    #[diesel(sql_type = Text)]
    locale: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The languages of the first [`LOOK`] of a rule's followers that are looked at, the most spoken
/// first.
pub fn languages(conn: &mut AnyConnection, looking: &Looking) -> Result<Vec<Spoken>> {
    let statement = format!(
        "SELECT u.locale AS locale, COUNT(*) AS count FROM {} JOIN users u ON u.id = f.user_id \
         WHERE {} GROUP BY u.locale",
        looking.part(),
        looking.holds
    );
    let rows: Vec<Locale> = looking.ask(conn, &statement, FollowerId(0))?;
    let mut found: HashMap<String, i64> = HashMap::new();
    for row in rows {
        let first = row.locale.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        *found.entry(first).or_default() += row.count;
    }
    let spoken = found.into_iter().map(|(language, count)| Spoken { language, count });
    let mut spoken: Vec<Spoken> = spoken.collect();
    spoken.sort_by(|one, other| {
        other.count.cmp(&one.count).then_with(|| one.language.cmp(&other.language))
    });
    Ok(spoken)
}

/// The statements of a rule, for tests that look how they are carried out: each is asked with the
/// account and a follower, and texts.
pub fn plans(looking: &Looking) -> [String; 4] {
    [looking.counting(), looking.naming(50), looking.testing(), looking.ending()]
}
