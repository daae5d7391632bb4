//! The whole target table in one run: about an hour.
use anyhow::Result;

use crate::cli::{CompareArgs, by_default};
use crate::scenarios::{Audience, Hanging, Kill, RateLimit, Scenario as _, Stored, Streams};
use crate::subject::Protection;

/// Runs the comparison with more endpoints and other protections, and then every scenario as it is
/// by default. What this build of Crier cannot do is said and left out.
///
/// # Errors
/// When a service cannot be reached, or the comparison itself fails.
pub async fn run(args: &CompareArgs) -> Result<()> {
    let (bench, times, compare) = (args.bench().await?, &args.times, &args.compare);
    compare.run(&bench, times).await?;
    let others = [
        (100, Protection::Plain),
        (6_000, Protection::Plain),
        (1, Protection::Safe),
        (1, Protection::Native),
    ];
    for (endpoints, protection) in others {
        let case = compare.saturated(endpoints, protection);
        tell(&format!("{endpoints} endpoint(s), {protection:?}"), case.run(&bench, times).await);
    }
    tell("hanging", by_default::<Hanging>().run(&bench, times).await);
    tell("kill", by_default::<Kill>().run(&bench, times).await);
    tell("rate-limit", by_default::<RateLimit>().run(&bench, times).await);
    tell("streams", by_default::<Streams>().run(&bench, times).await);
    tell("stored", by_default::<Stored>().run(&bench, times).await);
    tell("audience", by_default::<Audience>().run(&bench, times).await);
    Ok(())
}

fn tell(what: &str, done: Result<()>) {
    if let Err(error) = done {
        println!("\n### {what}: left out: {error:#}");
    }
}
