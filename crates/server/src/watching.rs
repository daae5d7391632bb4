//! Every request is counted and timed, and a share of them begins a trace. The innermost wrapper, so
//! that what handlers do happens in the trace's first span.
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use crier_core::traces::Span;
use metrics::{Counter, Histogram, Unit};
use metrics::{counter, describe_counter, describe_histogram, histogram};
use tracing::Instrument as _;

use crate::settings::Traces;
use crate::traces;

const REQUESTS: &str = "crier_http_requests_total";
const SECONDS: &str = "crier_http_request_seconds";

/// What requests are for, by the beginning of their path; what is none of these is `other`.
const FACES: [(&str, &str); 10] = [
    ("/v1/", "follower"),
    ("/cgi-bin/", "wechat"),
    ("/sns/", "wechat"),
    ("/connect/", "wechat"),
    ("/console", "console"),
    ("/assets", "assets"),
    ("/media", "media"),
    ("/healthz", "health"),
    ("/readyz", "health"),
    ("/metrics", "health"),
];
const NAMES: [&str; 7] = ["follower", "wechat", "console", "assets", "media", "health", "other"];
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// What is counted of requests.
pub struct HttpMeters(Vec<Face>);

struct Face {
    name: &'static str,
    /// By class of status.
    requests: [Counter; CLASSES.len()],
    seconds: Histogram,
}

/// Those of the recorder in force.
impl Default for HttpMeters {
    fn default() -> Self {
        describe_counter!(REQUESTS, Unit::Count, "Requests answered, by face and class of status.");
        describe_histogram!(SECONDS, Unit::Seconds, "Until an answer's head, by face.");
        let face = |name| Face {
            name,
            requests: CLASSES.map(|class| counter!(REQUESTS, "face" => name, "status" => class)),
            seconds: histogram!(SECONDS, "face" => name),
        };
        Self(NAMES.map(face).into())
    }
}

/// Looks at requests.
pub struct Watch {
    meters: HttpMeters,
    /// The share of requests that are traced.
    sample: Option<f64>,
}

impl Watch {
    /// Counts here, and traces as is set.
    pub fn new(meters: HttpMeters, traced: Option<&Traces>) -> Self {
        Self { meters, sample: traced.map(|traces| traces.sample) }
    }

    fn face(&self, path: &str) -> Option<&Face> {
        let found = FACES.iter().find(|(start, _)| path.starts_with(start));
        let name = found.map_or("other", |(_, name)| name);
        self.meters.0.iter().find(|face| face.name == name)
    }
}

/// Wraps a request.
///
/// # Errors
/// What the inner service returns.
pub async fn watched<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let Some(watch) = req.app_data::<web::Data<Watch>>().cloned() else {
        return next.call(req).await;
    };
    let began = Instant::now();
    let face = watch.face(req.path());
    let name = face.map_or("", |face| face.name);
    let span = watch.sample.map_or_else(Span::none, |sample| traces::begin(&req, name, sample));
    let answer = next.call(req).instrument(span.clone()).await;
    let status = match &answer {
        Ok(answer) => answer.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    if let Some(face) = face {
        let class = usize::from(status.as_u16() / 100).saturating_sub(2).min(CLASSES.len() - 1);
        face.requests[class].increment(1);
        face.seconds.record(began.elapsed());
    }
    if let Ok(answer) = &answer
        && !span.is_disabled()
    {
        traces::answered(&span, answer.request(), status);
    }
    answer
}
