//! Certificates are verified: by the system's roots, and by those of a private authority where
//! one is set.
use std::sync::Arc;
use std::time::Duration;

use crier_dispatch::dialect::{Answer, Fault};
use crier_dispatch::guard::Guard;
use crier_dispatch::roots::{BadRoots, Roots};
use crier_dispatch::sender::Sender;
use crier_dispatch::verdicts;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::raw::{AMPLE, Names, get, once, serve};

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn named(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// A certificate and its key.
struct Identity(Certificate, KeyPair);

impl Identity {
    fn signed(params: CertificateParams, by: &Authority) -> Self {
        let key = KeyPair::generate().unwrap();
        Self(params.signed_by(&key, by).unwrap(), key)
    }

    fn self_signed(params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        Self(params.self_signed(&key).unwrap(), key)
    }
}

/// A port where this identity is shown.
async fn https(identity: Identity) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let key = PrivatePkcs8KeyDer::from(identity.1.serialize_der());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.0.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, once(FINE), Arc::default(), Arc::default()).await;
            }
        }
    });
    port
}

fn sender(roots: &Roots) -> Sender {
    let names = Names::new(vec![vec!["127.0.0.1:0"]]);
    let guard = Guard::resolving(vec!["127.0.0.0/8".parse().unwrap()], names);
    Sender::trusting(guard, roots).unwrap()
}

async fn ask(roots: &Roots, host: &str, port: u16) -> Result<Answer, Fault> {
    sender(roots).send(&get(&format!("https://{host}:{port}/")), AMPLE).await
}

fn read(text: &str) -> Result<Roots, BadRoots> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, text).unwrap();
    Roots::read(&file)
}

#[tokio::test]
async fn a_private_authority_is_trusted_where_it_is_set_and_nowhere_else() {
    let (ours, theirs) = (authority(), authority());
    let port = https(Identity::signed(named("hook.test"), &ours)).await;
    let trusting = read(&format!("# ours\n{}{}", theirs.pem(), ours.pem())).unwrap();
    assert_eq!(ask(&trusting, "hook.test", port).await.unwrap().body, b"ok");
    for roots in [Roots::default(), read(&theirs.pem()).unwrap()] {
        let fault = ask(&roots, "hook.test", port).await.unwrap_err();
        assert_eq!(fault.verdict, verdicts::TLS, "{fault:?}");
        assert!(fault.detail.contains("certificate"), "{fault:?}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_or_time_or_purpose_is_refused() {
    let ours = authority();
    let roots = read(&ours.pem()).unwrap();
    let port = https(Identity::signed(named("hook.test"), &ours)).await;
    for host in ["other.test", "sub.hook.test", "127.0.0.1"] {
        let fault = ask(&roots, host, port).await.unwrap_err();
        assert_eq!(fault.verdict, verdicts::TLS, "{host}: {fault:?}");
    }
    let mut expired = named("hook.test");
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut early = named("hook.test");
    early.not_before = date_time_ymd(3000, 1, 1);
    let identities = [
        Identity::signed(expired, &ours),
        Identity::signed(early, &ours),
        Identity::self_signed(named("hook.test")),
    ];
    for identity in identities {
        let port = https(identity).await;
        let fault = ask(&roots, "hook.test", port).await.unwrap_err();
        assert_eq!(fault.verdict, verdicts::TLS, "{fault:?}");
    }
}

/// A port where the first byte is answered with these, and then nothing more is said.
async fn no_tls(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(answer).await.unwrap();
        drop(stream.read_to_end(&mut Vec::new()).await);
    });
    port
}

#[tokio::test]
async fn a_host_without_tls_is_no_host_for_https() {
    let port = no_tls(FINE.as_bytes()).await;
    let fault = ask(&Roots::default(), "hook.test", port).await.unwrap_err();
    assert_eq!(fault.verdict, verdicts::TLS, "{fault:?}");
    // Silence in the handshake is silence.
    let request = get(&format!("https://hook.test:{}/", no_tls(b"").await));
    let short = Duration::from_millis(300);
    let fault = sender(&Roots::default()).send(&request, short).await.unwrap_err();
    assert_eq!(fault.verdict, verdicts::TIMEOUT, "{fault:?}");
}

#[test]
fn what_is_no_certificate_is_no_root() {
    let ours = authority();
    let whole = ours.pem();
    assert_eq!(format!("{:?}", read(&whole).unwrap()), "1 roots");
    let key = KeyPair::generate().unwrap().serialize_pem();
    for nothing in ["", "hello", &key, "\0\u{1}binary"] {
        assert!(matches!(read(nothing), Err(BadRoots::Empty)), "{nothing:?}");
    }
    let cut = &whole[..whole.len() - 30];
    assert!(matches!(read(cut), Err(BadRoots::Broken(_))), "{cut}");
    let hollow = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let error = read(&format!("{whole}{hollow}")).unwrap_err().to_string();
    assert!(error.contains("its number 2"), "{error}");
    let nowhere = tempfile::tempdir().unwrap().path().join("none.pem");
    let error = Roots::read(&nowhere).unwrap_err().to_string();
    assert!(error.starts_with("cannot be read: "), "{error}");
}
