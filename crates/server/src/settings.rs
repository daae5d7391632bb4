//! Settings: defaults, then a file, then the environment. Everything wrong with them is said at
//! once, so that nobody mends them one start at a time.
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use crier_core::app::Rates;
use crier_core::closures;
use crier_core::endpoints;
use crier_core::limits::Rate;
use crier_core::pool::DatabaseUrl;
use crier_dispatch::roots::Roots;
use crier_dispatch::schedule::Schedule;
use ipnet::IpNet;

/// Every key of the file with its variable in the environment.
pub const KEYS: &[(&str, &str)] = &[
    ("listen", "CRIER_LISTEN"),
    ("public_url", "CRIER_PUBLIC_URL"),
    ("data_dir", "CRIER_DATA_DIR"),
    ("database_url", "CRIER_DATABASE_URL"),
    ("redis_url", "CRIER_REDIS_URL"),
    ("smtp_url", "CRIER_SMTP_URL"),
    ("storage_url", "CRIER_STORAGE_URL"),
    ("webhook_allow", "CRIER_WEBHOOK_ALLOW"),
    ("webhook_ca", "CRIER_WEBHOOK_CA"),
    ("webhook_schedule", "CRIER_WEBHOOK_SCHEDULE"),
    ("webhook_off_after_days", "CRIER_WEBHOOK_OFF_AFTER_DAYS"),
    ("log_retention_days", "CRIER_LOG_RETENTION_DAYS"),
    ("closed_account_days", "CRIER_CLOSED_ACCOUNT_DAYS"),
    ("secret_key", "CRIER_SECRET_KEY"),
    ("log", "CRIER_LOG"),
    ("otlp_url", "CRIER_OTLP_URL"),
    ("otlp_sample", "CRIER_OTLP_SAMPLE"),
    ("messages_per_second", "CRIER_MESSAGES_PER_SECOND"),
    ("messages_burst", "CRIER_MESSAGES_BURST"),
    ("operator_per_second", "CRIER_OPERATOR_PER_SECOND"),
    ("operator_burst", "CRIER_OPERATOR_BURST"),
    ("daily_limits", "CRIER_DAILY_LIMITS"),
    ("notices_per_second", "CRIER_NOTICES_PER_SECOND"),
    ("notices_burst", "CRIER_NOTICES_BURST"),
    ("callback_ips", "CRIER_CALLBACK_IPS"),
];

/// Calls of a day at the most that a limit can say.
const MOST: i64 = 1_000_000_000;

/// What the process runs with.
#[derive(Clone)]
pub struct Settings {
    /// Address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// What links are made of; made from the address once that is known, if absent.
    pub public_url: Option<String>,
    /// Database, media, mails, generated secrets.
    pub data_dir: PathBuf,
    /// Where everything is stored.
    pub database: DatabaseUrl,
    /// Between nodes.
    pub redis_url: Option<String>,
    /// Where mails go; into the data directory if absent.
    pub smtp_url: Option<String>,
    /// Where media goes.
    pub media_dir: PathBuf,
    /// Private networks that webhooks may reach.
    pub webhook_allow: Vec<IpNet>,
    /// Private authorities whose certificates webhooks trust beside those of the system.
    pub webhook_ca: Roots,
    /// When what failed at once is tried again.
    pub webhook_schedule: Schedule,
    /// How long an endpoint may fail before it is switched off.
    pub webhook_off_after: chrono::Duration,
    /// How far the delivery log goes back.
    pub log_retention_days: i64,
    /// How long a closed account can be opened again.
    pub closed_account_days: i64,
    /// Signs and encrypts; kept in the data directory if absent.
    pub secret_key: Option<String>,
    /// Log filter.
    pub log: String,
    /// Where traces go, and how many; none are made if absent.
    pub traces: Option<Traces>,
    /// How fast things may happen.
    pub rates: Rates,
    /// How often an account may make a call in a day, by path, where it is not the usual.
    pub daily_limits: BTreeMap<String, i64>,
    /// Where webhooks come from, as bots are told; this machine's addresses if empty.
    pub callback_ips: Vec<IpAddr>,
}

/// Traces of requests.
#[derive(Clone, PartialEq)]
pub struct Traces {
    /// The collector: OTLP over HTTP, without `/v1/traces`.
    pub url: String,
    /// The share of requests that are traced, 0 to 1.
    pub sample: f64,
}

