//! Where a request comes from, for rate limits: through proxies that are trusted, and no others.
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ipnet::IpNet;

use crate::problems::Problem;

/// Networks whose word on `X-Forwarded-For` is taken. Set it as app data; without it, this machine.
#[derive(Debug, Clone)]
pub struct Proxies(pub Vec<IpNet>);

impl Default for Proxies {
    fn default() -> Self {
        let (four, six) = (Ipv4Addr::new(127, 0, 0, 0), Ipv6Addr::LOCALHOST);
        let nets = [IpNet::new(four.into(), 8), IpNet::new(six.into(), 128)];
        Self(nets.into_iter().flatten().collect())
    }
}

impl Proxies {
    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// The client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Client {
    /// What to count it by: an IPv6 customer has a whole /64.
    pub fn key(self) -> String {
        match self.0 {
            IpAddr::V4(four) => four.to_string(),
            IpAddr::V6(six) => six.to_ipv4_mapped().map_or_else(
                || {
                    let [a, b, c, d, ..] = six.segments();
                    format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
                },
                |four| four.to_string(),
            ),
        }
    }

    /// The last address that no trusted proxy vouches for: those before it are hearsay.
    fn of(peer: IpAddr, forwarded: &[&str], proxies: &Proxies) -> Self {
        let mut address = peer;
        for hop in forwarded.iter().flat_map(|line| line.split(',')).rev() {
            if !proxies.trust(address) {
                break;
            }
            let Ok(before) = hop.trim().parse() else { break };
            address = before;
        }
        Self(address)
    }
}

impl FromRequest for Client {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
        let lines = req.headers().get_all("x-forwarded-for");
        let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        let client = match req.app_data::<Proxies>() {
            Some(proxies) => Self::of(peer, &lines, proxies),
            None => Self::of(peer, &lines, &Proxies::default()),
        };
        ready(Ok(client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, forwarded: &[&str]) -> String {
        Client::of(peer.parse().unwrap(), forwarded, &Proxies::default()).key()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(of("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &["6.6.6.6, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(of("127.0.0.1", &["6.6.6.6", "198.51.100.7, 127.0.0.1"]), "198.51.100.7");
        assert_eq!(of("127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn a_whole_ipv6_network_counts_as_one() {
        assert_eq!(of("2001:db8:1:2:3::9", &[]), of("2001:db8:1:2::1", &[]));
        assert_eq!(of("::ffff:192.0.2.1", &[]), "192.0.2.1");
    }
}
