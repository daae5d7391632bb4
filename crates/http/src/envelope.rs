//! What every request and answer is wrapped in: an id, a line in the log, and headers that tell
//! browsers to trust nothing but us. Wrap it around the application with `from_fn(envelope)`.
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use crier_core::mint::hex_token;
use tracing::Instrument as _;

/// Which request this is, in the log and in `X-Request-Id`.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pictures come from anywhere, since accounts link to theirs; everything else from here.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob: https: http:; \
    media-src 'self' blob:; style-src 'self'; script-src 'self'; connect-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Wraps a request. A header the answer has already is left as it is.
///
/// # Errors
/// What the inner service returns.
pub async fn envelope<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let id = request_id(req.headers());
    req.extensions_mut().insert(RequestId(id.clone()));
    let span = tracing::info_span!("request", id);
    async move {
        let mut answer = next.call(req).await?;
        report(&answer);
        let headers = answer.headers_mut();
        set(headers, CONTENT_SECURITY_POLICY, POLICY);
        set(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(headers, REFERRER_POLICY, "same-origin");
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers.insert(REQUEST_ID, id);
        }
        Ok(answer)
    }
    .instrument(span)
    .await
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A proxy's id is kept, so that one word finds a request in both logs.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(plain);
    given.map_or_else(hex_token::<8>, str::to_owned)
}

/// The one place a failed request is logged. The pattern stands for the path, and no body, token or
/// address is written down.
fn report<B>(answer: &ServiceResponse<B>) {
    let status = answer.status();
    let Some(error) = answer.response().error() else { return };
    let method = answer.request().method();
    let route = answer.request().match_pattern().unwrap_or_default();
    let status = status.as_u16();
    if status >= 500 {
        tracing::error!(%method, route, status, %error, "a request failed");
    } else {
        tracing::debug!(%method, route, status, %error, "a request was refused");
    }
}
