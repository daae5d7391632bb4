//! Where logs and traces go. Logs are lines on standard error; traces go to a collector by OTLP over
//! HTTP, when `otlp_url` says where.
use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use anyhow::Result;
use crier_core::clock::random;
use crier_core::traces::{Level, Span, TARGET, span};
use tracing::field::Empty;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

pub use self::otlp::{Exporter, parent_of};
#[cfg_attr(not(feature = "otel"), path = "traces/none.rs")]
mod otlp;

use crate::settings::Settings;

/// Starts logs, and traces if they are wanted. Keep the result for as long as the process lives: what
/// is left is sent when it goes.
pub fn start(settings: &Settings) -> Result<Option<Exporter>> {
    let Some(traces) = &settings.traces else {
        log_alone(settings);
        return Ok(None);
    };
    let exporter = Exporter::new(traces)?;
    let log = log().with_filter(EnvFilter::new(&settings.log));
    registry().with(log).with(exporter.layer()).init();
    Ok(Some(exporter))
}

/// The filter holds for the whole process: a span that nobody wants is not made.
fn log_alone(settings: &Settings) {
    registry().with(EnvFilter::new(&settings.log)).with(log()).init();
}

fn log<S>() -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    fmt::layer().with_writer(std::io::stderr)
}

/// The first span of a request that is traced: one whose caller traces it, or of all others a share.
pub fn begin(req: &ServiceRequest, face: &str, sample: f64) -> Span {
    let parent = req.headers().get("traceparent").and_then(|parent| parent.to_str().ok());
    let parent = parent.filter(|parent| is_whole(parent));
    let is_wanted = match parent {
        // Its last bit says whether the caller keeps the trace.
        Some(parent) => parent.as_bytes().last().is_some_and(|digit| b"13579bdf".contains(digit)),
        None => f64::from(u32::from_be_bytes(random::<4>())) < sample * f64::from(u32::MAX),
    };
    if !is_wanted {
        return Span::none();
    }
    let span = span!(
        target: TARGET,
        parent: None,
        Level::TRACE,
        "request",
        otel.kind = "server",
        otel.status_code = Empty,
        face,
        http.request.method = %req.method(),
        http.route = Empty,
        http.response.status_code = Empty,
    );
    if let Some(parent) = parent {
        otlp::join(&span, parent);
    }
    span
}

/// What became of a traced request: the pattern stands for the path.
pub fn answered(span: &Span, req: &HttpRequest, status: StatusCode) {
    let route = req.match_pattern().unwrap_or_default();
    otlp::rename(span, format!("{} {route}", req.method()));
    span.record("http.route", route);
    // Signed: exporters show unsigned numbers as text.
    span.record("http.response.status_code", i32::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// Whether it has the form of W3C Trace Context, version 00: what has not is no parent.
fn is_whole(parent: &str) -> bool {
    let parts: Vec<&str> = parent.split('-').collect();
    let is_hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|b| b"0123456789abcdef".contains(&b))
    };
    let is_some = |part: &str| part.bytes().any(|b| b != b'0');
    matches!(*parts, ["00", trace, span, flags]
        if is_hex(trace, 32) && is_some(trace) && is_hex(span, 16) && is_some(span)
            && is_hex(flags, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_parent_is_one() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        assert!(is_whole(&format!("00-{trace}-{span}-01")));
        let zeros = format!("00-{}-{span}-01", "0".repeat(32));
        let long = format!("00-{trace}-{span}-01-more");
        for wrong in ["", "00-1-2-01", "-", &zeros, &long, &format!("ff-{trace}-{span}-01")] {
            assert!(!is_whole(wrong), "{wrong}");
        }
    }
}
