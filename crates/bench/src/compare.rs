//! The main measurement: every subject under the same loads, in turn, several times over, so that
//! the machine's noise meets all of them alike.
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::load::Pace;
use crate::measure::{Latency, Sample, measure};
use crate::report::{Table, ratio};
use crate::subject::{Bench, Needs, Protection, Running, Subject, Usage};

/// Before anything is measured: pools fill, statements are prepared.
const WARM_UP: Duration = Duration::from_secs(1);

/// Which subjects under which loads.
#[derive(Debug, Clone, clap::Args)]
pub struct Compare {
    /// Subjects; those whose services are missing are left out.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [
        Subject::Floor, Subject::PrototypeSqlite, Subject::CrierSqlite,
        Subject::PrototypePostgres, Subject::CrierPostgres, Subject::CrierNodes, Subject::Peer,
    ])]
    subjects: Vec<Subject>,
    /// Accounts with an endpoint each; may be several, as in 1,100,6000.
    #[arg(long, value_delimiter = ',', default_values_t = [1],
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    endpoints: Vec<u32>,
    /// How Crier's endpoints are protected; may be several.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Protection::Plain])]
    protection: Vec<Protection>,
    /// Open loops of so many messages a second; may be several.
    #[arg(long = "rate", value_delimiter = ',', default_values_t = [200.0, 3000.0])]
    rates: Vec<f64>,
    /// Measure at saturation only.
    #[arg(long)]
    saturation_only: bool,
}

impl Compare {
    /// The same subjects at saturation alone, with so many endpoints, protected so.
    pub fn saturated(&self, endpoints: u32, protection: Protection) -> Self {
        let (endpoints, protection) = (vec![endpoints], vec![protection]);
        Self { endpoints, protection, saturation_only: true, ..self.clone() }
    }

    /// Runs all of it, and prints a table for each number of endpoints, protection and load.
    pub async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        ensure!(self.rates.iter().all(|rate| *rate >= 1.0), "--rate must be 1 or more");
        for protection in &self.protection {
            for endpoints in &self.endpoints {
                self.case(bench, times, *endpoints, *protection).await?;
            }
        }
        Ok(())
    }

    async fn case(
        &self,
        bench: &Bench,
        times: &Times,
        endpoints: u32,
        protection: Protection,
    ) -> Result<()> {
        let needs = Needs { protection, ..Needs::endpoints(bench, endpoints as usize) };
        let possible = self.subjects.iter().copied().filter(|subject| subject.is_possible(bench));
        let mut columns: Vec<Column> = possible.map(Column::new).collect();
        for _ in 0..times.repeat {
            for column in &mut columns {
                let loads = self.repetition(bench, times, &needs, column.subject).await?;
                column.add(loads);
            }
        }
        for (number, load) in self.loads().iter().enumerate() {
            let title = format!(
                "### {load}, {endpoints} endpoint(s), {protection:?}, {} connections, {} s, {} times",
                bench.senders, times.seconds, times.repeat
            );
            print(&title, number, &columns);
        }
        Ok(())
    }

    fn loads(&self) -> Vec<String> {
        let mut loads = vec!["Saturation".to_owned()];
        if !self.saturation_only {
            loads.push("Half of saturation".to_owned());
            loads.extend(self.rates.iter().map(|rate| format!("{rate} a second")));
        }
        loads
    }

    /// One subject under every load.
    async fn repetition(
        &self,
        bench: &Bench,
        times: &Times,
        needs: &Needs,
        subject: Subject,
    ) -> Result<Vec<Sample>> {
        eprintln!("measuring: {}, {} endpoint(s)", subject.name(), needs.endpoints);
        let (span, senders) = (Duration::from_secs(times.seconds), bench.senders);
        let running = Running::start(subject, bench, needs).await?;
        measure(&running, senders, Pace::Closed, WARM_UP).await?;
        let mut samples = vec![measure(&running, senders, Pace::Closed, span).await?];
        if !self.saturation_only {
            let half = (samples[0].delivered / 2.0).max(1.0);
            for rate in std::iter::once(half).chain(self.rates.iter().copied()) {
                samples.push(measure(&running, senders, Pace::Open(rate), span).await?);
            }
        }
        running.stop().await?;
        Ok(samples)
    }
}

/// How long and how often.
#[derive(Debug, Clone, clap::Args)]
pub struct Times {
    /// Seconds of each load.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    /// Repetitions; medians are printed with their spread.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub repeat: u32,
}

/// One subject's samples: for each load, one of each repetition.
struct Column {
    subject: Subject,
    loads: Vec<Vec<Sample>>,
}

