//! The directory, and one account's card.
#![expect(unused_qualifications, reason = "the macro that describes calls writes paths out")]
use std::collections::HashMap;

use actix_web::web::{Data, Json, Path, Query};
use crier_core::ids::AccountId;
use crier_core::{App, accounts, followers};
use crier_http::problems::ProblemBody;
use crier_http::{Answer, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::fields::limit;
use crate::identity::Identity;
use crate::shapes::AccountView;

#[derive(Deserialize, IntoParams)]
pub struct Words {
    /// Words in the name or handle; all accounts if absent.
    #[serde(default)]
    q: String,
    /// 1 to 100; 50 if absent.
    limit: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Directory {
    accounts: Vec<AccountView>,
}

/// The directory
///
/// Accounts by how many follow them.
#[utoipa::path(get, path = "/v1/accounts", tag = "Accounts", params(Words), responses(
    (status = 200, body = Directory),
    (status = 400, body = ProblemBody), (status = 401, body = ProblemBody)))]
pub async fn search(app: Data<App>, who: Identity, query: Query<Words>) -> Answer<Json<Directory>> {
    let Words { q, limit: most } = query.into_inner();
    let most = limit(most.as_ref(), 50, 100)?;
    let words = q.trim().to_owned();
    if words.chars().count() > 100 || accounts::has_control(&words) {
        return Err(Problem::invalid("q", "must have at most 100 characters"));
    }
    let (found, followed) = app
        .read(move |conn| {
            let found = accounts::search(conn, &words, most)?;
            Ok((found, followers::of_user(conn, who.user)?))
        })
        .await?;
    let mut openids: HashMap<AccountId, String> =
        followed.into_iter().map(|(follower, account)| (account.id, follower.openid)).collect();
    let card_of = |account, openid| AccountView::of(account, openid, &app.public_url);
    let accounts =
        found.iter().map(|account| card_of(account, openids.remove(&account.id))).collect();
    Ok(Json(Directory { accounts }))
}

/// An account's card
#[utoipa::path(get, path = "/v1/accounts/{account}", tag = "Accounts",
    params(("account" = String, Path, description = "handle or app id")), responses(
    (status = 200, body = AccountView),
    (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn card(app: Data<App>, who: Identity, name: Path<String>) -> Answer<Json<AccountView>> {
    let account = app.account(&name).await?;
    let of = account.id;
    let follower = app.read(move |conn| followers::find(conn, of, who.user)).await?;
    let following = follower.filter(|follower| follower.unfollowed_at.is_none());
    let openid = following.map(|follower| follower.openid);
    Ok(Json(AccountView::of(&account, openid, &app.public_url)))
}
