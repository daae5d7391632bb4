//! The worker that sends what is due. It runs on every node: each step is one transaction that
//! looks at what is stored, so nothing is done twice.
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::{FollowerId, ListId, PlanId};
use crier_schema::tables::{plan_recipients, plans, stale_lists};
use crier_schema::{AnyConnection, Timestamp};
use diesel::prelude::*;

use super::preparing::{Post, begin, fail, finish, next, store};
use super::{CHUNK, State, hold};
use crate::App;
use crate::error::{Denial, Error, Result};
use crate::rounds;

/// Between looks.
const EVERY: Duration = Duration::from_secs(1);
/// Between chunks, so that messages come first.
const PAUSE: Duration = Duration::from_millis(20);
/// Plans of one look.
const BATCH: i64 = 20;
/// Chunks of one plan before the others have their turn.
const TURN: usize = 25;

/// Sends what is due, for as long as the process lives.
pub async fn keep_sending(app: Arc<App>) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        let sent = async {
            while send_due(&app).await? {}
            tidy(&app).await
        };
        rounds::tell(sent.await, "planned broadcasts were not looked at");
    }
}

/// Takes up what is due, and says whether there is more to do at once.
///
/// # Errors
/// When the database cannot be read.
pub async fn send_due(app: &App) -> Result<bool> {
    let now = app.clock.now();
    let mut more = false;
    for id in app.read(move |conn| due(conn, now)).await? {
        match turn(app, id).await {
            Ok(State::Preparing) => more = true,
            Ok(_) => {}
            Err(error) if error.is_ours() || matches!(error, Error::Limited { .. }) => {
                tracing::warn!(%error, plan.id = %id, "a planned broadcast was not sent; trying again");
            }
            Err(error) => give_up(app, id, &error).await?,
        }
    }
    Ok(more)
}

fn due(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<PlanId>> {
    let underway = plans::state.eq(State::Scheduled).or(plans::state.eq(State::Preparing));
    Ok(plans::table
        .filter(underway.and(plans::send_at.le(Some(now))))
        .order(plans::send_at.asc())
        .limit(BATCH)
        .select(plans::id)
        .load(conn)?)
}

/// A plan's turn: it is sent, or more of its audience is listed.
async fn turn(app: &App, id: PlanId) -> Result<State> {
    let post = (app.roster.clone(), app.public_url.clone());
    let (roster, public_url) = post.clone();
    let began = app
        .write(move |tx| begin(tx, Post { roster: &roster, public_url: &public_url }, id))
        .await?;
    if began != State::Preparing {
        return Ok(began);
    }
    for _ in 0..TURN {
        let now = app.clock.now();
        let Some(chunk) = app.read(move |conn| next(conn, id, now)).await? else { break };
        app.write(move |tx| store(tx, id, &chunk)).await?;
        tokio::time::sleep(PAUSE).await;
    }
    let (roster, public_url) = post;
    app.write(move |tx| finish(tx, Post { roster: &roster, public_url: &public_url }, id)).await
}

/// What can only fail again is not tried again.
async fn give_up(app: &App, id: PlanId, error: &Error) -> Result<()> {
    let why = reason(error);
    tracing::info!(%error, plan.id = %id, why, "a planned broadcast cannot be sent");
    app.write(move |tx| {
        let plan = hold(tx, None, id)?;
        match plan.state {
            State::Scheduled | State::Preparing => fail(tx, &plan, why),
            _ => Ok(()),
        }
    })
    .await
}

const fn reason(error: &Error) -> &'static str {
    match error {
        Error::Denied(Denial::Quota) => "quota",
        Error::Denied(_) => "right",
        Error::NotFound(noun) => match noun.as_bytes() {
            b"tag" => "tag",
            b"draft" => "draft",
            b"media" => "media",
            b"follower" => "nobody",
            _ => "other",
        },
        Error::Invalid { .. } => "media",
        _ => "other",
    }
}

/// Removes some of the lists that nothing was sent to.
///
/// # Errors
/// When the database cannot be written.
pub async fn tidy(app: &App) -> Result<()> {
    let first = |conn: &mut AnyConnection| {
        let lists =
            stale_lists::table.select(stale_lists::list_id).order(stale_lists::list_id.asc());
        Ok(lists.first::<ListId>(conn).optional()?)
    };
    let Some(list) = app.read(first).await? else { return Ok(()) };
    for _ in 0..TURN {
        let removed = app.write(move |tx| {
            let some: Vec<FollowerId> = plan_recipients::table
                .filter(plan_recipients::list_id.eq(list))
                .order(plan_recipients::follower_id.asc())
                .limit(CHUNK)
                .select(plan_recipients::follower_id)
                .load(tx.conn)?;
            let Some(last) = some.last() else {
                diesel::delete(stale_lists::table.find(list)).execute(tx.conn)?;
                return Ok(0);
            };
            let rows = plan_recipients::table
                .filter(plan_recipients::list_id.eq(list))
                .filter(plan_recipients::follower_id.le(last));
            Ok(diesel::delete(rows).execute(tx.conn)?)
        });
        if removed.await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
