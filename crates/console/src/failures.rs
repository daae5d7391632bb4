//! What went wrong, as a page in the same clothes as all others.
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use crier_core::Error;
use crier_http::Problem;

use crate::answers::Answer;
use crate::pages::Page;
use crate::visits::Visit;

/// Why there is no page.
#[derive(Debug)]
pub enum Failure {
    /// What the domain said.
    Domain(Error),
    /// What a shared extractor said.
    Shared(Problem),
    /// Nobody is signed in.
    SignedOut,
    /// A form without the token of this browser: too old, or sent by another site.
    StaleForm,
    /// A form that is none of ours.
    Unreadable,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Domain(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Shared(problem)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Domain(error) => error.fmt(f),
            Self::Shared(problem) => problem.fmt(f),
            Self::SignedOut => f.write_str("nobody is signed in"),
            Self::StaleForm => f.write_str("a form came without its token"),
            Self::Unreadable => f.write_str("a form could not be read"),
        }
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Domain(error) => match error {
                Error::NotFound(_) => StatusCode::NOT_FOUND,
                Error::Conflict(_) => StatusCode::CONFLICT,
                Error::Invalid { .. } => StatusCode::BAD_REQUEST,
                Error::Denied(_) => StatusCode::FORBIDDEN,
                Error::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
                Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
                Error::Database(_) | Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::Shared(problem) => problem.status_code(),
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::StaleForm => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// An address nothing stands at.
pub async fn nowhere() -> Answer {
    Err(Error::NotFound("page").into())
}

#[derive(Template)]
#[template(path = "console/error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    detail: String,
}

/// A failure with its page, on its way through the layers that log errors.
#[derive(Debug)]
pub struct Shown {
    status: StatusCode,
    words: String,
    html: String,
}

impl Shown {
    /// The page of an error that an inner layer answered with.
    pub fn of(error: &actix_web::Error, visit: &Visit) -> Self {
        let stale = matches!(error.as_error::<Failure>(), Some(Failure::StaleForm));
        let status = error.as_response_error().status_code();
        let key = match status {
            _ if stale => "stale",
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "missing",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "busy",
            status if status.is_client_error() => "unreadable",
            _ => "broken",
        };
        let page = visit.bare(&format!("error-{key}"));
        let detail = visit.speech.say(&format!("error-{key}-detail"));
        let page = ErrorPage { page, status: status.as_u16(), detail };
        // Without its page a failure still has its status.
        let html = page.render().unwrap_or_default();
        Self { status, words: error.to_string(), html }
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl ResponseError for Shown {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if matches!(self.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            answer.insert_header((RETRY_AFTER, "2"));
        }
        answer.content_type("text/html; charset=utf-8").body(self.html.clone())
    }
}

/// Whether somebody has to sign in first.
pub fn wants_sign_in(error: &actix_web::Error) -> bool {
    matches!(error.as_error::<Failure>(), Some(Failure::SignedOut))
}

/// For handlers that answer before anything is asked of the domain.
pub fn missing(noun: &'static str) -> Failure {
    Error::NotFound(noun).into()
}
