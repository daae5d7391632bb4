//! The URL check of an endpoint: asked for here, made by whoever speaks to endpoints.
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crier_schema::ids::EndpointId;
use futures_util::future::BoxFuture;

use crate::App;
use crate::accounts::Account;
use crate::articles;
use crate::endpoints::Draft;
use crate::error::{Error, Result};
use crate::events::Event;
use crate::samples::Sampled;

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Whether the endpoint answered as its dialect wants.
    pub passed: bool,
    /// What the answer shows, in a stable word (that of a delivery's attempt).
    pub verdict: String,
    /// The answer's HTTP status, if there was one.
    pub status: Option<u16>,
    /// Milliseconds until the answer, or until it was given up.
    pub took_ms: i32,
    /// The answer's beginning, or what went wrong on the way.
    pub answer: String,
    /// The whole address that was asked.
    pub request_url: String,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// A page.
    Found,
    /// Another address; where it leads is not followed.
    Moved,
    /// An error, by its HTTP status.
    Broken(u16),
    /// Nobody who answers in time.
    Silent,
    /// An address that must not be asked.
    Forbidden,
}

/// Makes the URL check of a dialect.
pub trait EndpointCheck: Send + Sync {
    /// Checks an endpoint that need not be stored. Nothing is stored by it.
    fn check(&self, draft: Draft) -> BoxFuture<'_, CheckReport>;

    /// Looks up the addresses behind a URL that deliveries may reach, and with `connect` opens
    /// connections to each. Nothing is said over them.
    fn probe(&self, _url: String, _connect: bool) -> BoxFuture<'_, Vec<Reached>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    /// Asks a web address whether it leads anywhere. Only the head of the answer is read, and no
    /// address is asked that deliveries may not reach.
    fn look(&self, _url: String) -> BoxFuture<'_, LinkState> {
        Box::pin(std::future::ready(LinkState::Silent))
    }

    /// Tells a stored endpoint an event that is not on record, once, and puts nothing on record.
    ///
    /// # Errors
    /// When the endpoint's secrets cannot be read; [`Error::Unavailable`] by default.
    fn sample(
        &self,
        _endpoint: EndpointId,
        _account: Arc<Account>,
        _event: Event,
    ) -> BoxFuture<'_, Result<Sampled>> {
        let nobody = Error::Unavailable("nobody tells endpoints anything here".into());
        Box::pin(std::future::ready(Err(nobody)))
    }

    /// All addresses of a host.
    fn resolve(&self, _host: String) -> BoxFuture<'_, Vec<IpAddr>> {
        Box::pin(std::future::ready(Vec::new()))
    }
}

/// How an address behind an endpoint's URL is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The address.
    pub address: IpAddr,
    /// Connections that were tried.
    pub tries: u32,
    /// Of those, the ones that came about.
    pub connected: u32,
    /// How long one took on average.
    pub mean: Option<Duration>,
}

impl App {
    /// Sets who makes URL checks.
    pub fn set_checker(&self, checker: Arc<dyn EndpointCheck>) {
        *self.checker.write() = Some(checker);
    }

    /// Sets the addresses that deliveries come from.
    pub fn set_sources(&self, sources: Vec<IpAddr>) {
        *self.sources.write() = sources;
    }

    /// The addresses that deliveries come from.
    pub fn sources(&self) -> Vec<IpAddr> {
        self.sources.read().clone()
    }

    /// How the addresses behind a URL are reached; see [`EndpointCheck::probe`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nobody checks here.
    pub async fn probe(&self, url: String, connect: bool) -> Result<Vec<Reached>> {
        let checker = self.checker.read().clone();
        let checker =
            checker.ok_or_else(|| Error::Unavailable("nobody makes URL checks here".into()))?;
        Ok(checker.probe(url, connect).await)
    }

    /// All addresses of a host: itself if it is one, none if it has none or nobody looks here.
    pub async fn host_addresses(&self, host: String) -> Vec<IpAddr> {
        if let Ok(address) = host.trim_matches(['[', ']']).parse() {
            return vec![address];
        }
        let checker = self.checker.read().clone();
        match checker {
            Some(checker) => checker.resolve(host).await,
            None => Vec::new(),
        }
    }

    /// What links lead to, all asked at once. Those to our own articles are looked up.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nobody checks here.
    pub async fn check_links(&self, links: Vec<String>) -> Result<Vec<(String, LinkState)>> {
        let checker = self.checker.read().clone();
        let checker =
            checker.ok_or_else(|| Error::Unavailable("nobody makes URL checks here".into()))?;
        let own = format!("{}/s/", self.public_url);
        let look = async |link: String| {
            let state = match link.strip_prefix(&own) {
                Some(key) => self.own_link(key.to_owned()).await?,
                None => checker.look(link.clone()).await,
            };
            Ok((link, state))
        };
        futures_util::future::try_join_all(links.into_iter().map(look)).await
    }

    async fn own_link(&self, key: String) -> Result<LinkState> {
        let found = self.read(move |conn| articles::get(conn, &key)).await;
        match found {
            Ok(article) if article.removed_at.is_some() => Ok(LinkState::Broken(410)),
            Ok(_) => Ok(LinkState::Found),
            Err(Error::NotFound(_)) => Ok(LinkState::Broken(404)),
            Err(error) => Err(error),
        }
    }

    /// Checks an endpoint before it is stored.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field of the draft; [`Error::Unavailable`] when nobody checks here.
    pub async fn check_endpoint(&self, draft: Draft) -> Result<CheckReport> {
        draft.check()?;
        let checker = self.checker.read().clone();
        let checker =
            checker.ok_or_else(|| Error::Unavailable("nobody makes URL checks here".into()))?;
        Ok(checker.check(draft).await)
    }
}
