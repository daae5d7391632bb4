//! A member's passkeys.
use actix_web::web;
use crier_core::ids::PasskeyId;
use crier_core::{App, passkeys};
use serde::Deserialize;

use super::{Asking, HOME, Proof, codes, fault, page, session};
use crate::answers::{self, Answer};
use crate::failures::{Failure, missing};
use crate::forms::{Form, Nothing};
use crate::signing::passkeys::{Answered, asked, on, refused};
use crate::visits::Visit;
use crate::words::Fault;

/// Asks the browser to make one.
pub async fn ask(visit: Visit, app: web::Data<App>, Form(Nothing {}): Form<Nothing>) -> Answer {
    asked(&visit, app.ask_for_new_passkey(session(&visit)?).await)
}

/// Keeps the one it made.
pub async fn add(visit: Visit, app: web::Data<App>, Form(input): Form<Answered>) -> Answer {
    let (session, language) = (session(&visit)?, visit.speech.language);
    let answer = input.credential()?;
    match app.add_passkey(session, &input.ceremony, answer, &input.name, language).await {
        Ok(new) if new.is_empty() => Ok(on(&format!("{HOME}?done=passkey-added"))),
        Ok(new) => {
            let mut answer = on(&format!("{}?done=passkey-added", codes::SHOWN));
            codes::keep(&visit, &app, new, &mut answer)?;
            Ok(answer)
        }
        Err(error) => refused(&visit, error),
    }
}

fn id(path: &str) -> Result<PasskeyId, Failure> {
    path.parse().map_err(|_| missing("passkey"))
}

/// A name to give.
#[derive(Deserialize)]
pub struct Renamed {
    name: String,
}

/// Changes what one is called.
pub async fn rename(
    visit: Visit,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(input): Form<Renamed>,
) -> Answer {
    let (member, id) = (session(&visit)?.member.id, id(&path)?);
    match app.write(move |tx| passkeys::rename(tx, member, id, &input.name)).await {
        Ok(()) => Ok(answers::see_other(format!("{HOME}?done=saved"))),
        Err(error) => {
            let fault = Fault { field: None, ..visit.speech.fault(error)? };
            page::again(&visit, &app, Some(&fault)).await
        }
    }
}

/// Asks before one is removed.
pub async fn confirm_remove(visit: Visit, app: web::Data<App>, path: web::Path<String>) -> Answer {
    let (member, id) = (session(&visit)?.member.id, id(&path)?);
    app.read(move |conn| passkeys::get(conn, member, id)).await?;
    answers::page(&Asking::new(&visit, "passkey-remove", false, None))
}

/// Removes one.
pub async fn remove(
    visit: Visit,
    app: web::Data<App>,
    path: web::Path<String>,
    Form(proof): Form<Proof>,
) -> Answer {
    let (session, id, language) = (session(&visit)?, id(&path)?, visit.speech.language);
    let member = session.member.clone();
    app.read({
        let member = member.id;
        move |conn| passkeys::get(conn, member, id)
    })
    .await?;
    let done = match app.check_own_password(session, &proof.password).await {
        Ok(()) => app.write(move |tx| passkeys::remove(tx, &member, id, language)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(answers::see_other(format!("{HOME}?done=passkey-removed"))),
        Err(error) => {
            let fault = fault(&visit, error)?;
            answers::again(&Asking::new(&visit, "passkey-remove", false, Some(&fault)))
        }
    }
}
