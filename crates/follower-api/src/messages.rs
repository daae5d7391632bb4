//! Writing, reading back, and marking as read.
#![expect(unused_qualifications, reason = "the macro that describes calls writes paths out")]
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path, Query};
use crier_core::content::Content;
use crier_core::conversations::{self, Append};
use crier_core::messages::{self, Span};
use crier_core::{App, Timestamp, media};
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::fields::{Fields, limit, required, whole};
use crate::identity::Identity;
use crate::shapes::MessageView;
use crate::writing::{self, Writing};

/// The greatest number every JSON reader takes exactly.
const MOST: i64 = (1 << 53) - 1;

#[derive(Serialize, ToSchema)]
pub struct Sent {
    id: i64,
    seq: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Write
///
/// Answered once the message is durable. The same `client_id` again is answered `200` with the
/// first answer, and stored once.
#[utoipa::path(post, path = "/v1/accounts/{account}/messages", tag = "Messages",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = Writing, responses(
    (status = 201, body = Sent), (status = 200, body = Sent, description = "sent before"),
    (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
    (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn send(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let content = writing::content(&fields)?;
    let client_id = writing::client_id(&fields)?;
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    let follower = who.at(&app, &account).await?;
    let content = with_media(&app, content).await?;
    let done = app.append(Append::inbound(follower, content, client_id)).await?;
    let sent = Sent { id: done.id.0, seq: done.seq, created_at: done.created_at };
    let mut answer = if done.repeated { HttpResponse::Ok() } else { HttpResponse::Created() };
    Ok(answer.json(sent))
}

/// Only media costs a query.
async fn with_media(app: &App, content: Content) -> Answer<Content> {
    if !matches!(content, Content::Image { .. } | Content::Voice { .. } | Content::Video { .. }) {
        return Ok(content);
    }
    let now = app.clock.now();
    Ok(app.read(move |conn| media::complete(conn, content, now)).await?)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// The first messages after this sequence number.
    #[param(value_type = Option<i64>)]
    after: Option<String>,
    /// The last messages before this one. Without either, the newest.
    #[param(value_type = Option<i64>)]
    before: Option<String>,
    /// 50 if absent, 200 at the most.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
}

impl Part {
    fn span(&self) -> Answer<Span> {
        let after = whole("after", self.after.as_ref(), 0, MOST)?;
        let before = whole("before", self.before.as_ref(), 0, MOST)?;
        match (after, before) {
            (Some(_), Some(_)) => Err(Problem::invalid("before", "excludes after")),
            (Some(seq), None) => Ok(Span::After(seq)),
            (None, before) => Ok(Span::Before(before.unwrap_or(i64::MAX))),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct History<'a> {
    messages: Vec<MessageView<'a>>,
    /// The conversation's newest message; 0 before the first.
    last_seq: i64,
}

/// Read back
///
/// Messages in ascending order, also those from before the follower left and came back.
#[utoipa::path(get, path = "/v1/accounts/{account}/messages", tag = "Messages",
    params(("account" = String, Path, description = "handle or app id"), Part), responses(
    (status = 200, body = inline(History)), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
pub async fn page(app: Data<App>, who: Identity, name: Path<String>, part: Query<Part>) -> Answer {
    let (span, most) = (part.span()?, limit(part.limit.as_ref(), 50, 200)?);
    let account = app.account(&name).await?;
    let follower = who.at(&app, &account).await?;
    let (found, last_seq) = app
        .read(move |conn| {
            // The number first: a message that comes between the two is on the next page then.
            let last_seq = conversations::get(conn, follower)?.last_seq;
            Ok((messages::page(conn, follower, span, most)?, last_seq))
        })
        .await?;
    let agents = app.agents_of(&found.iter().collect::<Vec<_>>()).await?;
    let view = |message| MessageView::of(message, &account.handle, &agents, &app.public_url);
    let messages = found.iter().map(view).collect();
    Ok(HttpResponse::Ok().json(History { messages, last_seq }))
}

/// Where the follower has read up to.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct ReadMark {
    seq: i64,
}

/// Mark as read
///
/// A mark never moves back.
#[utoipa::path(post, path = "/v1/accounts/{account}/read", tag = "Messages",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = ReadMark, responses(
    (status = 204, description = "marked"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody)))]
pub async fn read(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let seq = required("seq", fields.whole("seq", 0, MOST)?)?;
    let account = app.account(&name).await?;
    let follower = who.at(&app, &account).await?;
    who.pace(&app).await?;
    app.write(move |tx| conversations::read_by_follower(tx, follower, seq)).await?;
    Ok(HttpResponse::NoContent().finish())
}
