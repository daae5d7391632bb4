//! Scene codes (`reference/wechat-api.md` 2.10).
use std::io::Cursor;
use std::sync::Arc;

use chrono::Duration;
use crier_core::accounts::{self, Account};
use crier_core::scene_codes;
use image::{DynamicImage, ImageFormat, Luma};
use qrcode::QrCode;
use serde_json::{Value, json};

use super::answers::{Answer, Outcome};
use super::calls::Call;
use super::errcodes as code;
use super::fields;
use super::refusals::Refusal;

/// Seconds a temporary code lasts if nothing is said, and at the most.
const LASTS: i64 = 60;
/// See [`LASTS`].
const MAX_LASTS: i64 = 2_592_000;
/// The greatest number of a permanent code.
const MAX_PERMANENT: i64 = 100_000;
/// Pixels of a picture's side at the least.
const SIDE: u32 = 430;

/// What a code is to stand for.
struct Wanted {
    scene: String,
    numeric: bool,
    lasts: Option<Duration>,
}

/// Makes a code. The answer must have no `errmsg`: one client takes any for a failure (T3).
pub(super) async fn create(call: Call, account: Arc<Account>) -> Outcome {
    let wanted = wanted(&call.json()?)?;
    let lasts = wanted.lasts;
    let (id, scene, numeric) = (account.id, wanted.scene, wanted.numeric);
    let made = call.app.write(move |tx| scene_codes::add(tx, id, &scene, numeric, lasts)).await?;
    let url = scene_codes::link(&call.app.public_url, &account.handle, &made.ticket);
    let mut data = json!({ "ticket": made.ticket, "url": url });
    if let Some(lasts) = lasts {
        data["expire_seconds"] = json!(lasts.num_seconds());
    }
    Ok(Answer::Data(data))
}

fn wanted(body: &Value) -> Result<Wanted, Refusal> {
    let refuse = || Refusal::new(code::BAD_ACTION_INFO);
    let scene = body.pointer("/action_info/scene").ok_or_else(refuse)?;
    let seconds = fields::integer(body, "expire_seconds").filter(|seconds| *seconds > 0);
    let temporary = Some(Duration::seconds(seconds.unwrap_or(LASTS).min(MAX_LASTS)));
    let number = |most: i64| {
        let number = fields::integer(scene, "scene_id").filter(|id| (1..=most).contains(id));
        number.map(|id| id.to_string()).ok_or_else(refuse)
    };
    let text = || fields::need(scene, "scene_str", code::BAD_ACTION_INFO);
    let action = fields::words(body, "action_name");
    Ok(match action.as_str() {
        "QR_SCENE" => Wanted { scene: number(u32::MAX.into())?, numeric: true, lasts: temporary },
        "QR_STR_SCENE" => Wanted { scene: text()?, numeric: false, lasts: temporary },
        "QR_LIMIT_SCENE" => Wanted { scene: number(MAX_PERMANENT)?, numeric: true, lasts: None },
        "QR_LIMIT_STR_SCENE" => Wanted { scene: text()?, numeric: false, lasts: None },
        _ => return Err(refuse()),
    })
}

/// The picture of a code.
pub(super) async fn picture(call: Call) -> Outcome {
    let ticket = call.query("ticket").unwrap_or_default().to_owned();
    let now = call.app.clock.now();
    let read = call.app.read(move |conn| {
        let Some(found) = scene_codes::find(conn, &ticket, now)? else { return Ok(None) };
        Ok(Some((found.ticket, accounts::get(conn, found.account_id)?.handle)))
    });
    let Some((ticket, handle)) = read.await? else { return Ok(Answer::Missing) };
    let bytes = draw(&scene_codes::link(&call.app.public_url, &handle, &ticket))?;
    Ok(Answer::File { mime: "image/jpg".to_owned(), name: None, bytes })
}

fn draw(text: &str) -> Result<Vec<u8>, Refusal> {
    let fault = |error: &dyn std::fmt::Display| Refusal {
        fault: Some(format!("a code could not be drawn: {error}")),
        ..Refusal::new(code::SYSTEM)
    };
    let drawn = QrCode::new(text.as_bytes()).map_err(|error| fault(&error))?;
    let picture = drawn.render::<Luma<u8>>().min_dimensions(SIDE, SIDE).build();
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .map_err(|error| fault(&error))?;
    Ok(bytes.into_inner())
}
