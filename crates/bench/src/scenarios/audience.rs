//! What the calls about an account's followers cost when it has many: none may grow with them, but
//! for what it returns.
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::compare::Times;
use crate::figures::percentile;
use crate::http;
use crate::operator::Operator;
use crate::report::{Row, Table};
use crate::scenarios::{Scenario, criers};
use crate::services::Database;
use crate::services::database::Engine;
use crate::subject::{Bench, Needs, Running, Subject};

/// Followers of the account, every second of them with the tag 100.
const SEED_SQLITE: &str = include_str!("audience.sqlite.sql");
const SEED_POSTGRES: &str = include_str!("audience.postgres.sql");

/// Calls of each kind. A service account may broadcast four times before quotas are counted.
const CALLS: u32 = 20;
const BROADCASTS: u32 = 2;
/// Followers tagged by one call.
const TAGGED: u32 = 50;

/// Many followers of one account.
#[derive(Debug, Clone, clap::Args)]
pub struct Audience {
    /// Engines.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres])]
    engines: Vec<Engine>,
    /// Followers that are there already, in turn; with 20,000 a page of either list is full.
    #[arg(long = "followers", value_delimiter = ',', default_values_t = [20_000, 1_000_000],
        value_parser = clap::value_parser!(u32).range(2_000..=10_000_000))]
    counts: Vec<u32>,
}

/// Milliseconds, the median of a few calls each.
#[derive(Debug, Clone, Copy, Default)]
struct Costs {
    page: f64,
    tag_page: f64,
    tagging: f64,
    to_all: f64,
    to_tag: f64,
    timeline: f64,
}

const FIGURES: [Row<Costs>; 6] = [
    ("user/get, 10,000 openids, ms", 1, |costs| costs.page),
    ("user/tag/get, 10,000 openids, ms", 1, |costs| costs.tag_page),
    ("batchtagging, 50 followers, ms", 1, |costs| costs.tagging),
    ("broadcast to all, ms", 1, |costs| costs.to_all),
    ("broadcast to a tag, ms", 1, |costs| costs.to_tag),
    ("a follower's timeline, ms", 1, |costs| costs.timeline),
];

impl Scenario for Audience {
    async fn run(&self, bench: &Bench, times: &Times) -> Result<()> {
        for subject in criers(bench, &self.engines) {
            let mut found: Vec<Vec<Costs>> = vec![Vec::new(); self.counts.len()];
            for _ in 0..times.repeat {
                for (followers, found) in self.counts.iter().zip(&mut found) {
                    eprintln!("measuring: {}, {followers} followers", subject.name());
                    found.push(once(bench, subject, *followers).await?);
                }
            }
            let title = format!("### {}, one account, {} times", subject.name(), times.repeat);
            let headings = self.counts.iter().map(|count| format!("{count} followers"));
            let mut table = Table::new(title, headings);
            table.samples(&FIGURES, &found, true);
            table.print();
        }
        Ok(())
    }
}

async fn once(bench: &Bench, subject: Subject, followers: u32) -> Result<Costs> {
    let engine = subject.engine().context("it stores nothing")?;
    let needs = Needs { followers: 1, ..Needs::endpoints(bench, 1) };
    let mut running = Running::prepared(subject, engine, bench, &needs).await?;
    let database = running.database.as_ref().context("no database")?;
    database.run(&seed(database, followers)).await?;
    database.settle().await?;
    running.serve(subject, bench, &needs).await?;
    let costs = measure(&running).await?;
    running.stop().await?;
    Ok(costs)
}

