//! What mails say: templates in `web/templates/mail`, each with every language.
mod endpoints;
mod invitations;
mod mentions;
mod news;
mod sign_ins;

use askama::Template;
use crier_core::Timestamp;
use crier_core::error::{Error, Result};
use crier_core::mails::{Language, Mail};
use crier_core::vault::Vault;

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// For everybody else.
    pub html: String,
}

impl Letter {
    /// Puts a mail into words. Links begin with `public_url`, which has no slash at the end.
    ///
    /// # Errors
    /// When a secret in it does not open.
    pub fn of(mail: &Mail, vault: &Vault, public_url: &str) -> Result<Self> {
        match mail {
            Mail::Invitation { .. } => invitations::letter(mail, vault, public_url),
            Mail::PasswordReset { .. } | Mail::SignInChanged { .. } => {
                sign_ins::letter(mail, vault, public_url)
            }
            Mail::EndpointFailing { .. } | Mail::EndpointOff { .. } => {
                endpoints::letter(mail, public_url)
            }
            Mail::Mention { .. } => mentions::letter(mail, public_url),
            Mail::News { .. } => news::letter(mail, vault, public_url),
        }
    }

    fn new(subject: &impl Template, text: &impl Template, html: &impl Template) -> Result<Self> {
        let subject = one_line(&rendered(subject)?);
        Ok(Self { subject, text: rendered(text)?, html: rendered(html)? })
    }
}

fn rendered(template: &impl Template) -> Result<String> {
    template.render().map_err(|error| Error::Internal(format!("a mail does not render: {error}")))
}

/// A line break in a brand's name must not start another header.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(|c: char| c.is_control(), " ")
}

fn day(at: Timestamp, language: Language) -> String {
    let pattern = match language {
        Language::English => "%-d %B %Y, %H:%M UTC",
        Language::Chinese | Language::Japanese => "%Y年%-m月%-d日 %H:%M（UTC）",
    };
    at.to_chrono().format(pattern).to_string()
}
