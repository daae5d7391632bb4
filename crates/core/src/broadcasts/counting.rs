//! How many followers a broadcast reaches. To count costs the same however many they are, unless the
//! account has already sent so much this month that some may have had their share.
use crier_schema::AnyConnection;
use crier_schema::ids::{FollowerId, ListId, TagId};
use crier_schema::tables::{accounts, addressed, broadcasts, taggings};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::quota::{self, A_MONTH, Period};
use crate::accounts::Account;
use crate::error::{Error, Result};
use crate::followers;
use crate::tags as all_tags;

/// An audience, and how it came out.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    /// The followers of a list who get it.
    pub list: Option<Vec<FollowerId>>,
    /// The tag.
    pub tag: Option<TagId>,
    /// The list that was written down.
    pub frozen: Option<ListId>,
    /// Followers in the audience.
    pub total: i64,
    /// Of them, those who are not blocked.
    pub filtered: i64,
    /// Of them, those who have not had their share.
    pub sent: i64,
    /// Whether some of them may have had it: not all were looked at.
    pub at_most: bool,
}

/// How much is looked at to find out who has had their share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// As much as it takes: for what is sent.
    Exact,
    /// What a page can wait for, about [`GLANCE`].
    Quick,
}

/// Followers times broadcasts of the month that a page can wait for: some 10 ms.
const GLANCE: i64 = 10_000;

/// Followers who have had their share.
struct Sated {
    /// So many at the least.
    least: i64,
    /// Whether there may be more.
    more: bool,
}

/// Everybody who follows.
pub(super) fn of_all(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    care: Care,
) -> Result<Counted> {
    let total: i64 =
        accounts::table.find(account.id).select(accounts::follower_count).get_result(conn)?;
    let blocked = all_tags::get(conn, account.id, all_tags::BLOCKED)?.follower_count;
    let filtered = total - blocked;
    let sated = sated(conn, account, period, None, care)?;
    let (sent, at_most) = (filtered - sated.least, sated.more);
    Ok(Counted { total, filtered, sent, at_most, ..Counted::default() })
}

/// The followers who have a tag.
///
/// # Errors
/// `NotFound("tag")`.
pub(super) fn of_tag(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    number: i64,
    care: Care,
) -> Result<Counted> {
    if number == all_tags::BLOCKED {
        return Err(Error::NotFound("tag"));
    }
    let tag = all_tags::get(conn, account.id, number)?;
    let filtered = tag.follower_count - blocked_of(conn, account, tag.id)?;
    let sated = sated(conn, account, period, Some(tag.id), care)?;
    let (total, sent) = (tag.follower_count, filtered - sated.least);
    Ok(Counted {
        tag: Some(tag.id),
        total,
        filtered,
        sent,
        at_most: sated.more,
        ..Counted::default()
    })
}

/// How many of a tag's followers are blocked: the blocked are few, so they are asked.
fn blocked_of(conn: &mut AnyConnection, account: &Account, tag: TagId) -> Result<i64> {
    let blocked = all_tags::get(conn, account.id, all_tags::BLOCKED)?;
    if blocked.follower_count == 0 {
        return Ok(0);
    }
    let other = diesel::alias!(taggings as tagged);
    Ok(taggings::table
        .inner_join(other.on(other.field(taggings::follower_id).eq(taggings::follower_id)))
        .filter(taggings::tag_id.eq(blocked.id).and(taggings::until_seq.is_null()))
        .filter(other.field(taggings::tag_id).eq(tag))
        .filter(other.field(taggings::until_seq).is_null())
        .count()
        .get_result(conn)?)
}

