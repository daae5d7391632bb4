//! Web pages of an account inside the host app: whether it may lend one its abilities.
use actix_web::web::{Data, Json, Path};
use crier_core::App;
use crier_core::page_tickets::{Signed, Verdict};
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::{Fields, required};
use crate::identity::Identity;

/// What the page gave the host app to be let in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes")]
pub struct PageConfig {
    /// What the page calls `nonceStr`.
    nonce: String,
    /// Seconds since 1970, as number or text.
    timestamp: i64,
    /// The address the page was opened at; what follows `#` counts for nothing.
    url: String,
    /// 40 hex digits.
    signature: String,
}

#[derive(Serialize, ToSchema)]
pub struct PageCheck {
    /// Whether the account's backend signed this.
    valid: bool,
    app_id: String,
    /// Why not: `signature` (made of other values, or without a ticket of the account) or
    /// `ticket_expired` (made with an older ticket than the last but one).
    problem: Option<&'static str>,
}

/// Check a page's signature
///
/// A host app asks this before it gives a web page its abilities: the page hands over what its
/// backend signed with the account's ticket.
#[utoipa::path(post, path = "/v1/accounts/{account}/page-config/check", tag = "Web pages",
    params(("account" = String, Path, description = "handle or app id")),
    request_body = PageConfig, responses(
    (status = 200, body = PageCheck), (status = 400, body = ProblemBody),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
    (status = 429, body = ProblemBody)))]
pub async fn check(
    app: Data<App>,
    who: Identity,
    name: Path<String>,
    fields: Json<Fields>,
) -> Answer<Json<PageCheck>> {
    let signed = signed(&fields)?;
    who.pace(&app).await?;
    let account = app.account(&name).await?;
    let (valid, problem) = match app.check_page(account.id, &signed) {
        Verdict::Valid => (true, None),
        Verdict::TicketExpired => (false, Some("ticket_expired")),
        Verdict::Wrong => (false, Some("signature")),
    };
    Ok(Json(PageCheck { valid, app_id: account.app_id.clone(), problem }))
}

fn signed(fields: &Fields) -> Result<Signed, Problem> {
    let signature = required("signature", fields.text("signature", 1, 64)?)?;
    if signature.len() != 40 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::invalid("signature", "must be 40 hex digits"));
    }
    Ok(Signed {
        nonce: required("nonce", fields.text("nonce", 1, 128)?)?,
        timestamp: required("timestamp", fields.digits("timestamp")?)?,
        url: required("url", fields.text("url", 1, 2_048)?)?,
        signature,
    })
}
