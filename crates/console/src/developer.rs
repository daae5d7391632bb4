//! What a developer needs: ids, the app secret, and the webhook.
use actix_web::{HttpRequest, web};
use askama::Template;
use crier_core::accounts;
use crier_core::endpoints::{self, Endpoint, Secrets};
use crier_core::{App, Timestamp};

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::once::{self, Once};
use crate::pages::Page;
use crate::visits::Visit;
use crate::webhooks::{Input, Report, WebhookForm};

#[derive(Template)]
#[template(path = "console/developer.html")]
pub struct Developer {
    page: Page,
    name: String,
    base: String,
    app_id: String,
    original_id: String,
    /// Shown this once.
    secret: Option<String>,
    api: String,
    endpoint: Option<Standing>,
    form: WebhookForm,
    report: Option<Report>,
}

/// The stored endpoint, as it stands.
pub struct Standing {
    enabled: bool,
    verified: String,
    previous_key: Option<String>,
}

/// What the page shows besides what is stored.
#[derive(Default)]
pub struct Extra {
    /// A new app secret.
    pub secret: Option<String>,
    /// What came of a check.
    pub report: Option<Report>,
    /// A form that is not stored.
    pub form: Option<WebhookForm>,
}

/// The stored endpoint with its secrets, if there is one.
pub async fn stored(app: &App, desk: &Desk) -> crier_core::Result<Option<(Endpoint, Secrets)>> {
    let (id, vault, now) = (desk.account.id, app.vault.clone(), app.clock.now());
    app.read(move |conn| {
        let all = endpoints::all(conn, id)?;
        let Some(endpoint) = all.into_iter().find(|endpoint| endpoint.may_answer) else {
            return Ok(None);
        };
        let secrets = endpoint.secrets(&vault, now)?;
        Ok(Some((endpoint, secrets)))
    })
    .await
}

impl Developer {
    /// The page with what is stored, and `extra`.
    pub async fn new(
        app: &App,
        visit: &Visit,
        desk: &Desk,
        extra: Extra,
    ) -> crier_core::Result<Self> {
        let stored = stored(app, desk).await?;
        let form = extra.form.unwrap_or_else(|| {
            let input = stored.as_ref().map(|(endpoint, secrets)| Input::of(endpoint, secrets));
            WebhookForm::new(&visit.speech, &input.unwrap_or_else(Input::fresh), None)
        });
        let endpoint =
            stored.map(|(endpoint, _)| standing(visit, desk, &endpoint, app.clock.now()));
        Ok(Self {
            page: visit.page_of(desk, "nav-developer"),
            name: desk.account.name.clone(),
            base: desk.path(""),
            app_id: desk.account.app_id.clone(),
            original_id: desk.account.original_id.clone(),
            secret: extra.secret,
            api: app.public_url.clone(),
            endpoint,
            form,
            report: extra.report,
        })
    }
}

fn standing(visit: &Visit, desk: &Desk, endpoint: &Endpoint, now: Timestamp) -> Standing {
    let calendar = Calendar::new(&desk.account.time_zone, now, visit.speech.clone());
    let when = |key: &str, at| visit.speech.with(key, &[("when", calendar.full(at).shown.into())]);
    let until = endpoint.previous_key_until.filter(|until| *until > now);
    Standing {
        enabled: endpoint.enabled,
        verified: endpoint.verified_at.map_or_else(
            || visit.speech.say("endpoint-unverified"),
            |at| when("endpoint-verified-at", at),
        ),
        previous_key: until.map(|until| when("endpoint-previous-key", until)),
    }
}

/// The page.
pub async fn show(req: HttpRequest, visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let left = once::take(&req, &app);
    let own = desk.account.id;
    let extra = match left.clone() {
        Some(Once::Secret { account, secret }) if account == own => {
            Extra { secret: Some(secret), ..Extra::default() }
        }
        Some(Once::Check { account, status, took_ms, answer }) if account == own => {
            let report = Report::passed(&visit.speech, status, took_ms, answer);
            Extra { report: Some(report), ..Extra::default() }
        }
        _ => Extra::default(),
    };
    let mut answer = answers::page(&Developer::new(&app, &visit, &desk, extra).await?)?;
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
