//! The `crier` binary: one file that serves, demonstrates and administers.
mod application;
mod cli;
mod commands;
mod demo;
mod health;
mod metering;
mod operating;
mod secret_key;
mod settings;
mod traces;
mod watching;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line that says what to do; the chain is joined into it.
            eprintln!("crier: {error:#}");
            ExitCode::FAILURE
        }
    }
}
