//! Finding followers: one walk through an index, newest first, that passes over whom the rest of
//! the question leaves out. A page looks at no more than [`LOOK`] of them, and says where it
//! stopped.
use std::collections::{BTreeSet, HashMap};

use crier_schema::ids::{AccountId, FollowerId, TagId};
use crier_schema::tables::{conversations, followers, messages, users};
use crier_schema::{AnyConnection, Timestamp, text_enum};
use diesel::prelude::*;

use super::walking::{CHUNK, Walk, rarest};
use super::{Follower, Source};
use crate::error::Result;
use crate::menus;
use crate::tags;
use crate::users::User;
use crate::words::{self, Asked};

/// Followers looked at for one page.
pub const LOOK: usize = 2_500;
/// Characters of an openid from which on it is searched for.
const OPENID: usize = 8;
/// Followers whose openids begin alike that are shown.
const ALIKE: i64 = 20;

text_enum! {
    /// Whether somebody follows.
    pub enum Standing {
        /// They follow.
        Following = "following",
        /// They follow and are blocked.
        Blocked = "blocked",
        /// They followed once.
        Left = "left",
    }
}

/// Who is looked for: all of it together.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Part of a name or remark, or how an openid begins; empty for everybody.
    pub text: String,
    /// Whether they follow.
    pub standing: Standing,
    /// The number of a tag that they have.
    pub tag: Option<i64>,
    /// How they came.
    pub source: Option<Source>,
    /// Their language (BCP 47).
    pub language: Option<String>,
    /// They wrote at or after.
    pub wrote_since: Option<Timestamp>,
}

impl Default for Wanted {
    fn default() -> Self {
        let (text, standing) = (String::new(), Standing::Following);
        Self { text, standing, tag: None, source: None, language: None, wrote_since: None }
    }
}

/// Somebody who was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who, to the account.
    pub follower: Follower,
    /// The person.
    pub user: User,
    /// The numbers of their tags, without that of the blocked.
    pub tags: Vec<i64>,
    /// When anything last happened between them and the account.
    pub last_at: Timestamp,
}

/// A page of who was found.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// They, who came last first.
    pub rows: Vec<Found>,
    /// The follower after whom the next page goes on, if there may be one.
    pub next: Option<FollowerId>,
    /// Whether the page ends because enough were looked at, not because it is full.
    pub cut: bool,
}

/// What a follower is found by.
pub(super) fn text(name: &str, remark: &str) -> String {
    format!("{name}\n{remark}")
}

/// A page of the account's followers who are wanted, who came last first, after this one.
///
/// # Errors
/// `NotFound("tag")`.
pub fn search(
    conn: &mut AnyConnection,
    account: AccountId,
    wanted: &Wanted,
    after: Option<FollowerId>,
    limit: usize,
) -> Result<Page> {
    let asked = words::asked(&wanted.text);
    let question = Question::new(conn, account, wanted, asked)?;
    if after.is_none() && is_openid(&wanted.text) {
        let alike = of_openids_like(conn, account, wanted.text.trim())?;
        let alike = question.rows(conn, &alike, false)?;
        if !alike.is_empty() {
            return Ok(Page { rows: tagged(conn, alike)?, ..Page::default() });
        }
    }
    if !wanted.text.trim().is_empty() && question.asked.words.is_empty() {
        return Ok(Page::default());
    }
    let walk = question.walk(conn, account)?;
    let (mut rows, mut looked) = (Vec::new(), 0);
    let mut before = after.unwrap_or(FollowerId(i64::MAX));
    loop {
        let ids = walk.step(conn, account, before)?;
        let Some(last) = ids.last().copied() else {
            return Ok(Page { rows: tagged(conn, rows)?, next: None, cut: false });
        };
        looked += ids.len();
        rows.extend(question.rows(conn, &ids, true)?);
        if rows.len() > limit {
            rows.truncate(limit);
            let next = rows.last().map(|row: &Found| row.follower.id);
            return Ok(Page { rows: tagged(conn, rows)?, next, cut: false });
        }
        if (ids.len() as i64) < CHUNK {
            return Ok(Page { rows: tagged(conn, rows)?, next: None, cut: false });
        }
        if looked >= LOOK {
            return Ok(Page { rows: tagged(conn, rows)?, next: Some(last), cut: true });
        }
        before = last;
    }
}

fn is_openid(text: &str) -> bool {
    let text = text.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.len() >= OPENID && text.starts_with('o') && text.bytes().all(plain)
}

/// Openids of all accounts stand in one index, but those of two accounts hardly ever begin alike.
fn of_openids_like(
    conn: &mut AnyConnection,
    account: AccountId,
    begin: &str,
) -> QueryResult<Vec<FollowerId>> {
    followers::table
        .filter(followers::openid.ge(begin).and(followers::openid.lt(format!("{begin}~"))))
        .filter(followers::account_id.eq(account))
        .order(followers::openid.asc())
        .limit(ALIKE)
        .select(followers::id)
        .load(conn)
}

