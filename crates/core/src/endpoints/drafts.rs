//! What an endpoint is made of, checked field by field.
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use super::{Dialect, Mode, Pair};
use crate::clock::random;
use crate::error::{Error, Result};
use crate::facts::Fact;

/// Longest address.
const URL: usize = 1024;
/// Longest name.
const NAME: usize = 60;
/// Most headers of one's own, and their longest value.
const HEADERS: (usize, usize) = (10, 1024);
/// An attempt's time: milliseconds.
const TIMEOUT: std::ops::RangeInclusive<i32> = 500..=30_000;
/// Requests a second, and under way.
const RATE: std::ops::RangeInclusive<i32> = 1..=10_000;
const CONCURRENCY: std::ops::RangeInclusive<i32> = 1..=256;
/// Bytes of a native secret, as Standard Webhooks wants them.
const SECRET: std::ops::RangeInclusive<usize> = 24..=64;

/// What an endpoint is made of, or changed to.
#[derive(Clone)]
pub struct Draft {
    /// The protocol it speaks.
    pub dialect: Dialect,
    /// Where it listens: `http:` or `https:`.
    pub url: String,
    /// How pushes are protected.
    pub mode: Mode,
    /// The signing token: 3 to 32 letters and digits; for the native dialect `whsec_` and 24 to 64
    /// bytes as base64.
    pub token: String,
    /// The encryption key: 43 letters and digits; for the native dialect nothing.
    pub key: String,
    /// What has defaults.
    pub options: Options,
}

/// What of an endpoint has defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What the brand calls it: at most 60 characters; its host, if empty.
    pub name: String,
    /// Kinds of facts it is told; empty is all.
    pub hears: Vec<String>,
    /// Headers that each request carries: at most ten.
    pub headers: Vec<(String, String)>,
    /// How long an attempt may take, instead of the dialect's rule: 500 to 30,000 milliseconds.
    pub timeout_ms: Option<i32>,
    /// Whether what fails at once is tried again by the long schedule.
    pub persistent: bool,
    /// Requests a second: 1 to 10,000.
    pub rate: Option<i32>,
    /// Requests under way: 1 to 256.
    pub concurrency: Option<i32>,
}

impl Options {
    /// As a dialect's users expect them: native deliveries are tried again by the long schedule,
    /// those of WeChat are not (`reference/wechat-api.md` 5.1).
    pub fn of(dialect: Dialect) -> Self {
        Self { persistent: dialect == Dialect::Native, ..Self::default() }
    }
}

