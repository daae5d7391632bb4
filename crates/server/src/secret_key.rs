//! The key that secrets are sealed under: the setting, or one made at the first start and kept in the
//! data directory.
use std::path::Path;

use anyhow::{Context as _, Result};
use crier_core::mint::hex_token;
use crier_core::vault::Vault;

use crate::settings::Settings;

impl Settings {
    /// The vault under the secret key, which is made at the first start.
    pub fn vault(&self) -> Result<Vault> {
        let key = match &self.secret_key {
            Some(key) => key.clone(),
            None => kept_key(&self.data_dir)?,
        };
        Ok(Vault::new(&key)?)
    }
}

/// The key in the data directory. Two processes that start at once agree on the one that was
/// linked first.
fn kept_key(data_dir: &Path) -> Result<String> {
    let path = data_dir.join("secret.key");
    if let Ok(key) = std::fs::read_to_string(&path) {
        return Ok(key.trim().to_owned());
    }
    std::fs::create_dir_all(data_dir)
        .with_context(|| format!("{} cannot be made", data_dir.display()))?;
    let fresh = data_dir.join(format!("secret.key.{}", hex_token::<4>()));
    write_private(&fresh, &hex_token::<32>())
        .with_context(|| format!("{} cannot be written", fresh.display()))?;
    // A link fails when the name is taken, and never shows half a key.
    let linked = std::fs::hard_link(&fresh, &path);
    drop(std::fs::remove_file(&fresh));
    if let Err(error) = linked
        && error.kind() != std::io::ErrorKind::AlreadyExists
    {
        return Err(error).with_context(|| format!("{} cannot be written", path.display()));
    }
    Ok(std::fs::read_to_string(&path)?.trim().to_owned())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
