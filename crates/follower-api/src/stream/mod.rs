//! The live stream: every message of all the user's accounts, without a hole and nothing twice.
#![expect(unused_qualifications, reason = "the macro that describes calls writes paths out")]
mod cursor;
mod feed;

use std::time::Duration;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, rt};
use crier_core::live::Full;
use crier_core::{App, followers};
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Code, Problem, sse};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::identity::Identity;
use cursor::Cursor;
use feed::Feed;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Resume {
    /// For clients that cannot send the `Last-Event-ID` header.
    last_event_id: Option<String>,
}

/// The live stream
///
/// Server-sent events: `message` carries a message as it is read back, `broadcast` an item of the
/// timeline, `following` a change of what the user follows, `typing` that an account begins or
/// ceases to write, `ready` comes first. Send the last event's id as `Last-Event-ID` to go on
/// exactly there; without it the stream begins now.
#[utoipa::path(get, path = "/v1/stream", tag = "Messages",
    params(Resume, ("Last-Event-ID" = Option<String>, Header, description = "the last event's id")),
    responses(
    (status = 200, content_type = "text/event-stream", body = String),
    (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
    (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn open(
    app: Data<App>,
    who: Identity,
    req: HttpRequest,
    resume: Query<Resume>,
) -> Answer {
    let from = resume_from(&req, &resume, who)?;
    let seat = app.hub.take_seat(who.user).map_err(|full| match full {
        Full::User => {
            let detail = "close one of the user's other streams";
            Problem::new(Code::TooManyStreams, detail).retry_after(Duration::from_secs(5))
        }
        Full::Node => Problem::unavailable("this node has as many streams as it takes"),
    })?;
    // Subscribed before anything is read: what commits between the two comes as news.
    let news = app.hub.of_user(who.user);
    let standings = app.read(move |conn| followers::standings(conn, who.user)).await?;
    let (sender, answer) = sse::open();
    let app = app.into_inner();
    let feed = Feed::new(app, who.user, sender, standings, from.as_ref()).ok_or_else(bad_cursor)?;
    rt::spawn(async move {
        // The receiver goes before the seat, which then clears up after it.
        feed.run(news).await;
        drop(seat);
    });
    Ok(answer)
}

fn resume_from(req: &HttpRequest, resume: &Resume, who: Identity) -> Answer<Option<Cursor>> {
    let header = req.headers().get("last-event-id");
    let text = match header {
        Some(value) => Some(value.to_str().map_err(|_| bad_cursor())?),
        None => resume.last_event_id.as_deref(),
    };
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let cursor = Cursor::decode(text).filter(|cursor| cursor.user == who.user);
    cursor.map(Some).ok_or_else(bad_cursor)
}

fn bad_cursor() -> Problem {
    Problem::new(Code::BadCursor, "the event id is none of this user's; connect without one")
}
