//! Every way to write, hide or change an address ends at the same check.
use std::net::IpAddr;
use std::sync::Arc;

use crier_core::content::Content;
use crier_core::conversations::Append;
use crier_dispatch::dialect::Request;
use crier_dispatch::guard::Guard;
use crier_dispatch::sender::Sender;
use crier_dispatch::verdicts;
use crier_testing::{Manner, Receiver, account, both_engines, follower};
use proptest::prelude::*;
use reqwest::dns::Resolve as _;
use tokio::net::TcpListener;
use url::Url;

use crate::raw::{AMPLE, Endpoint, Names, get, once, sender};
use crate::speech::{attempts, dispatcher, point, settled};

/// Hosts that all mean 127.0.0.1, by themselves or by what they are embedded in.
const LOOPBACK: &[&str] = &[
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0X7F.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "017700000001",
    "00000177.0.0.01",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "１２７.0.0.1",
    "127。0。0。1",
    "①②⑦.0.0.1",
    "8.8.8.8@127.0.0.1",
    "8.8.8.8:80@127.0.0.1",
    "8.8.8.8%40@127.0.0.1",
    "a:b@c:d@127.0.0.1",
    "[::ffff:127.0.0.1]",
    "[::FFFF:7F00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
];

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";

#[tokio::test]
async fn loopback_is_refused_in_every_notation() {
    let endpoint = Endpoint::start(once(FINE)).await;
    let strict = Sender::new(Guard::default()).unwrap();
    for host in LOOPBACK {
        let request = get(&format!("http://{host}:{}/hook", endpoint.port));
        let fault = strict.send(&request, AMPLE).await.unwrap_err();
        assert_eq!(fault.verdict, verdicts::FORBIDDEN_ADDRESS, "{host}: {fault:?}");
        assert!(endpoint.heard().is_empty(), "{host}");
        // Each leads there where that is allowed, so the notation was indeed tried.
        let answer = sender().send(&request, AMPLE).await;
        assert_eq!(answer.unwrap().body, b"ok", "{host}");
        assert_eq!(endpoint.heard().len(), 1, "{host}");
        endpoint.forget();
    }
    for name in ["localhost", "LOCALHOST", "localhost.", "ｌocalhost", "loc%61lhost"] {
        let request = get(&format!("http://{name}:{}/hook", endpoint.port));
        let verdict = strict.send(&request, AMPLE).await.unwrap_err().verdict;
        let refused = [verdicts::FORBIDDEN_ADDRESS, verdicts::UNRESOLVED].contains(&verdict);
        assert!(refused && endpoint.heard().is_empty(), "{name}: {verdict}");
    }
}

#[test]
fn ipv6_forms_of_ipv4_addresses_are_refused_with_them() {
    let guard = Guard::default();
    for address in [
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "::ffff:0:10.0.0.1",
        "::ffff:0:8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::10.0.0.1",
        "64:ff9b:1::8.8.8.8",
        "64:ff9b:1:7f00:0:100::",
        "2002:a00:1::1",
        "2002:7f00:1::",
        "2002:c0a8:101::",
        "2001::10.0.0.1",
        "2001:0:808:808:0:ffff:f5ff:fffe",
        "2606:4700::5efe:10.0.0.1",
        "2606:4700::200:5efe:10.0.0.1",
        "2606:4700:1:2:0:5efe:8.8.8.8",
        "fe80::5efe:10.0.0.1",
    ] {
        let address: IpAddr = address.parse().unwrap();
        assert!(guard.check(address).is_err(), "{address}");
        let url = Url::parse(&format!("https://[{address}]:8443/")).unwrap();
        assert!(guard.check_url(&url).is_err(), "{url}");
    }
    for address in ["64:ff9b::8.8.8.8", "2002:808:808::1", "2606:4700::1111", "2a00:1450::200e"] {
        assert!(guard.check(address.parse().unwrap()).is_ok(), "{address}");
    }
}