/// What is wanted, looked up.
struct Question<'a> {
    wanted: &'a Wanted,
    asked: Asked,
    tag: Option<TagId>,
    blocked: TagId,
}

impl<'a> Question<'a> {
    fn new(
        conn: &mut AnyConnection,
        account: AccountId,
        wanted: &'a Wanted,
        asked: Asked,
    ) -> Result<Self> {
        let tag = wanted.tag.map(|number| tags::get(conn, account, number)).transpose()?;
        let blocked = tags::get(conn, account, tags::BLOCKED)?.id;
        Ok(Self { wanted, asked, tag: tag.map(|tag| tag.id), blocked })
    }

    /// The walk that passes over the fewest.
    fn walk(&self, conn: &mut AnyConnection, account: AccountId) -> QueryResult<Walk> {
        if let Some(word) = rarest(conn, account, &self.asked.words)? {
            return Ok(Walk::Word(word));
        }
        Ok(match (self.wanted.standing, self.tag, self.wanted.source) {
            (Standing::Blocked, ..) => Walk::Tag(self.blocked),
            (Standing::Left, ..) => Walk::Left,
            (_, Some(tag), _) => Walk::Tag(tag),
            (_, None, Some(source)) => Walk::Source(source),
            _ => Walk::Following,
        })
    }

    /// Of these followers those who are wanted, who came last first.
    fn rows(
        &self,
        conn: &mut AnyConnection,
        ids: &[FollowerId],
        by_text: bool,
    ) -> Result<Vec<Found>> {
        let rows: Vec<(Follower, User, Timestamp, i64)> = followers::table
            .inner_join(users::table.on(users::id.eq(followers::user_id)))
            .inner_join(conversations::table.on(conversations::follower_id.eq(followers::id)))
            .filter(followers::id.eq_any(ids))
            .order(followers::id.desc())
            .select((
                Follower::as_select(),
                User::as_select(),
                conversations::last_at,
                conversations::last_inbound_seq,
            ))
            .load(conn)?;
        let mut rows: Vec<_> = rows
            .into_iter()
            .filter(|(follower, user, last_at, inbound)| {
                let wrote = self.wanted.wrote_since.is_none_or(|at| *last_at >= at && *inbound > 0);
                let text = text(&user.name, &follower.remark);
                wrote && self.fits(follower, user) && (!by_text || self.asked.is_in(&text))
            })
            .collect();
        if let Some(tag) = self.tag {
            let ids: BTreeSet<FollowerId> = rows.iter().map(|(row, ..)| row.id).collect();
            let having = tags::having(conn, tag, &ids)?;
            rows.retain(|(row, ..)| having.contains_key(&row.id));
        }
        let mut found = Vec::with_capacity(rows.len());
        for (follower, user, last_at, inbound) in rows {
            if let Some(since) = self.wanted.wrote_since
                && written_at(conn, follower.id, inbound)?.is_none_or(|at| at < since)
            {
                continue;
            }
            found.push(Found { follower, user, tags: Vec::new(), last_at });
        }
        Ok(found)
    }

    fn fits(&self, follower: &Follower, user: &User) -> bool {
        let stands = match self.wanted.standing {
            Standing::Following => {
                follower.unfollowed_at.is_none() && follower.blocked_at.is_none()
            }
            Standing::Blocked => follower.unfollowed_at.is_none() && follower.blocked_at.is_some(),
            // Who only signed in on a web page has never followed, and so has not left.
            Standing::Left => follower.unfollowed_at.is_some_and(|at| at > follower.followed_at),
        };
        let language = self.wanted.language.as_ref();
        stands
            && self.wanted.source.is_none_or(|source| follower.source == source)
            && language.is_none_or(|language| menus::speaks(&user.locale, language))
    }
}

/// When a message of this number was written.
fn written_at(
    conn: &mut AnyConnection,
    follower: FollowerId,
    seq: i64,
) -> QueryResult<Option<Timestamp>> {
    messages::table
        .filter(messages::follower_id.eq(follower).and(messages::seq.eq(seq)))
        .select(messages::created_at)
        .get_result(conn)
        .optional()
}

fn tagged(conn: &mut AnyConnection, mut rows: Vec<Found>) -> Result<Vec<Found>> {
    let ids: Vec<FollowerId> = rows.iter().map(|row| row.follower.id).collect();
    let mut tags: HashMap<FollowerId, Vec<i64>> = tags::of_followers(conn, &ids)?;
    for row in &mut rows {
        row.tags = tags.remove(&row.follower.id).unwrap_or_default();
    }
    Ok(rows)
}
