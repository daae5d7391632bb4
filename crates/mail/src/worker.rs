//! The worker: looks into the outbox every second and sends what is due.
use std::sync::Arc;
use std::time::Duration;

use crier_core::mails::{self, Due};
use crier_core::{App, Result};
use tokio::sync::watch;

use crate::letters::Letter;
use crate::transport::{Fault, Sender, Transport};

/// Between two looks into the outbox.
const POLL: Duration = Duration::from_secs(1);

/// Sends mails until `ending` says so; a mail that is being sent is finished first.
pub async fn run(app: Arc<App>, transport: Transport, mut ending: watch::Receiver<bool>) {
    let sender = match Sender::new(&transport, &app.public_url) {
        Ok(sender) => sender,
        Err(error) => return tracing::error!(%error, "no mails are sent"),
    };
    let mut poll = tokio::time::interval(POLL);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            _ = ending.wait_for(|ending| *ending) => return,
            _ = poll.tick() => {}
        }
        if let Err(error) = drain(&app, &sender).await {
            tracing::warn!(%error, "the outbox of mails could not be read");
        }
    }
}

/// Sends everything that is due. One at a time: a mail is taken for two minutes, and a slow server
/// must not use up the time of the next.
async fn drain(app: &App, sender: &Sender) -> Result<()> {
    let now = app.clock.now();
    if !app.read(move |conn| mails::any_due(conn, now)).await? {
        return Ok(());
    }
    while let Some(due) = app.write(|tx| mails::claim(tx, 1)).await?.pop() {
        send(app, sender, due).await?;
    }
    Ok(())
}

async fn send(app: &App, sender: &Sender, due: Due) -> Result<()> {
    let id = due.id;
    let done = match Letter::of(&due.mail, &app.vault, &app.public_url) {
        Ok(letter) => sender.send(id, &due.recipient, letter, app.clock.now()).await,
        Err(error) => Err(Fault { detail: error.to_string(), hopeless: true }),
    };
    let Err(fault) = done else {
        app.meters.mails_sent.increment(1);
        return app.write(move |tx| mails::sent(tx, id)).await;
    };
    app.meters.mails_failed.increment(1);
    let state = app.write(move |tx| mails::failed(tx, &due, &fault.detail, fault.hopeless)).await?;
    // The detail names the recipient; it stands in the row.
    tracing::warn!(mail.id = %id, mail.state = %state, "a mail was not sent");
    Ok(())
}
