//! An account at a glance.
use actix_web::web;
use askama::Template;
use crier_core::members::Permission;
use crier_core::{App, endpoints, figures};

use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::endpoints::Standing;
use crate::gate::Desk;
use crate::home::initial;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::visits::Visit;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    page: Page,
    initial: String,
    name: String,
    handle: String,
    kind: String,
    description: String,
    time_zone: String,
    created: String,
    figures: Vec<Figure>,
    listeners: Vec<Listener>,
    is_developer: bool,
    base: String,
}

struct Figure {
    label: String,
    value: String,
    hint: String,
    href: Option<String>,
}

/// How an endpoint stands.
struct Listener {
    standing: Standing,
    url: String,
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let (id, now) = (desk.account.id, app.clock.now());
    let figures = app.read(move |conn| figures::of_account(conn, id, now)).await?;
    let stored = app.read(move |conn| Ok(endpoints::all(conn, id)?)).await?;
    let calendar = Calendar::new(&desk.account.time_zone, now, visit.speech.clone());
    let listeners = stored.into_iter().map(|endpoint| Listener {
        standing: Standing::of(&visit.speech, &calendar, &endpoint),
        url: endpoint.url,
    });
    let listeners = listeners.collect();
    let account = &desk.account;
    answers::page(&Overview {
        page: visit.page_of(&desk, "nav-overview").titled(account.name.clone()),
        initial: initial(&account.name),
        name: account.name.clone(),
        handle: account.handle.clone(),
        kind: visit.speech.say(&format!("kind-{}", account.kind)),
        description: account.description.clone(),
        time_zone: account.time_zone.clone(),
        created: calendar.full(account.created_at).shown,
        figures: shown(&visit, &desk, figures),
        listeners,
        is_developer: desk.staff.may(Permission::Developer),
        base: desk.path(""),
    })
}

fn shown(visit: &Visit, desk: &Desk, figures: figures::Figures) -> Vec<Figure> {
    let speech = &visit.speech;
    let inbox = desk.staff.may(Permission::Inbox).then(|| desk.path("/inbox"));
    let log = desk.staff.may(Permission::Deliveries).then(|| desk.path("/deliveries"));
    let figure = |label: &str, value: i64, hint: String, href: Option<String>| Figure {
        label: speech.say(label),
        value: grouped(value),
        hint,
        href,
    };
    let failed = log.as_ref().map(|log| format!("{log}?state=failed"));
    let open = log.as_ref().map(|log| format!("{log}?state=pending"));
    vec![
        figure(
            "figure-followers",
            figures.followers,
            speech.count("figure-new-followers", figures.new_followers),
            None,
        ),
        figure(
            "figure-conversations",
            figures.conversations,
            speech.count("figure-unread", figures.unread),
            inbox,
        ),
        figure("figure-open", figures.open, speech.say("figure-open-hint"), open),
        figure(
            "figure-failed",
            figures.failed,
            speech.count("figure-delivered", figures.delivered),
            failed,
        ),
    ]
}
