//! Coming in: the second step, passkeys, forgotten passwords, single sign-on.
pub mod forgotten;
mod openid;
pub mod passkeys;
pub mod providers;
pub mod steps;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use crier_core::sessions::Visitor;
use crier_http::Client;

use crate::answers::{self, Answer};
use crate::calendar;
use crate::fields::{self, Field};
use crate::login::user_agent;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// A card before anybody is signed in: a few words and a form.
#[derive(Template)]
#[template(path = "console/door.html")]
struct Door {
    page: Page,
    intro: String,
    /// Where the form goes; empty without one.
    action: String,
    next: String,
    error: Option<String>,
    fields: Vec<Field>,
    button: String,
    /// Where a passkey is asked for, if one will do as well.
    passkey: Option<Passkey>,
    /// Ways on: address and words.
    ways: Vec<(String, String)>,
}

/// The addresses of a passkey's ceremony, and the button that begins it.
pub struct Passkey {
    /// Where to ask.
    pub ask: &'static str,
    /// Where the answer goes.
    pub answer: &'static str,
    /// What the button says.
    pub button: String,
}

impl Door {
    fn new(visit: &Visit, title: &str, action: impl Into<String>) -> Self {
        Self {
            page: visit.bare(title),
            intro: visit.speech.say(&format!("{title}-intro")),
            action: action.into(),
            next: String::new(),
            error: None,
            fields: Vec::new(),
            button: visit.speech.say(&format!("{title}-button")),
            passkey: None,
            ways: vec![("/console/login".into(), visit.speech.say("to-login"))],
        }
    }

    fn fields(self, fields: Vec<Field>, fault: Option<&Fault>) -> Self {
        let shown: Vec<&Field> = fields.iter().collect();
        Self { error: fields::whole(fault, &shown), fields, ..self }
    }
}

/// Where somebody comes from, and the time zone that their browser filled in.
pub fn visitor(req: &HttpRequest, client: Client, zone: &str) -> Visitor {
    let zone = calendar::zones().find(|known| *known == zone).unwrap_or_default();
    Visitor { address: client.key(), user_agent: user_agent(req), time_zone: zone.to_owned() }
}

/// Signs a browser in and leads it on.
pub fn enter(visit: &Visit, token: String, next: &str) -> Answer {
    let mut answer = answers::see_other(answers::inside(next));
    hand_out(&mut answer, visit, token)?;
    Ok(answer)
}

/// Hands a session's token out. What led here is over.
fn hand_out(
    answer: &mut HttpResponse,
    visit: &Visit,
    token: String,
) -> Result<(), crate::failures::Failure> {
    answer.add_cookie(&visit.signed_in(token)).map_err(answers::unsent)?;
    answer.add_cookie(&steps::gone(visit)).map_err(answers::unsent)
}
