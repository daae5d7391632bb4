//! An account moves to another brand: offered by the owner of one, taken by an owner of the other.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::ids::BrandId;
use crier_core::members::Role;
use crier_core::{App, handovers};
use serde::Deserialize;

use super::brands::password_fault;
use crate::activities::recording::{belongs, remark};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::failures::{Failure, missing};
use crate::fields::{self, Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::{self, Visit};
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/account_move.html")]
struct View {
    page: Page,
    base: String,
    /// To whom it is offered, and until when.
    offered: Option<String>,
    error: Option<String>,
    email: Field,
    current: Field,
}

/// To whom.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default)]
pub struct Input {
    email: String,
    current: String,
}

async fn view(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<View> {
    let (speech, id, now) = (&visit.speech, desk.account.id, app.clock.now());
    let offer = app.read(move |conn| handovers::of_account(conn, id, now)).await?;
    let calendar = Calendar::of(visit, desk, app);
    let offered = offer.map(|offer| {
        let until = calendar.full(offer.expires_at).shown;
        speech.with("move-offered", &[("email", offer.email.into()), ("until", until.into())])
    });
    let email = Field::new(speech, "email", "email").value(&input.email).fault(fault);
    let current = Field::new(speech, "password", "current").fault(fault);
    Ok(View {
        page: visit.page_of(desk, "account-move"),
        base: desk.path(""),
        offered,
        error: fields::whole(fault, &[&email, &current]),
        email: email.hint(speech.say("move-email-hint")).with(r#"required autocomplete="off""#),
        current: current.with(r#"required autocomplete="current-password""#),
    })
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&view(&visit, &desk, &app, &Input::default(), None).await?)
}

/// Offers it.
pub async fn offer(
    req: HttpRequest,
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let (vault, account) = (app.vault.clone(), desk.account.clone());
    let (by, email) = (desk.staff.member.clone(), input.email.clone());
    let done = match app.check_own_password(session, &input.current).await {
        Ok(()) => app.write(move |tx| handovers::offer(tx, &vault, &account, &by, &email)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(offer) => {
            remark(&req, format!("→ {}", offer.email));
            Ok(answers::see_other(desk.path("/move?done=offered")))
        }
        Err(error) => {
            let fault = password_fault(&visit, error)?;
            answers::again(&view(&visit, &desk, &app, &input, Some(&fault)).await?)
        }
    }
}

/// Takes the offer back.
pub async fn withdraw(desk: Desk, app: web::Data<App>, Form(Nothing {}): Form<Nothing>) -> Answer {
    let id = desk.account.id;
    app.write(move |tx| handovers::withdraw(tx, id)).await?;
    Ok(answers::see_other(desk.path("/move?done=offer-withdrawn")))
}

#[derive(Template)]
#[template(path = "console/account_offer.html")]
struct Offered {
    page: Page,
    path: String,
    account: String,
    handle: String,
    followers: String,
    error: Option<String>,
    brand: Option<Field>,
}

async fn offered(
    visit: &Visit,
    app: &App,
    token: &str,
    fault: Option<&Fault>,
) -> Result<Offered, Failure> {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let (token, member, now) = (token.to_owned(), session.member.clone(), app.clock.now());
    let path = format!("/console/offers/{token}");
    let (_, account) = app.read(move |conn| handovers::get(conn, &token, &member, now)).await?;
    let speech = &visit.speech;
    // A platform administrator owns more brands than a list has room for: the one being looked at is
    // among them.
    let here = visit.seat().filter(|seat| !session.seats.contains(seat));
    let brands: Vec<Choice> = here
        .into_iter()
        .chain(&session.seats)
        .filter(|seat| seat.role == Role::Owner && seat.brand.id != account.brand_id)
        .map(|seat| Choice { value: seat.brand.id.to_string(), label: seat.brand.name.clone() })
        .collect();
    let brand = Field::new(speech, "select", "to").fault(fault).choices(brands.clone());
    let title = [("name", account.name.clone().into())];
    Ok(Offered {
        page: visit.page("account-move").titled(speech.with("offer-title", &title)),
        path,
        followers: speech.count("followers-count", account.follower_count),
        account: account.name,
        handle: account.handle,
        error: fault.map(|fault| fault.text.clone()),
        brand: (!brands.is_empty()).then_some(brand),
    })
}

/// What is offered.
pub async fn show_offer(visit: Visit, app: web::Data<App>, token: web::Path<String>) -> Answer {
    answers::page(&offered(&visit, &app, &token, None).await?)
}

/// Into which brand.
#[derive(Debug, Clone, Deserialize)]
pub struct To {
    to: i64,
}

/// Takes it.
pub async fn accept(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    token: web::Path<String>,
    Form(input): Form<To>,
) -> Answer {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let seat = visits::seat(&app, session, BrandId(input.to)).await?;
    let seat = seat.ok_or_else(|| missing("brand"))?;
    let (member, secret, brand) = (session.member.clone(), token.clone(), seat.brand.id);
    match app.write(move |tx| handovers::accept(tx, &secret, &member, &seat)).await {
        Ok(account) => {
            // Both brands read it: the one it left, and the one it came to.
            belongs(&req, account.brand_id, Some(account.id));
            belongs(&req, brand, Some(account.id));
            let mut answer = answers::see_other("/console?done=account-moved");
            answer.add_cookie(&visit.chosen_brand(brand.0)).map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&offered(&visit, &app, &token, Some(&fault)).await?)
        }
    }
}
