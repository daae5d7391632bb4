//! Replies for later: planned where replies are written, and taken back.
use actix_web::web;
use crier_core::ids::ScheduledReplyId;
use crier_core::{App, Error, scheduled_replies};

use crate::agents::attending::done_path;
use crate::answers::{self, Answer};
use crate::failures::missing;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;

/// Takes a reply back.
pub async fn cancel(
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let follower = path.1.parse().map_err(|_| missing("conversation"))?;
    let id: ScheduledReplyId = path.2.parse().map_err(|_| missing("scheduled_reply"))?;
    let account = desk.account.id;
    let owned = app.read(move |conn| {
        let row = crier_core::conversations::get(conn, follower)?;
        if row.account_id == account { Ok(()) } else { Err(Error::NotFound("conversation")) }
    });
    owned.await?;
    let done = app.write(move |tx| scheduled_replies::cancel(tx, account, follower, id)).await;
    let word = match done {
        Ok(()) => "later-canceled",
        // Sent meanwhile: the page shows it.
        Err(Error::NotFound("scheduled_reply")) => "later-gone",
        Err(error) => return Err(error.into()),
    };
    Ok(answers::see_other(done_path(&desk, follower, word)))
}
