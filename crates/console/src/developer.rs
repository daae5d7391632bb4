//! What a developer needs: ids, the app secret, and the endpoints.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::App;
use crier_core::rights::Right;
use crier_core::{accounts, one_time};

use crate::answers::{self, Answer};
use crate::endpoints::form::EndpointForm;
use crate::endpoints::input::Input;
use crate::endpoints::{self, Row, adding};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::once::{self, Once};
use crate::pages::Page;
use crate::visits::Visit;

#[derive(Template)]
#[template(path = "console/developer.html")]
struct Developer {
    page: Page,
    name: String,
    base: String,
    app_id: String,
    original_id: String,
    /// Under which one-time messages are asked for, where the account may.
    one_time: Option<String>,
    /// Shown this once.
    secret: Option<String>,
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
    let rows = endpoints::rows(&app, &visit.speech, &desk).await?;
    let first = || adding::form(&visit, &desk, &Input::fresh(), None);
    let may_ask = desk.account.may(Right::OneTime).is_ok();
    let mut answer = answers::page(&Developer {
        page: visit.page_of(&desk, "nav-developer"),
        name: desk.account.name.clone(),
        base: desk.path(""),
        app_id: desk.account.app_id.clone(),
        original_id: desk.account.original_id.clone(),
        one_time: may_ask.then(|| one_time::template_key(&app.vault, desk.account.id)),
        secret,
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

/// A page that asks again before something is done.
#[derive(Template)]
#[template(path = "console/confirm.html")]
pub struct Confirm {
    /// The frame; its title is the question.
    pub page: Page,
    /// What would follow.
    pub text: String,
    /// What the button says.
    pub action: String,
    /// Where to go instead.
    pub back: String,
}

/// Asks before the secret is reset.
pub async fn confirm_reset(visit: Visit, desk: Desk) -> Answer {
    answers::page(&Confirm {
        page: visit.page_of(&desk, "secret-reset-title"),
        text: visit.speech.say("secret-reset-text"),
        action: visit.speech.say("secret-reset"),
        back: desk.path("/developer"),
    })
}

/// Resets the app secret.
pub async fn reset_secret(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let account = desk.account.id;
    let secret = app.write(move |tx| accounts::reset_secret(tx, account)).await?;
    let once = Once::Secret { account, secret };
    let mut answer = answers::see_other(desk.path("/developer?done=secret"));
    answer.add_cookie(&once.cookie(&app, &visit)?).map_err(answers::unsent)?;
    Ok(answer)
}
