//! Leave for one message.
use actix_web::{HttpRequest, HttpResponse, web};
use crier_core::rights::Right;
use crier_core::{App, followers, one_time};

use super::{Asked, decider, parameter};
use crate::sign_in::pages::Step;
use crate::sign_in::{Wrong, page, redirect, sorry, visitor};

/// The page's path.
pub(super) const PATH: &str = "/mp/subscribemsg";

/// Shows the question.
pub(super) async fn ask(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    question(&app, &request).await.unwrap_or_else(|wrong| sorry(&request, &wrong))
}

async fn question(app: &App, request: &HttpRequest) -> Result<HttpResponse, Wrong> {
    let (asked, title) = asked(app, request).await?;
    let account = asked.account.name.clone();
    let Some(visitor) = visitor(app, request).await? else {
        let next = format!("{PATH}?{}", asked.query);
        return Ok(page(request, Step::SignIn { account, next }, None));
    };
    let form = asked.form(app, PATH, visitor);
    Ok(page(request, Step::OneTime { account, title, form }, Some(&asked.origin())))
}

/// Takes the answer.
pub(super) async fn decide(
    app: web::Data<App>,
    request: HttpRequest,
    form: String,
) -> HttpResponse {
    answer(&app, &request, &form).await.unwrap_or_else(|wrong| sorry(&request, &wrong))
}

async fn answer(app: &App, request: &HttpRequest, form: &str) -> Result<HttpResponse, Wrong> {
    let (asked, _) = asked(app, request).await?;
    let user = decider(app, request, PATH, form).await?.user;
    let agreed = parameter(form, "choice") == "allow";
    let (vault, account) = (app.vault.clone(), asked.account.clone());
    let (template, scene) = (asked.template.clone(), asked.scene);
    let openid = app.write(move |tx| {
        let follower = followers::acquaint(tx, &vault, &account, user)?;
        if agreed {
            one_time::allow(tx, &vault, account.id, follower.id, &template, scene)?;
        }
        Ok(follower.openid)
    });
    let action = if agreed { "confirm" } else { "cancel" };
    Ok(redirect(asked.back(&openid.await?, &asked.template, action).into()))
}

/// What was asked, with the title of the template if it has one.
async fn asked(app: &App, request: &HttpRequest) -> Result<(Asked, Option<String>), Wrong> {
    if parameter(request.query_string(), "action") != "get_confirm" {
        return Err(Wrong::Parameter);
    }
    let asked = Asked::read(app, request, Right::OneTime).await?;
    let (vault, account, key) = (app.vault.clone(), asked.account.id, asked.template.clone());
    let title = app.read(move |conn| one_time::title(conn, &vault, account, &key)).await?;
    Ok((asked, title))
}
