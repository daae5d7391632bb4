//! Composing a broadcast: a form with what followers will see beside it, and whom it would reach.
use actix_web::{HttpResponse, web};
use askama::Template;
use crier_core::App;
use crier_core::content::Content;
use crier_core::ids::PlanId;
use crier_core::media::Upload;
use crier_core::plans::{self, Body, By, Plan, Whom};
use crier_core::{Error, Timestamp};
use serde::Deserialize;

use super::form::{self, Composer};
use super::input::Input;
use super::{Path, by, one, page};
use crate::answers::{self, Answer};
use crate::bubbles::{self, Bubble};
use crate::calendar::Calendar;
use crate::failures::Failure;
use crate::forms::{FileForm, Form};
use crate::gate::Desk;
use crate::pages::Page;
use crate::segments::counts::{self, Asks, Count, Standing};
use crate::visits::Visit;
use crate::words::Fault;

#[derive(Template)]
#[template(path = "console/broadcast_compose.html")]
struct Compose {
    page: Page,
    base: String,
    form: Composer,
    /// Where a file is uploaded, and where one comes back from.
    upload: String,
    back: String,
    live: Live,
}

/// What followers will see, and how many of them.
#[derive(Template)]
#[template(path = "console/broadcast_live.html")]
pub struct Live {
    pub heading: String,
    pub empty: String,
    pub bubble: Option<Bubble>,
    pub count: Count,
    pub quota: String,
}

impl askama::filters::HtmlSafe for Live {}

/// What comes with the address: a type to begin with, or a file that was just stored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    #[serde(rename = "type")]
    kind: String,
    file: String,
    segment: String,
    article: String,
    at: String,
}

/// The form of a new broadcast.
pub async fn new(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    wanted: web::Query<Wanted>,
) -> Answer {
    let Wanted { kind, file, segment, article, at } = wanted.into_inner();
    let to = if segment.is_empty() { "all" } else { "segment" }.to_owned();
    let when = if at.is_empty() { "now" } else { "at" }.to_owned();
    let kind = if article.is_empty() { kind } else { "articles".into() };
    let input = Input { kind, file, segment, article, to, when, send_at: at, ..Input::fresh() };
    answers::page(&compose(&visit, &desk, &app, None, &input, None).await?)
}

async fn compose(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    stored: Option<PlanId>,
    input: &Input,
    fault: Option<&Fault>,
) -> Result<Compose, Failure> {
    let offer = form::offer(app, desk.account.id).await?;
    let own = stored.map(|id| page(desk, id));
    let action = match &own {
        Some(own) => format!("{own}/edit"),
        None => desk.path("/broadcasts/new"),
    };
    let query = stored.map(|id| format!("?plan={id}")).unwrap_or_default();
    let title = if stored.is_some() { "plan-edit" } else { "plan-new" };
    let whom = input.whom(&offer.segments).ok();
    Ok(Compose {
        page: visit.page_of(desk, title),
        base: desk.path(""),
        live: live(visit, desk, app, &input.body(), whom, Standing::default()).await?,
        upload: desk.path(&format!("/broadcasts/upload{query}")),
        back: own.unwrap_or_else(|| desk.path("/broadcasts")),
        form: Composer::new(&visit.speech, action, input, &offer, fault),
    })
}

async fn live(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    body: &Body,
    whom: Option<Whom>,
    standing: Standing,
) -> Result<Live, Failure> {
    let (speech, account) = (&visit.speech, desk.account.id);
    let href = desk.path("/broadcasts/count");
    let count = match whom {
        Some(whom) => {
            counts::count(app, speech, account, whom, standing, (Asks::Form, &href)).await?
        }
        None => Count { text: speech.say("count-unknown"), next: None, go_on: String::new() },
    };
    let now = app.clock.now();
    let (of, body) = (desk.account.clone(), body.clone());
    let read = app.read(move |conn| {
        let shown = shown(conn, &body, of.id, now)?;
        let account = crier_core::accounts::get(conn, of.id)?;
        Ok((shown, crier_core::broadcasts::allowance(conn, &account, now)?))
    });
    let (shown, allowance) = read.await?;
    Ok(Live {
        heading: speech.say("plan-preview"),
        empty: speech.say("plan-preview-empty"),
        bubble: shown
            .map(|content| bubbles::alone(speech, &Calendar::of(visit, desk, app), &content, now)),
        count,
        quota: super::quota(speech, allowance),
    })
}

