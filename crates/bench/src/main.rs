//! The load tool: drives a real server from outside and counts every message at a real receiver.
//! It prints Crier beside the machine's own floor, measured in the same run, because these
//! machines are noisy and only the ratio holds.
#![expect(clippy::print_stdout, reason = "a report on standard output is what this tool makes")]

mod cli;
mod compare;
mod everything;
mod figures;
mod http;
mod load;
mod measure;
mod operator;
mod prototype;
mod report;
mod scenarios;
mod services;
mod sink;
mod subject;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;

use crate::cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("crier-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match cli.command.unwrap_or_else(|| Command::Compare(Box::new(cli.compare))) {
        // It runs on its server's own runtime.
        Command::Prototype(settings) => prototype::serve(&settings),
        command => tokio::runtime::Runtime::new()?.block_on(measure(command)),
    }
}

async fn measure(command: Command) -> Result<()> {
    match command {
        Command::Compare(args) => args.compare.run(&args.bench().await?, &args.times).await,
        Command::All(args) => everything::run(&args).await,
        Command::Hanging(args) => args.run().await,
        Command::Kill(args) => args.run().await,
        Command::RateLimit(args) => args.run().await,
        Command::Streams(args) => args.run().await,
        Command::Stored(args) => args.run().await,
        Command::Audience(args) => args.run().await,
        Command::Pages(args) => args.run().await,
        Command::Prototype(_) => Ok(()),
    }
}
