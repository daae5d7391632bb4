//! Helping a colleague who has lost their second step.
use actix_web::web;
use crier_core::ids::MemberId;
use crier_core::{App, members, second_steps};

use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::forms::{Form, Nothing};
use crate::gate::Staff;
use crate::visits::Visit;

fn member(path: &str) -> Result<MemberId, Failure> {
    path.parse().map_err(|_| missing("member"))
}

/// Asks before it is taken away.
pub async fn confirm_reset(
    visit: Visit,
    staff: Staff,
    app: web::Data<App>,
    path: web::Path<String>,
) -> Answer {
    let (member, brand) = (member(&path)?, staff.seat.brand.id);
    let people = app.read(move |conn| members::of_brand(conn, brand)).await?;
    let person = people.into_iter().find(|one| one.member.id == member);
    let person = person.ok_or_else(|| missing("member"))?;
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
    let (member, brand, by) = (member(&path)?, staff.seat.brand.id, staff.member.clone());
    let language = visit.speech.language;
    let reset = move |tx: &mut crier_core::tx::Tx<'_>| {
        second_steps::reset(tx, brand, &by, member, language)
    };
    match app.write(reset).await {
        Ok(_) => Ok(answers::see_other("/console/team?done=steps-reset")),
        Err(error) => crate::team::refused(&visit, &staff, &app, error).await,
    }
}
