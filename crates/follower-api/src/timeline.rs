//! The timeline: what the followed accounts sent to everybody or to a list with the user in it.
#![expect(unused_qualifications, reason = "the macro that describes calls writes paths out")]
use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use crier_core::accounts::Account;
use crier_core::broadcasts::{self, Broadcast};
use crier_core::ids::BroadcastId;
use crier_core::{App, Timestamp};
use crier_http::Answer;
use crier_http::problems::ProblemBody;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::fields::{limit, whole};
use crate::identity::Identity;
use crate::shapes::Body;

/// A broadcast as it is read.
#[derive(Serialize, ToSchema)]
pub struct BroadcastView<'a> {
    id: i64,
    /// Its place among the account's broadcasts.
    seq: i64,
    /// The account's handle.
    account: &'a str,
    name: &'a str,
    #[serde(flatten)]
    body: Body<'a>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl<'a> BroadcastView<'a> {
    /// The view of an account's broadcast.
    pub fn of(broadcast: &'a Broadcast, handle: &'a str, name: &'a str, public_url: &str) -> Self {
        Self {
            id: broadcast.id.0,
            seq: broadcast.seq,
            account: handle,
            name,
            body: Body::of(&broadcast.content, public_url),
            created_at: broadcast.sent_at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// The last page's `next`.
    #[param(value_type = Option<i64>)]
    before: Option<String>,
    /// 30 if absent, 100 at the most.
    #[param(value_type = Option<i64>)]
    limit: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Timeline<'a> {
    items: Vec<BroadcastView<'a>>,
    /// Where the next page begins; null on the last one.
    next: Option<i64>,
}

/// The timeline
///
/// Newest first; nothing is ranked or left out.
#[utoipa::path(get, path = "/v1/timeline", tag = "Messages", params(Part), responses(
    (status = 200, body = inline(Timeline)),
    (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn list(app: Data<App>, who: Identity, part: Query<Part>) -> Answer {
    let before = whole("before", part.before.as_ref(), 0, i64::MAX)?.map(BroadcastId);
    let most = limit(part.limit.as_ref(), 30, 100)?;
    let found: Vec<(Broadcast, Account)> =
        app.read(move |conn| broadcasts::timeline(conn, who.user, before, most)).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == most);
    let next = found.last().filter(|_| full).map(|(broadcast, _)| broadcast.id.0);
    let items = found
        .iter()
        .map(|(broadcast, account)| {
            BroadcastView::of(broadcast, &account.handle, &account.name, &app.public_url)
        })
        .collect();
    Ok(HttpResponse::Ok().json(Timeline { items, next }))
}
