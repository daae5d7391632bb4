//! Traces by OTLP over HTTP, in batches, from a thread of their own.
use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use crier_core::traces::{Level, Span, TARGET};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use crate::settings::Traces;

/// How long a collector may take over one batch, and how long a stop waits for the last.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends spans; what is left is sent when it is dropped.
pub struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Sends to the collector of these settings.
    pub fn new(traces: &Traces) -> Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpJson)
            .with_endpoint(format!("{}/v1/traces", traces.url))
            .with_timeout(PATIENCE)
            .build()
            .context("otlp_url cannot be used")?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            // Which requests are traced is decided before their first span is made.
            .with_sampler(Sampler::AlwaysOn)
            .with_resource(Resource::builder().with_service_name("crier").build())
            .build();
        Ok(Self(provider))
    }

    /// Takes the spans of traces, and nothing else.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("crier"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(TARGET, Level::TRACE))
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Makes a span part of the trace of a `traceparent`.
pub fn join(span: &Span, parent: &str) {
    let carrier = HashMap::from([("traceparent".to_owned(), parent.to_owned())]);
    // It fails without a layer, and then there is no trace to be part of.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
}

/// Gives a span another name: as a field it would be heard only before the span has begun.
pub fn rename(span: &Span, name: String) {
    span.context().span().update_name(name);
}

/// The `traceparent` by which others join a span's trace.
pub fn parent_of(span: &Span) -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&span.context(), &mut carrier);
    carrier.remove("traceparent")
}
