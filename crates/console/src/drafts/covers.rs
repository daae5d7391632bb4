//! Pictures: those that a text shows, sent by the page's script, and covers, chosen and cut on a
//! page of their own.
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web;
use askama::Template;
use crier_core::drafts::{self, Cause, Change, Edit, Saved};
use crier_core::media::{self, Media, MediaKind, Owner, Part, Upload};
use crier_core::{App, Error};
use serde::Deserialize;
use serde_json::json;

use super::{Path, PlacePath, article, heading};
use crate::answers::{self, Answer};
use crate::failures::missing;
use crate::fields::Field;
use crate::forms::{FileForm, Form};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Pictures to choose from: the newest.
const OFFERED: i64 = 24;
/// Shapes of covers: width to height, in hundredths.
const WIDE: u32 = 235;
const SQUARE: u32 = 100;

async fn store(app: &Arc<App>, desk: &Desk, file: FileForm) -> crier_core::Result<Media> {
    let upload = Upload {
        owner: Owner::Account(desk.account.id),
        kind: Some(MediaKind::Image),
        name: file.name,
        bytes: file.bytes,
        permanent: true,
        title: None,
        introduction: None,
    };
    app.store_media(upload).await.map_err(|error| match error {
        Error::Invalid { .. } => Error::invalid("article_picture", "must be a picture"),
        error => error,
    })
}

/// Stores a picture that a text will show, and tells the script where it is.
pub async fn upload(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: Path,
    file: FileForm,
) -> Answer {
    super::one(&app, &desk, &path.1).await?;
    match store(&app.into_inner(), &desk, file).await {
        Ok(media) => Ok(HttpResponse::Ok().json(json!({
            "key": media.media_key,
            "src": format!("/media/{}", media.media_key),
            "width": media.width,
            "height": media.height,
        }))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            Ok(HttpResponse::UnprocessableEntity().json(json!({ "text": fault.text })))
        }
    }
}

#[derive(Template)]
#[template(path = "console/draft_cover.html")]
struct Cover {
    page: Page,
    own: String,
    title: String,
    error: Option<String>,
    revision: i64,
    offered: Vec<Offered>,
    chosen: Option<Chosen>,
}

struct Offered {
    key: String,
    src: String,
    name: String,
    current: bool,
}

/// The picture to cut.
struct Chosen {
    key: String,
    src: String,
    width: i32,
    height: i32,
    is_wide: bool,
    numbers: [Field; 3],
}

/// Which picture.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    picture: String,
}

/// The page.
pub async fn show(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: PlacePath,
    asked: web::Query<Asked>,
) -> Answer {
    let cut = Cut { picture: asked.picture.clone(), ..Cut::default() };
    answers::page(&page(&visit, &desk, &app, &path, &cut, None).await?)
}

async fn page(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    path: &PlacePath,
    cut: &Cut,
    fault: Option<&Fault>,
) -> Result<Cover, crate::failures::Failure> {
    let draft = super::one(app, desk, &path.1).await?;
    let piece = path.2.checked_sub(1).and_then(|at| draft.articles.get(at));
    let piece = piece.ok_or_else(|| missing("article"))?;
    let (account, key, now) = (desk.account.id, cut.picture.clone(), app.clock.now());
    let read = app.read(move |conn| {
        let offered = media::permanent(conn, account, MediaKind::Image, 0, OFFERED)?;
        if key.is_empty() {
            return Ok((offered, None));
        }
        let chosen = media::get(conn, &key, now)?;
        if chosen.account_id != Some(account) || chosen.kind != MediaKind::Image {
            return Err(Error::NotFound("media"));
        }
        Ok((offered, Some(chosen)))
    });
    let (offered, chosen) = read.await?;
    let offered = offered.into_iter().map(|media| Offered {
        src: format!("/media/{}/thumbnail", media.media_key),
        name: media.name,
        current: piece.cover.as_ref() == Some(&media.media_key),
        key: media.media_key,
    });
    Ok(Cover {
        page: visit.page_of(desk, "draft-cover"),
        own: article(desk, &path.1, path.2),
        title: heading(&visit.speech, &piece.title),
        error: fault.map(|fault| fault.text.clone()),
        revision: draft.revision,
        offered: offered.collect(),
        chosen: chosen.map(|media| chosen_of(visit, &media, path.2, cut)),
    })
}

