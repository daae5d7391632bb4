//! The menu under a conversation, and taps on it.
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use crier_core::menus::{self, Action, Button, Done, Menu, Place, Viewer};
use crier_core::{App, followers, users};
use crier_http::Answer;
use crier_http::problems::ProblemBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Fields, required};
use crate::identity::Identity;

#[derive(Serialize, ToSchema)]
pub struct MenuView {
    /// Up to three; none when the account has no menu.
    buttons: Vec<ButtonView>,
}

#[derive(Serialize, ToSchema, Default)]
pub struct ButtonView {
    /// What to send in a tap.
    id: String,
    name: String,
    /// `click`, `view`, `miniprogram`, `text` (the account sends a text), `media`, `article` (the article is sent), `article_view` (it is
    /// opened at once), or what the host app is asked to do:
    /// `scancode_push`, `scancode_waitmsg`, `pic_sysphoto`, `pic_photo_or_album`, `pic_weixin`,
    /// `location_select`. Absent when it opens others.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The article, of buttons that show one.
    #[serde(skip_serializing_if = "Option::is_none")]
    article_id: Option<String>,
    /// The buttons beneath.
    #[schema(no_recursion)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<ButtonView>,
}

impl MenuView {
    fn of(menu: &Menu) -> Self {
        let mut buttons: Vec<ButtonView> = Vec::new();
        for (id, button) in menu.flat() {
            let beneath = id.contains('.');
            let view = ButtonView::of(id, button);
            match buttons.last_mut().filter(|_| beneath) {
                Some(above) => above.buttons.push(view),
                None => buttons.push(view),
            }
        }
        Self { buttons }
    }
}

impl ButtonView {
    fn of(id: String, button: &Button) -> Self {
        let view = Self { id, name: button.name.clone(), ..Self::default() };
        let kind = |word: &str| Some(word.to_owned());
        match &button.action {
            Action::Open { .. } => view,
            Action::Click { key } => Self { kind: kind("click"), key: Some(key.clone()), ..view },
            Action::View { url } => Self { kind: kind("view"), url: Some(url.clone()), ..view },
            Action::MiniProgram { app_id, path, url } => Self {
                kind: kind("miniprogram"),
                url: Some(url.clone()),
                app_id: Some(app_id.clone()),
                path: Some(path.clone()),
                ..view
            },
            Action::Ask { what, key } => Self { kind: kind(what), key: Some(key.clone()), ..view },
            Action::Say { .. } => Self { kind: kind("text"), ..view },
            Action::Media { .. } => Self { kind: kind("media"), ..view },
            Action::Article { article_id, opens } => Self {
                kind: kind(if *opens { "article_view" } else { "article" }),
                article_id: Some(article_id.clone()),
                ..view
            },
            Action::Articles { .. } => Self { kind: kind("article_view"), ..view },
        }
    }
}

/// The menu
///
/// The one that the caller sees: an account may have others for some tags, segments, platforms and languages.
#[utoipa::path(get, path = "/v1/accounts/{account}/menu", tag = "Menus",
    params(("account" = String, Path, description = "handle or app id")), responses(
    (status = 200, body = MenuView),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn menu(app: Data<App>, who: Identity, name: Path<String>) -> Answer<Json<MenuView>> {
    let account = app.account(&name).await?.id;
    let Identity { user: id, platform } = who;
    let now = app.clock.now();
    let read = app.read(move |conn| {
        let user = users::get(conn, id)?;
        let follower = followers::find(conn, account, id)?;
        let follower = follower.filter(|one| one.unfollowed_at.is_none()).map(|one| one.id);
        let viewer = Viewer { follower, ..Viewer::of(&user, platform) };
        Ok((menus::seen_by(conn, account, &viewer, now)?, user.platform))
    });
    let (menu, before) = read.await?;
    if let Some(platform) = platform.filter(|platform| before != Some(*platform)) {
        app.write(move |tx| users::set_platform(tx, id, platform)).await?;
    }
    Ok(Json(menu.as_ref().map_or(MenuView { buttons: Vec::new() }, MenuView::of)))
}

/// A tap, with what the button asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct TapBody {
    /// The button's id (`0`, or `0.1` for one beneath); its key or name is taken as well.
    button: String,
    /// For `scancode_push` and `scancode_waitmsg`.
    scan: Option<ScanBody>,
    /// MD5 of each picture as hex, for `pic_sysphoto`, `pic_photo_or_album` and `pic_weixin`.
    pictures: Option<Vec<String>>,
    /// For `location_select`.
    location: Option<PlaceBody>,
}

/// What was scanned.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct ScanBody {
    /// `qrcode` or `barcode`.
    r#type: String,
    result: String,
}

/// What was chosen.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct PlaceBody {
    latitude: f64,
    longitude: f64,
    scale: Option<u32>,
    label: Option<String>,
    poi: Option<String>,
}

fn done(fields: &Fields) -> Answer<Done> {
    Ok(Done {
        scan: fields.object("scan")?.as_ref().map(scan).transpose()?,
        pictures: pictures(fields)?,
        location: fields.object("location")?.as_ref().map(place).transpose()?,
        platform: None,
    })
}

fn scan(fields: &Fields) -> Answer<(String, String)> {
    let kind = fields.text("type", 1, 20)?.unwrap_or_else(|| "qrcode".into());
    Ok((kind, required("scan.result", fields.text("result", 1, 4_096)?)?))
}

fn pictures(fields: &Fields) -> Answer<Vec<String>> {
    let pictures = fields.texts("pictures", 9)?;
    let is_md5 =
        |hash: &String| hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !pictures.iter().all(is_md5) {
        return Err(crier_http::Problem::invalid("pictures", "must be MD5 sums as hex"));
    }
    Ok(pictures)
}

fn place(fields: &Fields) -> Answer<Place> {
    let scale = fields.whole("scale", 1, 28)?.unwrap_or(16);
    let latitude = fields.number("latitude", -90.0, 90.0)?;
    let longitude = fields.number("longitude", -180.0, 180.0)?;
    Ok(Place {
        latitude: required("location.latitude", latitude)?,
        longitude: required("location.longitude", longitude)?,
        scale: u32::try_from(scale).unwrap_or(16),
        label: fields.text("label", 0, 300)?.unwrap_or_default(),
        poi: fields.text("poi", 0, 300)?.unwrap_or_default(),
    })
}

/// Tap a button
///
/// The operator is told; a button with stored media sends it. What a link leads to is opened by
/// the client itself.
#[utoipa::path(post, path = "/v1/accounts/{account}/menu/tap", tag = "Menus",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = TapBody, responses(
    (status = 202, description = "taken"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn tap(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let button = required("button", fields.text("button", 1, 128)?)?;
    let done = Done { platform: who.platform, ..done(&fields)? };
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    let follower = who.at(&app, &account).await?;
    let roster = app.roster.clone();
    let tapped = app.write(move |tx| menus::tap(tx, &roster, account.id, follower, &button, &done));
    tapped.await?;
    Ok(HttpResponse::Accepted().finish())
}
