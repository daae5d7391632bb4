//! Traces: spans that follow a message from its request through commit and attempts to the reply.
//!
//! Whoever takes a request in decides whether it is traced and makes the first span; everything
//! below makes spans under one that exists, and none otherwise. What is not traced pays for asking
//! whether a span is there. All are of one target and at the level TRACE, so that logs leave them
//! out and the exporter takes them alone.
pub use tracing::{Level, Span, span};

/// The target of every span that is part of a trace.
pub const TARGET: &str = "crier_traces";

/// A span under another one, or none when there is no other.
#[macro_export]
macro_rules! traced {
    ($parent:expr, $name:literal $(, $($fields:tt)*)?) => {{
        let parent: &$crate::traces::Span = $parent;
        if parent.is_disabled() {
            $crate::traces::Span::none()
        } else {
            $crate::traces::span!(
                target: $crate::traces::TARGET, parent: parent, $crate::traces::Level::TRACE,
                $name $(, $($fields)*)?
            )
        }
    }};
}

/// The span that the calling code runs in, if it is part of a trace.
pub fn current() -> Span {
    if !tracing::enabled!(target: TARGET, Level::TRACE) {
        return Span::none();
    }
    let span = Span::current();
    let traced = span.metadata().is_some_and(|metadata| metadata.target() == TARGET);
    if traced { span } else { Span::none() }
}

/// What a span stands for ends now, although its children keep it: its end is when it was last left.
pub(crate) fn end(span: &Span) {
    span.in_scope(|| ());
}
