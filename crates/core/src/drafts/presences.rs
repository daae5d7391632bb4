//! Who has a draft open, and whose turn it is to write. Nobody is locked out: the turn tells people
//! of each other, and revisions keep their words apart.
use std::time::Duration;

use crier_schema::ids::{AccountId, MemberId};
use crier_schema::tables::draft_presences;
use crier_schema::{Timestamp, on_each};
use diesel::prelude::*;

use super::{Draft, DraftKind, get};
use crate::error::Result;
use crate::members;
use crate::tx::Tx;

/// So long somebody counts as there after their last beat.
pub const PRESENT_FOR: Duration = Duration::from_secs(30);

/// What an open editor is told of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Here {
    /// The draft as it is stored.
    pub draft: Draft,
    /// Whose turn it is to write.
    pub writes: MemberId,
    /// Who else has it open, with their names, those who write first.
    pub others: Vec<(MemberId, String)>,
}

/// Says that a member has the draft open. Whoever comes first writes; others come after them.
///
/// # Errors
/// `NotFound("draft")`.
pub fn beat(tx: &mut Tx<'_>, account: AccountId, key: &str, member: MemberId) -> Result<Here> {
    let draft = open(tx, account, key)?;
    // The earlier somebody came, the greater the number.
    enter(tx, &draft, member, -tx.now.micros(), false)?;
    here(tx, draft, member)
}

/// Takes the turn to write.
///
/// # Errors
/// `NotFound("draft")`.
pub fn take_over(tx: &mut Tx<'_>, account: AccountId, key: &str, member: MemberId) -> Result<Here> {
    let draft = open(tx, account, key)?;
    enter(tx, &draft, member, tx.now.micros(), true)?;
    here(tx, draft, member)
}

fn open(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<Draft> {
    get(tx.conn, account, &[DraftKind::Draft, DraftKind::Writing], key, tx.now)
}

fn enter(
    tx: &mut Tx<'_>,
    draft: &Draft,
    member: MemberId,
    turn: i64,
    takes_over: bool,
) -> Result<()> {
    let gone = draft_presences::seen_at.le(since(tx.now));
    let of = draft_presences::draft_id.eq(draft.id);
    diesel::delete(draft_presences::table.filter(of.and(gone))).execute(tx.conn)?;
    let (conn, now) = (&mut *tx.conn, tx.now);
    let row = (
        draft_presences::draft_id.eq(draft.id),
        draft_presences::member_id.eq(member),
        draft_presences::turn.eq(turn),
        draft_presences::seen_at.eq(now),
    );
    let key = (draft_presences::draft_id, draft_presences::member_id);
    if takes_over {
        let seen = (draft_presences::turn.eq(turn), draft_presences::seen_at.eq(now));
        on_each!(
            conn,
            diesel::insert_into(draft_presences::table)
                .values(row)
                .on_conflict(key)
                .do_update()
                .set(seen)
                .execute(conn)
        )?;
    } else {
        on_each!(
            conn,
            diesel::insert_into(draft_presences::table)
                .values(row)
                .on_conflict(key)
                .do_update()
                .set(draft_presences::seen_at.eq(now))
                .execute(conn)
        )?;
    }
    Ok(())
}

fn here(tx: &mut Tx<'_>, draft: Draft, member: MemberId) -> Result<Here> {
    let present: Vec<MemberId> = draft_presences::table
        .filter(draft_presences::draft_id.eq(draft.id))
        .filter(draft_presences::seen_at.gt(since(tx.now)))
        .order((draft_presences::turn.desc(), draft_presences::member_id.asc()))
        .select(draft_presences::member_id)
        .load(tx.conn)?;
    let names = members::names(tx.conn, &present)?;
    let name = |id: &MemberId| names.iter().find(|(other, _)| other == id).cloned();
    let others = present.iter().filter(|id| **id != member);
    Ok(Here {
        draft,
        writes: present.first().copied().unwrap_or(member),
        others: others.filter_map(name).collect(),
    })
}

fn since(now: Timestamp) -> Timestamp {
    now.plus(-chrono::Duration::seconds(PRESENT_FOR.as_secs().cast_signed()))
}
