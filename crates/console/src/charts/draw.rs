//! From values to shapes. Everything stands at parts of a hundred of the plot.
use super::scale::Scale;
use super::{Chart, Look, Series};
use crate::numbers::real;

/// Labels beneath a chart on a phone, at most.
const FEW: usize = 5;
/// A line of fewer places than this shows each as a dot.
const DOTS: usize = 32;
/// Part of a place that bars take up.
const FULL: f64 = 0.7;

/// One shape, with numbers as SVG has them.
pub enum Shape {
    /// A line across, at a tick.
    Rule {
        /// From the top.
        y: String,
        /// `chart-rule`, and `is-nought` at nought.
        class: &'static str,
    },
    /// A bar.
    Bar {
        /// Its place and size.
        x: String,
        y: String,
        width: String,
        height: String,
        /// Its classes.
        class: String,
    },
    /// A line, as points of a plot of 100 by 100.
    Line {
        /// Its points.
        points: String,
        /// Its classes.
        class: String,
    },
    /// A dot.
    Dot {
        /// Its place.
        x: String,
        y: String,
        /// Its classes.
        class: String,
    },
    /// What says its values when it is pointed at.
    Hit {
        /// Its place.
        x: String,
        width: String,
        /// What it says.
        title: String,
    },
}

/// A label along the axis.
pub struct Tick {
    /// Its place.
    pub x: String,
    /// What it says.
    pub text: String,
    /// `chart-tick`, and how it is anchored and whether phones leave it out.
    pub class: String,
}

/// A chart as shapes.
pub struct Drawing {
    /// The shapes, the hindmost first.
    pub shapes: Vec<Shape>,
    /// What stands along the side, from the top.
    pub ticks: Vec<String>,
    /// What stands beneath.
    pub labels: Vec<Tick>,
}

/// Draws a chart.
pub fn draw(chart: &Chart) -> Drawing {
    let (low, high) = ends(chart);
    let scale = Scale::of(low, high, chart.unit);
    let ticks = scale.ticks();
    let mut shapes: Vec<Shape> = ticks
        .iter()
        .map(|tick| {
            let class = if *tick == 0.0 { "chart-rule is-nought" } else { "chart-rule" };
            Shape::Rule { y: number(scale.depth(*tick)), class }
        })
        .collect();
    shapes.extend(bars(chart, &scale));
    for series in chart.series.iter().filter(|series| series.look != Look::Bar) {
        shapes.extend(line(chart, series, &scale));
    }
    shapes.extend(hits(chart));
    let ticks = ticks.into_iter().map(|tick| chart.unit.brief(&chart.speech, tick)).collect();
    Drawing { shapes, ticks, labels: labels(chart) }
}

/// The lowest and the highest that is drawn.
fn ends(chart: &Chart) -> (f64, f64) {
    let mut ends = (0.0_f64, 0.0_f64);
    let mut reach = |value: f64| ends = (ends.0.min(value), ends.1.max(value));
    for (at, _) in chart.labels.iter().enumerate() {
        let (mut below, mut above) = (0.0, 0.0);
        for series in &chart.series {
            let value = series.values.get(at).copied().flatten().unwrap_or_default();
            match series.look {
                Look::Bar if chart.stacked && value < 0.0 => below += value,
                Look::Bar if chart.stacked => above += value,
                _ => reach(value),
            }
        }
        reach(below);
        reach(above);
    }
    ends
}

/// How wide one place is.
fn place(chart: &Chart) -> f64 {
    100.0 / real(chart.labels.len().max(1) as i64)
}

fn bars(chart: &Chart, scale: &Scale) -> Vec<Shape> {
    let (place, mut shapes) = (place(chart), Vec::new());
    let all: Vec<&Series> = chart.series.iter().filter(|it| it.look == Look::Bar).collect();
    let abreast = if chart.stacked { 1 } else { all.len().max(1) };
    let width = place * FULL / real(abreast as i64);
    for (at, _) in chart.labels.iter().enumerate() {
        let left = place * (real(at as i64) + (1.0 - FULL) / 2.0);
        let (mut below, mut above) = (0.0, 0.0);
        for (number_of, series) in all.iter().enumerate() {
            let Some(value) = series.values.get(at).copied().flatten() else { continue };
            let end = if value < 0.0 { &mut below } else { &mut above };
            let from = if chart.stacked { *end } else { 0.0 };
            *end = from + value;
            let offset = if chart.stacked { 0.0 } else { width * real(number_of as i64) };
            if value != 0.0 {
                let top = scale.depth(from.max(from + value));
                shapes.push(Shape::Bar {
                    x: number(left + offset),
                    y: number(top),
                    width: number(width),
                    height: number(scale.depth(from.min(from + value)) - top),
                    class: series.class("chart-bar"),
                });
            }
        }
    }
    shapes
}

/// A line for each stretch without a gap; what stands alone is a dot, or nobody would see it.
fn line(chart: &Chart, series: &Series, scale: &Scale) -> Vec<Shape> {
    let place = place(chart);
    let at = |at: usize, value: f64| (place * (real(at as i64) + 0.5), scale.depth(value));
    let mut shapes = Vec::new();
    let mut stretch: Vec<(f64, f64)> = Vec::new();
    let ended = series.values.iter().copied().chain([None]).enumerate();
    for (number_of, value) in ended {
        if let Some(value) = value {
            stretch.push(at(number_of, value));
            continue;
        }
        let dots = stretch.len() == 1 || chart.labels.len() < DOTS && series.look == Look::Line;
        if stretch.len() > 1 {
            let points: Vec<String> =
                stretch.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
            shapes
                .push(Shape::Line { points: points.join(" "), class: series.class("chart-line") });
        }
        for (x, y) in stretch.drain(..).filter(|_| dots) {
            shapes.push(Shape::Dot {
                x: number(x),
                y: number(y),
                class: series.class("chart-dot"),
            });
        }
    }
    shapes
}

fn hits(chart: &Chart) -> Vec<Shape> {
    let place = place(chart);
    let hit = |(at, (label, values)): (usize, (String, Vec<(String, String)>))| {
        let values = values.into_iter().map(|(name, value)| format!("{name}: {value}"));
        let title = std::iter::once(label).chain(values).collect::<Vec<_>>().join("\n");
        Shape::Hit { x: number(place * real(at as i64)), width: number(place), title }
    };
    chart.rows().into_iter().enumerate().map(hit).collect()
}

/// As many labels as there is room for; on a phone every second of them.
fn labels(chart: &Chart) -> Vec<Tick> {
    let (count, place) = (chart.labels.len(), place(chart));
    let every = count.div_ceil(FEW * 2).max(1);
    let thin = if count > FEW { 2 } else { 1 };
    let chosen = chart.labels.iter().enumerate().step_by(every).enumerate();
    chosen
        .map(|(nth, (at, label))| {
            let x = place * (real(at as i64) + 0.5);
            let anchor = match x {
                ..8.0 => " is-first",
                92.0.. => " is-last",
                _ => "",
            };
            let fine = if nth % thin == 0 { "" } else { " is-fine" };
            let x = match x {
                ..8.0 => place * real(at as i64),
                92.0.. => place * real(at as i64 + 1),
                x => x,
            };
            let class = format!("chart-tick{anchor}{fine}");
            Tick { x: number(x), text: label.tick.clone(), class }
        })
        .collect()
}

/// With two digits after the point, which is finer than any screen.
pub fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
