//! Signatures and the encrypted envelope (`reference/wechat-api.md` 4.1 to 4.3).
use aes::Aes256;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use sha1::{Digest as _, Sha1};

/// Bytes of a padding block: twice the cipher's own.
const BLOCK: usize = 32;
/// Random bytes before the length.
const NOISE: usize = 16;

/// Base64 that takes a last character with bits left over: keys made by others have them (T1).
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The signature of some words: their SHA-1 in byte order, as lower-case hex.
pub(crate) fn sign(words: &[&str]) -> String {
    let mut words = words.to_vec();
    words.sort_unstable();
    hex::encode(Sha1::digest(words.concat()))
}

/// Why an envelope does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// The key is not 43 characters of base64.
    Key,
    /// The text is not base64 of whole blocks.
    Shape,
    /// It does not decrypt to a message: another key.
    Padding,
    /// It is for another app id.
    AppId,
}

impl Sealed {
    /// What is wrong, as half a sentence.
    pub(crate) const fn problem(self) -> &'static str {
        match self {
            Self::Key => "the encryption key is malformed",
            Self::Shape => "Encrypt is not base64 of whole blocks",
            Self::Padding => "Encrypt does not open with the endpoint's key",
            Self::AppId => "Encrypt was made for another app id",
        }
    }
}

/// Encrypts and decrypts for one endpoint.
pub(crate) struct Envelope<'a> {
    key: [u8; 32],
    app_id: &'a str,
}

impl<'a> Envelope<'a> {
    /// With this `EncodingAESKey`.
    pub(crate) fn new(encoding_key: &str, app_id: &'a str) -> Result<Self, Sealed> {
        let bytes = LENIENT.decode(format!("{encoding_key}=")).map_err(|_| Sealed::Key)?;
        let key = bytes.try_into().map_err(|_| Sealed::Key)?;
        Ok(Self { key, app_id })
    }

    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(&self.key[..16]);
        iv
    }

    /// The envelope around `message`, as base64.
    pub(crate) fn seal(&self, message: &str, noise: [u8; NOISE]) -> String {
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let mut plain = Vec::with_capacity(message.len() + self.app_id.len() + 2 * BLOCK);
        plain.extend_from_slice(&noise);
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(message.as_bytes());
        plain.extend_from_slice(self.app_id.as_bytes());
        // One to 32 bytes, a whole block when nothing is missing: each says how many there are.
        let pad = BLOCK - plain.len() % BLOCK;
        plain.resize(plain.len() + pad, u8::try_from(pad).unwrap_or(u8::MAX));
        self.encrypt(&plain)
    }

    /// Whole blocks, encrypted, as base64.
    pub(super) fn encrypt(&self, plain: &[u8]) -> String {
        let cipher = cbc::Encryptor::<Aes256>::new(&self.key.into(), &self.iv().into());
        LENIENT.encode(cipher.encrypt_padded_vec::<NoPadding>(plain))
    }

    /// The message in an envelope.
    pub(crate) fn open(&self, sealed: &str) -> Result<String, Sealed> {
        let bytes = LENIENT.decode(sealed.trim()).map_err(|_| Sealed::Shape)?;
        if bytes.is_empty() || bytes.len() % 16 != 0 {
            return Err(Sealed::Shape);
        }
        let cipher = cbc::Decryptor::<Aes256>::new(&self.key.into(), &self.iv().into());
        let plain = cipher.decrypt_padded_vec::<NoPadding>(&bytes).map_err(|_| Sealed::Shape)?;
        let (message, app_id) = unpad(&plain).ok_or(Sealed::Padding)?;
        if app_id != self.app_id.as_bytes() {
            return Err(Sealed::AppId);
        }
        String::from_utf8(message.to_vec()).map_err(|_| Sealed::Padding)
    }
}

/// The message and the app id in an opened envelope.
fn unpad(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let pad = usize::from(*plain.last()?);
    if !(1..=BLOCK).contains(&pad) {
        return None;
    }
    let body = plain.get(NOISE..plain.len().checked_sub(pad)?)?;
    let (length, rest) = body.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    const APP_ID: &str = "wx0123456789abcdef";
    const MESSAGE: &str = "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oABCDEFGHIJKLMNOPQRSTUVWXYZ0]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好 hello]]></Content><MsgId>24000000000000001</MsgId></xml>";
    const ENCRYPT: &str = "Q3stYC6hdFzMh9T8HCvyDOijj+4zIgvMT9VuUUUXZ83/ZjADiDm6BjQrcgkxYnYXOFzqT2uNGfBnc5CBSepJi+E9lcRn3aJdHrKFph1CIN1DFMiEBXIGVfrqdWNgI+TSKDI6EwiFIrH6jzDU88g55USeN+aGuDrHpzaGF8Gxt06AVo9X/YuBHw62GuKg7Vv+cv/APFfYA1y9DLQIJFwH7pFEDW7ZwJyxkW0qJkf8fAl/2dwc2LoR9S3Ceobwne223akdM9Ipf6yMAFSJkIK7sMogp/DwWPQbImYCF5UvqLN9ke2ET2rgbzKzU3NSEPKvr9n7k5fXWWZ/5tnP3HyYxDciuslPBsfswLyExPKAAAH1n3Gc5FlxAka+8zwsEwJex2LxqLITIzMnQ6Qu7rXbTuqBKdQkLR0Gj4YVBsHjn5I=";

    /// `reference/wechat-api.md` 4.3: six SDKs open this vector.
    #[test]
    fn the_vector_holds() {
        let envelope = Envelope::new(KEY, APP_ID).unwrap();
        assert_eq!(envelope.seal(MESSAGE, *b"0123456789abcdef"), ENCRYPT);
        assert_eq!(envelope.open(ENCRYPT).unwrap(), MESSAGE);
        let signed = sign(&["testtoken", "1700000000", "123456789"]);
        assert_eq!(signed, "1224ee560df62329b43aeee20636a0defb583ee4");
        let signed = sign(&["testtoken", "1700000000", "123456789", ENCRYPT]);
        assert_eq!(signed, "0771ad617e911b10497200e8db4e802b6be9f17f");
    }

    #[test]
    fn another_key_or_app_id_does_not_open() {
        let other = Envelope::new(&"A".repeat(43), APP_ID).unwrap();
        assert_eq!(other.open(ENCRYPT), Err(Sealed::Padding));
        let other = Envelope::new(KEY, "wxffffffffffffffff").unwrap();
        assert_eq!(other.open(ENCRYPT), Err(Sealed::AppId));
        assert_eq!(Envelope::new("short", APP_ID).err(), Some(Sealed::Key));
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens(message in ".{0,200}", noise: [u8; 16]) {
            let envelope = Envelope::new(KEY, APP_ID).unwrap();
            let sealed = envelope.seal(&message, noise);
            prop_assert_eq!(envelope.open(&sealed).unwrap(), message);
        }

        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let envelope = Envelope::new(KEY, APP_ID).unwrap();
            drop(envelope.open(&text));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..160)) {
            let envelope = Envelope::new(KEY, APP_ID).unwrap();
            drop(envelope.open(&LENIENT.encode(&bytes)));
            prop_assert!(unpad(&bytes).is_none_or(|(message, _)| message.len() < bytes.len()));
        }
    }
}
