//! The follower page: one empty document that a script fills.
use actix_web::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use crier_core::Error;
use crier_http::Answer;

#[derive(Template)]
#[template(path = "app.html")]
struct Page {
    lang: &'static str,
}

/// Shows the page.
pub async fn show(req: HttpRequest) -> Answer {
    let wanted = req.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    // Only until the script has looked at what the person chose.
    let lang = if wanted.is_some_and(|wanted| wanted.starts_with("zh")) { "zh-CN" } else { "en" };
    render(&Page { lang })
}

/// An HTML answer.
pub fn render(page: &impl Template) -> Answer {
    let html = page.render().map_err(|error| Error::Internal(format!("template: {error}")))?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(html))
}
