//! Secrets at rest: sealed with AES-256-GCM under keys derived from the installation's secret key,
//! which lives outside the database.
use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::clock::random;
use crate::error::{Error, Result};

/// Seals and opens secrets, and derives keys for signing.
#[derive(Clone)]
pub struct Vault {
    root: [u8; 32],
    cipher: Aes256Gcm,
}

impl Vault {
    /// From the installation's secret key: any text of 32 characters or more.
    ///
    /// # Errors
    /// When it is shorter.
    pub fn new(secret_key: &str) -> Result<Self> {
        if secret_key.len() < 32 {
            return Err(Error::invalid("secret_key", "must have at least 32 characters"));
        }
        let root = mac(secret_key.as_bytes(), b"crier");
        let sealing = mac(&root, b"seal");
        Ok(Self { root, cipher: Aes256Gcm::new(&sealing.into()) })
    }

    /// A key for one purpose; different labels give unrelated keys.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        mac(&self.root, label.as_bytes())
    }

    /// Seals a secret for storage.
    pub fn seal(&self, secret: &str) -> Result<String> {
        let nonce = random::<12>();
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), secret.as_bytes())
            .map_err(|_| Error::Internal("a secret could not be sealed".into()))?;
        Ok(STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`Vault::seal`] made.
    ///
    /// # Errors
    /// When it was sealed under another secret key, or changed since.
    pub fn open(&self, sealed: &str) -> Result<String> {
        let fault = || Error::Internal("a stored secret does not open with this secret key".into());
        let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| fault())?;
        let (nonce, sealed) = bytes.split_first_chunk::<12>().ok_or_else(fault)?;
        let opened = self.cipher.decrypt(&Nonce::from(*nonce), sealed).map_err(|_| fault())?;
        String::from_utf8(opened).map_err(|_| fault())
    }
}

/// HMAC-SHA256.
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key() {
        let vault = Vault::new(&"k".repeat(32)).unwrap();
        let sealed = vault.seal("秘密").unwrap();
        assert_ne!(sealed, vault.seal("秘密").unwrap());
        assert_eq!(vault.open(&sealed).unwrap(), "秘密");
        assert!(Vault::new(&"x".repeat(32)).unwrap().open(&sealed).is_err());
        assert!(vault.open("AAAA").is_err());
        assert!(Vault::new("short").is_err());
    }
}