#[test]
fn special_addresses_are_refused() {
    let guard = Guard::default();
    for address in [
        "::",
        "::1",
        "100::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff:ffff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "feff::1",
        "ff02::1",
        "ff0e::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "0.0.0.0",
        "0.1.2.3",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "100.127.255.255",
        "168.63.129.16",
        "169.254.170.2",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
    ] {
        assert!(guard.check(address.parse().unwrap()).is_err(), "{address}");
    }
    for address in ["100.63.255.255", "100.128.0.0", "172.32.0.1", "192.0.1.1", "198.20.0.1"] {
        assert!(guard.check(address.parse().unwrap()).is_ok(), "{address}");
    }
}

#[test]
fn hosts_that_are_no_hosts_are_no_addresses() {
    for url in [
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://256.0.0.1/",
        "http://127.0.0.0x100/",
        "http://0x1ffffffff/",
        "http://127.0.0.1%00.example.org/",
        "http://127.0.0.1 .example.org/",
        "http:///",
    ] {
        // With nothing before the host, the parser takes the next word for it.
        assert!(Url::parse(url).is_err(), "{url}");
    }
    // Outside http and https the parser leaves addresses as names; the client connects to them.
    let odd = Url::parse("odd://127.0.0.1/").unwrap();
    assert!(Guard::default().check_url(&odd).is_err());
}

proptest! {
    /// What is checked is the parsed address; the client takes its text apart anew.
    #[test]
    fn the_client_reads_the_same_host(
        before in "[a-z0-9.:@%\\\\\\[\\]#?/１。 -]{0,12}",
        host in "(127\\.0\\.0\\.1|0x7f\\.1|\\[::1\\]|8\\.8\\.8\\.8|localhost)",
        after in "[a-z0-9.:@%\\\\\\[\\]#?/１。 -]{0,12}",
    ) {
        let Ok(url) = Url::parse(&format!("http://{before}{host}{after}")) else { return Ok(()) };
        let Ok(uri) = url.as_str().parse::<http::Uri>() else { return Ok(()) };
        prop_assert_eq!(uri.host(), url.host_str(), "{}", url);
        prop_assert_eq!(uri.port_u16(), url.port(), "{}", url);
    }
}

fn guard(answers: Vec<Vec<&'static str>>) -> (Guard, Arc<Names>) {
    let names = Names::new(answers);
    // 127.0.0.2 stands for a public address: the one thing on this machine that is allowed.
    (Guard::resolving(vec!["127.0.0.2/32".parse().unwrap()], names.clone()), names)
}

/// Two listeners on one port: what may be reached, and what may not.
async fn public_and_private() -> (Endpoint, Endpoint) {
    let public = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let port = public.local_addr().unwrap().port();
    let private = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    (Endpoint::on(public, |_| once(FINE)), Endpoint::on(private, |_| once(FINE)))
}

#[tokio::test]
async fn a_name_that_resolves_anew_is_checked_anew() {
    let (public, private) = public_and_private().await;
    let (guard, names) = guard(vec![vec!["127.0.0.2:0"], vec!["127.0.0.1:0"]]);
    let sender = Sender::new(guard).unwrap();
    let request = get(&format!("http://rebinding.test:{}/", public.port));
    // One question, whose answer is both checked and used: there is no between.
    assert!(sender.send(&request, AMPLE).await.is_ok());
    assert_eq!(names.asked().len(), 1);
    let fault = sender.send(&request, AMPLE).await.unwrap_err();
    assert_eq!(fault.verdict, verdicts::FORBIDDEN_ADDRESS);
    assert_eq!((public.heard().len(), private.heard().len()), (1, 0));
}

#[tokio::test]
async fn of_several_addresses_only_the_allowed_are_used() {
    let (public, private) = public_and_private().await;
    let (mixed, _) = guard(vec![vec!["127.0.0.1:0", "[::1]:0", "127.0.0.2:0", "10.0.0.1:0"]]);
    let sender = Sender::new(mixed).unwrap();
    for _ in 0..5 {
        let request = get(&format!("http://mixed.test:{}/", public.port));
        assert!(sender.send(&request, AMPLE).await.is_ok());
    }
    // Nobody there: the others are no second choice.
    public.stop().await;
    let request = get(&format!("http://mixed.test:{}/", private.port));
    let fault = sender.send(&request, AMPLE).await.unwrap_err();
    assert_eq!(fault.verdict, verdicts::UNREACHABLE);
    assert!(private.heard().is_empty());
}

