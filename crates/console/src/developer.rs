//! What a developer needs: ids, the app secret, and the endpoints.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::rights::Right;
use crier_core::{App, Error, app_secrets, one_time};
use serde::Deserialize;

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::confirm::Confirm;
use crate::endpoints::form::EndpointForm;
use crate::endpoints::input::Input;
use crate::endpoints::{self, Row, adding};
use crate::fields::{Choice, Field};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::once::{self, Once};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/developer.html")]
struct Developer {
    page: Page,
    base: String,
    app_id: String,
    original_id: String,
    /// Under which one-time messages are asked for, where the account may.
    one_time: Option<String>,
    /// Shown this once.
    secret: Option<String>,
    /// Until when the secret before holds.
    held: Option<String>,
    api: String,
    rows: Vec<Row>,
    has_room: bool,
    /// The form of the first endpoint.
    form: Option<EndpointForm>,
}

/// The page.
pub async fn show(req: HttpRequest, visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let left = once::take(&req, &app);
    let secret = match left.clone() {
        Some(Once::Secret { account, secret }) if account == desk.account.id => Some(secret),
        _ => None,
    };
    let (account, now) = (desk.account.id, app.clock.now());
    let held = app.read(move |conn| app_secrets::previous(conn, account, now)).await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let rows = endpoints::rows(&app, &visit.speech, &desk).await?;
    let first = || adding::form(&visit, &desk, &Input::fresh(), None);
    let may_ask = desk.account.may(Right::OneTime).is_ok();
    let mut answer = answers::page(&Developer {
        page: visit.page_of(&desk, "nav-developer"),
        base: desk.path(""),
        app_id: desk.account.app_id.clone(),
        original_id: desk.account.original_id.clone(),
        one_time: may_ask.then(|| one_time::template_key(&app.vault, desk.account.id)),
        secret,
        held: held.map(|held| {
            let until = [("when", calendar.full(held.ends_at).shown.into())];
            visit.speech.with("secret-held", &until)
        }),
        api: app.public_url.clone(),
        has_room: rows.len() < crier_core::endpoints::MOST,
        form: rows.is_empty().then(first),
        rows,
    })?;
    if left.is_some() {
        answer.add_cookie(&once::gone(&visit)).map_err(answers::unsent)?;
    }
    Ok(answer)
}

#[derive(Template)]
#[template(path = "console/developer_secret.html")]
struct Rotate {
    page: Page,
    back: String,
    overlap: Field,
    /// The secret before, while it holds: it would end.
    ends: bool,
}

/// How long the secret before may hold on, in hours.
const OVERLAPS: [i64; 5] = [24, 1, 72, app_secrets::MOST_HOURS, 0];

/// What is filled in.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    overlap: String,
}

async fn rotate_page(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    fault: Option<&Fault>,
) -> crier_core::Result<Rotate> {
    let (account, now, speech) = (desk.account.id, app.clock.now(), &visit.speech);
    let before = app.read(move |conn| app_secrets::previous(conn, account, now)).await?;
    let choices = OVERLAPS.map(|hours| Choice {
        value: hours.to_string(),
        label: match hours {
            0 => speech.say("overlap-none"),
            hours => speech.count("overlap-hours", hours),
        },
    });
    Ok(Rotate {
        page: visit.page_of(desk, "secret-reset-title"),
        back: desk.path("/developer"),
        overlap: Field::new(speech, "select", "overlap")
            .labelled(speech.say("field-secret-overlap"))
            .choices(choices.to_vec())
            .value("24")
            .hint(speech.say("secret-overlap-hint"))
            .fault(fault),
        ends: before.is_some(),
    })
}

/// Asks before the secret is reset, and for how long the one before holds on.
pub async fn confirm_reset(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    answers::page(&rotate_page(&visit, &desk, &app, None).await?)
}

/// Resets the app secret.
pub async fn reset_secret(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(chosen): Form<Chosen>,
) -> Answer {
    let account = desk.account.id;
    let rotated = match chosen.overlap.parse() {
        Ok(hours) => app.write(move |tx| app_secrets::rotate(tx, account, hours)).await,
        Err(_) => Err(Error::invalid("overlap", "must be a number of hours")),
    };
    let secret = match rotated {
        Ok(secret) => secret,
        Err(error @ Error::Invalid { .. }) => {
            let fault = visit.speech.fault(error)?;
            return answers::again(&rotate_page(&visit, &desk, &app, Some(&fault)).await?);
        }
        Err(error) => return Err(error.into()),
    };
    let once = Once::Secret { account, secret };
    let mut answer = answers::see_other(desk.path("/developer?done=secret"));
    answer.add_cookie(&once.cookie(&app, &visit)?).map_err(answers::unsent)?;
    Ok(answer)
}

/// Asks before the secret before is ended.
pub async fn confirm_end(visit: Visit, desk: Desk) -> Answer {
    answers::page(&Confirm {
        page: visit.page_of(&desk, "secret-end-title"),
        text: visit.speech.say("secret-end-text"),
        action: visit.speech.say("secret-end"),
        back: desk.path("/developer"),
    })
}

/// Ends the secret before, now.
pub async fn end_secret(
    desk: Desk,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let account = desk.account.id;
    app.write(move |tx| app_secrets::end(tx, account)).await?;
    Ok(answers::see_other(desk.path("/developer?done=secret-ended")))
}
