//! Notes: what members tell each other in a conversation. A note is never sent to the follower. Who
//! is mentioned in one finds it in a list of their own.
use crier_schema::ids::{AccountId, FollowerId, MemberId, NoteId};
use crier_schema::tables::{mentions, notes};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use crate::accounts::{Account, has_control};
use crate::conversations;
use crate::error::{Error, Result};
use crate::members::{self, Colleague, Permission, allows};
use crate::tx::{Live, News, Tx};
use crate::{followers, mention_mails, search, users};

/// Characters of a note.
pub const MOST: usize = 2_000;
/// Notes shown beside one page of a conversation, at the most: the newest.
const SHOWN: i64 = 100;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Insertable)]
#[diesel(table_name = notes, treat_none_as_default_value = false)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// At which account.
    pub account_id: AccountId,
    /// In whose conversation.
    pub follower_id: FollowerId,
    /// Who wrote it; nobody when it tells of what failed.
    pub member_id: Option<MemberId>,
    /// What it says. Of what failed: what was to be sent.
    pub body: String,
    /// Why it failed, as the word of a denial.
    pub failure: Option<String>,
    /// The number of the message it stands after.
    pub after_seq: i64,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A note in which somebody is mentioned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The note.
    pub note: Note,
    /// Whether they have seen it.
    pub is_seen: bool,
    /// The follower as the account knows them.
    pub openid: String,
    /// The follower's name in their host app.
    pub name: String,
}

/// Writes a note of 1 to [`MOST`] characters. Whoever is named in it as `@name` is told.
///
/// # Errors
/// [`Error::Invalid`] for `note`; `NotFound("conversation")`.
pub fn add(
    tx: &mut Tx<'_>,
    account: &Account,
    follower: FollowerId,
    member: MemberId,
    body: &str,
) -> Result<Note> {
    let body = body.trim().replace("\r\n", "\n");
    if body.is_empty() || body.chars().count() > MOST || has_control(&body) {
        return Err(Error::invalid("note", "must have 1 to 2000 characters"));
    }
    let colleagues = members::of_brand(tx.conn, account.brand_id)?;
    let mut told = mentioned(&body, &colleagues);
    told.retain(|one| *one != member);
    store(tx, account.id, follower, (Some(member), None), body, &told)
}

/// Tells in the conversation that something could not be sent, and whoever wanted it sent.
pub(crate) fn tell_failure(
    tx: &mut Tx<'_>,
    (account, follower): (AccountId, FollowerId),
    member: MemberId,
    why: &str,
    body: String,
) -> Result<Note> {
    store(tx, account, follower, (None, Some(why.to_owned())), body, &[member])
}

fn store(
    tx: &mut Tx<'_>,
    account_id: AccountId,
    follower_id: FollowerId,
    (member_id, failure): (Option<MemberId>, Option<String>),
    body: String,
    told: &[MemberId],
) -> Result<Note> {
    let row = conversations::get(tx.conn, follower_id)?;
    if row.account_id != account_id {
        return Err(Error::NotFound("conversation"));
    }
    let (id, after_seq, created_at) = (tx.ids.next(), row.last_seq, tx.now);
    let note =
        Note { id, account_id, follower_id, member_id, body, failure, after_seq, created_at };
    diesel::insert_into(notes::table).values(&note).execute(tx.conn)?;
    for member in told {
        diesel::insert_into(mentions::table)
            .values((
                mentions::note_id.eq(id),
                mentions::member_id.eq(member),
                mentions::account_id.eq(account_id),
                mentions::seen_at.eq(None::<Timestamp>),
                mentions::mail_at.eq(Some(tx.now.plus(mention_mails::AFTER))),
            ))
            .execute(tx.conn)?;
    }
    search::note(tx, (id, account_id, follower_id), &note.body)?;
    let news = News::Moved { follower: follower_id, seq: row.last_seq };
    tx.effects.live.push(Live { account: account_id, user: None, news });
    Ok(note)
}

