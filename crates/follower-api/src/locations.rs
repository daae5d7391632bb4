//! Where a follower is, for accounts they let know.
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use crier_core::App;
use crier_core::locations::{self, Whereabouts};
use crier_core::rights::Right;
use crier_http::Answer;
use crier_http::problems::ProblemBody;
use utoipa::ToSchema;

use crate::fields::{Fields, required};
use crate::identity::Identity;

/// Where the caller is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct WhereaboutsBody {
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// Metres by which it may be wrong; 0 if absent.
    precision: Option<f64>,
}

/// Tell where you are
///
/// For host apps whose user allows it: when they enter the conversation, and at most every five
/// seconds while they stay. Verified service accounts are told.
#[utoipa::path(post, path = "/v1/accounts/{account}/location", tag = "Conversations",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = WhereaboutsBody, responses(
    (status = 202, description = "taken"), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn report(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer {
    let at = Whereabouts {
        latitude: required("latitude", fields.number("latitude", -90.0, 90.0)?)?,
        longitude: required("longitude", fields.number("longitude", -180.0, 180.0)?)?,
        precision: fields.number("precision", 0.0, 20_100_000.0)?.unwrap_or(0.0),
    };
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    account.may(Right::Location)?;
    let follower = who.at(&app, &account).await?;
    app.limits.locations.check(&follower.to_string()).await?;
    let roster = app.roster.clone();
    app.write(move |tx| locations::report(tx, &roster, &account, follower, at)).await?;
    Ok(HttpResponse::Accepted().finish())
}
