//! Certificates of private authorities, trusted for webhooks beside those of the system.
use std::fmt;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Roots of trust for webhooks; none by default.
#[derive(Clone, Default)]
pub struct Roots(Vec<reqwest::Certificate>);

/// Why a file gives no roots, as the rest of a sentence that begins with its name.
#[derive(Debug, thiserror::Error)]
pub enum BadRoots {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// A PEM section that is cut off or no base64.
    #[error("is no whole PEM file: {0}")]
    Broken(rustls::pki_types::pem::Error),
    /// Not one certificate in it.
    #[error("holds no certificate in PEM form")]
    Empty,
    /// A certificate that cannot be a root, by its place in the file.
    #[error("holds a certificate that cannot be used, its number {0}: {1}")]
    Unusable(usize, String),
}

impl Roots {
    /// The certificates in a PEM file; anything else in it is passed over.
    ///
    /// # Errors
    /// [`BadRoots`] unless every certificate can be used and there is at least one.
    pub fn read(file: &Path) -> Result<Self, BadRoots> {
        Self::parse(&std::fs::read(file)?)
    }

    fn parse(pem: &[u8]) -> Result<Self, BadRoots> {
        let mut store = RootCertStore::empty();
        let mut roots = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(BadRoots::Broken)?;
            let unusable = |why: String| BadRoots::Unusable(roots.len() + 1, why);
            store.add(certificate.clone()).map_err(|error| unusable(error.to_string()))?;
            let root = reqwest::Certificate::from_der(&certificate)
                .map_err(|error| unusable(error.to_string()))?;
            roots.push(root);
        }
        if roots.is_empty() { Err(BadRoots::Empty) } else { Ok(Self(roots)) }
    }

    pub(crate) fn certificates(&self) -> impl Iterator<Item = reqwest::Certificate> {
        self.0.iter().cloned()
    }
}

/// How many there are.
impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} roots", self.0.len())
    }
}