/// Who is named in a text as `@name`, or by what stands before the `@` of their address: only who
/// may read conversations. Of names that begin alike the longest is meant.
pub fn mentioned(text: &str, colleagues: &[Colleague]) -> Vec<MemberId> {
    let mut names: Vec<(String, MemberId)> = colleagues
        .iter()
        .filter(|colleague| allows(colleague.role, Permission::Inbox))
        .flat_map(|colleague| {
            let member = &colleague.member;
            let local = member.email.split('@').next().unwrap_or_default();
            [(member.name.trim().to_lowercase(), member.id), (local.to_owned(), member.id)]
        })
        .filter(|(name, _)| !name.is_empty())
        .collect();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut rest = text.to_lowercase();
    let mut found = Vec::new();
    for (name, member) in names {
        let called = format!("@{name}");
        if rest.contains(&called) {
            rest = rest.replace(&called, " ");
            if !found.contains(&member) {
                found.push(member);
            }
        }
    }
    found
}

/// The notes of a conversation that stand after messages from `first` to `last`, in their order.
pub fn between(
    conn: &mut AnyConnection,
    follower: FollowerId,
    first: i64,
    last: i64,
) -> Result<Vec<Note>> {
    let mut found: Vec<Note> = Note::query()
        .filter(notes::follower_id.eq(follower))
        .filter(notes::after_seq.ge(first).and(notes::after_seq.le(last)))
        .order((notes::after_seq.desc(), notes::id.desc()))
        .limit(SHOWN)
        .load(conn)?;
    found.reverse();
    Ok(found)
}

/// The notes of an account in which a member is mentioned, newest first; `before` is the last one
/// of the page before.
pub fn mentioning(
    conn: &mut AnyConnection,
    account: AccountId,
    member: MemberId,
    before: Option<NoteId>,
    limit: i64,
) -> Result<Vec<Mention>> {
    let end = before.unwrap_or(NoteId(i64::MAX));
    let found: Vec<(Note, Option<Timestamp>)> = mentions::table
        .inner_join(notes::table.on(notes::id.eq(mentions::note_id)))
        .filter(mentions::member_id.eq(member).and(mentions::account_id.eq(account)))
        .filter(mentions::note_id.lt(end))
        .order(mentions::note_id.desc())
        .limit(limit)
        .select((Note::as_select(), mentions::seen_at))
        .load(conn)?;
    let mut shown = Vec::with_capacity(found.len());
    for (note, seen) in found {
        let follower = followers::get(conn, note.follower_id)?;
        let name = users::get(conn, follower.user_id)?.name;
        shown.push(Mention { note, is_seen: seen.is_some(), openid: follower.openid, name });
    }
    Ok(shown)
}

/// How many notes mention a member that they have not seen.
pub fn unseen(conn: &mut AnyConnection, account: AccountId, member: MemberId) -> QueryResult<i64> {
    mentions::table
        .filter(mentions::member_id.eq(member).and(mentions::account_id.eq(account)))
        .filter(mentions::seen_at.is_null())
        .count()
        .get_result(conn)
}

/// A member has seen what mentions them in a conversation.
pub fn see(tx: &mut Tx<'_>, follower: FollowerId, member: MemberId) -> Result<()> {
    let here = notes::table.filter(notes::follower_id.eq(follower)).select(notes::id);
    let open = mentions::table
        .filter(mentions::member_id.eq(member).and(mentions::seen_at.is_null()))
        .filter(mentions::note_id.eq_any(here));
    diesel::update(open)
        .set((mentions::seen_at.eq(Some(tx.now)), mentions::mail_at.eq(None::<Timestamp>)))
        .execute(tx.conn)?;
    Ok(())
}

/// Whether something mentions a member in a conversation that they have not seen.
pub fn is_mentioned(
    conn: &mut AnyConnection,
    follower: FollowerId,
    member: MemberId,
) -> QueryResult<bool> {
    let open = mentions::table
        .inner_join(notes::table.on(notes::id.eq(mentions::note_id)))
        .filter(mentions::member_id.eq(member).and(mentions::seen_at.is_null()))
        .filter(notes::follower_id.eq(follower))
        .select(mentions::note_id);
    Ok(open.first::<NoteId>(conn).optional()?.is_some())
}
