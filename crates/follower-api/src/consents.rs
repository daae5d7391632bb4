//! What a user lets an account's web pages know of them, and taking it back.
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use crier_core::grants::{self, Consent};
use crier_core::{App, Timestamp};
use crier_http::Answer;
use crier_http::problems::ProblemBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::Identity;

#[derive(Serialize, ToSchema)]
pub struct Consents {
    /// One for each scope; none when the account may know nothing.
    consents: Vec<ConsentView>,
}

#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    /// `base`: who the caller is to the account; `profile`: their name and picture too.
    scope: &'static str,
    #[schema(value_type = String, format = DateTime)]
    granted_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl From<Consent> for ConsentView {
    fn from(consent: Consent) -> Self {
        let Consent { scope, granted_at, expires_at } = consent;
        Self { scope: scope.as_str(), granted_at, expires_at }
    }
}

/// Consents
///
/// What the account's web pages may know of the caller, who need not follow it.
#[utoipa::path(get, path = "/v1/accounts/{account}/consents", tag = "Web pages",
    params(("account" = String, Path, description = "handle or app id")), responses(
    (status = 200, body = Consents),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(app: Data<App>, who: Identity, name: Path<String>) -> Answer<Json<Consents>> {
    let (account, now) = (app.account(&name).await?.id, app.clock.now());
    let held = app.read(move |conn| grants::consents(conn, account, who.user, now)).await?;
    Ok(Json(Consents { consents: held.into_iter().map(ConsentView::from).collect() }))
}

/// Withdraw consent
///
/// All of it. The account's user tokens end, and its operator is told. Withdrawing again changes
/// nothing.
#[utoipa::path(delete, path = "/v1/accounts/{account}/consents", tag = "Web pages",
    params(("account" = String, Path, description = "handle or app id")), responses(
    (status = 204, description = "withdrawn"), (status = 401, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn withdraw(app: Data<App>, who: Identity, name: Path<String>) -> Answer {
    let account = app.account(&name).await?.id;
    who.pace(&app).await?;
    let roster = app.roster.clone();
    app.write(move |tx| grants::withdraw(tx, &roster, account, who.user)).await?;
    Ok(HttpResponse::NoContent().finish())
}
