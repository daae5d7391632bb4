//! What happens in trouble and at size. Each prints a table of its own.
mod audience;
mod hanging;
mod kill;
mod pages;
mod rate_limit;
mod stored;
mod streams;

pub use audience::Audience;
pub use hanging::Hanging;
pub use kill::Kill;
pub use pages::Pages;
pub use rate_limit::RateLimit;
pub use stored::Stored;
pub use streams::Streams;

use anyhow::Result;

use crate::compare::Times;
use crate::services::database::Engine;
use crate::subject::{Bench, Subject};

/// Crier on each engine that is there, of those asked for.
fn criers(bench: &Bench, engines: &[Engine]) -> Vec<Subject> {
    let all = engines.iter().map(|engine| Subject::crier(*engine));
    all.filter(|subject| subject.is_possible(bench)).collect()
}

/// Something that is measured with its own means and prints its own table.
pub trait Scenario {
    /// Measures and prints.
    ///
    /// # Errors
    /// When a server does not start, or refuses what it is asked.
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()>;
}
