//! Follows messages once they are stored, a few at a time: what they do to cases, and what they are
//! found by. Every node looks; the mark's row lets one of them go on at a time, and the mark moves
//! in the transaction of the work, so that each message is followed once.
use std::sync::Arc;
use std::time::Duration as Pause;

use chrono::Duration;
use crier_schema::AnyConnection;
use crier_schema::ids::MessageId;
use crier_schema::tables::{marks, messages};
use diesel::prelude::*;

use crate::App;
use crate::error::Result;
use crate::messages::Message;
use crate::mint::floor_id;
use crate::rounds;
use crate::tx::Tx;
use crate::{cases, nodes, search};

/// Between looks.
const EVERY: Pause = Pause::from_millis(500);
/// Messages followed in one transaction: the writer is held for some milliseconds.
const BATCH: usize = 200;
/// Between transactions while there is more.
const PAUSE: Pause = Pause::from_millis(20);
/// How long another node's commit may take: ids are minted before it, so what is newer may still
/// come in between.
const SETTLING: Duration = Duration::seconds(5);

const DESK: &str = "desk";

/// Follows for as long as the process lives.
pub async fn keep_followed(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        rounds::tell(follow(&app).await, "messages were not followed");
    }
}

/// Follows all that can be followed now, and says how many messages that were.
///
/// # Errors
/// When the database is away.
pub async fn follow(app: &App) -> Result<usize> {
    let mut followed = 0;
    // Looked for by a reader: the writer is asked for nothing when there is nothing new.
    while app.read(any).await? {
        let now = app.write(step).await?;
        followed += now;
        if now < BATCH {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(followed)
}

fn any(conn: &mut AnyConnection) -> Result<bool> {
    let last: i64 = marks::table.find(DESK).select(marks::last_id).get_result(conn)?;
    let newer = messages::table.filter(messages::id.gt(MessageId(last))).select(messages::id);
    Ok(newer.order(messages::id.asc()).first::<MessageId>(conn).optional()?.is_some())
}

fn step(tx: &mut Tx<'_>) -> Result<usize> {
    let Some(last) = claim(tx)? else { return Ok(0) };
    let end = end(tx)?;
    let found: Vec<Message> = Message::query()
        .filter(messages::id.gt(MessageId(last)).and(messages::id.lt(end)))
        .order(messages::id.asc())
        .limit(BATCH as i64)
        .load(tx.conn)?;
    let Some(newest) = found.last() else { return Ok(0) };
    cases::follow(tx, &found)?;
    search::follow(tx, &found)?;
    diesel::update(marks::table.find(DESK)).set(marks::last_id.eq(newest.id.0)).execute(tx.conn)?;
    Ok(found.len())
}

/// How far the work has come, locked until the transaction ends; nothing while another node is at
/// it. On SQLite the transaction is the only one that writes.
fn claim(tx: &mut Tx<'_>) -> QueryResult<Option<i64>> {
    let mark = marks::table.find(DESK).select(marks::last_id);
    match tx.conn {
        AnyConnection::Postgres(conn) => {
            mark.for_update().skip_locked().get_result(conn).optional()
        }
        AnyConnection::Sqlite(conn) => mark.get_result(conn).optional(),
    }
}

/// The first id that is too new.
fn end(tx: &mut Tx<'_>) -> Result<MessageId> {
    if tx.alone || nodes::holders(tx.conn)?.len() < 2 {
        return Ok(MessageId(i64::MAX));
    }
    Ok(MessageId(floor_id(tx.now.plus(-SETTLING))))
}
