//! Finds the message in a body, and opens bodies of the WeChat dialect's safe mode.
use aes::Aes256;
use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use memchr::memmem;

use crate::load::key;

/// Base64 that takes a last character with bits left over, as these keys have.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// A message carries `bench-SENDER-NUMBER.` in its text, whatever is around it.
pub(super) fn message(body: &[u8]) -> Option<u64> {
    let rest = &body[memmem::find(body, b"bench-")? + 6..];
    let (sender, rest) = number(rest, b'-')?;
    let (number, _) = number(rest, b'.')?;
    Some(key(sender, number))
}

/// A number and what follows the byte that ends it.
fn number(bytes: &[u8], end: u8) -> Option<(u64, &[u8])> {
    let at = memchr::memchr(end, bytes.get(..bytes.len().min(20))?)?;
    let number = std::str::from_utf8(&bytes[..at]).ok()?.parse().ok()?;
    Some((number, &bytes[at + 1..]))
}

/// An endpoint's encryption key.
pub struct Key([u8; 32]);

impl Key {
    /// From its 43 characters, the `EncodingAESKey`.
    ///
    /// # Errors
    /// When it is not 43 characters of base64.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = LENIENT.decode(format!("{text}=")).context("the key is no base64")?;
        Ok(Self(bytes.as_slice().try_into().context("the key is not of 32 bytes")?))
    }

    /// What is sealed in a body; `None` when it does not open. Signature and app id are not looked
    /// at: the tests of the dialect do that.
    pub fn open(&self, body: &[u8]) -> Option<Vec<u8>> {
        let from = memmem::find(body, b"<Encrypt><![CDATA[")? + 18;
        let length = memmem::find(&body[from..], b"]]>")?;
        let sealed = LENIENT.decode(&body[from..from + length]).ok()?;
        let iv: [u8; 16] = self.0.first_chunk().copied()?;
        let cipher = cbc::Decryptor::<Aes256>::new(&self.0.into(), &iv.into());
        cipher.decrypt_padded_vec::<NoPadding>(&sealed).ok()
    }
}

#[cfg(test)]
mod tests {
    use cbc::cipher::BlockModeEncrypt as _;

    use super::*;

    #[test]
    fn the_message_is_found_wherever_it_stands() {
        assert_eq!(message(b"<Content>bench-12-34.xxx</Content>"), Some(key(12, 34)));
        for none in ["", "bench-", "bench-1", "bench-1-2", "bench-a-2.", "nothing"] {
            assert_eq!(message(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn a_sealed_body_opens_with_its_key_alone() {
        let key = Key::parse("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
        let iv: [u8; 16] = *key.0.first_chunk().unwrap();
        let cipher = cbc::Encryptor::<Aes256>::new(&key.0.into(), &iv.into());
        let sealed =
            cipher.encrypt_padded_vec::<NoPadding>(&[b"bench-1-2.".as_slice(), &[6; 22]].concat());
        let body = format!("<xml><Encrypt><![CDATA[{}]]></Encrypt></xml>", LENIENT.encode(sealed));
        assert!(message(&key.open(body.as_bytes()).unwrap()).is_some());
        let other = Key::parse(&"A".repeat(43)).unwrap();
        assert_eq!(other.open(body.as_bytes()).and_then(|plain| message(&plain)), None);
        assert!(Key::parse("short").is_err());
    }
}
