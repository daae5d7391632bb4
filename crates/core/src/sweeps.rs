//! Removes what has ended, a little at a time: tables that are only added to would grow for ever.
//!
//! Every node sweeps. Two at once find the same rows, and the second finds them gone.
use std::sync::Arc;
use std::time::Duration;

use crate::App;
use crate::error::Result;
use crate::rounds;
use crate::tx::Tx;
use crate::{
    access_tokens, activities, deliveries, drafts, grants, invitations, media, passkeys,
    password_resets, quotas, refusals, retentions, scene_codes, sessions, short_keys,
};

/// Between rounds.
const EVERY: Duration = Duration::from_mins(5);
/// Rows in one step: the writer is held for a few milliseconds.
const BATCH: usize = 200;
/// Between steps, so that what has piled up does not keep the writer from messages.
const PAUSE: Duration = Duration::from_millis(50);

/// Removes up to so many rows of its noun, and says how many it removed.
type Step = fn(&mut Tx<'_>, i64) -> Result<usize>;

const STEPS: [(&str, Step); 12] = [
    ("sessions", sessions::sweep),
    ("password resets", password_resets::sweep),
    ("passkey ceremonies", passkeys::sweep),
    ("grants", grants::sweep),
    ("scene codes", scene_codes::sweep),
    ("access tokens", access_tokens::sweep),
    ("invitations", invitations::sweep),
    ("call counts", quotas::sweep),
    ("refused calls", refusals::sweep),
    ("drafts", drafts::sweep),
    ("short keys", short_keys::sweep),
    ("activities", activities::sweep),
];

/// Sweeps every few minutes, for as long as the process lives. The delivery log goes back
/// `log_days` days.
pub async fn keep_swept(app: Arc<App>, log_days: i64) {
    let mut ticks = rounds::every(EVERY);
    loop {
        ticks.tick().await;
        sweep(&app, log_days).await;
    }
}

/// Removes everything that has ended. What one noun's sweep fails at does not keep the others from
/// theirs, and the next round tries again.
pub async fn sweep(app: &App, log_days: i64) {
    tell("media", media::sweep(app).await);
    tell("messages", retentions::sweep(app).await);
    for (noun, step) in STEPS {
        tell(noun, drain(app, step).await);
    }
    let before = app.clock.now().plus(chrono::Duration::days(-log_days));
    let log = move |tx: &mut Tx<'_>, limit| deliveries::sweep(tx, before, limit);
    tell("deliveries", drain(app, log).await);
}

async fn drain(
    app: &App,
    step: impl Fn(&mut Tx<'_>, i64) -> Result<usize> + Copy + Send + 'static,
) -> Result<usize> {
    let mut removed = 0;
    loop {
        let now = app.write(move |tx| step(tx, BATCH as i64)).await?;
        removed += now;
        if now < BATCH {
            return Ok(removed);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn tell(noun: &str, removed: Result<usize>) {
    match removed {
        Ok(0) => {}
        Ok(removed) => tracing::info!(noun, removed, "swept: what had ended is removed"),
        Err(error) => tracing::warn!(noun, %error, "not swept; trying again"),
    }
}
