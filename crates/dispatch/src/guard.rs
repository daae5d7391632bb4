//! Which addresses webhooks may reach. Checked where the connection is made, on the very addresses
//! it will use, so that a name that resolves anew between check and use gains nothing.
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Refuses private, loopback, link-local, metadata and other special addresses, but for exceptions.
#[derive(Clone)]
pub struct Guard {
    allow: Arc<[IpNet]>,
    names: Arc<dyn Resolve>,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// The exceptions: there is nothing to say of who resolves.
impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("allow", &self.allow).finish_non_exhaustive()
    }
}

/// An address that webhooks may not reach.
#[derive(Debug, thiserror::Error)]
#[error("the address {0} is private or reserved, and not in CRIER_WEBHOOK_ALLOW")]
pub struct Forbidden(pub IpAddr);

/// A name without addresses.
#[derive(Debug, thiserror::Error)]
#[error("the name {0} does not resolve")]
pub struct Unresolved(pub String);

impl Guard {
    /// A guard with exceptions: networks that may be reached although they are private.
    pub fn new(allow: Vec<IpNet>) -> Self {
        Self::resolving(allow, Arc::new(System))
    }

    /// A guard with exceptions in front of another resolver than the system's.
    pub fn resolving(allow: Vec<IpNet>, names: Arc<dyn Resolve>) -> Self {
        Self { allow: allow.into(), names }
    }

    /// Whether an address may be reached.
    ///
    /// # Errors
    /// [`Forbidden`] with the address as it was meant (an IPv4 address inside an IPv6 one).
    pub fn check(&self, address: IpAddr) -> Result<(), Forbidden> {
        let meant = unwrapped(address);
        if self.excepts(address) || is_public(meant) {
            return Ok(());
        }
        Err(Forbidden(meant))
    }

    /// Whether an address may be reached whatever it is.
    pub(crate) fn excepts(&self, address: IpAddr) -> bool {
        let meant = unwrapped(address);
        self.allow.iter().any(|net| net.contains(&meant) || net.contains(&address))
    }

    /// Checks a URL whose host is an address: those never reach the resolver.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn check_url(&self, url: &url::Url) -> Result<(), Forbidden> {
        match url.host() {
            Some(url::Host::Ipv4(address)) => self.check(address.into()),
            Some(url::Host::Ipv6(address)) => self.check(address.into()),
            // A name that reads as an address is connected to without being resolved. The parser
            // of http and https addresses leaves none; that of other schemes does.
            Some(url::Host::Domain(name)) => name.parse().map_or(Ok(()), |name| self.check(name)),
            None => Ok(()),
        }
    }

    /// The addresses behind a URL that may be reached.
    pub(crate) async fn addresses(&self, url: &url::Url) -> Vec<SocketAddr> {
        let port = url.port_or_known_default().unwrap_or(0);
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(IpAddr::from(address)),
            Some(url::Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if let Some(address) = literal {
            let allowed = self.check(address).is_ok();
            return allowed.then(|| SocketAddr::new(address, port)).into_iter().collect();
        }
        let Some(Ok(name)) = url.host_str().map(str::parse::<Name>) else { return Vec::new() };
        let found = self.resolve_checked(name).await.unwrap_or_default();
        found.into_iter().map(|address| SocketAddr::new(address.ip(), port)).collect()
    }

    /// The addresses of a name that may be reached. Port 0 stands for that of the URL.
    async fn resolve_checked(&self, name: Name) -> Result<Vec<SocketAddr>, BoxError> {
        let shown = name.as_str().to_owned();
        let found = self.names.resolve(name).await.map_err(|_| Unresolved(shown.clone()))?;
        let found: Vec<IpAddr> = found.map(|address| address.ip()).collect();
        let first = *found.first().ok_or(Unresolved(shown))?;
        let allowed: Vec<SocketAddr> = found
            .into_iter()
            .filter(|address| self.check(*address).is_ok())
            .map(|address| SocketAddr::new(address, 0))
            .collect();
        if allowed.is_empty() {
            return Err(Forbidden(unwrapped(first)).into());
        }
        Ok(allowed)
    }
}

/// The system's resolver.
struct System;

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(found.collect::<Vec<_>>().into_iter()) as Addrs)
        })
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.resolve_checked(name).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 or 6to4.
fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let segments = v6.segments();
    let tail = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // `::` and `::1` are addresses of their own, not 0.0.0.0 and 0.0.0.1.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] if high != 0 || low > 1 => tail(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => tail(high, low),
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Everything in the IANA special-purpose registry is out, 169.254.169.254 (cloud metadata) with
/// the link-local block, and the one public address that a cloud answers its own machines at.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let relay = a == 192 && b == 88 && c == 99;
    let benchmark = a == 198 && (b == 18 || b == 19);
    let azure = address.octets() == [168, 63, 129, 16];
    !(a == 0
        || a >= 224
        || shared
        || protocol
        || relay
        || benchmark
        || azure
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_broadcast())
}

/// Only global unicast (2000::/3) is public, less its documentation and protocol blocks (Teredo is
/// in the latter) and ISATAP, which leads to the IPv4 address in its second half.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let global = segments[0] & 0xe000 == 0x2000;
    let protocol = segments[0] == 0x2001 && segments[1] < 0x0200;
    let documentation =
        (segments[0] == 0x2001 && segments[1] == 0x0db8) || (segments[0] & 0xfff0) == 0x3ff0;
    let isatap = segments[4] & 0xfdff == 0 && segments[5] == 0x5efe;
    global && !protocol && !documentation && !isatap
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(guard: &Guard, url: &str) -> bool {
        guard.check_url(&url.parse().unwrap()).is_ok()
    }

    #[test]
    fn odd_notations_reach_nothing_private() {
        let guard = Guard::default();
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.0.1/",
            "http://100.64.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
            "http://[2001:db8::1]/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
        ] {
            assert!(!verdict(&guard, url), "{url}");
        }
        assert!(verdict(&guard, "http://8.8.8.8/"));
        assert!(verdict(&guard, "http://[2606:4700::1111]/"));
    }

    #[test]
    fn exceptions_hold_for_every_form() {
        let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(verdict(&guard, "http://127.0.0.1:9000/"));
        assert!(verdict(&guard, "http://[::ffff:127.0.0.1]/"));
        assert!(!verdict(&guard, "http://10.0.0.1/"));
    }

    fn localhost() -> Name {
        "localhost".parse().unwrap()
    }

    #[tokio::test]
    async fn a_name_for_loopback_is_refused() {
        let refused = Guard::default().resolve_checked(localhost()).await.unwrap_err();
        assert!(refused.downcast_ref::<Forbidden>().is_some());
        let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(!guard.resolve_checked(localhost()).await.unwrap().is_empty());
    }
}
