//! Ends what nobody ends: sessions in which nobody writes, followers nobody takes, agents who forgot
//! to say that they left.
use std::sync::Arc;
use std::time::Duration as Pause;

use chrono::Duration;
use crier_schema::ids::{AccountId, AgentId, FollowerId};
use crier_schema::tables::{agent_sessions, agents, conversations};
use diesel::prelude::*;

use super::sessions;
use crate::App;
use crate::error::Result;
use crate::roster::Roster;
use crate::rounds;
use crate::tx::Tx;

/// Between rounds: a session that ran out is told within this time. Pushes resume without it.
const EVERY: Pause = Pause::from_secs(5);
/// Sessions ended in one transaction.
const BATCH: usize = 100;
/// How long a follower waits: then the reply window has closed.
const WAITING: Duration = Duration::hours(48);
/// How long an agent counts as there of whom nothing is seen.
const UNSEEN: Duration = Duration::hours(12);

/// Ends every few seconds what has run out, for as long as the process lives. Every node does.
pub async fn keep_ended(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(sweep(&app).await, "sessions of agents were not ended");
    }
}

/// Ends what has run out, and says how many sessions that were.
///
/// # Errors
/// When the database is away.
pub async fn sweep(app: &App) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = app.clock.now();
        // Looked for by a reader: the writer is asked for nothing when there is nothing to end.
        let found = app.read(move |conn| {
            let lapsed: Vec<(AccountId, FollowerId)> = conversations::table
                .filter(conversations::agent_id.is_not_null())
                .filter(conversations::agent_until.le(Some(now)))
                .order(conversations::agent_until.asc())
                .limit(BATCH as i64)
                .select((conversations::account_id, conversations::follower_id))
                .load(conn)?;
            let left: Vec<(AccountId, FollowerId)> = agent_sessions::table
                .filter(agent_sessions::agent_id.is_null().and(agent_sessions::closed_at.is_null()))
                .filter(agent_sessions::waiting_since.le(now.plus(-WAITING)))
                .order(agent_sessions::waiting_since.asc())
                .limit(BATCH as i64)
                .select((agent_sessions::account_id, agent_sessions::follower_id))
                .load(conn)?;
            let away: Vec<AgentId> = agents::table
                .filter(agents::online.and(agents::seen_at.le(Some(now.plus(-UNSEEN)))))
                .limit(BATCH as i64)
                .select(agents::id)
                .load(conn)?;
            Ok((lapsed, left, away))
        });
        let (lapsed, left, away) = found.await?;
        let count = lapsed.len() + left.len() + away.len();
        if count == 0 {
            return Ok(ended);
        }
        ended += lapsed.len() + left.len();
        let roster = app.roster.clone();
        app.write(move |tx| end(tx, &roster, lapsed, left, &away)).await?;
        if count < BATCH {
            return Ok(ended);
        }
    }
}

fn end(
    tx: &mut Tx<'_>,
    roster: &Roster,
    mut lapsed: Vec<(AccountId, FollowerId)>,
    left: Vec<(AccountId, FollowerId)>,
    away: &[AgentId],
) -> Result<()> {
    lapsed.extend(left);
    lapsed.sort_unstable_by_key(|(_, follower)| *follower);
    for (account, follower) in lapsed {
        sessions::lapse(tx, roster, account, follower, tx.now.plus(-WAITING))?;
    }
    diesel::update(agents::table.filter(agents::id.eq_any(away)))
        .set(agents::online.eq(false))
        .execute(tx.conn)?;
    Ok(())
}
