//! Finding messages and notes of an account by what they say.
//!
//! The index knows words ([`crate::words`]) under the ids of messages and notes, newest first. It is
//! each engine's own: FTS5 on SQLite, a GIN index on PostgreSQL, over the same words. Everything it
//! is narrowed by is a word too: whose it is, and who wrote it. What it finds is compared with the
//! text itself, because words have no order.
mod index;
mod snippets;

use crier_schema::ids::{AccountId, FollowerId, MemberId};
use crier_schema::tables::{followers, messages, notes, users};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

pub(crate) use index::{follow, note};
pub use index::{forget, remove};
pub use snippets::{Piece, snippet};

use crate::content::{Content, Origin, Sender};
use crate::error::Result;
use crate::messages::Message;
use crate::mint::floor_id;
use crate::notes::Note;
use crate::words::{self, Asked};

/// Characters of a question.
pub const MOST: usize = 100;
/// What the index gives at once.
const STEP: i64 = 100;
/// How often it is asked for one page, at the most: what it finds may be no hit.
const STEPS: usize = 5;

/// Who wrote what is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Followers.
    Followers,
    /// The account: members, the backend, or what answers by itself.
    Account,
    /// Members, as notes.
    Notes,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Words, at most [`MOST`] characters.
    pub text: String,
    /// Who wrote it.
    pub by: Option<By>,
    /// In one conversation alone.
    pub follower: Option<FollowerId>,
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The first moment that is too late.
    pub until: Option<Timestamp>,
    /// Where the page before ended.
    pub before: Option<i64>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A message.
    Message(Message),
    /// A note.
    Note(Note),
}

/// A hit, with whose conversation it is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What.
    pub found: Found,
    /// The follower as the account knows them.
    pub openid: String,
    /// The user's name in their host app.
    pub name: String,
}

impl Found {
    /// Its id.
    pub const fn id(&self) -> i64 {
        match self {
            Self::Message(message) => message.id.0,
            Self::Note(note) => note.id.0,
        }
    }

    /// In whose conversation.
    pub const fn follower(&self) -> FollowerId {
        match self {
            Self::Message(message) => message.follower_id,
            Self::Note(note) => note.follower_id,
        }
    }

    /// What it says.
    pub fn text(&self) -> String {
        match self {
            Self::Message(message) => searchable(&message.content),
            Self::Note(note) => note.body.clone(),
        }
    }

    /// When it was written.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Message(message) => message.created_at,
            Self::Note(note) => note.created_at,
        }
    }

    /// The member who wrote it.
    pub const fn member(&self) -> Option<MemberId> {
        match self {
            Self::Message(message) => message.member_id,
            Self::Note(note) => note.member_id,
        }
    }
}

/// A page of hits, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The hits.
    pub hits: Vec<Hit>,
    /// Where the next page begins; nothing when there is none.
    pub before: Option<i64>,
}

/// What an account's conversations and notes say. A question without words finds nothing.
pub fn page(
    conn: &mut AnyConnection,
    account: AccountId,
    question: &Question,
    limit: usize,
) -> Result<Page> {
    let asked = words::asked(&question.text);
    if asked.words.is_empty() {
        return Ok(Page::default());
    }
    let wanted = index::wanted(account, question, &asked);
    let first = question.from.map_or(0, floor_id);
    let end = question.until.map_or(i64::MAX, floor_id);
    let mut before = question.before.map_or(end, |before| before.min(end));
    let mut hits = Vec::new();
    for _ in 0..STEPS {
        let ids = index::ids(conn, &wanted, first, before, STEP)?;
        let is_last = (ids.len() as i64) < STEP;
        for found in load(conn, account, &ids)? {
            if !is_hit(&found, question, &asked) {
                continue;
            }
            if hits.len() == limit {
                return finish(conn, hits, true);
            }
            hits.push(found);
        }
        match ids.last() {
            Some(last) if !is_last => before = *last,
            _ => return finish(conn, hits, false),
        }
    }
    let more = Page { before: Some(before), ..finish(conn, hits, false)? };
    Ok(more)
}

fn is_hit(found: &Found, question: &Question, asked: &Asked) -> bool {
    let at = found.at();
    question.from.is_none_or(|from| from <= at)
        && question.until.is_none_or(|until| at < until)
        && asked.is_in(&found.text())
}

fn load(conn: &mut AnyConnection, account: AccountId, ids: &[i64]) -> QueryResult<Vec<Found>> {
    let told: Vec<Message> = Message::query()
        .filter(messages::id.eq_any(ids).and(messages::account_id.eq(account)))
        .load(conn)?;
    let noted: Vec<Note> = Note::query()
        .filter(notes::id.eq_any(ids).and(notes::account_id.eq(account)))
        .load(conn)?;
    let told = told.into_iter().map(Found::Message);
    let mut found: Vec<Found> = told.chain(noted.into_iter().map(Found::Note)).collect();
    found.sort_by_key(|found| std::cmp::Reverse(found.id()));
    Ok(found)
}

fn finish(conn: &mut AnyConnection, found: Vec<Found>, more: bool) -> Result<Page> {
    let followers: Vec<FollowerId> = found.iter().map(Found::follower).collect();
    let named: Vec<(FollowerId, String, String)> = followers::table
        .inner_join(users::table.on(users::id.eq(followers::user_id)))
        .filter(followers::id.eq_any(&followers))
        .select((followers::id, followers::openid, users::name))
        .load(conn)?;
    let before = found.last().filter(|_| more).map(Found::id);
    let hit = |found: Found| {
        let (_, openid, name) = named.iter().find(|(id, ..)| *id == found.follower())?.clone();
        Some(Hit { found, openid, name })
    };
    Ok(Page { hits: found.into_iter().filter_map(hit).collect(), before })
}

/// The words in a message that can be found: what a reader sees of it.
pub fn searchable(content: &Content) -> String {
    let parts: Vec<&str> = match content {
        Content::Music { title, description, .. } | Content::Link { title, description, .. } => {
            vec![title, description]
        }
        Content::News { articles } => {
            articles.iter().flat_map(|card| [card.title.as_str(), &card.description]).collect()
        }
        Content::Articles { articles, .. } => {
            articles.iter().flat_map(|card| [card.title.as_str(), &card.digest]).collect()
        }
        Content::Menu { head, items, tail } => {
            let items = items.iter().map(|item| item.text.as_str());
            std::iter::once(head.as_str()).chain(items).chain([tail.as_str()]).collect()
        }
        Content::Template { title, lines, .. } => {
            let lines = lines.iter().map(|line| line.text.as_str());
            std::iter::once(title.as_str()).chain(lines).collect()
        }
        other => vec![other.summary()],
    };
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What answers by itself is not worth finding: it says the same to everybody.
const fn is_worth_finding(message: &Message) -> bool {
    matches!(
        (message.sender, message.origin),
        (Sender::Follower, _) | (_, Origin::Console | Origin::Answer | Origin::Api)
    )
}
