//! The command line.
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::compare::{Compare, Times};
use crate::prototype;
use crate::scenarios::{Audience, Hanging, Kill, Pages, RateLimit, Scenario, Stored, Streams};
use crate::services::Services;
use crate::subject::{Bench, peer};

/// Measures Crier beside this machine's floor, a durable prototype, and any peer.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to measure; without any, the comparison.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The comparison's options.
    #[command(flatten)]
    pub compare: CompareArgs,
}

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Every subject under the same loads, side by side.
    Compare(Box<CompareArgs>),
    /// The whole comparison (1, 100 and 6,000 endpoints; plain, safe, native) and every scenario.
    All(Box<CompareArgs>),
    /// Endpoints that never answer: what the others notice.
    Hanging(ScenarioArgs<Hanging>),
    /// `kill -9` with deliveries in flight: when they come again.
    Kill(ScenarioArgs<Kill>),
    /// An endpoint with a rate limit: how well it holds.
    RateLimit(ScenarioArgs<RateLimit>),
    /// Thousands of live streams: memory for each, and how soon a broadcast reaches all.
    Streams(ScenarioArgs<Streams>),
    /// What a message costs beside many that are stored.
    Stored(ScenarioArgs<Stored>),
    /// What the calls about followers cost when an account has many.
    Audience(ScenarioArgs<Audience>),
    /// How fast the console's pages answer when an account is large.
    Pages(ScenarioArgs<Pages>),
    /// The prototype's server, as this tool starts it.
    #[command(hide = true)]
    Prototype(prototype::Settings),
}

/// The comparison's options.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Which subjects under which loads.
    #[command(flatten)]
    pub compare: Compare,
    /// How long and how often.
    #[command(flatten)]
    pub times: Times,
    /// A peer.
    #[command(flatten)]
    pub peer: peer::PeerArgs,
    /// Where everything is.
    #[command(flatten)]
    pub place: Place,
}

impl CompareArgs {
    /// Finds the services and the peer.
    ///
    /// # Errors
    /// When one is named and cannot be reached.
    pub async fn bench(&self) -> Result<Bench> {
        self.place.bench(self.peer.peer()?).await
    }
}

/// One scenario, with where and how often.
#[derive(Debug, Args)]
pub struct ScenarioArgs<T: Args> {
    #[command(flatten)]
    scenario: T,
    #[command(flatten)]
    times: Times,
    #[command(flatten)]
    place: Place,
}

impl<T: Args + Scenario> ScenarioArgs<T> {
    /// Runs it.
    ///
    /// # Errors
    /// When something it needs is missing.
    pub async fn run(&self) -> Result<()> {
        self.scenario.run(&self.place.bench(None).await?, &self.times).await
    }
}

/// Some options as they are when none is given.
pub fn by_default<T: Args>() -> T {
    Alone::<T>::parse_from(["crier-bench"]).options
}

#[derive(Parser)]
struct Alone<T: Args> {
    #[command(flatten)]
    options: T,
}

/// Where everything is that a measurement needs.
#[derive(Debug, Args)]
pub struct Place {
    /// Crier's binary.
    #[arg(long, default_value = "target/release/crier")]
    binary: PathBuf,
    /// A PostgreSQL server on this machine. One that does not flush what it commits is not measured:
    /// another is started from its programs.
    #[arg(long, env = "CRIER_TEST_POSTGRES_URL")]
    postgres: Option<String>,
    /// A Redis on this machine.
    #[arg(long, env = "CRIER_TEST_REDIS_URL")]
    redis: Option<String>,
    /// Connections of the generator.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    senders: u16,
}

impl Place {
    /// Finds all of it.
    ///
    /// # Errors
    /// When a service is named and cannot be reached.
    pub async fn bench(&self, peer: Option<peer::Peer>) -> Result<Bench> {
        let services = Services::find(self.postgres.as_deref(), self.redis.as_deref()).await?;
        Ok(Bench { binary: self.binary.clone(), services, peer, senders: self.senders.into() })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_scenario_has_defaults() {
        Cli::command().debug_assert();
        by_default::<Audience>();
        by_default::<Hanging>();
        by_default::<Kill>();
        by_default::<Pages>();
        by_default::<RateLimit>();
        by_default::<Streams>();
        by_default::<Stored>();
    }

    #[test]
    fn options_of_the_comparison_stand_alone_and_after_its_name() {
        let alone = Cli::parse_from(["crier-bench", "--endpoints", "1,100", "--rate", "5"]);
        assert!(alone.command.is_none());
        let named = Cli::parse_from(["crier-bench", "compare", "--protection", "safe,native"]);
        assert!(matches!(named.command, Some(Command::Compare(_))));
        let words = ["crier-bench", "rate-limit", "--endpoint-args", "--webhook-rate 5"];
        assert!(Cli::try_parse_from(words).is_ok());
        assert!(Cli::try_parse_from(["crier-bench", "--body", "x"]).is_err());
    }
}