/// Without the token, the key and the headers.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("dialect", &self.dialect)
            .field("url", &self.url)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl Draft {
    /// A draft for this address with secrets of its own and a dialect's defaults.
    pub fn fresh(dialect: Dialect, url: impl Into<String>) -> Self {
        let (token, key) = match dialect {
            Dialect::Native => (new_secret(), String::new()),
            Dialect::Wechat => (new_token(), new_key()),
        };
        let mode = match dialect {
            Dialect::Native => Mode::Plain,
            Dialect::Wechat => Mode::Safe,
        };
        Self { dialect, url: url.into(), mode, token, key, options: Options::of(dialect) }
    }

    /// Its secrets.
    pub fn pair(&self) -> Pair {
        Pair { token: self.token.clone(), key: self.key.clone() }
    }

    /// Its name, or its host.
    pub fn name(&self) -> String {
        if !self.options.name.trim().is_empty() {
            return self.options.name.trim().to_owned();
        }
        let url = url::Url::parse(&self.url).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Checks every field.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the first wrong one.
    pub fn check(&self) -> Result<()> {
        check_url(&self.url)?;
        match self.dialect {
            Dialect::Native => self.check_native(),
            Dialect::Wechat => self.check_wechat(),
        }?;
        self.options.check()
    }

    fn check_wechat(&self) -> Result<()> {
        let alphanumeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !(3..=32).contains(&self.token.len()) || !alphanumeric(&self.token) {
            return Err(Error::invalid("token", "must be 3 to 32 letters and digits"));
        }
        if self.key.len() != 43 || !alphanumeric(&self.key) {
            return Err(Error::invalid("key", "must be 43 letters and digits"));
        }
        Ok(())
    }

    fn check_native(&self) -> Result<()> {
        let bytes = self.token.strip_prefix("whsec_").map(|text| STANDARD.decode(text));
        if !matches!(bytes, Some(Ok(bytes)) if SECRET.contains(&bytes.len())) {
            return Err(Error::invalid("token", "must be whsec_ and 24 to 64 bytes as base64"));
        }
        if !self.key.is_empty() {
            return Err(Error::invalid("key", "is not used in this dialect"));
        }
        if self.mode != Mode::Plain {
            return Err(Error::invalid("mode", "must be plain in this dialect"));
        }
        Ok(())
    }
}

fn check_url(text: &str) -> Result<()> {
    let url = url::Url::parse(text)
        .map_err(|error| Error::invalid("url", format!("is no address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::invalid("url", "must start with http:// or https://"));
    }
    if text.len() > URL {
        return Err(Error::invalid("url", "must have at most 1024 characters"));
    }
    Ok(())
}

impl Options {
    fn check(&self) -> Result<()> {
        if self.name.chars().count() > NAME || self.name.chars().any(char::is_control) {
            return Err(Error::invalid("name", "must be one line of at most 60 characters"));
        }
        if let Some(kind) = self.hears.iter().find(|kind| !Fact::NAMES.contains(&kind.as_str())) {
            return Err(Error::invalid("hears", format!("knows no event {kind}")));
        }
        check_headers(&self.headers)?;
        let within = |field, value: Option<i32>, range: std::ops::RangeInclusive<i32>| match value {
            Some(value) if !range.contains(&value) => {
                let (least, most) = range.into_inner();
                Err(Error::invalid(field, format!("must be {least} to {most}")))
            }
            _ => Ok(()),
        };
        within("timeout_ms", self.timeout_ms, TIMEOUT)?;
        within("rate", self.rate, RATE)?;
        within("concurrency", self.concurrency, CONCURRENCY)
    }
}

/// Headers that say how the request is framed, or that the dialects set themselves.
fn is_reserved(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "host",
        "connection",
        "content-length",
        "content-type",
        "content-encoding",
        "transfer-encoding",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "user-agent",
    ];
    const BEGINNINGS: [&str; 5] = ["webhook-", "crier-", "x-line-", "x-crier-", "proxy-"];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || BEGINNINGS.iter().any(|begin| name.starts_with(begin))
}

fn check_headers(headers: &[(String, String)]) -> Result<()> {
    let (most, longest) = HEADERS;
    if headers.len() > most {
        return Err(Error::invalid("headers", "must be at most ten"));
    }
    for (name, value) in headers {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~!#$%&'*+^`|".contains(&byte);
        if name.is_empty() || name.len() > 64 || !name.bytes().all(token) {
            return Err(Error::invalid("headers", format!("{name:?} is no header name")));
        }
        if is_reserved(name) {
            return Err(Error::invalid("headers", format!("{name} is set by Crier")));
        }
        // Visible ASCII and spaces: a line break would begin another header.
        if value.len() > longest || !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(Error::invalid(
                "headers",
                format!("the value of {name} is no header text"),
            ));
        }
    }
    Ok(())
}

/// A fresh signing token.
pub fn new_token() -> String {
    crate::mint::hex_token::<16>()
}

/// A fresh native secret: 32 bytes.
pub fn new_secret() -> String {
    format!("whsec_{}", STANDARD.encode(random::<32>()))
}

/// A fresh encryption key whose last character leaves no bits over: strict decoders on the
/// operator's side refuse others (`reference/wechat-api.md` 4.3).
pub fn new_key() -> String {
    loop {
        let key = STANDARD_NO_PAD.encode(random::<32>());
        if key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Draft)) -> bool {
        let mut draft = Draft::fresh(Dialect::Wechat, "http://127.0.0.1:9/hook");
        change(&mut draft);
        draft.check().is_err()
    }

    #[test]
    fn made_keys_are_friendly() {
        for _ in 0..20 {
            let key = new_key();
            assert_eq!(key.len(), 43);
            assert!("AEIMQUYcgkosw048".contains(&key[42..]), "{key}");
        }
    }

    #[test]
    fn drafts_are_checked() {
        for dialect in [Dialect::Wechat, Dialect::Native] {
            let good = Draft::fresh(dialect, "http://127.0.0.1:9/hook");
            good.check().unwrap();
            let shown = format!("{good:?}");
            assert!(!shown.contains(&good.token), "{shown}");
            assert!(good.key.is_empty() || !shown.contains(&good.key), "{shown}");
        }
        assert!(refused(|draft| draft.url = "ftp://x".into()));
        assert!(refused(|draft| draft.token = "a b".into()));
        assert!(refused(|draft| draft.key = "short".into()));
        assert!(refused(|draft| draft.dialect = Dialect::Native));
    }

    #[test]
    fn options_are_checked() {
        let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert!(!refused(|draft| draft.options.headers = header("Authorization", "Bearer x")));
        assert!(refused(|draft| draft.options.headers = header("Host", "x")));
        assert!(refused(|draft| draft.options.headers = header("webhook-id", "x")));
        assert!(refused(|draft| draft.options.headers = header("Crier-Attempt", "x")));
        assert!(refused(|draft| draft.options.headers = header("X-A", "a\r\nHost: b")));
        assert!(refused(|draft| draft.options.hears = vec!["everything".into()]));
        assert!(refused(|draft| draft.options.timeout_ms = Some(60_000)));
        assert!(refused(|draft| draft.options.rate = Some(0)));
        assert!(refused(|draft| draft.options.concurrency = Some(1_000)));
    }
}
