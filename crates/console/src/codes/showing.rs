//! One code: its picture, its link, and what came of it by day.
use actix_web::{HttpResponse, web};
use askama::Template;
use crier_core::App;
use crier_core::scene_codes::{self, Day, SceneCode};
use serde::Deserialize;

use super::{Path, called, id, path, pictures};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::charts::Chart;
use crate::failures::Failure;
use crate::fields::Field;
use crate::forms::Form;
use crate::gate::Desk;
use crate::numbers::grouped;
use crate::pages::Page;
use crate::ranges::{Choice, Range};
use crate::sheets::Sheet;
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/code.html")]
struct Shown {
    page: Page,
    here: String,
    called: String,
    scene: String,
    link: String,
    made: Moment,
    until: Option<Moment>,
    /// Of the days that are shown.
    scans: String,
    gained: String,
    lost: String,
    chart: Chart,
    range: Range,
    csv: String,
    code_name: Field,
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    choice: web::Query<Choice>,
) -> Answer {
    let shown = shown(&app, &visit, &desk, &path, &choice, None).await?;
    shown.range.answer(&shown)
}

async fn one(app: &App, desk: &Desk, path: &Path) -> Result<SceneCode, Failure> {
    let (account, id) = (desk.account.id, id(path)?);
    Ok(app.read(move |conn| scene_codes::get(conn, account, id)).await?)
}

async fn days(app: &App, code: &SceneCode, range: &Range) -> Result<Vec<Day>, Failure> {
    let (code, days) = (code.clone(), range.days);
    Ok(app.read(move |conn| scene_codes::attribution(conn, &code, &days)).await?)
}

async fn shown(
    app: &App,
    visit: &Visit,
    desk: &Desk,
    at: &Path,
    choice: &Choice,
    fault: Option<&Fault>,
) -> Result<Shown, Failure> {
    let code = one(app, desk, at).await?;
    let (now, speech) = (app.clock.now(), &visit.speech);
    let range = Range::read(visit, desk, now, choice);
    let days = days(app, &code, &range).await?;
    let calendar = Calendar::of(visit, desk, app);
    let total = |of: fn(&Day) -> i64| grouped(days.iter().map(of).sum());
    let here = path(desk, code.id);
    let chart = Chart::bars(speech, speech.say("code-chart"), range.labels.clone())
        .series(speech.say("code-scans"), days.iter().map(|day| day.scans))
        .series(speech.say("code-gained"), days.iter().map(|day| day.gained))
        .series(speech.say("code-lost"), days.iter().map(|day| day.lost));
    let code_name = Field::new(speech, "text", "code_name")
        .value(&code.name)
        .with(r#"required maxlength="60" autocomplete="off""#)
        .fault(fault);
    Ok(Shown {
        page: visit.page_of(desk, "nav-codes").titled(called(&code)),
        called: called(&code),
        link: link(app, desk, &code),
        scene: code.scene,
        made: calendar.full(code.created_at),
        until: code.expires_at.map(|at| calendar.full(at)),
        scans: total(|day| day.scans),
        gained: total(|day| day.gained),
        lost: total(|day| day.lost),
        chart,
        range,
        csv: format!("{here}/figures.csv?{}", choice.query()),
        here,
        code_name,
    })
}

fn link(app: &App, desk: &Desk, code: &SceneCode) -> String {
    scene_codes::link(&app.public_url, &desk.account.handle, &code.ticket)
}

/// What a code is called.
#[derive(Deserialize)]
pub struct Named {
    code_name: String,
}

/// Calls a code so.
pub async fn rename(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(named): Form<Named>,
) -> Answer {
    let (account, id) = (desk.account.id, id(&path)?);
    match app.write(move |tx| scene_codes::rename(tx, account, id, &named.code_name)).await {
        Ok(()) => Ok(answers::see_other(format!("{}?done=saved", super::path(&desk, id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let choice = Choice::default();
            answers::again(&shown(&app, &visit, &desk, &path, &choice, Some(&fault)).await?)
        }
    }
}

/// The picture, to be drawn at any size.
pub async fn svg(desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let code = one(&app, &desk, &path).await?;
    let picture = pictures::svg(&link(&app, &desk, &code))?;
    Ok(HttpResponse::Ok().content_type("image/svg+xml").body(picture))
}

/// The picture, for print.
pub async fn png(desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    let code = one(&app, &desk, &path).await?;
    let picture = pictures::png(&link(&app, &desk, &code))?;
    Ok(HttpResponse::Ok().content_type("image/png").body(picture))
}

/// What came of it, as a table for spreadsheets.
pub async fn figures(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    choice: web::Query<Choice>,
) -> Answer {
    let code = one(&app, &desk, &path).await?;
    let range = Range::read(&visit, &desk, app.clock.now(), &choice);
    let speech = &visit.speech;
    let headings =
        ["chart-day", "code-scans", "code-gained", "code-lost"].map(|key| speech.say(key));
    let mut sheet =
        Sheet::new(&format!("code-{}", code.id), &headings.each_ref().map(String::as_str));
    for day in days(&app, &code, &range).await? {
        let day_of = day.day.to_string();
        sheet.row([day_of.into(), day.scans.into(), day.gained.into(), day.lost.into()]);
    }
    sheet.answer()
}
