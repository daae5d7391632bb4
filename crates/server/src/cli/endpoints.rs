//! Words about endpoints: `crier endpoint`, and what `crier account create` takes for its first.
use clap::{Args, Subcommand, ValueEnum};
use crier_core::Timestamp;
use crier_core::facts::Fact;
use crier_core::ids::EndpointId;

/// Webhook dialects this build speaks.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Dialect {
    /// JSON events signed by the Standard Webhooks specification.
    Native,
    /// WeChat Official Accounts.
    Wechat,
}

/// How webhooks are protected.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Mode {
    /// Signed, in clear.
    Plain,
    /// In clear and encrypted at once.
    Compatible,
    /// Encrypted only.
    Safe,
}

/// How an endpoint is spoken to.
#[derive(Debug, Args)]
pub struct EndpointOptions {
    /// The protocol its operator backend speaks.
    #[arg(long, default_value = "wechat", requires = "webhook_url")]
    pub webhook_dialect: Dialect,
    /// The signing token, or the native secret (whsec_...); made if absent.
    #[arg(long, requires = "webhook_url")]
    pub webhook_token: Option<String>,
    /// How webhooks are protected.
    #[arg(long, default_value = "plain", requires = "webhook_url")]
    pub webhook_mode: Mode,
    /// The encryption key, 43 letters and digits; made if absent.
    #[arg(long, requires = "webhook_url")]
    pub encoding_aes_key: Option<String>,
    /// What to call the endpoint; its host if absent.
    #[arg(long, requires = "webhook_url")]
    pub webhook_name: Option<String>,
    /// Events it is told, with commas between; all if absent.
    #[arg(long, requires = "webhook_url", value_delimiter = ',',
          value_parser = clap::builder::PossibleValuesParser::new(Fact::NAMES))]
    pub webhook_events: Vec<String>,
    /// A header that each request carries, as 'Name: value'; may be given again.
    #[arg(long, requires = "webhook_url", value_parser = header)]
    pub webhook_header: Vec<(String, String)>,
    /// Milliseconds that an attempt may take; the dialect's own rule if absent.
    #[arg(long, requires = "webhook_url")]
    pub webhook_timeout_ms: Option<i32>,
    /// Whether what fails at once is tried again for days; the dialect's own custom if absent.
    #[arg(long, requires = "webhook_url")]
    pub webhook_persistent: Option<bool>,
    /// Requests a second at the most.
    #[arg(long, requires = "webhook_url")]
    pub webhook_rate: Option<i32>,
    /// Requests under way at the most.
    #[arg(long, requires = "webhook_url")]
    pub webhook_concurrency: Option<i32>,
}

/// Where operator backends listen.
#[derive(Debug, Subcommand)]
pub enum Endpoint {
    /// Show an account's endpoints; no secrets.
    List {
        /// The account's handle or app id.
        #[arg(long)]
        account: String,
    },
    /// Add an endpoint. It is taken as it is, without the URL check.
    Add(Box<EndpointAdd>),
    /// Remove an endpoint; what it was told stays in the log.
    Remove(Which),
    /// Give an endpoint fresh secrets.
    Rotate {
        /// Which.
        #[command(flatten)]
        which: Which,
        /// Seconds that the old secrets are still good: a week at the most.
        #[arg(long, default_value_t = 86_400)]
        overlap: i64,
    },
    /// Make its answers the messages, instead of those of the endpoint that answered until now.
    Answer(Which),
    /// Tell an endpoint again what it missed.
    Recover {
        /// Which.
        #[command(flatten)]
        which: Which,
        /// What was stored at or after this time (RFC 3339).
        #[arg(long, value_parser = time)]
        since: Timestamp,
        /// What was stored before this time (RFC 3339); everything until now if absent.
        #[arg(long, value_parser = time)]
        until: Option<Timestamp>,
        /// Also what it took.
        #[arg(long)]
        all: bool,
    },
}

/// One endpoint of an account.
#[derive(Debug, Args)]
pub struct Which {
    /// The account's handle or app id.
    #[arg(long)]
    pub account: String,
    /// The endpoint's number; may be left out when there is one only.
    #[arg(long)]
    pub endpoint: Option<EndpointId>,
}

/// A new endpoint.
#[derive(Debug, Args)]
pub struct EndpointAdd {
    /// The account's handle or app id.
    #[arg(long)]
    pub account: String,
    /// Where it listens.
    #[arg(long)]
    pub webhook_url: String,
    /// How it is spoken to.
    #[command(flatten)]
    pub webhook: EndpointOptions,
}

fn header(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once(':').ok_or("must be 'Name: value'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn time(text: &str) -> Result<Timestamp, String> {
    let at = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|error| format!("must be a time such as 2026-11-22T10:00:00Z: {error}"))?;
    Ok(at.with_timezone(&chrono::Utc).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_times_are_read() {
        assert_eq!(header("X-A: b: c"), Ok(("X-A".to_owned(), "b: c".to_owned())));
        assert!(header("nothing").is_err());
        assert_eq!(time("1970-01-01T01:00:01+01:00"), Ok(Timestamp::from_seconds(1)));
        assert!(time("yesterday").is_err());
    }
}
