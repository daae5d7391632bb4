//! Recovery codes: shown once, when they are made.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::App;

use super::{Asking, HOME, Proof, fault, session};
use crate::answers::{self, Answer};
use crate::failures::Failure;
use crate::forms::Form;
use crate::once::{self, Once};
use crate::pages::Page;
use crate::visits::Visit;

/// Where they are shown.
pub const SHOWN: &str = "/console/settings/sign-in/codes";

#[derive(Template)]
#[template(path = "console/recovery_codes.html")]
struct Codes {
    page: Page,
    codes: Vec<String>,
}

/// Leads to where new codes are shown, or back with a notice where there are none.
pub fn hand_over(visit: &Visit, app: &App, codes: Vec<String>, done: &str) -> Answer {
    if codes.is_empty() {
        return Ok(answers::see_other(format!("{HOME}?done={done}")));
    }
    let mut answer = answers::see_other(format!("{SHOWN}?done={done}"));
    keep(visit, app, codes, &mut answer)?;
    Ok(answer)
}

/// Keeps codes for the next page.
pub fn keep(
    visit: &Visit,
    app: &App,
    codes: Vec<String>,
    answer: &mut actix_web::HttpResponse,
) -> Result<(), Failure> {
    let member = session(visit)?.member.id;
    let cookie = Once::Codes { member, codes }.cookie(app, visit)?;
    answer.add_cookie(&cookie).map_err(answers::unsent)
}

/// Shows them.
pub async fn show(req: HttpRequest, visit: Visit, app: web::Data<App>) -> Answer {
    let me = session(&visit)?.member.id;
    let Some(Once::Codes { member, codes }) = once::take(&req, &app) else {
        return Ok(answers::see_other(HOME));
    };
    if member != me {
        return Ok(answers::see_other(HOME));
    }
    let mut answer = answers::page(&Codes { page: visit.page("codes-title"), codes })?;
    answer.add_cookie(&once::gone(&visit)).map_err(answers::unsent)?;
    Ok(answer)
}

/// Asks before the old ones become void.
pub async fn confirm_renew(visit: Visit) -> Answer {
    session(&visit)?;
    answers::page(&Asking::new(&visit, "codes-renew", false, None))
}

/// Makes new ones.
pub async fn renew(visit: Visit, app: web::Data<App>, Form(proof): Form<Proof>) -> Answer {
    let (session, language) = (session(&visit)?, visit.speech.language);
    match app.renew_codes(session, &proof.password, language).await {
        Ok(codes) => hand_over(&visit, &app, codes, "codes-renewed"),
        Err(error) => {
            let fault = fault(&visit, error)?;
            answers::again(&Asking::new(&visit, "codes-renew", false, Some(&fault)))
        }
    }
}
