//! Saving: by a button, which leads back to the page, or by the page's script, which is told in JSON
//! what came of it.
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use crier_core::drafts::{self, Cause, Change, Draft, Edit, Piece, Saved};
use crier_core::{App, Error, members};
use serde::Deserialize;
use serde_json::json;

use super::editing::{self, Showing};
use super::form::Input;
use super::{Path, PlacePath, article, page};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;

#[derive(Template)]
#[template(path = "console/draft_conflict.html")]
struct Conflict {
    page: Page,
    text: String,
    restore: String,
    differences: String,
    theirs: String,
}

fn edit(desk: &Desk, key: &str, revision: i64, cause: Cause) -> Edit {
    Edit {
        account: desk.account.id,
        key: key.to_owned(),
        revision,
        member: desk.staff.member.id,
        cause,
    }
}

/// Stores what is filled in. Cleaning takes milliseconds, and is done where blocking is allowed.
async fn store(app: &App, edit: Edit, place: usize, piece: Piece) -> crier_core::Result<Saved> {
    let public_url = app.public_url.clone();
    let tidied = app.read(move |_| drafts::tidy(vec![piece], &public_url)).await?;
    let Some(piece) = tidied.into_iter().next() else { return Err(Error::NotFound("article")) };
    app.write(move |tx| drafts::save(tx, &edit, Change::Write(place, piece))).await
}

/// The button.
pub async fn save(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: PlacePath,
    Form(input): Form<Input>,
) -> Answer {
    let (key, place) = (&path.1, path.2);
    let edit = edit(&desk, key, input.revision, Cause::Saved);
    match store(&app, edit, place, input.clone().piece()).await {
        Ok(Saved::Done(_)) => {
            Ok(answers::see_other(format!("{}?done=draft-saved", article(&desk, key, place))))
        }
        Ok(Saved::Conflict { theirs, kept }) => {
            let text = said_of_conflict(&visit, &app, &theirs, kept).await?;
            answers::with_status(
                StatusCode::CONFLICT,
                &Conflict {
                    page: visit.page_of(&desk, "draft-conflict-title"),
                    text,
                    restore: page(&desk, key, &format!("/versions/{kept}/restore")),
                    differences: page(&desk, key, &format!("/versions/{kept}")),
                    theirs: article(&desk, key, place.min(theirs.articles.len())),
                },
            )
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let draft = super::one(&app, &desk, key).await?;
            let stored = place.checked_sub(1).and_then(|at| draft.articles.get(at));
            let stored = stored.cloned().ok_or(Error::NotFound("article"))?;
            let filled = input.piece();
            let piece = Piece {
                kind: stored.kind,
                cover: stored.cover,
                pictures: stored.pictures,
                ..filled
            };
            let shown = Showing { draft: &draft, place, piece: &piece, flaws: &[], told: &[] };
            editing::again(&visit, &desk, &app, &shown, fault.text)
        }
    }
}

/// The script. 200, 409 with what became of the text, 422 with what is wrong.
pub async fn auto(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: PlacePath,
    Form(input): Form<Input>,
) -> Answer {
    let (key, place) = (&path.1, path.2);
    let cause = if input.cause == "saved" { Cause::Saved } else { Cause::Autosave };
    let edit = edit(&desk, key, input.revision, cause);
    let calendar = Calendar::of(&visit, &desk, &app);
    let answer = match store(&app, edit, place, input.piece()).await {
        Ok(Saved::Done(draft)) => {
            let at = calendar.time(app.clock.now()).shown;
            HttpResponse::Ok().json(json!({ "revision": draft.revision, "at": at }))
        }
        Ok(Saved::Conflict { theirs, kept }) => {
            let text = said_of_conflict(&visit, &app, &theirs, kept).await?;
            let href = page(&desk, key, &format!("/versions/{kept}"));
            HttpResponse::Conflict().json(json!({ "text": text, "href": href }))
        }
        Err(Error::NotFound(_)) => {
            HttpResponse::NotFound().json(json!({ "text": visit.speech.say("editor-gone") }))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            HttpResponse::UnprocessableEntity().json(json!({ "text": fault.text }))
        }
    };
    Ok(answer)
}

async fn said_of_conflict(
    visit: &Visit,
    app: &App,
    theirs: &Draft,
    kept: i32,
) -> crier_core::Result<String> {
    if theirs.due_at.is_some() {
        return Ok(visit.speech.count("draft-conflict-scheduled", i64::from(kept)));
    }
    let who: Vec<_> = theirs.changed_by.into_iter().collect();
    let names = app.read(move |conn| members::names(conn, &who)).await?;
    let name = names.into_iter().next().map(|(_, name)| name);
    let name = name.unwrap_or_else(|| visit.speech.say("draft-by-api"));
    let values = [("name", name.into()), ("count", i64::from(kept).into())];
    Ok(visit.speech.with("draft-conflict", &values))
}

/// What to do to the articles' order.
#[derive(Deserialize)]
pub struct Order {
    revision: i64,
    /// `add`, `up`, `down` or `remove`.
    does: String,
    #[serde(default)]
    place: usize,
}

/// Adds an article, moves one, or takes one out.
pub async fn order(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    Form(order): Form<Order>,
) -> Answer {
    let (key, at) = (&path.1, order.place);
    let change = match order.does.as_str() {
        "add" => Change::Add(Piece::blank()),
        "up" => Change::Move(at, at.saturating_sub(1)),
        "down" => Change::Move(at, at.saturating_add(1)),
        "remove" => Change::Remove(at),
        _ => return Err(Error::invalid("does", "is none of what can be done").into()),
    };
    let edit = edit(&desk, key, order.revision, Cause::Saved);
    match app.write(move |tx| drafts::save(tx, &edit, change)).await {
        Ok(Saved::Done(draft) | Saved::Conflict { theirs: draft, .. }) => {
            let last = draft.articles.len();
            let to = match order.does.as_str() {
                "add" => last,
                "down" => at.saturating_add(1),
                _ => at.saturating_sub(1),
            };
            Ok(answers::see_other(article(&desk, key, to.clamp(1, last))))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let draft = super::one(&app, &desk, key).await?;
            let place = at.clamp(1, draft.articles.len());
            let piece = draft.articles.get(place - 1).ok_or(Error::NotFound("article"))?;
            let shown = Showing { draft: &draft, place, piece, flaws: &[], told: &[] };
            editing::again(&visit, &desk, &app, &shown, fault.text)
        }
    }
}
