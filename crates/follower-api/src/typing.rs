//! A follower begins to write, or ceases to.
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use crier_core::error::Denial;
use crier_core::{App, Error, followers};
use crier_http::Answer;
use crier_http::problems::ProblemBody;
use utoipa::ToSchema;

use crate::fields::{Fields, required};
use crate::identity::Identity;

/// Whether the caller writes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct TypingBody {
    typing: bool,
}

/// Show that you write
///
/// To the members who have the conversation open: say it again every ten seconds while the user
/// writes. It is over with their next message, after half a minute, or when you take it back.
#[utoipa::path(post, path = "/v1/accounts/{account}/typing", tag = "Messages",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = TypingBody, responses(
    (status = 204, description = "shown"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn tell(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let writes = required("typing", fields.flag("typing")?)?;
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    let id = who.at(&app, &account).await?;
    let follower = app.read(move |conn| followers::get(conn, id)).await?;
    if follower.unfollowed_at.is_some() {
        return Err(Error::from(Denial::NotFollowing).into());
    }
    // What the blocked do is shown to nobody, and they need not know.
    if follower.blocked_at.is_none() {
        app.attend_as_follower(account.id, id, writes);
    }
    Ok(HttpResponse::NoContent().finish())
}