/// Without what may hold a password or a key: the secret key and the other servers' addresses.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("public_url", &self.public_url)
            .field("data_dir", &self.data_dir)
            .field("media_dir", &self.media_dir)
            .field("webhook_allow", &self.webhook_allow)
            .field("webhook_ca", &self.webhook_ca)
            .field("log", &self.log)
            .field("rates", &self.rates)
            .finish_non_exhaustive()
    }
}

/// Reads the settings.
///
/// # Errors
/// One message that names everything wrong.
pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Settings> {
    let mut problems = Vec::new();
    let mut values = BTreeMap::new();
    if let Some(file) = file {
        read_file(file, &mut values, &mut problems)?;
    }
    for (key, variable) in KEYS {
        if let Some(value) = env(variable).filter(|value| !value.is_empty()) {
            values.insert((*key).to_owned(), value);
        }
    }
    let settings = Reader { values, problems: &mut problems }.settings();
    if !problems.is_empty() {
        bail!("the settings are wrong: {}", problems.join("; "));
    }
    Ok(settings)
}

fn read_file(
    file: &Path,
    values: &mut BTreeMap<String, String>,
    problems: &mut Vec<String>,
) -> Result<()> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let table: toml::Table =
        text.parse().with_context(|| format!("{} is no TOML", file.display()))?;
    for (key, value) in table {
        if !KEYS.iter().any(|(known, _)| *known == key) {
            problems.push(format!("unknown key {key}"));
            continue;
        }
        match value {
            toml::Value::String(text) => drop(values.insert(key, text)),
            toml::Value::Integer(number) => drop(values.insert(key, number.to_string())),
            toml::Value::Array(items) => {
                let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
                match items {
                    Some(items) => drop(values.insert(key, items.join(","))),
                    None => problems.push(format!("{key} must be a list of texts")),
                }
            }
            _ => problems.push(format!("{key} must be a text")),
        }
    }
    Ok(())
}

