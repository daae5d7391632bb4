//! How a member signs in: second steps, passkeys, recovery codes, and where they are signed in.
pub mod apps;
pub mod codes;
mod devices;
pub mod keys;
pub mod page;
pub mod sessions;

use askama::Template;
use crier_core::Error;
use crier_core::error::Denial;
use crier_core::sessions::Session;
use serde::Deserialize;

use crate::failures::Failure;
use crate::fields::{self, Field};
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// The page of all this.
pub const HOME: &str = "/console/settings/sign-in";

/// The password, and a code where one is asked for as well.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Proof {
    /// The member's password.
    pub password: String,
    /// A code of the second step.
    pub code: String,
}

/// A page that asks for the password before something is done.
#[derive(Template)]
#[template(path = "console/proof.html")]
pub struct Asking {
    page: Page,
    text: String,
    error: Option<String>,
    fields: Vec<Field>,
    button: String,
    danger: bool,
}

impl Asking {
    /// The title, the text and the button are messages.
    pub fn new(visit: &Visit, what: &str, with_code: bool, fault: Option<&Fault>) -> Self {
        let speech = &visit.speech;
        let password = Field::new(speech, "password", "password").fault(fault);
        let mut fields = vec![password.with(r#"required autocomplete="current-password""#)];
        if with_code {
            let code = Field::new(speech, "text", "code").fault(fault);
            let code = code.with(r#"required maxlength="20" autocomplete="one-time-code""#);
            fields.push(code.hint(speech.say("step-hint")));
        }
        let shown: Vec<&Field> = fields.iter().collect();
        Self {
            page: visit.page(&format!("{what}-title")),
            text: speech.say(&format!("{what}-text")),
            error: fields::whole(fault, &shown),
            button: speech.say(&format!("{what}-button")),
            danger: what != "codes-renew",
            fields,
        }
    }
}

/// Whoever is signed in, and may change how they sign in.
pub fn session(visit: &Visit) -> Result<&Session, Failure> {
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    session.check_own()?;
    Ok(session)
}

/// What to tell whoever gave a wrong password.
pub fn fault(visit: &Visit, error: Error) -> Result<Fault, Failure> {
    match error {
        Error::Denied(Denial::Credentials) => {
            Ok(Fault { field: Some("password"), text: visit.speech.say("invalid-current") })
        }
        error => visit.speech.fault(error),
    }
}
