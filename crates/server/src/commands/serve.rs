//! `crier serve`.
use anyhow::Result;

use crate::application::{Application, told_to_stop};
use crate::settings::Settings;

/// Serves until told to stop.
pub async fn serve(settings: &Settings) -> Result<()> {
    let application = Application::build(settings).await?;
    let (address, public_url) = (application.address(), application.app().public_url.clone());
    // For people and scripts alike, and the only way to learn a port that was picked.
    eprintln!("crier: listening on http://{address} (public address {public_url})");
    application.run(told_to_stop()).await
}