struct Reader<'a> {
    values: BTreeMap<String, String>,
    problems: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn settings(mut self) -> Settings {
        let data_dir = PathBuf::from(self.text("data_dir").unwrap_or_else(|| "./data".into()));
        let settings = Settings {
            listen: self.parsed(
                "listen",
                "an address such as 127.0.0.1:8080",
                SocketAddr::from(([127, 0, 0, 1], 8080)),
            ),
            public_url: self.public_url(),
            database: self.database(&data_dir),
            redis_url: self.with_scheme("redis_url", &["redis://", "rediss://"]),
            smtp_url: self.with_scheme("smtp_url", &["smtp://", "smtps://"]),
            media_dir: self.media_dir(&data_dir),
            webhook_allow: self.webhook_allow(),
            webhook_ca: self.webhook_ca(),
            webhook_schedule: self.webhook_schedule(),
            webhook_off_after: chrono::Duration::days(
                self.days("webhook_off_after_days", endpoints::AFTER.num_days()),
            ),
            log_retention_days: self.days("log_retention_days", 30),
            closed_account_days: self.days("closed_account_days", closures::DAYS),
            secret_key: self.text("secret_key"),
            log: self.text("log").unwrap_or_else(|| "info".into()),
            traces: self.traces(),
            rates: self.rates(),
            daily_limits: self.daily_limits(),
            callback_ips: self.callback_ips(),
            data_dir,
        };
        self.check_together(&settings);
        settings
    }

    fn text(&mut self, key: &str) -> Option<String> {
        self.values.remove(key)
    }

    fn parsed<T: std::str::FromStr>(&mut self, key: &str, wanted: &str, default: T) -> T {
        let Some(text) = self.text(key) else { return default };
        text.parse().unwrap_or_else(|_| {
            self.problems.push(format!("{key} must be {wanted}"));
            default
        })
    }

    fn with_scheme(&mut self, key: &str, schemes: &[&str]) -> Option<String> {
        let text = self.text(key)?;
        if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
            self.problems.push(format!("{key} must start with {}", schemes.join(" or ")));
        }
        Some(text)
    }

    fn public_url(&mut self) -> Option<String> {
        let url = self.with_scheme("public_url", &["http://", "https://"])?;
        Some(url.trim_end_matches('/').to_owned())
    }

    fn database(&mut self, data_dir: &Path) -> DatabaseUrl {
        let path = data_dir.join("crier.db").display().to_string();
        let default = DatabaseUrl::Sqlite { path, durable: true };
        let Some(url) = self.text("database_url") else { return default };
        DatabaseUrl::parse(&url).unwrap_or_else(|problem| {
            self.problems.push(format!("database_url: {problem}"));
            default
        })
    }

    fn media_dir(&mut self, data_dir: &Path) -> PathBuf {
        let Some(url) = self.text("storage_url") else { return data_dir.join("media") };
        if let Some(folder) = url.strip_prefix("file:") {
            return PathBuf::from(folder);
        }
        self.problems.push("storage_url must be file: and a folder".into());
        PathBuf::new()
    }

    fn webhook_allow(&mut self) -> Vec<IpNet> {
        let list = self.text("webhook_allow").unwrap_or_default();
        let mut nets = Vec::new();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item.parse() {
                Ok(net) => nets.push(net),
                Err(_) => self
                    .problems
                    .push(format!("webhook_allow: {item} is no network such as 127.0.0.0/8")),
            }
        }
        nets
    }

    fn webhook_ca(&mut self) -> Roots {
        let Some(file) = self.text("webhook_ca") else { return Roots::default() };
        Roots::read(Path::new(&file)).unwrap_or_else(|problem| {
            self.problems.push(format!("webhook_ca: {file} {problem}"));
            Roots::default()
        })
    }

    fn webhook_schedule(&mut self) -> Schedule {
        let Some(text) = self.text("webhook_schedule") else { return Schedule::default() };
        text.parse().unwrap_or_else(|problem| {
            self.problems.push(format!("webhook_schedule {problem}"));
            Schedule::default()
        })
    }

    fn days(&mut self, key: &str, default: i64) -> i64 {
        let days = self.parsed(key, "a number of days", default);
        if !(1..=3_650).contains(&days) {
            self.problems.push(format!("{key} must be 1 to 3650 days"));
            return default;
        }
        days
    }

    fn traces(&mut self) -> Option<Traces> {
        let sample = self.parsed("otlp_sample", "a number from 0 to 1", 0.01);
        if !(0.0..=1.0).contains(&sample) {
            self.problems.push("otlp_sample must be a number from 0 to 1".into());
        }
        let url = self.with_scheme("otlp_url", &["http://", "https://"])?;
        if !cfg!(feature = "otel") {
            self.problems.push("otlp_url needs a build with the feature otel".into());
        }
        Some(Traces { url: url.trim_end_matches('/').to_owned(), sample })
    }

    fn rates(&mut self) -> Rates {
        let default = Rates::default();
        let mut rate = |names: [&str; 2], usual: Rate| {
            let per_second = self.parsed(names[0], "a number", usual.per_second.get());
            Rate::new(per_second, self.parsed(names[1], "a number", usual.burst.get()))
        };
        Rates {
            messages: rate(["messages_per_second", "messages_burst"], default.messages),
            operator: rate(["operator_per_second", "operator_burst"], default.operator),
            notices: rate(["notices_per_second", "notices_burst"], default.notices),
            ..default
        }
    }

    fn callback_ips(&mut self) -> Vec<IpAddr> {
        let list = self.text("callback_ips").unwrap_or_default();
        let mut addresses = Vec::new();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item.parse() {
                Ok(address) => addresses.push(address),
                Err(_) => self.problems.push(format!("callback_ips: {item} is no address")),
            }
        }
        addresses
    }

    fn daily_limits(&mut self) -> BTreeMap<String, i64> {
        let list = self.text("daily_limits").unwrap_or_default();
        let mut limits = BTreeMap::new();
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let pair = item.split_once('=').and_then(|(path, number)| {
                let number =
                    number.trim().parse().ok().filter(|number| (0..=MOST).contains(number));
                Some((path.trim(), number?))
            });
            match pair {
                Some((path, number)) if crier_wechat::has_limit(path) => {
                    limits.insert(path.to_owned(), number);
                }
                Some((path, _)) => {
                    self.problems.push(format!("daily_limits: {path} is no call that is counted"));
                }
                None => self
                    .problems
                    .push(format!("daily_limits: {item} is no limit such as /cgi-bin/token=2000")),
            }
        }
        limits
    }

    fn check_together(&mut self, settings: &Settings) {
        if settings.redis_url.is_some() && settings.secret_key.is_none() {
            self.problems.push(
                "secret_key must be set with redis_url: every node needs the same one".into(),
            );
        }
        if settings.secret_key.as_ref().is_some_and(|key| key.len() < 32) {
            self.problems.push("secret_key must have at least 32 characters".into());
        }
    }
}
