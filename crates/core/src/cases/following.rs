//! What messages do to cases, some time after they were stored.
use std::collections::HashMap;

use chrono::Duration;
use crier_schema::ids::FollowerId;
use crier_schema::on_each;
use crier_schema::tables::{cases, conversations};
use diesel::prelude::*;

use super::changes::announce;
use super::{Case, State, of};
use crate::content::{Origin, Sender};
use crate::conversations::Conversation;
use crate::error::Result;
use crate::messages::Message;
use crate::team_queues;
use crate::tx::Tx;

/// What is older makes no case: after an upgrade the whole past would wait for an answer.
const LATELY: Duration = Duration::days(7);

/// Follows messages, in the order of their ids.
pub(crate) fn follow(tx: &mut Tx<'_>, messages: &[Message]) -> Result<()> {
    let since = tx.now.plus(-LATELY);
    let mut late: HashMap<FollowerId, Vec<&Message>> = HashMap::new();
    for message in messages.iter().filter(|message| message.created_at > since) {
        late.entry(message.follower_id).or_default().push(message);
    }
    let followers: Vec<FollowerId> = late.keys().copied().collect();
    if followers.is_empty() {
        return Ok(());
    }
    let rows: Vec<Conversation> = Conversation::query()
        .filter(conversations::follower_id.eq_any(&followers))
        // One order for all who change cases: none waits for another who waits for it.
        .order(conversations::follower_id.asc())
        .load(tx.conn)?;
    let known: HashMap<FollowerId, Case> =
        of(tx.conn, &followers)?.into_iter().map(|case| (case.follower_id, case)).collect();
    for row in &rows {
        let Some(of_it) = late.get(&row.follower_id) else { continue };
        let before = known.get(&row.follower_id);
        let mut case = of_it.iter().fold(begin(before, row), |case, message| after(case, message));
        case.unread = row.last_inbound_seq > row.account_read_seq;
        case.last_at = row.last_at;
        store(tx, &case)?;
        if before.is_none_or(|before| shows_otherwise(before, &case)) {
            announce(tx, row);
        }
    }
    let moved: Vec<_> = rows.iter().map(|row| (row.account_id, row.follower_id)).collect();
    team_queues::file_new(tx, &moved)
}

/// Who has it is left as it is: a member on another node may be taking it at this moment.
fn store(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let conn = &mut *tx.conn;
    on_each!(
        conn,
        diesel::insert_into(cases::table)
            .values(case)
            .on_conflict(cases::follower_id)
            .do_update()
            .set((
                cases::state.eq(case.state),
                cases::waiting_since.eq(case.waiting_since),
                cases::unread.eq(case.unread),
                cases::last_at.eq(case.last_at),
            ))
            .execute(conn)
    )?;
    Ok(())
}

fn begin(before: Option<&Case>, row: &Conversation) -> Case {
    let fresh =
        || Case { state: State::Bot, ..Case::new(row.account_id, row.follower_id, row.last_at) };
    before.cloned().unwrap_or_else(fresh)
}

/// What the account says by itself, whatever comes, is no answer; what its backend says is one.
fn after(case: Case, message: &Message) -> Case {
    match (message.sender, message.origin) {
        // Whoever was done with it had read this.
        (Sender::Follower, _) if message.seq <= case.settled_seq => case,
        (Sender::Follower, _) => {
            let waiting_since = case.waiting_since.or(Some(message.created_at));
            Case { state: State::Open, waiting_since, ..case }
        }
        (Sender::Account, Origin::Console) => Case { waiting_since: None, ..case },
        (Sender::Account, Origin::Answer | Origin::Api) if case.state == State::Open => {
            let state = if case.assignee_id.is_some() { State::Open } else { State::Bot };
            Case { state, waiting_since: None, ..case }
        }
        _ => case,
    }
}

fn shows_otherwise(before: &Case, now: &Case) -> bool {
    (before.state, before.waiting_since) != (now.state, now.waiting_since)
}
