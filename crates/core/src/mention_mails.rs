//! Mails to members whom a note mentions and who have not seen it: after a moment, and not for
//! every note of a conversation that goes on.
use std::sync::Arc;
use std::time::Duration as Pause;

use chrono::Duration;
use crier_schema::ids::{FollowerId, MemberId, NoteId};
use crier_schema::tables::{mentions, notes};
use crier_schema::{AnyConnection, Timestamp};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::App;
use crate::accounts::{self, Account};
use crate::error::Result;
use crate::mails::{self, Mail};
use crate::members::{self, Member, Permission};
use crate::notes::Note;
use crate::reviews;
use crate::rounds;
use crate::tx::Tx;

/// How long a member has to see a mention before they are written to.
pub const AFTER: Duration = Duration::minutes(2);
/// Between two mails to a member about one conversation.
pub const APART: Duration = Duration::minutes(15);
/// Between looks.
const EVERY: Pause = Pause::from_secs(5);
/// Mentions looked at in one round.
const BATCH: i64 = 100;

/// Queues what is due, for as long as the process lives. Every node does.
pub async fn keep_queued(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(queue_due(&app).await, "mentions were not mailed");
    }
}

/// Queues the mails that are due, and says how many. One that fails holds up no other.
///
/// # Errors
/// When the database is away.
pub async fn queue_due(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let due = app.read(move |conn| {
        let mut due: Vec<(MemberId, FollowerId)> = mentions::table
            .inner_join(notes::table.on(notes::id.eq(mentions::note_id)))
            .filter(mentions::mail_at.le(now))
            .order(mentions::mail_at.asc())
            .limit(BATCH)
            .select((mentions::member_id, notes::follower_id))
            .load(conn)?;
        due.sort_unstable();
        due.dedup();
        Ok(due)
    });
    let mut queued = 0;
    for (member, follower) in due.await? {
        match app.write(move |tx| queue(tx, member, follower)).await {
            Ok(did) => queued += usize::from(did),
            Err(error) => {
                tracing::warn!(%error, member.id = %member, "a mention was not mailed; trying again");
            }
        }
    }
    Ok(queued)
}

/// Queues one mail for all that a member has not seen in a conversation, or puts it off until the
/// last one is long enough ago. What another node has queued is not open any more.
fn queue(tx: &mut Tx<'_>, member: MemberId, follower: FollowerId) -> Result<bool> {
    let here = notes::table.filter(notes::follower_id.eq(follower)).select(notes::id);
    let of_member = mentions::member_id.eq(member).and(mentions::note_id.eq_any(here));
    let open = mentions::table.filter(of_member).filter(mentions::mail_at.is_not_null());
    let last: Option<Timestamp> =
        mentions::table.filter(of_member).select(max(mentions::mailed_at)).get_result(tx.conn)?;
    if let Some(next) = last.map(|last| last.plus(APART)).filter(|next| *next > tx.now) {
        diesel::update(open).set(mentions::mail_at.eq(Some(next))).execute(tx.conn)?;
        return Ok(false);
    }
    let newest: Option<NoteId> = open.select(max(mentions::note_id)).get_result(tx.conn)?;
    let count = diesel::update(open)
        .set((mentions::mail_at.eq(None::<Timestamp>), mentions::mailed_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    let Some(newest) = newest.filter(|_| count > 0) else { return Ok(false) };
    let note = Note::query().find(newest).get_result(tx.conn)?;
    let account = accounts::get(tx.conn, note.account_id)?;
    let Some(member) = reader(tx.conn, member, &account)? else { return Ok(false) };
    let mail = mail(tx.conn, &account, &note, count)?;
    mails::queue(tx, &member.email, &mail)?;
    Ok(true)
}

/// The member, if they want such mails and may still read the conversation.
fn reader(conn: &mut AnyConnection, id: MemberId, account: &Account) -> Result<Option<Member>> {
    let member = members::get(conn, id)?;
    let seat = members::seat(conn, &member, account.brand_id)?;
    let may_read = seat.is_some_and(|seat| seat.may(Permission::Inbox).is_ok());
    let is_told = may_read && members::wants_mention_mails(conn, id)?;
    Ok(is_told.then_some(member))
}

fn mail(conn: &mut AnyConnection, account: &Account, note: &Note, count: usize) -> Result<Mail> {
    let writer = note.member_id.map(|id| members::get(conn, id)).transpose()?;
    let (handle, follower, at) = (&account.handle, note.follower_id, note.after_seq.max(1));
    Ok(Mail::Mention {
        account: account.name.clone(),
        by: writer.map(|writer| writer.name),
        count: i64::try_from(count).unwrap_or(i64::MAX),
        path: format!("/console/accounts/{handle}/inbox/{follower}?at={at}#n{}", note.id),
        language: reviews::language(account),
    })
}
