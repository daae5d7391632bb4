//! Showing a follower that somebody writes (`reference/wechat-api.md` 2.2, 5.2).
use chrono::Duration;
use crier_schema::ids::FollowerId;
use crier_schema::tables::{conversations, messages};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::{Conversation, lock};
use crate::error::{Error, Result};
use crate::tx::{Live, News, Tx};

/// How long after the follower's last message it may be shown.
const LATELY: Duration = Duration::seconds(30);
/// How long it is shown, unless a message comes first or it is taken back.
pub const SHOWN: Duration = Duration::seconds(15);

/// Shows a follower that the account writes, or no longer does. Nobody is told whether they see it.
///
/// # Errors
/// `not_lately` when the follower wrote nothing in the last 30 seconds; `typing_already` while it
/// is shown; `NotFound("conversation")`.
pub fn set_typing(tx: &mut Tx<'_>, follower: FollowerId, typing: bool) -> Result<()> {
    let row = lock(tx.conn, follower)?;
    if typing {
        let wrote = written_at(tx.conn, &row, row.last_inbound_seq)?;
        if wrote.is_none_or(|at| at < tx.now.plus(-LATELY)) {
            return Err(Error::Conflict("not_lately"));
        }
        if is_shown(tx, &row)? {
            return Err(Error::Conflict("typing_already"));
        }
    }
    let until = typing.then(|| tx.now.plus(SHOWN));
    diesel::update(conversations::table.find(follower))
        .set(conversations::typing_until.eq(until))
        .execute(tx.conn)?;
    let news = News::Typing { follower, typing };
    tx.effects.live.push(Live { account: row.account_id, user: Some(row.user_id), news });
    Ok(())
}

/// Whether it is shown now: a message from the account ends it.
fn is_shown(tx: &mut Tx<'_>, row: &Conversation) -> Result<bool> {
    let until: Option<Timestamp> = conversations::table
        .find(row.follower_id)
        .select(conversations::typing_until)
        .get_result(tx.conn)?;
    let Some(until) = until.filter(|until| *until > tx.now) else { return Ok(false) };
    let answered = written_at(tx.conn, row, row.last_outbound_seq)?;
    Ok(answered.is_none_or(|at| at < until.plus(-SHOWN)))
}

fn written_at(
    conn: &mut AnyConnection,
    row: &Conversation,
    seq: i64,
) -> QueryResult<Option<Timestamp>> {
    messages::table
        .filter(messages::follower_id.eq(row.follower_id).and(messages::seq.eq(seq)))
        .select(messages::created_at)
        .get_result(conn)
        .optional()
}
