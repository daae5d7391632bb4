//! A line as small as a word, for a figure that has its number beside it.
use askama::Template;
use askama::filters::HtmlSafe;

use super::draw::number;
use super::scale::Scale;
use crate::numbers::{Unit, real};

/// How a figure went.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<svg class="spark" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><polyline class="chart-line is-line is-1" points="{{ points }}"/></svg>"#
)]
pub struct Spark {
    points: String,
}

impl HtmlSafe for Spark {}

impl Spark {
    /// Of these values, the oldest first. It says nothing that its number does not: it is hidden from
    /// those who cannot see it.
    pub fn of(values: &[i64]) -> Self {
        let ends = values
            .iter()
            .copied()
            .map(real)
            .fold((0.0_f64, 0.0_f64), |ends, value| (ends.0.min(value), ends.1.max(value)));
        let scale = Scale::of(ends.0, ends.1, Unit::Count);
        let width = 100.0 / real(values.len().saturating_sub(1).max(1) as i64);
        let point = |(at, value): (usize, &i64)| {
            let y = 4.0 + scale.depth(real(*value)) * 0.92;
            format!("{},{}", number(width * real(at as i64)), number(y))
        };
        Self { points: values.iter().enumerate().map(point).collect::<Vec<_>>().join(" ") }
    }
}