async fn measure(running: &Running) -> Result<Costs> {
    let mut operator = Operator::new(running.nodes[0].port, &running.account).await?;
    let made = operator.call("POST", "/cgi-bin/tags/create", r#"{"tag":{"name":"New"}}"#).await?;
    let tag = made.1["tag"]["id"].as_i64().context("no tag")?;
    let to_tag = r#"{"tag_id":100}"#;
    Ok(Costs {
        page: several(&mut operator, CALLS, |_| ("GET", "/cgi-bin/user/get", String::new()))
            .await?,
        tag_page: several(&mut operator, CALLS, |_| {
            ("POST", "/cgi-bin/user/tag/get", r#"{"tagid":100}"#.to_owned())
        })
        .await?,
        tagging: several(&mut operator, CALLS, |call| {
            ("POST", "/cgi-bin/tags/members/batchtagging", batch(tag, call))
        })
        .await?,
        to_all: several(&mut operator, BROADCASTS, |_| mass(r#"{"is_to_all":true}"#)).await?,
        to_tag: several(&mut operator, BROADCASTS, |_| mass(to_tag)).await?,
        timeline: timelines(running).await?,
    })
}

/// The median of so many calls, after one that warms up where it may be made once more.
async fn several(
    operator: &mut Operator,
    calls: u32,
    made: impl Fn(u32) -> (&'static str, &'static str, String),
) -> Result<f64> {
    let mut took = Vec::new();
    for call in 0..calls {
        let (method, path, body) = made(call);
        took.push(operator.call(method, path, &body).await?.0);
    }
    median(took)
}

fn median(mut took: Vec<Duration>) -> Result<f64> {
    took.sort_unstable();
    percentile(&took, 0.5).context("nothing was measured")
}

/// The next fifty of the seeded followers.
fn batch(tag: i64, call: u32) -> String {
    let openids: Vec<String> =
        (1..=TAGGED).map(|n| format!("o{:027}", call * TAGGED + n)).collect();
    serde_json::json!({ "tagid": tag, "openid_list": openids }).to_string()
}

fn mass(filter: &str) -> (&'static str, &'static str, String) {
    let body = format!(r#"{{"filter":{filter},"text":{{"content":"News."}},"msgtype":"text"}}"#);
    ("POST", "/cgi-bin/message/mass/sendall", body)
}

async fn timelines(running: &Running) -> Result<f64> {
    let target = &running.targets[0];
    let (mut stream, mut buffer) = (http::connect(target.port).await?, Vec::new());
    let asked = http::request("GET", "/v1/timeline", &target.headers, "");
    let mut took = Vec::new();
    for _ in 0..CALLS {
        let sent = Instant::now();
        let (status, body) = http::ask(&mut stream, &mut buffer, &asked).await?;
        took.push(sent.elapsed());
        ensure!(status == 200, "the timeline answered {status}");
        ensure!(body.len() > 100, "the timeline is empty: {}", String::from_utf8_lossy(&body));
    }
    median(took)
}

/// The statements that make so many followers.
pub(super) fn seed(database: &Database, count: u32) -> String {
    let seed = match database {
        Database::Sqlite(_) => SEED_SQLITE,
        Database::Postgres { .. } => SEED_POSTGRES,
    };
    seed.replace("{count}", &count.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crier_core::clock::SystemClock;
    use crier_core::{followers, tags};
    use crier_testing::{account, app, eventually, on_each_database, urls};

    use super::*;

    #[test]
    fn the_seed_fits_the_tables_and_is_read_back() {
        on_each_database(|made| {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let clock = Arc::new(SystemClock::default());
                let first = app(&made, clock.clone()).await;
                let account = account(&first, "tea").await.id;
                drop(first);
                let database = Database::at(&urls(&made));
                // A file is seeded while nobody else has it open.
                let seeded = async || database.run(&seed(&database, 30)).await.ok();
                eventually("the database is seeded", seeded).await;
                let app = app(&made, clock).await;
                let read = app.read(move |conn| {
                    let page = followers::page(conn, account, None, 100)?;
                    Ok((page.len(), tags::page(conn, account, 100, None, 100)?.len()))
                });
                assert_eq!(read.await.unwrap(), (30, 15));
            });
        });
    }
}
