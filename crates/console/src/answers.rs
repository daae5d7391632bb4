//! The shapes of answers: a page, a page with a fault in its form, or "see there".
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use askama::Template;

use crate::failures::Failure;

/// What a handler gives back.
pub type Answer = Result<HttpResponse, Failure>;

/// A page.
pub fn page(template: &impl Template) -> Answer {
    with_status(StatusCode::OK, template)
}

/// The page of a form that was filled in wrongly.
pub fn again(template: &impl Template) -> Answer {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, template)
}

/// A page with this status.
pub fn with_status(status: StatusCode, template: &impl Template) -> Answer {
    let text = template.render().map_err(unsent)?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(text))
}

/// Where to look after a form was taken, so that reloading does not send it again.
pub fn see_other(path: impl AsRef<str>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path.as_ref())).finish()
}

/// A page of ours to go back to: anything else would send people elsewhere after signing in.
pub fn inside(path: &str) -> &str {
    let ours = path == "/console" || path.starts_with("/console/") || path.starts_with("/console?");
    let plain = path.len() < 500 && path.bytes().all(|byte| byte.is_ascii_graphic());
    if ours && plain && !path.contains(['\\', '#']) && !path.contains("//") {
        path
    } else {
        "/console"
    }
}

/// A fault of ours on the way out.
pub fn unsent(error: impl std::fmt::Display) -> Failure {
    crier_core::Error::Internal(format!("an answer could not be made: {error}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(
            inside("/console/accounts/harbour?before=1"),
            "/console/accounts/harbour?before=1"
        );
        for bad in
            ["", "/", "//evil.example", "/console//x", "/consoles", "/console/\\x", "/console/\n"]
        {
            assert_eq!(inside(bad), "/console", "{bad:?}");
        }
    }
}
