//! Accepting an invitation: as a new member, or as one who signs in.
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::invitations::{self, Offer};
use crier_core::{App, Error};
use crier_http::Client;
use serde::Deserialize;

use crate::activities::recording::belongs;
use crate::answers::{self, Answer};
use crate::fields::{self, Field};
use crate::forms::{Form, Nothing};
use crate::pages::Page;
use crate::signing;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/invitation.html")]
struct View {
    page: Page,
    offer: String,
    email: String,
    path: String,
    way: Way,
}

/// How it can be accepted.
enum Way {
    /// By becoming a member.
    New(Box<NewMember>),
    /// By signing in with the invited e-mail.
    SignIn { login: String },
    /// At once: whoever it is for is signed in.
    Join,
    /// By signing out first.
    SomebodyElse { text: String },
}

/// The form of a new member.
struct NewMember {
    error: Option<String>,
    name: Field,
    password: Field,
}

/// What is filled in.
#[derive(Deserialize, Default)]
pub struct Input {
    name: String,
    password: String,
    #[serde(default)]
    time_zone: String,
}

#[derive(Template)]
#[template(path = "console/invitation_gone.html")]
struct Gone {
    page: Page,
}

fn view(visit: &Visit, offer: Offer, input: &Input, fault: Option<&Fault>) -> View {
    let (speech, path) = (&visit.speech, visit.path.split('?').next().unwrap_or_default());
    let path = path.strip_suffix("/join").unwrap_or(path).to_owned();
    let email = offer.invitation.email;
    let way = match visit.session.as_ref().map(|session| &session.member.email) {
        Some(signed_in) if *signed_in == email => Way::Join,
        Some(signed_in) => Way::SomebodyElse {
            text: speech.with("invitation-somebody-else", &[("email", signed_in.clone().into())]),
        },
        None if offer.known => Way::SignIn { login: format!("/console/login?next={path}") },
        None => {
            let name = Field::new(speech, "text", "name").value(&input.name).fault(fault);
            let password = Field::new(speech, "password", "password").fault(fault);
            let name = name.with(r#"required maxlength="60" autocomplete="name""#);
            let password = password.hint(speech.say("password-hint"));
            let password = password.with(r#"required autocomplete="new-password""#);
            let error = fields::whole(fault, &[&name, &password]);
            Way::New(Box::new(NewMember { error, name, password }))
        }
    };
    let role = speech.say(&format!("role-{}", offer.invitation.role));
    let title = speech.with("invitation-title", &[("brand", offer.brand.clone().into())]);
    View {
        page: visit.bare("nav-team").titled(title),
        offer: speech
            .with("invitation-offer", &[("brand", offer.brand.into()), ("role", role.into())]),
        email,
        path,
        way,
    }
}

async fn answer(
    visit: &Visit,
    app: &App,
    token: String,
    input: &Input,
    fault: Option<&Fault>,
) -> Answer {
    let now = app.clock.now();
    match app.read(move |conn| invitations::get(conn, &token, now)).await {
        Ok(offer) if fault.is_none() => answers::page(&view(visit, offer, input, None)),
        Ok(offer) => answers::again(&view(visit, offer, input, fault)),
        Err(Error::NotFound(_)) => {
            let page = visit.bare("invitation-gone-title");
            answers::with_status(StatusCode::NOT_FOUND, &Gone { page })
        }
        Err(error) => Err(error.into()),
    }
}

/// The page.
pub async fn show(visit: Visit, app: web::Data<App>, token: web::Path<String>) -> Answer {
    answer(&visit, &app, token.into_inner(), &Input::default(), None).await
}

/// Accepts by becoming a member.
pub async fn accept_as_new(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    client: Client,
    token: web::Path<String>,
    Form(input): Form<Input>,
) -> Answer {
    let from = signing::visitor(&req, client, &input.time_zone);
    let joined = app.join_as_new(&token, &input.name, &input.password, from).await;
    match joined {
        Ok(session) => {
            let mut answer = answers::see_other("/console?done=joined");
            answer.add_cookie(&visit.signed_in(session)).map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(Error::NotFound(_)) => answer(&visit, &app, token.into_inner(), &input, None).await,
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answer(&visit, &app, token.into_inner(), &input, Some(&fault)).await
        }
    }
}

/// Accepts as whoever is signed in.
pub async fn accept(
    req: HttpRequest,
    visit: Visit,
    app: web::Data<App>,
    token: web::Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let session = visit.session.as_ref().ok_or(crate::failures::Failure::SignedOut)?;
    let (member, token) = (session.member.clone(), token.into_inner());
    let wanted = token.clone();
    match app.write(move |tx| invitations::accept(tx, &wanted, &member)).await {
        Ok(brand) => {
            belongs(&req, brand, None);
            let mut answer = answers::see_other("/console?done=joined");
            answer.add_cookie(&visit.chosen_brand(brand.0)).map_err(answers::unsent)?;
            Ok(answer)
        }
        Err(Error::NotFound(_) | Error::Denied(_)) => {
            answer(&visit, &app, token, &Input::default(), None).await
        }
        Err(error) => Err(error.into()),
    }
}
