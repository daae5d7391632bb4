//! Where the bytes of media are: files under the data directory, by key.
use std::path::PathBuf;

use crate::error::{Error, Result};

/// Stores bytes under keys.
#[derive(Debug, Clone)]
pub struct Blobs {
    root: PathBuf,
}

impl Blobs {
    /// Files under this folder, which is made when something is stored.
    pub fn folder(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Stores bytes; the file is there whole or not at all.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the disk refuses.
    pub fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(key)?;
        let part = path.with_extension("part");
        path.parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&part, bytes))
            .and_then(|()| std::fs::File::open(&part)?.sync_all())
            .and_then(|()| std::fs::rename(&part, &path))
            .map_err(|error| Error::Unavailable(format!("media store: {error}")))
    }

    /// The bytes of a key.
    ///
    /// # Errors
    /// `NotFound("media")`; [`Error::Unavailable`] when the disk refuses.
    pub fn get(&self, key: &str) -> Result<Vec<u8>> {
        std::fs::read(self.path(key)?).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::NotFound("media"),
            _ => Error::Unavailable(format!("media store: {error}")),
        })
    }

    /// Removes a key; one that is not there is no fault.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the disk refuses.
    pub fn remove(&self, key: &str) -> Result<()> {
        match std::fs::remove_file(self.path(key)?) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::Unavailable(format!("media store: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Two levels of folders keep each of them small. Keys are ours, but a path is never made of
    /// anything else.
    fn path(&self, key: &str) -> Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let safe = key.len() >= 8 && key.len() <= 128 && key.bytes().all(plain);
        if !safe || key.contains("..") {
            return Err(Error::NotFound("media"));
        }
        Ok(self.root.join(&key[..2]).join(&key[2..4]).join(key))
    }
}