fn chosen_of(visit: &Visit, media: &Media, place: usize, cut: &Cut) -> Chosen {
    let (width, height) = (media.width.unwrap_or(1).max(1), media.height.unwrap_or(1).max(1));
    // The first article of an issue has the wide place in messages, the others a square.
    let shape = cut.shape.unwrap_or(if place == 1 { WIDE } else { SQUARE });
    let part = cut.part(shape).unwrap_or_else(|| middle(width, height, shape));
    let number = |name, value: u32| {
        Field::new(&visit.speech, "number", name)
            .value(value.to_string())
            .with(r#"min="0" max="1000" step="1" inputmode="numeric" required"#)
    };
    Chosen {
        key: media.media_key.clone(),
        src: format!("/media/{}", media.media_key),
        width,
        height,
        is_wide: shape == WIDE,
        numbers: [
            number("crop_left", part.left),
            number("crop_top", part.top),
            number("crop_width", part.width),
        ],
    }
}

/// The largest part of this shape in the middle.
fn middle(width: i32, height: i32, shape: u32) -> Part {
    let (width, height, ratio) = (i64::from(width), i64::from(height), i64::from(shape));
    let wide = width.min(height * ratio / 100);
    let high = wide * 100 / ratio;
    let thousandths =
        |part: i64, of: i64| u32::try_from((part * 1_000 / of).clamp(0, 1_000)).unwrap_or_default();
    Part {
        left: thousandths((width - wide) / 2, width),
        top: thousandths((height - high) / 2, height),
        width: thousandths(wide, width),
        shape,
    }
}

/// Takes a file to be cut next.
pub async fn choose(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: PlacePath,
    file: FileForm,
) -> Answer {
    super::one(&app, &desk, &path.1).await?;
    match store(&app.clone().into_inner(), &desk, file).await {
        Ok(media) => {
            let own = article(&desk, &path.1, path.2);
            Ok(answers::see_other(format!("{own}/cover?picture={}#crop", media.media_key)))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let cut = Cut::default();
            answers::again(&page(&visit, &desk, &app, &path, &cut, Some(&fault)).await?)
        }
    }
}

/// What to cut out of which picture.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Cut {
    revision: i64,
    picture: String,
    shape: Option<u32>,
    crop_left: Option<u32>,
    crop_top: Option<u32>,
    crop_width: Option<u32>,
    /// `whole` to take the picture as it is, `none` for no cover.
    does: String,
}

impl Cut {
    fn part(&self, shape: u32) -> Option<Part> {
        Some(Part { left: self.crop_left?, top: self.crop_top?, width: self.crop_width?, shape })
    }
}

/// Cuts the cover and gives it to the article.
pub async fn cut(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: PlacePath,
    Form(cut): Form<Cut>,
) -> Answer {
    match set(&app, &desk, &path, &cut).await {
        Ok(()) => {
            let own = article(&desk, &path.1, path.2);
            Ok(answers::see_other(format!("{own}?done=draft-cover")))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&page(&visit, &desk, &app, &path, &cut, Some(&fault)).await?)
        }
    }
}

async fn set(
    app: &web::Data<App>,
    desk: &Desk,
    path: &PlacePath,
    cut: &Cut,
) -> crier_core::Result<()> {
    let account = desk.account.id;
    let cover = match cut.does.as_str() {
        "none" => None,
        "whole" => Some(cut.picture.clone()),
        _ => {
            let part = cut.part(cut.shape.unwrap_or(WIDE));
            let part = part.ok_or_else(|| Error::invalid("crop", "is no part of the picture"))?;
            let app = app.clone().into_inner();
            Some(app.crop_picture(account, &cut.picture, part).await?.media_key)
        }
    };
    let edit = Edit {
        account,
        key: path.1.clone(),
        revision: cut.revision,
        member: desk.staff.member.id,
        cause: Cause::Saved,
    };
    let place = path.2;
    match app.write(move |tx| drafts::save(tx, &edit, Change::Cover(place, cover))).await? {
        Saved::Done(_) => Ok(()),
        Saved::Conflict { .. } => Err(Error::Conflict("draft_changed")),
    }
}
