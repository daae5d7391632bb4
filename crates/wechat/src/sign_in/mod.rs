//! Web sign-in: the page where a follower lets an account's web page know who they are
//! (`reference/wechat-api.md` 2.12). It works without script.
mod asked;
pub(crate) mod pages;

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::http::header::{ACCEPT_LANGUAGE, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use crier_core::accounts::Account;
use crier_core::error::Denial;
use crier_core::grants::{self, Scope};
use crier_core::ids::UserId;
use crier_core::mint::fingerprint;
use crier_core::vault::mac;
use crier_core::{App, Error, followers};
use serde::Deserialize;

use self::asked::Asked;
pub(crate) use self::asked::{Wrong, web_address};
use self::pages::{Page, Step};

/// Where a follower token is kept by Crier's own follower page.
const COOKIE: &str = "crier_follower";
const PATH: &str = "/connect/oauth2/authorize";

/// Adds the page.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    let page = web::resource(PATH)
        .route(web::get().to(ask))
        .route(web::head().to(ask))
        .route(web::post().to(decide));
    cfg.service(page);
}

/// A follower who is signed in here.
pub(crate) struct Visitor {
    /// Who they are.
    pub(crate) user: UserId,
    /// What they are called.
    pub(crate) name: String,
    token: String,
}

impl Visitor {
    /// What binds a form to this visitor and to exactly what was asked.
    pub(crate) fn seal(&self, app: &App, purpose: &str, asked: &str) -> String {
        let bound = format!("{}\n{asked}", fingerprint(&self.token));
        hex::encode(mac(&app.vault.derive(purpose), bound.as_bytes()))
    }
}

/// What the form says.
#[derive(Debug, Deserialize)]
struct Decision {
    /// The seal of what was asked, so that no other site can press the button.
    seal: String,
    /// `allow`, or anything else.
    choice: String,
}

async fn ask(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let result = async {
        let (asked, account) = asked(&app, &request).await?;
        let Some(visitor) = visitor(&app, &request).await? else {
            let next = format!("{PATH}?{}", request.query_string());
            return Ok(page(&request, Step::SignIn { account: account.name.clone(), next }, None));
        };
        let is_silent = asked.scope == Scope::Base && !asked.must_ask;
        if is_silent && is_own_page(&app, &account, &asked).await? {
            return grant(&app, &account, &asked, visitor.user).await;
        }
        Ok(consent(&app, &request, &account, &asked, visitor))
    };
    result.await.unwrap_or_else(|wrong| sorry(&request, &wrong))
}

async fn decide(
    app: web::Data<App>,
    request: HttpRequest,
    form: web::Form<Decision>,
) -> HttpResponse {
    let result = async {
        let (asked, account) = asked(&app, &request).await?;
        let visitor = visitor(&app, &request).await?.ok_or(Wrong::Seal)?;
        if !same(&seal(&app, &asked, &visitor), &form.seal) {
            return Err(Wrong::Seal);
        }
        if form.choice == "allow" {
            return grant(&app, &account, &asked, visitor.user).await;
        }
        // Who refuses comes back without a code.
        Ok(redirect(asked.back(None)))
    };
    result.await.unwrap_or_else(|wrong| sorry(&request, &wrong))
}

async fn asked(app: &App, request: &HttpRequest) -> Result<(Asked, Arc<Account>), Wrong> {
    let asked = Asked::read(request.query_string())?;
    let account = account_of(app, &asked.app_id).await?;
    account.may(crier_core::rights::Right::WebSignIn)?;
    Ok((asked, account))
}

/// The account of this app id.
pub(crate) async fn account_of(app: &App, app_id: &str) -> Result<Arc<Account>, Wrong> {
    if app_id.contains('\0') {
        return Err(Wrong::AppId);
    }
    match app.account(app_id).await {
        Ok(account) if account.app_id == app_id => Ok(account),
        Ok(_) | Err(Error::NotFound(_)) => Err(Wrong::AppId),
        Err(error) => Err(error.into()),
    }
}

/// Who is signed in here, if somebody is.
pub(crate) async fn visitor(app: &App, request: &HttpRequest) -> Result<Option<Visitor>, Wrong> {
    let cookie: Option<Cookie<'static>> = request.cookie(COOKIE);
    let Some(token) = cookie.map(|cookie| cookie.value().to_owned()) else { return Ok(None) };
    match app.verify_follower_token(&token).await {
        Ok((host_app, claims)) => {
            let user = app.user(&host_app, &claims).await?;
            let name = claims.name.unwrap_or(claims.sub);
            Ok(Some(Visitor { user, name, token }))
        }
        Err(Error::Denied(Denial::Credentials)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn is_own_page(app: &App, account: &Account, asked: &Asked) -> Result<bool, Wrong> {
    let (id, host) = (account.id, asked.host().to_owned());
    Ok(app.read(move |conn| grants::is_own_host(conn, id, &host)).await?)
}

async fn grant(
    app: &App,
    account: &Arc<Account>,
    asked: &Asked,
    user: UserId,
) -> Result<HttpResponse, Wrong> {
    let (vault, account, scope) = (app.vault.clone(), account.clone(), asked.scope);
    let code = app.write(move |tx| {
        let follower = followers::acquaint(tx, &vault, &account, user)?;
        grants::add(tx, &account, follower.id, scope)
    });
    Ok(redirect(asked.back(Some(&code.await?))))
}

/// Leads on.
pub(crate) fn redirect(to: String) -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, to)).finish()
}

fn consent(
    app: &App,
    request: &HttpRequest,
    account: &Account,
    asked: &Asked,
    visitor: Visitor,
) -> HttpResponse {
    let step = Step::Consent {
        account: account.name.clone(),
        host: asked.host().to_owned(),
        profile: asked.scope == Scope::Profile,
        action: format!("{PATH}?{}", request.query_string()),
        seal: seal(app, asked, &visitor),
        name: visitor.name,
    };
    page(request, step, Some(&asked.origin()))
}

/// Binds the form to this visitor and to exactly what was asked.
fn seal(app: &App, asked: &Asked, visitor: &Visitor) -> String {
    visitor.seal(app, "web-sign-in", &asked.text())
}

/// Compared by their fingerprints, so that the time it takes tells nothing.
pub(crate) fn same(one: &str, other: &str) -> bool {
    fingerprint(one) == fingerprint(other)
}

/// Says what is wrong.
pub(crate) fn sorry(request: &HttpRequest, wrong: &Wrong) -> HttpResponse {
    if let Wrong::Ours(fault) = wrong {
        tracing::error!(fault, "a sign-in page failed");
    }
    page(request, Step::Wrong { sentence: wrong.sentence(is_chinese(request)) }, None)
}

fn is_chinese(request: &HttpRequest) -> bool {
    let said = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    said.is_some_and(|said| said.trim_start().to_ascii_lowercase().starts_with("zh"))
}

/// The page in the visitor's language.
pub(crate) fn page(request: &HttpRequest, step: Step, origin: Option<&str>) -> HttpResponse {
    Page { zh: is_chinese(request), step }.answer(origin)
}
