//! Signatures by the Standard Webhooks specification.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crier_core::endpoints::Secrets;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The `webhook-signature` header: one signature with the secret that holds and, while a rotation
/// overlaps, one with the secret before it.
///
/// A secret that cannot be read signs nothing. The receiver refuses the request then, and the log
/// shows it; nothing is lost.
pub(super) fn header(secrets: &Secrets, id: &str, seconds: &str, body: &str) -> String {
    let pairs = std::iter::once(&secrets.now).chain(&secrets.previous);
    let signatures: Vec<String> =
        pairs.filter_map(|pair| sign(&pair.token, id, seconds, body)).collect();
    if signatures.is_empty() {
        tracing::error!(event.id = id, "an event is not signed: its endpoint's secret is broken");
    }
    signatures.join(" ")
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` as base64.
fn sign(secret: &str, id: &str, seconds: &str, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    for part in [id, ".", seconds, ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that the specification's libraries test themselves with.
    #[test]
    fn it_signs_as_the_published_libraries_do() {
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn a_secret_that_is_none_signs_nothing() {
        for secret in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%"] {
            assert_eq!(sign(secret, "evt_1", "1", "{}"), None, "{secret}");
        }
    }
}
