//! Following and leaving.
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Json, Path};
use crier_core::arrivals::{How, Source};
use crier_core::{App, Error, Timestamp, followers};
use crier_http::Answer;
use crier_http::inputs::optional_json;
use crier_http::problems::ProblemBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::Fields;
use crate::identity::Identity;

/// How the follower came.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct Coming {
    /// A scene code's ticket, or a scene of 1 to 64 characters.
    scene: Option<String>,
    /// Where they come from, unless by a scene: `search`, `card`, `article`, `payment` or `other`.
    #[schema(default = "search")]
    source: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Following {
    /// The account's handle.
    account: String,
    /// Who the follower is to the account: the same each time they come.
    openid: String,
    #[schema(value_type = String, format = DateTime)]
    followed_at: Timestamp,
}

/// Follow
///
/// Following again gives the same answer; a scene then counts as a scan.
#[utoipa::path(put, path = "/v1/accounts/{account}/follow", tag = "Accounts",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = inline(Option<Coming>), responses(
    (status = 200, body = Following), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn follow(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    body: Bytes,
) -> Answer<Json<Following>> {
    let fields = optional_json::<Fields>(&body)?;
    let scene = fields.text("scene", 1, 64)?;
    let source = source(fields.text("source", 1, 20)?)?;
    let account = app.account(&name).await?;
    who.pace(&app).await?;
    let (vault, roster, of) = (app.vault.clone(), app.roster.clone(), account.clone());
    let follower = app
        .write(move |tx| {
            let how = How { scene: scene.as_deref(), source };
            followers::follow_by(tx, &vault, &roster, &of, who.user, how)
        })
        .await?;
    Ok(Json(Following {
        account: account.handle.clone(),
        openid: follower.openid,
        followed_at: follower.followed_at,
    }))
}

fn source(said: Option<String>) -> Result<Source, Error> {
    let Some(said) = said else { return Ok(Source::Search) };
    let known = Source::parse(&said).filter(|source| *source != Source::Scene);
    known.ok_or_else(|| Error::invalid("source", "must be search, card, article, payment or other"))
}

/// Unfollow
///
/// Leaving again changes nothing.
#[utoipa::path(delete, path = "/v1/accounts/{account}/follow", tag = "Accounts",
    params(("account" = String, Path, description = "handle or app id")), responses(
    (status = 204, description = "left"), (status = 401, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn unfollow(app: Data<App>, who: Identity, name: Path<String>) -> Answer {
    let account = app.account(&name).await?;
    who.pace(&app).await?;
    let roster = app.roster.clone();
    app.write(move |tx| followers::unfollow(tx, &roster, account.id, who.user)).await?;
    Ok(HttpResponse::NoContent().finish())
}
