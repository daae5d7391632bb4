//! The figures, side by side.
use std::time::Duration;

use crate::Options;
use crate::load::Run;
use crate::sink::Sink;

/// One subject's repetitions.
pub struct Row {
    name: &'static str,
    accepted: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    cpu: Vec<f64>,
    memory: Vec<f64>,
    lost: usize,
    duplicates: usize,
    out_of_order: usize,
    refused: usize,
}

impl Row {
    /// An empty one.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            accepted: Vec::new(),
            p50: Vec::new(),
            p99: Vec::new(),
            cpu: Vec::new(),
            memory: Vec::new(),
            lost: 0,
            duplicates: 0,
            out_of_order: 0,
            refused: 0,
        }
    }

    /// Adds a repetition; `server` is its CPU seconds and peak megabytes.
    pub fn add(&mut self, run: Run, sink: &Sink, server: Option<(f64, f64)>) {
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
        let count = run.accepted.len().max(1) as f64;
        self.accepted.push(count / run.took.as_secs_f64());
        self.refused += run.refused;
        let mut ways: Vec<Duration> = sink.look(|seen| {
            let came = run.accepted.iter().filter_map(|(key, at)| Some((seen.first.get(key)?, at)));
            came.map(|(came, accepted)| came.saturating_duration_since(*accepted)).collect()
        });
        self.lost += run.accepted.len() - ways.len();
        ways.sort_unstable();
        let at = |share: usize| {
            let way = ways.get(ways.len() * share / 100).or(ways.last());
            way.map_or(0.0, |way| way.as_secs_f64() * 1000.0)
        };
        self.p50.push(at(50));
        self.p99.push(at(99));
        if let Some((cpu, memory)) = server {
            self.cpu.push(cpu / count * 10_000.0);
            self.memory.push(memory);
        }
        sink.look(|seen| {
            self.duplicates += seen.duplicates;
            self.out_of_order += seen.out_of_order;
        });
    }
}

/// Prints every row, and each as a share of the first.
pub fn print(options: &Options, rows: &[Row]) {
    println!(
        "\n{} senders, {} account(s), {} s, {} repetitions: median (least to most)\n",
        options.senders, options.accounts, options.seconds, options.repeat
    );
    let floor = rows.first().map_or(1.0, |row| median(&row.accepted));
    for row in rows {
        println!("{}", row.name);
        println!("  accepted and delivered  {} a second", spread(&row.accepted, 0));
        println!("  share of the floor      {:.1} %", median(&row.accepted) / floor * 100.0);
        println!(
            "  accept to receiver      p50 {} ms, p99 {} ms",
            spread(&row.p50, 2),
            spread(&row.p99, 2)
        );
        if !row.cpu.is_empty() {
            println!("  server CPU              {} s for 10,000", spread(&row.cpu, 2));
            println!("  server memory           {} MB at most", spread(&row.memory, 0));
        }
        println!(
            "  lost {}, duplicated {}, out of order {}, refused {}\n",
            row.lost, row.duplicates, row.out_of_order, row.refused
        );
    }
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn spread(figures: &[f64], digits: usize) -> String {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    let most = figures.iter().copied().fold(0.0, f64::max);
    format!("{:.digits$} ({least:.digits$} to {most:.digits$})", median(figures))
}
