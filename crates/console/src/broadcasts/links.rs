//! Whether the links of a broadcast lead anywhere: asked when somebody wants to know.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::checks::LinkState;
use crier_core::plans;

use super::{Path, one};
use crate::answers::{self, Answer};
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;

#[derive(Template)]
#[template(path = "console/broadcast_links.html")]
struct Links {
    page: Page,
    back: String,
    rows: Vec<Row>,
}

struct Row {
    url: String,
    class: &'static str,
    text: String,
}

/// Asks every link of a plan.
pub async fn check(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    let (id, now) = (plan.id, app.clock.now());
    let outlook = app.read(move |conn| plans::outlook(conn, &plan, now)).await?;
    let mut rows = Vec::new();
    for (url, state) in app.check_links(outlook.links).await? {
        let (class, key) = match state {
            LinkState::Found => ("is-ok", "link-found"),
            LinkState::Moved => ("is-ok", "link-moved"),
            LinkState::Broken(_) => ("is-bad", "link-broken"),
            LinkState::Silent => ("is-warn", "link-silent"),
            LinkState::Forbidden => ("is-warn", "link-forbidden"),
        };
        let status = if let LinkState::Broken(status) = state { i64::from(status) } else { 0 };
        rows.push(Row { url, class, text: visit.speech.count(key, status) });
    }
    answers::page(&Links {
        page: visit.page_of(&desk, "plan-links"),
        back: super::page(&desk, id),
        rows,
    })
}
