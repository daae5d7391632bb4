//! The page that shows all of it.
use actix_web::web;
use askama::Template;
use crier_core::second_steps::SecondSteps;
use crier_core::sessions::Session;
use crier_core::{App, passkeys, second_steps, sessions as stored};

use super::devices::device;
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::Failure;
use crate::fields::Field;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignIn {
    page: Page,
    /// The brand whose provider vouched: it looks after all of this.
    vouched_by: Option<String>,
    owed: bool,
    error: Option<String>,
    steps: SecondSteps,
    codes_left: String,
    has_passkeys: bool,
    keys: Vec<Key>,
    key_name: Field,
    devices: Vec<Device>,
    zone: &'static str,
}

struct Key {
    id: i64,
    name: String,
    since: Moment,
    used: Option<Moment>,
}

struct Device {
    hash: String,
    name: String,
    through: String,
    since: Moment,
    seen: Moment,
    is_this: bool,
}

/// The page, with what went wrong.
pub async fn again(visit: &Visit, app: &App, fault: Option<&Fault>) -> Answer {
    let page = sign_in(visit, app, fault).await?;
    if fault.is_some() { answers::again(&page) } else { answers::page(&page) }
}

/// The page.
pub async fn show(visit: Visit, app: web::Data<App>) -> Answer {
    again(&visit, &app, None).await
}

async fn sign_in(visit: &Visit, app: &App, fault: Option<&Fault>) -> Result<SignIn, Failure> {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    let (member, now, speech) = (session.member.id, app.clock.now(), &visit.speech);
    let this = session.clone();
    let (steps, keys, devices) = app
        .read(move |conn| {
            let steps = second_steps::of(conn, member)?;
            Ok((steps, passkeys::of_member(conn, member)?, stored::beside(conn, &this, now)?))
        })
        .await?;
    let calendar = Calendar::own(visit, app);
    let key = |key: passkeys::Passkey| Key {
        id: key.id.0,
        since: calendar.full(key.created_at),
        used: key.used_at.map(|at| calendar.full(at)),
        name: key.name,
    };
    let key_name = Field::new(speech, "text", "key-name").fault(fault);
    let key_name = key_name.value(device(speech, &agent_of(&devices, session)));
    Ok(SignIn {
        page: visit.page("nav-sign-in"),
        vouched_by: session.only_brand.and_then(|_| visit.seat()).map(|it| it.brand.name.clone()),
        owed: session.owes_second_step,
        error: fault.filter(|it| it.field.is_none()).map(|it| it.text.clone()),
        codes_left: speech.count("codes-left", steps.codes),
        has_passkeys: app.has_passkeys(),
        keys: keys.into_iter().map(key).collect(),
        key_name: key_name.with(r#"required maxlength="60""#),
        devices: devices.into_iter().map(|it| row(visit, &calendar, session, it)).collect(),
        steps,
        zone: calendar.zone_name(),
    })
}

fn agent_of(devices: &[stored::Device], session: &Session) -> String {
    let this = devices.iter().find(|it| it.token_hash == session.token_hash);
    this.map(|it| it.user_agent.clone()).unwrap_or_default()
}

fn row(visit: &Visit, calendar: &Calendar, session: &Session, it: stored::Device) -> Device {
    let through =
        if it.only_brand.is_some() { visit.speech.say("through-sso") } else { String::new() };
    Device {
        name: device(&visit.speech, &it.user_agent),
        through,
        since: calendar.full(it.created_at),
        seen: calendar.full(it.seen_at),
        is_this: it.token_hash == session.token_hash,
        hash: it.token_hash,
    }
}
