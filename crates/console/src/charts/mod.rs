//! Charts: drawn here as SVG, so that they need no script, print, and are there at once. Whoever
//! cannot see one reads the table beneath it, which says the same.
//!
//! Three lines make one; `{{ chart }}` in a template shows it:
//!
//! ```ignore
//! let chart = Chart::bars(&visit.speech, title, range.labels.clone())
//!     .series(name, inbound)
//!     .before(visit.speech.say("range-before"), inbound_before);
//! ```
//!
//! Labels are what stands along the axis, as [`crate::calendar::Calendar::days`] makes them from
//! days or `Label::from` from a text. Values are `i64`, `f64` or an `Option` of them: `None` leaves a
//! gap. A series may be shorter than the labels. Positions are parts of a hundred and texts are not
//! scaled, so a chart is as readable at 320 pixels as at 1,200.
mod draw;
mod scale;
mod spark;

use askama::Template;
use askama::filters::HtmlSafe;

pub use crate::numbers::Unit;
use crate::words::Speech;
use draw::{Drawing, Shape};
pub use spark::Spark;

/// What stands beneath one place of a chart.
#[derive(Debug, Clone, Default)]
pub struct Label {
    /// Along the axis, where there is little room.
    pub tick: String,
    /// In the table and when pointed at.
    pub full: String,
}

impl From<String> for Label {
    fn from(full: String) -> Self {
        Self { tick: full.clone(), full }
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A value, or none.
#[derive(Debug, Clone, Copy)]
pub struct Point(Option<f64>);

impl From<i64> for Point {
    fn from(value: i64) -> Self {
        Self(Some(crate::numbers::real(value)))
    }
}

impl From<f64> for Point {
    fn from(value: f64) -> Self {
        Self(Some(value))
    }
}

impl From<Option<i64>> for Point {
    fn from(value: Option<i64>) -> Self {
        Self(value.map(crate::numbers::real))
    }
}

impl From<Option<f64>> for Point {
    fn from(value: Option<f64>) -> Self {
        Self(value)
    }
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Bar,
    Line,
    /// A dashed line in the colour of nothing: what it is compared with.
    Before,
}

#[derive(Debug, Clone)]
struct Series {
    name: String,
    look: Look,
    /// Which colour, from 1.
    colour: usize,
    values: Vec<Option<f64>>,
}

/// A chart with its legend and its table.
pub struct Chart {
    speech: Speech,
    title: String,
    labels: Vec<Label>,
    series: Vec<Series>,
    look: Look,
    stacked: bool,
    unit: Unit,
    of: String,
}

impl Chart {
    /// Bars side by side. The title is read to those who cannot see it, and is the table's caption.
    pub fn bars(speech: &Speech, title: String, labels: Vec<Label>) -> Self {
        let of = speech.say("chart-day");
        let (series, look, unit) = (Vec::new(), Look::Bar, Unit::Count);
        Self { speech: speech.clone(), title, labels, series, look, stacked: false, unit, of }
    }

    /// Bars on top of each other; what is below nought hangs beneath the axis.
    pub fn stacked(speech: &Speech, title: String, labels: Vec<Label>) -> Self {
        Self { stacked: true, ..Self::bars(speech, title, labels) }
    }

    /// Lines.
    pub fn lines(speech: &Speech, title: String, labels: Vec<Label>) -> Self {
        Self { look: Look::Line, ..Self::bars(speech, title, labels) }
    }

    /// With another unit than things.
    #[must_use]
    pub fn unit(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    /// With another heading of the labels than "Day".
    #[must_use]
    pub fn by(self, of: String) -> Self {
        Self { of, ..self }
    }

    /// With one more series.
    #[must_use]
    pub fn series<V: Into<Point>>(self, name: String, values: impl IntoIterator<Item = V>) -> Self {
        let look = self.look;
        self.with(name, look, values)
    }

    /// With one more series, which is a line over the bars.
    #[must_use]
    pub fn line<V: Into<Point>>(self, name: String, values: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Look::Line, values)
    }

    /// With what it is compared with, dashed.
    #[must_use]
    pub fn before<V: Into<Point>>(self, name: String, values: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Look::Before, values)
    }

    fn with<V: Into<Point>>(
        mut self,
        name: String,
        look: Look,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let colour = 1 + self.series.iter().filter(|it| it.look != Look::Before).count();
        let values = values.into_iter().map(|value| value.into().0).take(self.labels.len());
        self.series.push(Series { name, look, colour, values: values.collect() });
        self
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|it| it.values.iter().flatten().all(|value| *value == 0.0))
    }

