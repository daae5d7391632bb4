//! Members write. Every save names the revision it began with; one that comes too late changes
//! nothing, and what it wanted to say is kept as a version.
use crier_schema::ids::{AccountId, MemberId};
use crier_schema::tables::drafts;
use diesel::prelude::*;

use super::changes::{add_by, store};
use super::{Cause, Draft, DraftKind, MAX_PIECES, Piece, flaws, get, versions};
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Who changes which draft, from where.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Whose draft.
    pub account: AccountId,
    /// Its key.
    pub key: String,
    /// The revision the change began with.
    pub revision: i64,
    /// Who.
    pub member: MemberId,
    /// Whether somebody asked for it or a timer did.
    pub cause: Cause,
}

/// What to do to the articles. Places count from 1.
#[derive(Debug, Clone)]
pub enum Change {
    /// Puts another article in a place: one that [`super::tidy`] has seen.
    Set(usize, Piece),
    /// Puts words in a place: as above. What the article is made of, its cover and pictures, stay.
    Write(usize, Piece),
    /// Gives one another cover, or none.
    Cover(usize, Option<String>),
    /// Adds one at the end: as above.
    Add(Piece),
    /// Takes one out. The last stays.
    Remove(usize),
    /// Moves one to another place.
    Move(usize, usize),
    /// Puts all of these in place of what is there: as above.
    All(Vec<Piece>),
}

/// What came of it.
#[derive(Debug)]
pub enum Saved {
    /// It is stored.
    Done(Draft),
    /// Somebody else was first.
    Conflict {
        /// What is stored.
        theirs: Draft,
        /// The number of the version that keeps what was not stored.
        kept: i32,
    },
}

const WRITTEN: [DraftKind; 2] = [DraftKind::Draft, DraftKind::Writing];

/// Begins a draft of these articles, which [`super::tidy`] has seen.
///
/// # Errors
/// As [`super::add`].
pub fn begin(
    tx: &mut Tx<'_>,
    account: AccountId,
    member: MemberId,
    pieces: Vec<Piece>,
) -> Result<Draft> {
    let kind = kind_of(tx, account, &pieces)?;
    add_by(tx, account, kind, pieces, Some(member))
}

/// Saves a change.
///
/// # Errors
/// `NotFound("draft")`; `Conflict("draft_scheduled")` while it waits to be published (what was to be
/// stored is kept all the same, see [`Saved`]); `Conflict("draft_changed")` for a change of the
/// order that comes too late; [`Error::Invalid`] for `articles` or `index`.
pub fn save(tx: &mut Tx<'_>, edit: &Edit, change: Change) -> Result<Saved> {
    let draft = held(tx, edit.account, &edit.key)?;
    versions::begin(tx, &draft)?;
    if draft.revision != edit.revision || draft.due_at.is_some() {
        return late(tx, edit, change, draft);
    }
    put(tx, draft, change, edit.member, edit.cause).map(Saved::Done)
}

/// Takes the draft's row, so that of two changes at once the second sees the first.
pub(super) fn held(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<Draft> {
    let own = drafts::media_key.eq(key).and(drafts::account_id.eq(account));
    diesel::update(drafts::table.filter(own))
        .set(drafts::revision.eq(drafts::revision))
        .execute(tx.conn)?;
    get(tx.conn, account, &WRITTEN, key, tx.now)
}

/// Changes a draft whose row this transaction holds.
pub(super) fn put(
    tx: &mut Tx<'_>,
    mut draft: Draft,
    change: Change,
    member: MemberId,
    cause: Cause,
) -> Result<Draft> {
    let before = draft.articles.clone();
    change.apply(&mut draft.articles)?;
    if draft.articles != before {
        draft.kind = kind_of(tx, draft.account_id, &draft.articles)?;
        store(tx, &mut draft, Some(member))?;
    } else if cause == Cause::Autosave {
        return Ok(draft);
    }
    versions::record(tx, &draft, Some(member), cause)?;
    Ok(draft)
}

/// Keeps what cannot be stored.
fn late(tx: &mut Tx<'_>, edit: &Edit, change: Change, theirs: Draft) -> Result<Saved> {
    let mut mine = theirs.clone();
    match change {
        Change::Set(place, piece) | Change::Write(place, piece) if place > mine.articles.len() => {
            mine.articles.push(piece);
        }
        Change::Set(..) | Change::Write(..) | Change::All(_) => change.apply(&mut mine.articles)?,
        Change::Cover(..) | Change::Add(_) | Change::Remove(_) | Change::Move(..) => {
            let scheduled = theirs.due_at.is_some();
            let word = if scheduled { "draft_scheduled" } else { "draft_changed" };
            return Err(Error::Conflict(word));
        }
    }
    let kept = versions::record(tx, &mine, Some(edit.member), Cause::Conflict)?;
    Ok(Saved::Conflict { theirs, kept })
}

fn kind_of(tx: &mut Tx<'_>, account: AccountId, pieces: &[Piece]) -> Result<DraftKind> {
    let is_whole = flaws(tx.conn, account, pieces, tx.now)?.is_empty();
    Ok(if is_whole { DraftKind::Draft } else { DraftKind::Writing })
}

/// Deletes a draft with its versions, whether it is finished or not.
///
/// # Errors
/// `NotFound("draft")`.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<()> {
    let own = drafts::media_key.eq(key).and(drafts::account_id.eq(account));
    let row = drafts::table.filter(own.and(drafts::kind.eq_any(WRITTEN)));
    match diesel::delete(row).execute(tx.conn)? {
        0 => Err(Error::NotFound("draft")),
        _ => Ok(()),
    }
}

impl Change {
    fn apply(self, pieces: &mut Vec<Piece>) -> Result<()> {
        let no_such = || Error::invalid("index", "names no article of it");
        let place = |place: usize| place.checked_sub(1).ok_or_else(no_such);
        match self {
            Self::Set(at, piece) => *pieces.get_mut(place(at)?).ok_or_else(no_such)? = piece,
            Self::Write(at, piece) => pieces.get_mut(place(at)?).ok_or_else(no_such)?.write(piece),
            Self::Cover(at, cover) => {
                pieces.get_mut(place(at)?).ok_or_else(no_such)?.set_cover(cover);
            }
            Self::Add(_) if pieces.len() >= MAX_PIECES => {
                return Err(Error::invalid("articles", "must be 1 to 8"));
            }
            Self::Add(piece) => pieces.push(piece),
            Self::Remove(at) if pieces.len() > 1 && place(at)? < pieces.len() => {
                pieces.remove(place(at)?);
            }
            Self::Move(from, to) if place(from)?.max(place(to)?) < pieces.len() => {
                let piece = pieces.remove(place(from)?);
                pieces.insert(place(to)?, piece);
            }
            Self::Remove(_) | Self::Move(..) => return Err(no_such()),
            Self::All(all) => *pieces = all,
        }
        Ok(())
    }
}

impl Piece {
    fn write(&mut self, words: Self) {
        let now = std::mem::replace(self, Self::blank());
        let Self { kind, cover, pictures, crops, .. } = now;
        *self = Self { kind, cover, pictures, crops, ..words };
    }

    /// How clients cut the cover before says nothing about another.
    fn set_cover(&mut self, cover: Option<String>) {
        self.cover = cover;
        self.crops.clear();
    }
}
