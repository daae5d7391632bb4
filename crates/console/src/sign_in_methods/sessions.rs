//! Ending sessions: it holds at the very next request.
use actix_web::web;
use crier_core::{App, sessions};

use super::HOME;
use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::forms::{Form, Nothing};
use crate::visits::Visit;

/// Ends one.
pub async fn end(
    visit: Visit,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let (session, hash) = (session.clone(), path.into_inner());
    app.write(move |tx| sessions::end_beside(tx, &session, &hash)).await?;
    Ok(answers::see_other(format!("{HOME}?done=session-ended")))
}

/// Ends all but this one.
pub async fn end_others(
    visit: Visit,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let session = session.clone();
    app.write(move |tx| sessions::end_all_beside(tx, &session)).await?;
    Ok(answers::see_other(format!("{HOME}?done=sessions-ended")))
}
