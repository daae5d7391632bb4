//! What `/metrics` shows. Each application has a recorder of its own: nothing is global, so two in one
//! process count apart.
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use crier_core::clock::{Clock as _, SystemClock};
use crier_core::meters::Meters;
use metrics::{Unit, describe_gauge, gauge, with_local_recorder};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use crate::watching::HttpMeters;

const BUILD: &str = "crier_build_info";
const STARTED: &str = "process_start_time_seconds";

/// Seconds: from a commit on a quiet machine to an endpoint that is given up.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Operations in one commit.
const OPERATIONS: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0];
/// How often samples are moved into their buckets when nobody asks for them: they take room.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of one application.
#[derive(Clone)]
pub struct Metering {
    recorder: Arc<PrometheusRecorder>,
    shown: PrometheusHandle,
}

impl Metering {
    /// A fresh recorder.
    pub fn new() -> Result<Self> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
            .set_buckets_for_metric(Matcher::Suffix("_operations".into()), &OPERATIONS)?
            .build_recorder();
        let shown = recorder.handle();
        Ok(Self { recorder: Arc::new(recorder), shown })
    }

    /// Meters of every part, counted here.
    pub fn meters(&self) -> (Meters, crier_dispatch::Meters, HttpMeters) {
        with_local_recorder(&*self.recorder, || {
            describe_gauge!(BUILD, Unit::Count, "Always 1; the version is its label.");
            describe_gauge!(STARTED, Unit::Seconds, "When the process started, in Unix time.");
            gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1);
            let micros = SystemClock::default().now().micros();
            gauge!(STARTED).set(Duration::from_micros(u64::try_from(micros).unwrap_or_default()));
            Default::default()
        })
    }

    /// Everything, as Prometheus reads it.
    pub fn render(&self) -> String {
        self.shown.render()
    }

    /// Moves samples into their buckets, for as long as the process lives.
    pub fn keep_small(&self) -> impl Future<Output = ()> + Send + use<> {
        let shown = self.shown.clone();
        async move {
            let mut every = tokio::time::interval(UPKEEP);
            loop {
                every.tick().await;
                shown.run_upkeep();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_manual_has_a_row_for_each_metric_and_no_other() {
        let metering = Metering::new().unwrap();
        let _meters = metering.meters();
        let shown: BTreeSet<String> = metering
            .render()
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE "))
            .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
            .collect();
        let manual = include_str!("../../../docs/OPERATIONS.md");
        let told = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
        let told: BTreeSet<String> = manual
            .lines()
            .filter_map(told)
            .filter(|name| name.starts_with("crier_") || name.starts_with("process_"))
            .collect();
        assert_eq!(shown, told);
    }

    #[test]
    fn rules_for_alerts_name_metrics_that_there_are() {
        let metering = Metering::new().unwrap();
        let _meters = metering.meters();
        let shown = metering.render();
        let rules = include_str!("../../../deploy/alerts.yml");
        let words = rules.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for word in words.filter(|word| word.starts_with("crier_")) {
            let name = word.trim_end_matches("_bucket");
            assert!(shown.contains(&format!("# TYPE {name} ")), "{word}");
        }
    }

    #[test]
    fn two_applications_count_apart() {
        let (one, other) = (Metering::new().unwrap(), Metering::new().unwrap());
        let ((one_meters, ..), _) = (one.meters(), other.meters());
        one_meters.mails_sent.increment(3);
        let line = "crier_mails_total{outcome=\"sent\"} ";
        assert!(one.render().contains(&format!("{line}3\n")));
        assert!(other.render().contains(&format!("{line}0\n")));
    }
}
