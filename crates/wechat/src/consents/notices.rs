//! Which subscription notices a user wants.
use actix_web::{HttpRequest, HttpResponse, web};
use crier_core::facts::NoticeAnswer;
use crier_core::rights::Right;
use crier_core::templates::{Kind, Template};
use crier_core::{App, followers, notices};

use super::{Asked, decider, parameter};
use crate::sign_in::pages::{self, Step};
use crate::sign_in::{Wrong, page, redirect, sorry, visitor};

/// The page's path.
pub(super) const PATH: &str = "/mp/subscribenotice";
/// Notices of one question.
const MOST: usize = 3;
/// Where a web page asks, as events number it.
const BY_WEB_PAGE: i32 = 1;

/// Shows the question.
pub(super) async fn ask(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    question(&app, &request).await.unwrap_or_else(|wrong| sorry(&request, &wrong))
}

async fn question(app: &App, request: &HttpRequest) -> Result<HttpResponse, Wrong> {
    let (asked, templates) = asked(app, request).await?;
    let account = asked.account.name.clone();
    let Some(visitor) = visitor(app, request).await? else {
        let next = format!("{PATH}?{}", asked.query);
        return Ok(page(request, Step::SignIn { account, next }, None));
    };
    let form = asked.form(app, PATH, visitor);
    let notices = templates.into_iter().map(shown).collect();
    Ok(page(request, Step::Notices { account, notices, form }, Some(&asked.origin())))
}

fn shown(template: Template) -> pages::Asked {
    pages::Asked {
        key: template.template_key,
        title: template.title,
        example: template.example,
        lasting: template.kind == Kind::Long,
    }
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
    let (asked, templates) = asked(app, request).await?;
    let user = decider(app, request, PATH, form).await?.user;
    let answers = answers(templates, form);
    let (vault, roster, account) = (app.vault.clone(), app.roster.clone(), asked.account.clone());
    let said = answers.clone();
    let openid = app.write(move |tx| {
        let follower = followers::acquaint(tx, &vault, &account, user)?;
        notices::answer(tx, &roster, account.id, follower.id, &said, BY_WEB_PAGE)?;
        Ok(follower.openid)
    });
    let accepted: Vec<&str> = answers
        .iter()
        .filter(|answer| answer.accepted)
        .map(|answer| answer.template_id.as_str())
        .collect();
    let action = if accepted.is_empty() { "cancel" } else { "confirm" };
    let mut back = asked.back(&openid.await?, &asked.template, action);
    back.query_pairs_mut().append_pair("accepted", &accepted.join(","));
    Ok(redirect(back.into()))
}

/// What the form says to each of those asked about; what else it names counts for nothing.
fn answers(asked: Vec<Template>, form: &str) -> Vec<NoticeAnswer> {
    let agreed = parameter(form, "choice") == "allow";
    let ticked: Vec<String> = url::form_urlencoded::parse(form.as_bytes())
        .filter(|(name, _)| name == "accept")
        .map(|(_, key)| key.into_owned())
        .collect();
    let answer = |template: Template| {
        let accepted = agreed && ticked.contains(&template.template_key);
        NoticeAnswer { template_id: template.template_key, accepted }
    };
    asked.into_iter().map(answer).collect()
}

async fn asked(app: &App, request: &HttpRequest) -> Result<(Asked, Vec<Template>), Wrong> {
    let asked = Asked::read(app, request, Right::Templates).await?;
    let mut keys: Vec<String> = Vec::new();
    for key in asked.template.split(',').map(str::trim) {
        if !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    if keys.len() > MOST {
        return Err(Wrong::Template);
    }
    let account = asked.account.id;
    let templates = app.read(move |conn| notices::asked(conn, account, &keys)).await?;
    Ok((asked, templates))
}