    fn shown(&self) -> Shown {
        let Drawing { shapes, ticks, labels } = draw::draw(self);
        Shown {
            title: self.title.clone(),
            description: self.description(),
            keys: self.series.iter().map(|it| (it.class("chart-key"), it.name.clone())).collect(),
            is_empty: self.is_empty(),
            empty: self.speech.say("chart-empty"),
            as_table: self.speech.say("chart-table"),
            of: self.of.clone(),
            rows: self.rows(),
            shapes,
            ticks,
            labels,
        }
    }

    /// What the chart shows, in a sentence for each series.
    fn description(&self) -> String {
        let said = self.series.iter().map(|series| {
            let most =
                series.values.iter().enumerate().filter_map(|(at, value)| Some((at, (*value)?)));
            let most = most.max_by(|one, other| one.1.total_cmp(&other.1));
            let Some((at, value)) = most.filter(|(_, value)| *value != 0.0) else {
                return self.speech.with("chart-nothing", &[("name", series.name.clone().into())]);
            };
            let label = self.labels.get(at).map(|label| label.full.clone()).unwrap_or_default();
            let values = [
                ("name", series.name.clone().into()),
                ("most", self.unit.full(&self.speech, value).into()),
                ("label", label.into()),
            ];
            self.speech.with("chart-most", &values)
        });
        std::iter::once(self.title.clone()).chain(said).collect::<Vec<_>>().join(" ")
    }

    fn rows(&self) -> Vec<(String, Vec<(String, String)>)> {
        let cell = |series: &Series, at: usize| {
            let value = series.values.get(at).copied().flatten();
            let shown = value.map(|value| self.unit.full(&self.speech, value));
            (series.name.clone(), shown.unwrap_or_else(|| "–".into()))
        };
        let row = |(at, label): (usize, &Label)| {
            (label.full.clone(), self.series.iter().map(|it| cell(it, at)).collect())
        };
        self.labels.iter().enumerate().map(row).collect()
    }
}

impl Series {
    fn class(&self, base: &str) -> String {
        let kind = match self.look {
            Look::Bar => "",
            Look::Line => " is-line",
            Look::Before => return format!("{base} is-before"),
        };
        // There are six colours; a seventh series is one too many to tell apart anyhow.
        format!("{base}{kind} is-{}", (self.colour - 1) % 6 + 1)
    }
}

#[derive(Template)]
#[template(path = "console/chart.html")]
struct Shown {
    title: String,
    description: String,
    keys: Vec<(String, String)>,
    is_empty: bool,
    empty: String,
    as_table: String,
    of: String,
    rows: Vec<(String, Vec<(String, String)>)>,
    shapes: Vec<Shape>,
    /// Along the side, from the top.
    ticks: Vec<String>,
    labels: Vec<draw::Tick>,
}

/// What its template renders is escaped there.
impl HtmlSafe for Chart {}

impl std::fmt::Display for Chart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown().render().map_err(|_| std::fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crier_core::mails::Language;

    use super::*;
    use crate::words::Words;

    fn speech() -> Speech {
        Speech::new(Arc::new(Words::load()), Language::English)
    }

    #[test]
    fn a_chart_says_in_words_and_in_a_table_what_it_shows() {
        let labels = ["1 Nov", "2 Nov", "3 Nov"].map(Label::from).to_vec();
        let chart = Chart::bars(&speech(), "Messages <all>".into(), labels)
            .series("In".into(), [3_i64, 1_200, 0])
            .before("Before".into(), [Some(2_i64), None]);
        let page = chart.to_string();
        for part in [
            "role=\"img\"",
            "Messages &#60;all&#62; In: at most 1,200, 2 Nov. Before: at most 2, 1 Nov.",
            "<caption>Messages &#60;all&#62;</caption>",
            "class=\"chart-bar is-1\"",
            "is-before",
            "data-label=\"In\">1,200</td>",
            "data-label=\"Before\">–</td>",
        ] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains("style=") && !page.contains("NaN"));
    }

    #[test]
    fn nothing_is_said_to_be_nothing() {
        for labels in [Vec::new(), vec![Label::from("1 Nov")]] {
            let chart = Chart::lines(&speech(), "Messages".into(), labels);
            let page = chart.series("In".into(), [0_i64]).to_string();
            assert!(page.contains("Nothing in these days.") && !page.contains("NaN"), "{page}");
        }
    }
}
