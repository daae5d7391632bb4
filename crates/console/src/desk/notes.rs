//! Writing a note in a conversation.
use actix_web::web;
use crier_core::{App, notes};
use serde::Deserialize;

use super::composing::{Refused, after};
use super::follower_of;
use crate::answers::Answer;
use crate::forms::Form;
use crate::gate::Desk;
use crate::visits::Visit;

/// What is written.
#[derive(Deserialize)]
pub struct Written {
    note: String,
}

/// Adds a note.
pub async fn add(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(written): Form<Written>,
) -> Answer {
    let follower = follower_of(&path)?;
    let (account, me, note) = (desk.account.clone(), desk.staff.member.id, written.note.clone());
    let added = app.write(move |tx| notes::add(tx, &account, follower, me, &note).map(drop)).await;
    let refused = Refused { note: written.note, ..Refused::default() };
    // Notes have a message of their own: `note` is a field of cards too.
    let added = added.map_err(|error| match error {
        crier_core::Error::Invalid { field: "note", problem } => {
            crier_core::Error::Invalid { field: "desk-note", problem }
        }
        other => other,
    });
    after(&visit, &desk, &app, follower, (added, "note".into()), refused).await
}