impl Column {
    fn new(subject: Subject) -> Self {
        Self { subject, loads: Vec::new() }
    }

    fn add(&mut self, samples: Vec<Sample>) {
        self.loads.resize(samples.len(), Vec::new());
        for (load, sample) in self.loads.iter_mut().zip(samples) {
            load.push(sample);
        }
    }

    fn figures(&self, load: usize, figure: Figure) -> Vec<f64> {
        self.loads.get(load).map(|all| all.iter().filter_map(figure).collect()).unwrap_or_default()
    }

    fn sum(&self, load: usize, figure: Count) -> String {
        let samples = self.loads.get(load).into_iter().flatten();
        samples.map(figure).sum::<usize>().to_string()
    }
}

/// A figure of a sample, if it has one.
type Figure = fn(&Sample) -> Option<f64>;

/// A count of a sample, summed over its repetitions.
type Count = fn(&Sample) -> usize;

/// What the table shows, with the digits after the point.
const FIGURES: [(&str, usize, Figure); 14] = [
    ("accepted a second", 0, |sample| Some(sample.accepted)),
    ("delivered a second", 0, |sample| Some(sample.delivered)),
    ("due to accepted, p50 ms", 2, |sample| sample.to_accept.map(p50)),
    ("due to accepted, p99 ms", 2, |sample| sample.to_accept.map(p99)),
    ("accepted to sink, p50 ms", 2, |sample| sample.from_accept.map(p50)),
    ("accepted to sink, p99 ms", 2, |sample| sample.from_accept.map(p99)),
    ("due to sink, p50 ms", 2, |sample| sample.from_due.map(p50)),
    ("due to sink, p99 ms", 2, |sample| sample.from_due.map(p99)),
    ("CPU s per 10,000: server", 2, |sample| Some(sample.cpu?.server)),
    ("CPU s per 10,000: database", 2, |sample| Some(sample.cpu?.database).filter(|cpu| *cpu > 0.0)),
    ("CPU s per 10,000: Redis", 2, |sample| Some(sample.cpu?.redis).filter(|cpu| *cpu > 0.0)),
    ("CPU s per 10,000: together", 2, together),
    ("used by others, % of one core", 0, |sample| Some(sample.others)),
    ("peak memory of the server, MB", 0, |sample| sample.memory),
];

fn p50(latency: Latency) -> f64 {
    latency.p50
}

fn p99(latency: Latency) -> f64 {
    latency.p99
}

fn together(sample: &Sample) -> Option<f64> {
    sample.cpu.map(Usage::total)
}

fn print(title: &str, load: usize, columns: &[Column]) {
    let mut table =
        Table::new(title, columns.iter().map(|column| column.subject.name().to_owned()));
    for (name, digits, figure) in FIGURES {
        let all: Vec<Vec<f64>> =
            columns.iter().map(|column| column.figures(load, figure)).collect();
        table.spreads(name, digits, &all);
    }
    let delivered: Figure = |sample| Some(sample.delivered);
    let sink_p99: Figure = |sample| sample.from_due.map(p99);
    let sink_p50: Figure = |sample| sample.from_due.map(p50);
    let against_floor =
        columns.iter().map(|column| to(columns, column, Subject::Floor, load, delivered));
    table.ratios("delivered, times the floor", against_floor);
    let prototypes = [
        ("delivered, times the prototype", delivered),
        ("CPU together, times the prototype", together as Figure),
        ("due to sink p50, times the prototype", sink_p50),
        ("due to sink p99, times the prototype", sink_p99),
    ];
    for (name, figure) in prototypes {
        table.ratios(
            name,
            columns
                .iter()
                .map(|column| to(columns, column, column.subject.prototype()?, load, figure)),
        );
    }
    let counts: [(&str, Count); 5] = [
        ("lost", |sample| sample.lost),
        ("duplicated", |sample| sample.duplicated),
        ("out of order", |sample| sample.out_of_order),
        ("refused", |sample| sample.refused),
        ("unsent", |sample| sample.unsent),
    ];
    for (name, figure) in counts {
        table.row(name, columns.iter().map(|column| column.sum(load, figure)));
    }
    table.print();
}

/// How many times the other subject's figure a column's is.
fn to(all: &[Column], of: &Column, other: Subject, load: usize, figure: Figure) -> Option<f64> {
    let other =
        all.iter().find(|column| column.subject == other && column.subject != of.subject)?;
    ratio(&of.figures(load, figure), &other.figures(load, figure))
}