#[tokio::test]
async fn every_name_is_resolved_by_the_guard_and_nothing_else() {
    let (guard, names) = guard(vec![vec!["127.0.0.1:0"]]);
    let sender = Sender::new(guard).unwrap();
    let hosts = [
        ("hook.test", "hook.test"),
        ("HOOK.test.", "hook.test."),
        ("user:word@hook.test:81", "hook.test"),
        ("bücher.test", "xn--bcher-kva.test"),
        ("127.0.0.1.test", "127.0.0.1.test"),
        ("localhost", "localhost"),
    ];
    for (host, _) in hosts {
        for scheme in ["http", "https"] {
            let fault = sender.send(&get(&format!("{scheme}://{host}/")), AMPLE).await.unwrap_err();
            assert_eq!(fault.verdict, verdicts::FORBIDDEN_ADDRESS, "{scheme} {host}");
        }
    }
    let wanted: Vec<&str> = hosts.iter().flat_map(|(_, name)| [*name; 2]).collect();
    assert_eq!(names.asked(), wanted);
}

#[tokio::test]
async fn a_resolver_does_not_choose_the_port() {
    let (guard, _) = guard(vec![vec!["127.0.0.2:25", "127.0.0.1:6379"]]);
    let found: Vec<String> = guard
        .resolve("hook.test".parse().unwrap())
        .await
        .unwrap()
        .map(|address| address.to_string())
        .collect();
    assert_eq!(found, ["127.0.0.2:0"]);
    let strict = Guard::default();
    for port in [0, 1, 25, 80, 443, 6379, 65_535] {
        assert!(strict.check_url(&format!("http://127.0.0.1:{port}/").parse().unwrap()).is_err());
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_unresolved() {
    let (guard, _) = guard(vec![vec![]]);
    let sender = Sender::new(guard).unwrap();
    let fault = sender.send(&get("http://empty.test/"), AMPLE).await.unwrap_err();
    assert_eq!(fault.verdict, verdicts::UNRESOLVED);
}

#[tokio::test]
async fn credentials_in_an_address_are_used_but_not_told() {
    let endpoint = Endpoint::start(once("HTTP/1.1 500 X\r\n\r\n")).await;
    let at = format!("127.0.0.1:{}/hook?x=y@z", endpoint.port);
    for user in ["name:hush", "hush", ":hush", "%ff:hush"] {
        let request = get(&format!("http://{user}@{at}"));
        assert_eq!(request.shown_url(), format!("http://***@{at}"), "{user}");
        let fault = sender().send(&request, AMPLE).await.unwrap_err();
        let told = format!("{request:?} {fault:?}");
        assert!(!told.contains("hush"), "{told}");
    }
    assert!(endpoint.heard()[0].contains("authorization: Basic "));
    let plain =
        Request { headers: vec![("authorization".into(), "hush".into())], ..get("http://a/b@c") };
    assert_eq!(plain.shown_url(), "http://a/b@c");
    assert!(!format!("{plain:?}").contains("hush"));
}

#[test]
fn the_delivery_log_tells_no_credentials() {
    both_engines(|app| async move {
        let account = account(&app, "tea").await;
        let backend = Receiver::start(|_| Manner::Status(500)).await;
        let id = follower(&app, &account, "u1").await.id;
        point(&app, &account, &backend.url.replace("://", "://name:hush@")).await;
        let _dispatcher = dispatcher(&app);
        app.append(Append::inbound(id, Content::text("hello"), None)).await.unwrap();
        let log = settled(&app, &account).await;
        let request = &attempts(&app, &log[0]).await[0].request;
        assert!(request.contains("://***@127") && !request.contains("hush"), "{request}");
    });
}