/// What followers would see; nothing while something is missing.
pub fn shown(
    conn: &mut crier_core::AnyConnection,
    body: &Body,
    account: crier_core::ids::AccountId,
    now: Timestamp,
) -> crier_core::Result<Option<Content>> {
    match body.shown(conn, account, now) {
        Ok(content) => Ok(Some(content)),
        Err(Error::Invalid { .. } | Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What followers will see and how many, of a form that is being filled in.
pub async fn preview(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let offer = form::offer(&app, desk.account.id).await?;
    let whom = input.whom(&offer.segments).ok();
    let live = live(&visit, &desk, &app, &input.body(), whom, Standing::default()).await?;
    fragment(&live)
}

fn fragment(template: &impl Template) -> Answer {
    let html = template.render().map_err(answers::unsent)?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html))
}

/// The rest of the count beside a form.
pub async fn count(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
    standing: web::Query<Standing>,
) -> Answer {
    let offer = form::offer(&app, desk.account.id).await?;
    let whom = input.whom(&offer.segments)?;
    let href = desk.path("/broadcasts/count");
    counts::count(&app, &visit.speech, desk.account.id, whom, *standing, (Asks::Form, &href))
        .await?
        .answer()
}

/// Begins a broadcast.
pub async fn create(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    save(&visit, &desk, &app, None, input).await
}

/// The form of a stored broadcast.
pub async fn edit(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    wanted: web::Query<Wanted>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    if !plan.is_open() {
        return Ok(answers::see_other(page(&desk, plan.id)));
    }
    let mut input = Input::of(&plan, &Calendar::of(&visit, &desk, &app));
    let wanted = wanted.into_inner();
    if !wanted.file.is_empty() {
        (input.file, input.kind) = (wanted.file, wanted.kind);
    }
    answers::page(&compose(&visit, &desk, &app, Some(plan.id), &input, None).await?)
}

/// Changes a broadcast.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(input): Form<Input>,
) -> Answer {
    let plan = one(&app, &desk, &path).await?;
    save(&visit, &desk, &app, Some(plan), input).await
}

async fn save(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    stored: Option<Plan>,
    mut input: Input,
) -> Answer {
    let id = stored.as_ref().map(|plan| plan.id);
    if super::input::TYPES.contains(&input.act.as_str()) {
        (input.kind, input.file) = (input.act.clone(), String::new());
        return answers::page(&compose(visit, desk, app, id, &input, None).await?);
    }
    let (account, by): (_, By) = (desk.account.id, by(desk));
    let offer = form::offer(app, account).await?;
    let seen = Timestamp::from_micros(input.seen.parse().unwrap_or_default());
    let draft = input.draft(&offer.segments, stored.as_ref(), &Calendar::of(visit, desk, app));
    let saved = match draft {
        Ok(draft) => {
            let write = app.write(move |tx| match id {
                Some(id) => plans::change(tx, account, id, by, seen, draft).map(|_| id),
                None => plans::add(tx, account, by, draft),
            });
            write.await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(id) => Ok(answers::see_other(format!("{}?done=plan-saved", page(desk, id)))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&compose(visit, desk, app, id, &input, Some(&fault)).await?)
        }
    }
}

/// For which plan a file is.
#[derive(Debug, Deserialize)]
pub struct For {
    plan: Option<i64>,
}

/// Stores a file among the account's, and comes back with it chosen.
pub async fn upload(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    wanted: web::Query<For>,
    file: FileForm,
) -> Answer {
    let upload = Upload::kept(desk.account.id, file.name, file.bytes);
    let back = match wanted.plan {
        Some(id) => format!("{}/edit", page(&desk, PlanId(id))),
        None => desk.path("/broadcasts/new"),
    };
    match app.clone().into_inner().store_media(upload).await {
        Ok(media) => {
            let chosen = format!("{back}?type={}&file={}", media.kind, media.media_key);
            Ok(answers::see_other(chosen))
        }
        Err(error) => {
            let fault = Fault { field: None, text: visit.speech.fault(error)?.text };
            let input = Input { kind: "image".into(), ..Input::fresh() };
            let id = wanted.plan.map(PlanId);
            answers::again(&compose(&visit, &desk, &app, id, &input, Some(&fault)).await?)
        }
    }
}
