//! What went wrong, as a page in the same clothes as all others.
use actix_web::http::header::{REFERER, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use crier_core::Error;
use crier_core::error::Denial;
use crier_http::Problem;
use crier_http::envelope::RequestId;

use crate::answers::{self, Answer};
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
    /// A brand of theirs wants a second step, and they have none.
    OwesSecondStep,
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
            Self::OwesSecondStep => f.write_str("a second step is to be set up first"),
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
            Self::SignedOut | Self::OwesSecondStep => StatusCode::UNAUTHORIZED,
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
    /// The page to try once more, or the one that the form was on.
    again: Option<(String, String)>,
    /// What finds the request in the log.
    request: Option<String>,
}

/// A failure with its page, on its way through the layers that log errors.
#[derive(Debug)]
pub struct Shown {
    status: StatusCode,
    words: String,
    html: String,
    retry_after: Option<u64>,
}

impl Shown {
    /// The page of an error that an inner layer answered with.
    pub fn of(error: &actix_web::Error, req: &HttpRequest, visit: &Visit) -> Self {
        let status = error.as_response_error().status_code();
        let kind = kind(error, status);
        let title = format!("error-{kind}");
        // Whoever is signed in keeps the way elsewhere; the brand of an account is not known here.
        let page = if visit.session.is_some() { visit.page(&title) } else { visit.bare(&title) };
        let detail = reason(error, visit)
            .unwrap_or_else(|| visit.speech.say(&format!("error-{kind}-detail")));
        let request = req.extensions().get::<RequestId>().map(|id| id.0.clone());
        let again = again(req, status, visit);
        let page = ErrorPage { page, status: status.as_u16(), detail, again, request };
        // Without its page a failure still has its status.
        let html = page.render().unwrap_or_default();
        Self { status, words: error.to_string(), html, retry_after: retry_after(error, status) }
    }
}

/// Which page says it.
fn kind(error: &actix_web::Error, status: StatusCode) -> &'static str {
    match status {
        _ if matches!(error.as_error::<Failure>(), Some(Failure::StaleForm)) => "stale",
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "missing",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::CONFLICT => "conflict",
        StatusCode::TOO_MANY_REQUESTS => "limited",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        status if status.is_client_error() => "unreadable",
        _ => "broken",
    }
}

/// What the domain said, where a sentence of ours says it.
fn reason(error: &actix_web::Error, visit: &Visit) -> Option<String> {
    let Some(Failure::Domain(error)) = error.as_error::<Failure>() else { return None };
    match error {
        Error::Conflict(word) => visit.speech.find(&format!("conflict-{word}"), None),
        Error::Invalid { field, .. } => visit.speech.find(&format!("invalid-{field}"), None),
        Error::Limited { retry_after } => {
            Some(visit.speech.count("limited", retry_after.as_secs().saturating_add(1) as i64))
        }
        Error::Denied(Denial::Right(_)) => Some(visit.speech.say("denied-right")),
        Error::Denied(Denial::Quota) => Some(visit.speech.say("denied-quota")),
        _ => None,
    }
}

/// A page is asked for again; a form goes back to where it was filled in, if that was here.
fn again(req: &HttpRequest, status: StatusCode, visit: &Visit) -> Option<(String, String)> {
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        let may_help = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        return may_help.then(|| (visit.path.clone(), visit.speech.say("try-again")));
    }
    let from = url::Url::parse(req.headers().get(REFERER)?.to_str().ok()?).ok()?;
    let path = answers::inside(from.path());
    Some((path.to_owned(), visit.speech.say("go-back")))
}

fn retry_after(error: &actix_web::Error, status: StatusCode) -> Option<u64> {
    let waits = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    waits.then(|| match error.as_error::<Failure>() {
        Some(Failure::Domain(Error::Limited { retry_after })) => retry_after.as_secs() + 1,
        _ => 2,
    })
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
        if let Some(seconds) = self.retry_after {
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        answer.content_type("text/html; charset=utf-8").body(self.html.clone())
    }
}

/// What has to be done first, if anything.
pub fn comes_first(error: &actix_web::Error) -> Option<First> {
    match error.as_error::<Failure>()? {
        Failure::SignedOut => Some(First::SignIn),
        Failure::OwesSecondStep => Some(First::SecondStep),
        _ => None,
    }
}

/// What has to be done first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Signing in.
    SignIn,
    /// Setting up a second step.
    SecondStep,
}

/// For handlers that answer before anything is asked of the domain.
pub fn missing(noun: &'static str) -> Failure {
    Error::NotFound(noun).into()
}
