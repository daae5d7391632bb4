//! Helping a colleague who has lost their second step.
use actix_web::web;
use crier_core::{App, second_steps};

use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::forms::{Form, Nothing};
use crate::gate::Staff;
use crate::team;
use crate::visits::Visit;

/// Asks before it is taken away.
pub async fn confirm_reset(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
) -> Answer {
    let person = team::colleague(&app, &staff, &path).await?;
    let title = [("name", person.member.name.into())];
    answers::page(&Confirm {
        page: visit.page("nav-team").titled(visit.speech.with("steps-reset-title", &title)),
        text: visit.speech.say("steps-reset-text"),
        action: visit.speech.say("steps-reset"),
        back: "/console/team".into(),
    })
}

/// Takes it away, and tells the colleague.
pub async fn reset(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (member, brand, by) = (team::member(&path)?, staff.seat.brand.id, staff.member.clone());
    let language = visit.speech.language;
    let reset = move |tx: &mut crier_core::tx::Tx<'_>| {
        second_steps::reset(tx, brand, &by, member, language)
    };
    match app.write(reset).await {
        Ok(_) => Ok(answers::see_other("/console/team?done=steps-reset")),
        Err(error) => team::refused(&visit, &staff, &app, error).await,
    }
}
