//! Proxies that the environment names are not used. The environment belongs to the process, so
//! the question is put to a process of its own: this very test, started again.
use std::process::Command;

use crier_testing::{Manner, Receiver};

use crate::raw::{AMPLE, get, sender};

/// Where the backend is, for the process that was started again.
const BACKEND: &str = "CRIER_TEST_BACKEND";

#[tokio::test]
async fn proxies_of_the_environment_are_not_used() {
    #[expect(clippy::disallowed_methods, reason = "how the test tells its second process")]
    let second = std::env::var(BACKEND);
    if let Ok(backend) = second {
        return ask_both(&backend).await;
    }
    let backend = Receiver::start(|_| Manner::Say("backend".into())).await;
    let proxy = Receiver::start(|_| Manner::Say("proxy".into())).await;
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "proxies::proxies_of_the_environment_are_not_used"]);
    again.env(BACKEND, &backend.url).env_remove("NO_PROXY").env_remove("no_proxy");
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    {
        again.env(name, proxy.url.trim_end_matches("/hook"));
    }
    let done = tokio::task::spawn_blocking(move || again.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!((proxy.seen().len(), backend.seen().len()), (1, 1));
}

/// A client of the ordinary kind is led to the proxy, ours is not.
async fn ask_both(backend: &str) {
    let ordinary = reqwest::get(backend).await.unwrap();
    assert_eq!(ordinary.text().await.unwrap(), "proxy");
    let ours = sender().send(&get(backend), AMPLE).await.unwrap();
    assert_eq!(ours.body, b"backend");
}
