//! The HTTP face: what bots call.
mod agent_sessions;
mod agents;
mod answers;
mod articles;
mod auto_replies;
mod callbacks;
mod calls;
mod catalogue;
mod codes;
mod comments;
mod contents;
mod custom;
mod datacube;
mod drafts;
mod errcodes;
mod fields;
mod mass;
mod materials;
mod media;
mod menus;
mod notices;
mod one_time;
mod publishing;
mod quotas;
mod refusals;
mod rids;
mod routes;
mod shorts;
mod sns;
mod tags;
mod templates;
#[cfg(test)]
mod tests;
mod tokens;
mod users;

pub use catalogue::{Effect, Listed, catalogue};

use std::rc::Rc;
use std::sync::Arc;

use actix_web::http::Method as HttpMethod;
use actix_web::{HttpRequest, HttpResponse, web};
use crier_core::App;
use crier_core::access_tokens::Standing;
use crier_core::accounts::Account;

use self::answers::{Outcome, json_text, refusal};
use self::calls::{Call, Seen};
use self::errcodes as code;
use self::refusals::Refusal;
use self::routes::{FOREIGN, Handler, Method, OWN, Route, TABLE};
use crate::{consents, sign_in};

pub use self::quotas::has_limit;

/// Bytes of an access token (T21).
const MAX_TOKEN: usize = 512;

/// Adds every route of the face. The application's state must be a `web::Data<App>`. Repeated
/// slashes in paths must be merged before routing, because some clients send them (T20): wrap the
/// application in `NormalizePath::new(TrailingSlash::MergeOnly)`.
pub fn configure(cfg: &mut web::ServiceConfig) {
    for route in TABLE {
        let answer = move |app: web::Data<App>, request: HttpRequest, payload: web::Payload| {
            serve(route, app, request, payload)
        };
        cfg.service(web::resource(route.path).to(answer));
    }
    sign_in::configure(cfg);
    consents::configure(cfg);
    for prefix in FOREIGN {
        cfg.service(web::scope(prefix).default_service(web::to(foreign)));
    }
    for prefix in OWN {
        cfg.service(web::scope(prefix).default_service(web::to(unknown)));
    }
}

/// The answer to an address that doesn't exist, as bots expect it (T18): status 200, code 40066.
pub async fn unknown(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    nowhere(&app, &request, code::BAD_PATH)
}

async fn foreign(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    nowhere(&app, &request, code::UNAUTHORIZED)
}

fn nowhere(app: &App, request: &HttpRequest, code: i32) -> HttpResponse {
    let rid = rids::mint(app.clock.now());
    json_text(refusal(Refusal::new(code), request.path(), &rid))
}

async fn serve(
    route: &'static Route,
    app: web::Data<App>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let app = app.into_inner();
    let (began, seen) = (app.clock.now(), Rc::new(Seen::default()));
    match answer(route, app.clone(), &request, payload, seen.clone()).await {
        Ok(answer) => answer.into_http(),
        Err(refused) => {
            let rid = rids::mint(began);
            let said = refusal(refused, route.path, &rid);
            rids::keep(&app, &request, &seen, (&rid, began), &said).await;
            json_text(said)
        }
    }
}

async fn answer(
    route: &Route,
    app: Arc<App>,
    request: &HttpRequest,
    payload: web::Payload,
    seen: Rc<Seen>,
) -> Outcome {
    if let Err(refused) = check_method(route.method, request.method()) {
        // Whose call it is matters to who looks the refusal up, and to nobody else.
        if let (Handler::Account(..), Ok(account)) = (&route.handler, caller(&app, request).await) {
            drop(seen.account.set(account));
        }
        return Err(refused);
    }
    match &route.handler {
        Handler::Open(handler) => {
            handler(Call::read(app, request, payload, route, seen).await?).await
        }
        Handler::Account(right, handler) => {
            // Before the body is read: who may not call may not make us hold ten megabytes either.
            let account = caller(&app, request).await?;
            drop(seen.account.set(account.clone()));
            admit(&app, &account, route.path).await?;
            account.may(*right)?;
            handler(Call::read(app, request, payload, route, seen).await?, account).await
        }
    }
}

/// Counts a call of the account: it must be within the second, the minute and the day
/// (`reference/wechat-api.md` 5.3).
async fn admit(app: &App, account: &Account, path: &'static str) -> Result<(), Refusal> {
    app.limits.operator.check(&account.app_id).await?;
    if quotas::is_broadcast(path) {
        app.limits.broadcasts.check(&account.app_id).await?;
    }
    let path = quotas::counted_as(path);
    app.count_call(account, path, quotas::usual(path)).await.map_err(quotas::of_the_day)
}

fn check_method(wanted: Method, came: &HttpMethod) -> Result<(), Refusal> {
    match wanted {
        Method::Get if came != HttpMethod::GET && came != HttpMethod::HEAD => {
            Err(Refusal::new(code::WANTS_GET))
        }
        Method::Post if came != HttpMethod::POST => Err(Refusal::new(code::WANTS_POST)),
        _ => Ok(()),
    }
}

/// Whose access token the query names, wherever it stands in it.
async fn caller(app: &App, request: &HttpRequest) -> Result<Arc<Account>, Refusal> {
    let mut query = url::form_urlencoded::parse(request.query_string().as_bytes());
    let token = query.find(|(name, _)| name == "access_token").map(|(_, token)| token);
    let token = token.filter(|token| !token.is_empty());
    let token = token.ok_or(Refusal::new(code::NO_TOKEN))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if token.len() > MAX_TOKEN || !token.bytes().all(plain) {
        return Err(Refusal::new(code::BAD_TOKEN_FORM));
    }
    match app.access_token_standing(&token).await? {
        Standing::Valid(account) => Ok(account),
        Standing::Expired => Err(Refusal::new(code::TOKEN_EXPIRED)),
        Standing::Superseded | Standing::Unknown => Err(Refusal::new(code::BAD_CREDENTIAL)),
    }
}