/// The followers of these openids; who left is passed over.
///
/// # Errors
/// `NotFound("openid")` when nobody of the list follows.
pub(super) fn of_list(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    openids: &[String],
) -> Result<Counted> {
    let mut found = followers::of_openids(conn, account.id, openids)?;
    found.retain(|follower| follower.unfollowed_at.is_none());
    if found.is_empty() {
        return Err(Error::NotFound("openid"));
    }
    found.retain(|follower| follower.blocked_at.is_none());
    let mut list: Vec<FollowerId> = found.into_iter().map(|follower| follower.id).collect();
    list.sort_unstable();
    list.dedup();
    let filtered = list.len() as i64;
    let sated = quota::sated(conn, account, period, &list)?;
    list.retain(|follower| !sated.contains(follower));
    let (total, sent) = (openids.len() as i64, list.len() as i64);
    Ok(Counted { list: Some(list), total, filtered, sent, ..Counted::default() })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Followers who had their share in the period by what was addressed to them, of those `who` names.
const SATED: &str = "SELECT COUNT(*) AS count FROM (\
    SELECT a.follower_id FROM addressed a \
    JOIN followers now ON now.id = a.follower_id AND now.blocked_at IS NULL \
    WHERE a.account_id = $1 AND a.seq >= $2 AND a.seq < $3 AND a.follower_id IN (";

/// How many of a tag, or of everybody, have had their share. Only followers are looked at that
/// something was addressed to in particular, or who came late.
fn sated(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    tag: Option<TagId>,
    care: Care,
) -> Result<Sated> {
    if !period.is_crowded() {
        return Ok(Sated { least: 0, more: false });
    }
    let to_all = broadcasts::table
        .filter(broadcasts::account_id.eq(account.id).and(broadcasts::audience.eq("all")))
        .filter(broadcasts::seq.ge(period.first_seq).and(broadcasts::seq.lt(period.seq)));
    let sent: Vec<crier_schema::Timestamp> = to_all
        .order(broadcasts::seq.desc())
        .limit(A_MONTH)
        .select(broadcasts::sent_at)
        .load(conn)?;
    let (early, who, of) = match tag {
        Some(tag) => (0, TAGGED, tag.0),
        // Whoever followed at the fourth last to everybody has had theirs: the others came later.
        None if sent.len() as i64 == A_MONTH => {
            let cutoff = sent[sent.len() - 1].micros();
            (all_but_newer(conn, account, period, cutoff)?, NEWER, cutoff)
        }
        None => (0, TARGETED, 0),
    };
    if care == Care::Quick && !at_a_glance(conn, account, period, who, of)? {
        return Ok(Sated { least: early, more: true });
    }
    Ok(Sated { least: early + count(conn, account, period, who, of)?, more: false })
}

/// The followers of a tag.
const TAGGED: &str = "SELECT follower_id FROM taggings WHERE tag_id = $4 AND until_seq IS NULL";

/// Followers that something was addressed to in particular since a broadcast; some more than once.
const TARGETED: &str = "SELECT r.follower_id FROM broadcast_recipients r WHERE r.broadcast_id IN \
    (SELECT b.id FROM broadcasts b WHERE b.account_id = $1 AND b.seq >= $2) \
    UNION ALL SELECT p.follower_id FROM plan_recipients p WHERE p.list_id IN \
    (SELECT b.list_id FROM broadcasts b WHERE b.account_id = $1 AND b.seq >= $2) \
    UNION ALL SELECT t.follower_id FROM taggings t WHERE t.tag_id IN \
    (SELECT b.tag_id FROM broadcasts b WHERE b.account_id = $1 AND b.seq >= $2)";

/// Followers who came after a moment, by the index of when they came.
const NEWER: &str = "SELECT id FROM followers WHERE account_id = $1 AND unfollowed_at IS NULL \
    AND blocked_at IS NULL AND followed_at > $4";

/// How many they are.
const HOW_MANY_NEWER: &str = "SELECT COUNT(*) AS count FROM followers WHERE account_id = $1 \
    AND unfollowed_at IS NULL AND blocked_at IS NULL AND followed_at > $4";

/// The statements about late comers, with the index that they read: their plans can be looked at.
pub const PLANS: [(&str, &str); 2] =
    [("followers_by_time", NEWER), ("followers_by_time", HOW_MANY_NEWER)];

/// Followers who are not blocked and did not come after a moment.
fn all_but_newer(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    cutoff: i64,
) -> Result<i64> {
    let newer = asked(conn, account, period, HOW_MANY_NEWER, cutoff)?;
    let all: i64 =
        accounts::table.find(account.id).select(accounts::follower_count).get_result(conn)?;
    let blocked = all_tags::get(conn, account.id, all_tags::BLOCKED)?.follower_count;
    Ok(all - blocked - newer)
}

/// Whether those who would be looked at are few enough for [`GLANCE`]. They are counted no further.
fn at_a_glance(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    who: &str,
    of: i64,
) -> Result<bool> {
    let most = GLANCE / (period.seq - period.first_seq).max(1);
    let some = format!("SELECT COUNT(*) AS count FROM ({who} LIMIT {}) AS few", most + 1);
    Ok(asked(conn, account, period, &some, of)? <= most)
}

fn count(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    who: &str,
    of: i64,
) -> Result<i64> {
    let having = format!(") GROUP BY a.follower_id HAVING COUNT(*) >= {A_MONTH}) AS sated");
    asked(conn, account, period, &format!("{SATED}{who}{having}"), of)
}

/// Numbers are written into the statement: SQLite would number parameters as they appear.
fn asked(
    conn: &mut AnyConnection,
    account: &Account,
    period: Period,
    statement: &str,
    of: i64,
) -> Result<i64> {
    let values = [account.id.0, period.first_seq, period.seq, of];
    let statement = values.iter().zip(1..).fold(statement.to_owned(), |text, (value, place)| {
        text.replace(&format!("${place}"), &value.to_string())
    });
    let counted: Count = diesel::sql_query(statement).get_result(conn)?;
    Ok(counted.count)
}

/// Whether a broadcast that is addressed to a follower is within their share of its month. Costs
/// nothing for the first four of a month.
pub(super) fn has_share(
    conn: &mut AnyConnection,
    follower: FollowerId,
    broadcast: &super::Broadcast,
) -> Result<bool> {
    if !quota::is_crowded(broadcast.month_seq, broadcast.seq) {
        return Ok(true);
    }
    let before: i64 = addressed::table
        .filter(addressed::follower_id.eq(follower))
        .filter(addressed::account_id.eq(broadcast.account_id))
        .filter(addressed::seq.ge(broadcast.month_seq).and(addressed::seq.lt(broadcast.seq)))
        .count()
        .get_result(conn)?;
    Ok(before < A_MONTH)
}
