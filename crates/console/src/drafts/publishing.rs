//! How a draft will look, what is missing still, and when it comes out. Publishing gives articles
//! their pages; sending them to followers is a broadcast's.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::drafts::{self, Flaw};
use crier_core::members::Permission;
use serde::Deserialize;

use super::{Path, PlacePath, Seen, Wrong, article, heading, page, wrong};
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::missing;
use crate::fields::Field;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/draft_publish.html")]
struct Publish {
    page: Page,
    draft: String,
    title: String,
    revision: i64,
    error: Option<String>,
    failure: Option<String>,
    articles: Vec<Ready>,
    is_whole: bool,
    can_send: bool,
    /// Where it is sent to followers from.
    compose: String,
    due: Option<Moment>,
    when: Field,
}

/// An article, and what it lacks.
struct Ready {
    href: String,
    preview: String,
    title: String,
    wrong: Vec<Wrong>,
}

/// The page.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, path: Path) -> Answer {
    answers::page(&publish(&visit, &desk, &app, &path.1, None, None).await?)
}

async fn publish(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    key: &str,
    when: Option<&str>,
    fault: Option<&Fault>,
) -> crier_core::Result<Publish> {
    let draft = super::one(app, desk, key).await?;
    let flaws = super::flaws_of(app, &draft).await?;
    let speech = &visit.speech;
    let calendar = Calendar::of(visit, desk, app);
    let hint = [("zone", desk.account.time_zone.clone().into())];
    let filled = match (when, draft.due_at) {
        (Some(when), _) => when.to_owned(),
        (None, Some(due)) => calendar.input(due),
        (None, None) => calendar.input(app.clock.now().plus(chrono::Duration::hours(1))),
    };
    let when = Field::new(speech, "datetime-local", "due")
        .labelled(speech.say("draft-due"))
        .hint(speech.with("draft-due-hint", &hint))
        .value(filled)
        .with(r#"required step="60""#)
        .fault(fault);
    let titles = draft.articles.iter().map(|piece| heading(speech, &piece.title));
    let ready = |(place, title): (usize, String)| Ready {
        href: article(desk, key, place),
        preview: page(desk, key, &format!("/articles/{place}/preview")),
        title,
        wrong: of_place(speech, desk, key, &flaws, place),
    };
    Ok(Publish {
        page: visit.page_of(desk, "draft-publish"),
        draft: page(desk, key, ""),
        title: heading(speech, draft.titles.split('\n').next().unwrap_or_default()),
        revision: draft.revision,
        error: fault.filter(|fault| fault.field != Some("due")).map(|fault| fault.text.clone()),
        failure: draft.failure.as_ref().map(|word| speech.say(&format!("draft-failure-{word}"))),
        articles: (1..).zip(titles).map(ready).collect(),
        is_whole: flaws.is_empty(),
        can_send: desk.staff.may(Permission::Send),
        compose: desk.path(&format!("/broadcasts/new?article={key}")),
        due: draft.due_at.map(|at| calendar.full(at)),
        when,
    })
}

fn of_place(speech: &Speech, desk: &Desk, key: &str, flaws: &[Flaw], place: usize) -> Vec<Wrong> {
    let own = flaws.iter().filter(|flaw| flaw.place == place);
    own.map(|flaw| {
        let found = wrong(speech, desk, key, flaw);
        Wrong { href: found.href.replace('#', "?check=1#"), text: found.text }
    })
    .collect()
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    (key, when): (&str, Option<&str>),
    (done, to): (crier_core::Result<()>, String),
) -> Answer {
    match done {
        Ok(()) => Ok(answers::see_other(to)),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&publish(visit, desk, app, key, when, Some(&fault)).await?)
        }
    }
}

/// Publishes at once.
pub async fn now(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(seen): Form<Seen>,
) -> Answer {
    let (account, key) = (desk.account.id, path.1.clone());
    let asked = app.clone().into_inner().publish_revision(account, key, seen.revision).await;
    let to = desk.path("/articles?done=draft-published");
    after(&visit, &desk, &app, (&path.1, None), (asked.map(drop), to)).await
}

/// When, of which revision.
#[derive(Deserialize)]
pub struct When {
    revision: i64,
    due: String,
}

/// Publishes at a time.
pub async fn schedule(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(when): Form<When>,
) -> Answer {
    let calendar = Calendar::of(&visit, &desk, &app);
    let (account, key, revision) = (desk.account.id, path.1.clone(), when.revision);
    let done = match calendar.parse(&when.due) {
        Some(due) => app.write(move |tx| drafts::schedule(tx, account, &key, revision, due)).await,
        None => Err(crier_core::Error::invalid("due", "must be a date and time")),
    };
    let to = page(&desk, &path.1, "/publish?done=draft-scheduled");
    after(&visit, &desk, &app, (&path.1, Some(&when.due)), (done, to)).await
}

/// Leaves it unpublished after all.
pub async fn unschedule(
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (account, key) = (desk.account.id, path.1.clone());
    app.write(move |tx| drafts::unschedule(tx, account, &key)).await?;
    Ok(answers::see_other(page(&desk, &path.1, "/publish?done=draft-unscheduled")))
}

#[derive(Template)]
#[template(path = "console/draft_preview.html")]
struct Preview {
    page: Page,
    own: String,
    publish: String,
    title: String,
    src: String,
    address: String,
    others: Vec<(String, String, bool)>,
}

/// How an article will look on a phone: the page that readers get, in a frame.
pub async fn preview(visit: Visit, desk: Desk, app: web::Data<App>, path: PlacePath) -> Answer {
    let draft = super::one(&app, &desk, &path.1).await?;
    let (key, place) = (&draft.media_key, path.2);
    let piece = place.checked_sub(1).and_then(|at| draft.articles.get(at));
    let piece = piece.ok_or_else(|| missing("article"))?;
    let src = format!("/s/draft/{key}/{place}");
    let other = |(at, title): (usize, String)| {
        (page(&desk, key, &format!("/articles/{at}/preview")), title, at == place)
    };
    let titles = draft.articles.iter().map(|piece| heading(&visit.speech, &piece.title));
    answers::page(&Preview {
        page: visit.page_of(&desk, "draft-preview"),
        own: article(&desk, key, place),
        publish: page(&desk, key, "/publish"),
        title: heading(&visit.speech, &piece.title),
        address: format!("{}{src}", app.public_url),
        src,
        others: (1..).zip(titles).map(other).collect(),
    })
}
